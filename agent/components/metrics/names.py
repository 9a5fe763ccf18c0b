"""Validity of metric names, label names and texts."""

from __future__ import annotations

import re

__all__ = ["is_label", "is_name", "is_text"]

_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Return whether `text` is a valid metric name."""
    return _NAME.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """Return whether `text` is a valid label name; a leading ``__`` is reserved by Prometheus."""
    reserved = text == "le" or text.startswith("__")
    return _LABEL.fullmatch(text) is not None and not reserved


def is_text(text: str) -> bool:
    """Return whether `text` can be encoded as UTF-8, so has no lone surrogates."""
    return _SURROGATE.search(text) is None
