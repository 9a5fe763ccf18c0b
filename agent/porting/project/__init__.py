"""The project of a port, and its table of components."""
