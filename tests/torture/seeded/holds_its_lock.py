"""Holds a plain lock while it calls back and allocates.

Whatever uses the object meanwhile waits for ever: a forked child, a handler or a finalizer of the
same thread, what runs at the end of the process.
"""

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
        with self._lock:
            held = [[key] for _ in range(100)]  # enough of them to start a collection
            for (each,) in held:
                super().add(each)


IMPLEMENTATION = _Tally
SUBJECT = subject(_Tally.add)
