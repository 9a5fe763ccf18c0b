"""Which call a process is in, written where the process that watches it can read it.

A call that never returns may keep the interpreter's lock, so that no thread of its process could
tell of it, and one that ends the process tells nothing at all. So it stands here before it begins.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext

__all__ = [
    "LOOK",
    "Board",
    "Turn",
    "Watch",
    "Whose",
    "board_of_this_process",
    "new_memory",
    "watch_here",
]

_ROOM = 1 << 20
"""Bytes of a board."""

_LAST = _ROOM // 8
"""Characters that are kept of a script for which there is no room."""

_HEAD = struct.Struct("=BQI")
"""Whose turn it is, the number of turns before it, and the bytes of the script."""

_BETWEEN = "\0"
"""Stands between lines, as it stands in none of them."""

LOOK = 0.2
"""Seconds after which whoever watches looks again."""

_PAUSE = 1.0
"""Seconds between two looks that count at most: whoever watches may have been stopped itself."""


class Whose(IntEnum):
    """Who is running."""

    NOBODY = 0
    PYTHON = 1
    RUST = 2
    COMPARISON = 3
    """Which may look at objects of both sides."""


@dataclass(frozen=True)
class Turn:
    """A call that has begun."""

    whose: Whose
    lines: list[str]
    """The script, up to the line that is run."""


class Board:
    """The turn of one process, in memory that is shared or not."""

    def __init__(self, memory: Any) -> None:
        self._memory = memoryview(memory).cast("B")
        self._turns = 0
        self._lines: list[str] = []
        self._stop = _HEAD.size

    def begin(self, lines: list[str]) -> None:
        """Write down that the last of `lines` is about to be run.

        Each time a line was added to the same list, that alone is written.
        """
        text = b""
        if lines is self._lines:
            text = _encoded(f"{_BETWEEN}{lines[-1]}")
        if not text or self._stop + len(text) > len(self._memory):
            self._lines, self._stop = lines, _HEAD.size
            text = _encoded(_BETWEEN.join(_last(lines)))
        start, self._stop = self._stop, self._stop + len(text)
        self._memory[start : self._stop] = text

    def turn(self, whose: Whose) -> None:
        """Write down who is running."""
        self._turns += 1
        _HEAD.pack_into(self._memory, 0, whose, self._turns, self._stop - _HEAD.size)

    def number(self) -> int | None:
        """Return how many turns there have been, or None while it is nobody's."""
        whose, turns, _ = _HEAD.unpack_from(self._memory)
        return turns if whose else None

    def read(self) -> Turn | None:
        """Return the turn that has begun and not ended."""
        whose, _, size = _HEAD.unpack_from(self._memory)
        if not whose:
            return None
        text = bytes(self._memory[_HEAD.size : _HEAD.size + size])
        return Turn(Whose(whose), text.decode("utf-8", "surrogatepass").split(_BETWEEN))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _last(lines: list[str]) -> list[str]:
    """Return `lines`, or as many of the last as there is room for, after an ellipsis."""
    size = 0
    for index in reversed(range(len(lines))):
        size += len(lines[index]) + len(_BETWEEN)
        if size > _LAST:
            return ["...", *lines[index + 1 :]]
    return lines


class Watch:
    """Looks at the board of another process from time to time.

    Args:
        memory: the board's.
        limit: seconds that one turn may take.
    """

    def __init__(self, memory: Any, limit: float) -> None:
        self.board = Board(memory)
        self.limit = limit
        self._number: int | None = None
        self._took = 0.0
        self._looked = time.monotonic()

    def over(self) -> bool:
        """Tell whether a turn has taken longer than it may."""
        now = time.monotonic()
        passed, self._looked = min(now - self._looked, _PAUSE), now
        number = self.board.number()
        same = number is not None and number == self._number
        self._took = self._took + passed if same else 0.0
        self._number = number
        return self._took >= self.limit


def new_memory(context: SpawnContext) -> Any:
    """Return memory for a board that a process of `context` can be given when it is started."""
    return context.RawArray("c", _ROOM)


_here = Board(bytearray(_ROOM))  # where nobody watches, nobody reads it


def board_of_this_process() -> Board:
    """Return where this process writes down what it runs."""
    return _here


def watch_here(memory: Any) -> None:
    """Have this process write down in `memory` what it runs."""
    global _here  # noqa: PLW0603  # there is one for a process
    _here = Board(memory)
