"""A module that a component is."""

from __future__ import annotations

__all__ = ["LIMIT", "lower", "upper"]

LIMIT = 3


def upper(text: str) -> str:
    """Return the text in capitals."""
    return text.upper()


def lower(text: str) -> str:
    """Return the text in small letters."""
    return text.lower()
