"""What a contract promises: its words, the classes it names, and reading one from a protocol."""
