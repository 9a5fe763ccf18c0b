"""Takes four times the steps for twice the input, where twice is promised."""

from __future__ import annotations

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]

IMPLEMENTATION = Tally
SUBJECT = subject(work=lambda _, size: size * size // 100)
