"""Iterates over what other threads change."""

from __future__ import annotations

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]


class _Tally(Tally):
    def add(self, key: object) -> None:
        super().add(key)
        for _ in self.keys:
            self.calls.pause()
        self.keys.pop(key, None)


IMPLEMENTATION = _Tally
SUBJECT = subject(_Tally.add)
