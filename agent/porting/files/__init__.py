"""Files: written whole or not at all, locked by one process at a time, unchanged since or not."""
