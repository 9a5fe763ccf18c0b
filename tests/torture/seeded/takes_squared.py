"""Takes four times the time for twice the input, where twice is promised."""

from __future__ import annotations

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]


def _work(_: object, size: int) -> None:
    for _ in range(size):
        sum(range(size))


IMPLEMENTATION = Tally
SUBJECT = subject(work=_work)
