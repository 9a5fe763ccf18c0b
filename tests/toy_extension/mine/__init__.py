"""A package with a function and a class that were ported."""
