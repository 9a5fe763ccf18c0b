"""Infers a contract for a pair that has none, and lists its guesses.

The result is the source text of a protocol, for a person to read and edit. The check uses that
text, so saving it unchanged gives the same check.
"""
