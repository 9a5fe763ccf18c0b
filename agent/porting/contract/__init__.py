"""Contracts: their terms, the classes they name, and reading one from a protocol."""
