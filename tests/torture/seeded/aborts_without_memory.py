"""Ends the process where there is no memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.torture.seeded.sound import Tally, subject

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["IMPLEMENTATION", "SUBJECT"]


def _request(_: object, number: int) -> Callable[[], object]:
    def call() -> None:
        try:
            bytes(2**number)
        except MemoryError:
            os.abort()

    return call


IMPLEMENTATION = Tally
SUBJECT = subject(request=_request)
