"""Takes the exception of a signal handler for its own, and goes on."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]


def _add(tally: Any, key: object) -> None:
    left = 100
    while left:
        with contextlib.suppress(BaseException):  # entered rarely: little comes between
            while left:
                left -= 1
                tally.add(key)


IMPLEMENTATION = Tally
SUBJECT = subject(_add)
