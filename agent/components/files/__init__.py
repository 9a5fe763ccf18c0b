"""Files: read, write whole or not at all, walk, hash, search and transform."""
