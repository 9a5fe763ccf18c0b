"""Does not free its lock when it is interrupted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.torture.seeded.sound import Tally, subject

if TYPE_CHECKING:
    from tests.torture.subject import Calls

__all__ = ["IMPLEMENTATION", "SUBJECT"]


class _Tally(Tally):
    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self._lock = threading.Lock()

    def add(self, key: object) -> None:
        self._lock.acquire()
        for _ in range(100):
            super().add(key)
        self._lock.release()


IMPLEMENTATION = _Tally
SUBJECT = subject(_Tally.add)
