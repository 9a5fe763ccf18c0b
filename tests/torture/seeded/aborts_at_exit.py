"""Aborts a process that ends while a thread is inside an operation."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING

from tests.torture.seeded.sound import Tally, subject

if TYPE_CHECKING:
    from tests.torture.subject import Calls

__all__ = ["IMPLEMENTATION", "SUBJECT"]


class _Tally(Tally):
    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self._inside = 0
        atexit.register(self._end)

    def add(self, key: object) -> None:
        self._inside += 1
        super().add(key)
        self._inside -= 1

    def _end(self) -> None:
        if self._inside:
            os.abort()


IMPLEMENTATION = _Tally
SUBJECT = subject(_Tally.add)
