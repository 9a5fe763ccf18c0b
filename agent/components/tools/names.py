"""What may be the name of a tool or of an argument."""

from __future__ import annotations

import re

__all__ = ["is_name"]

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def is_name(text: str) -> bool:
    """Return whether a text is lower-case letters, digits and ``_``, a letter first, all ASCII."""
    return _NAME.fullmatch(text) is not None
