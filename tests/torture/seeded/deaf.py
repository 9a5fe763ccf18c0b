"""Hears no signal while it works."""

from __future__ import annotations

import signal

from tests.torture.seeded.sound import Tally, subject

__all__ = ["IMPLEMENTATION", "SUBJECT"]


class _Tally(Tally):
    def wait(self, key: object) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        super().wait(key)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


IMPLEMENTATION = _Tally
SUBJECT = subject(wait=_Tally.wait)
