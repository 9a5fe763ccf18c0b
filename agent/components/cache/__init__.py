"""A cache: the least recently used entries go first, and the expired at once."""
