"""Infers a contract for a pair that has none, and tells what it had to guess.

The result is the source text of a protocol, to be read and edited by a person; what is checked is
what that text says, so that a saved and unchanged text gives the same check.
"""
