"""What a metric, a label and a text may be called or hold."""

from __future__ import annotations

import re

__all__ = ["is_label", "is_name", "is_text"]

_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Tell whether a metric may be called so."""
    return _NAME.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """Tell whether a label may be called so; names with ``__`` in front are Prometheus' own."""
    reserved = text == "le" or text.startswith("__")
    return _LABEL.fullmatch(text) is not None and not reserved


def is_text(text: str) -> bool:
    """Tell whether `text` can be written as UTF-8: lone surrogates cannot."""
    return _SURROGATE.search(text) is None
