"""What an implementation is built from: Python modules, crates, builds and their digests."""
