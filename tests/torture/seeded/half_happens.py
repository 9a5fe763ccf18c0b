"""Notes a key in several steps, and leaves it half noted when it is interrupted."""

from __future__ import annotations

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]


class _Tally(Tally):
    def add(self, key: object) -> None:
        self.keys.pop(key, None)
        for _ in range(100):
            super().add((key, "soon"))
        super().add(key)
        del self.keys[key, "soon"]


IMPLEMENTATION = _Tally
SUBJECT = subject(_Tally.add)
