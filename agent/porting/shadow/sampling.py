"""Selects the calls to compare: a share, the same in every process, within a share of time."""

from __future__ import annotations

from hashlib import blake2b
from itertools import count
from time import monotonic_ns

__all__ = ["CallSampler", "TimeShare"]

_MASK = 2**64 - 1


class CallSampler:
    """Numbers calls from 0 and chooses a share of them by a hash of the number.

    The seed is a text, so that two components do not choose the same numbers.
    """

    def __init__(self, share: float, seed: str) -> None:
        self._threshold = int(share * 2**64)
        self._seed = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "little")
        self._count = count()
        self.number = self._count.__next__
        """Gives the next number; of several threads, to each another one."""
        self.every = share >= 1.0
        """Whether all are chosen."""

    @property
    def given(self) -> int:
        """How many numbers were given."""
        return int(repr(self._count)[len("count(") : -1])

    def chosen(self, number: int) -> bool:
        """Return whether the call of this number is compared.

        Source: S. Vigna, splitmix64, https://prng.di.unimi.it/splitmix64.c (public domain).
        """
        mixed = (self._seed + (number + 1) * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31) < self._threshold


class TimeShare:
    """The share of the time since it was made that comparing may take."""

    _HEAD_START = 100_000_000
    """Nanoseconds that count as passed at first, or a small share would never begin."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._spent = 0
        self._since = monotonic_ns() - self._HEAD_START
        self.unlimited = share >= 1.0

    def allows(self) -> bool:
        """Return whether there is time for another comparison."""
        return self.unlimited or self._spent <= self._share * (monotonic_ns() - self._since)

    def spend(self, nanoseconds: int) -> None:
        """Take into account that a comparison took so long."""
        self._spent += nanoseconds
