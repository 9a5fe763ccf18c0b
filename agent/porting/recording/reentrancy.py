"""Prevents the recorder from recording calls that it causes itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ReentrancyGuard"]


class ReentrancyGuard(threading.local):
    """Whether this thread is recording: a redaction hook, say, may call what is recorded."""

    def __init__(self) -> None:
        self._busy = False

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """Record within the block; yield whether this thread was not doing so already."""
        free = not self._busy
        self._busy = True
        try:
            yield free
        finally:
            self._busy = not free
