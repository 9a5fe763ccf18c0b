"""Observing objects to compare them, without handing them over."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_looking", "looking"]

_looking = ContextVar("looking", default=False)

is_looking = _looking.get
"""Return whether operations are called only to observe."""


@contextmanager
def looking() -> Iterator[None]:
    """Let Python do on a copy what Rust refuses meanwhile, and count nothing."""
    token = _looking.set(True)
    try:
        yield
    finally:
        _looking.reset(token)
