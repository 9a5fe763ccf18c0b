"""Choices read from bytes, which turn them into values; zeros give the simplest."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Choices"]

T = TypeVar("T")


class Choices:
    """Makes one choice after the other; when the bytes are used up, always the first.

    Bytes, because drawing a row of them costs no more than drawing one number, and because a
    smaller byte is a simpler choice.
    """

    __slots__ = ("_at", "_data", "risky")

    def __init__(self, data: bytes, *, risky: bool = True) -> None:
        self._data = data
        self._at = 0
        self.risky = risky
        """Whether to choose what need not be accepted, too."""

    def below(self, count: int) -> int:
        """Return a number from 0 to `count` - 1; `count` is at most 65536."""
        at = self._at
        if count <= 256:
            self._at = at + 1
            return self._data[at] * count >> 8 if at < len(self._data) else 0
        self._at = at + 2
        two = self._data[at : at + 2].ljust(2, b"\0")
        return int.from_bytes(two) * count >> 16

    def one_in(self, count: int) -> bool:
        """Return whether to take a rare choice; False when the bytes are used up."""
        return self.below(count) == count - 1

    def of(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return items[self.below(len(items))]

    def number(self, size: int) -> int:
        """Return a number of at most `size` bytes, 0 when they are used up."""
        at = self._at
        self._at = at + size
        return int.from_bytes(self._data[at : at + size])
