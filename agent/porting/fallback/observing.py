"""Looking at objects to compare them, which must leave them to whoever serves them."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_looking", "looking"]

_looking = ContextVar("looking", default=False)

is_looking = _looking.get
"""Tell whether operations are called only to look."""


@contextmanager
def looking() -> Iterator[None]:
    """Have Python do what Rust refuses on a copy meanwhile, and count nothing."""
    token = _looking.set(True)
    try:
        yield
    finally:
        _looking.reset(token)
