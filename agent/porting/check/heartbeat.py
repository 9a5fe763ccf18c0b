"""The call that a process is in, in memory that its supervisor reads.

A call that never returns may keep the interpreter's lock, so that no thread of its process can
report it. A call that ends its process cannot report anything. So each call is written down before
it begins.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.memory import peak
from agent.porting.check.processes import computed_by

if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext

__all__ = [
    "POLL",
    "Heartbeat",
    "Phase",
    "RunningCall",
    "Watchdog",
    "beat_in",
    "heartbeat_of_this_process",
    "shared_memory",
]

_ROOM = 1 << 20
"""Bytes of the memory of a heartbeat."""

_LAST = _ROOM // 8
"""Characters that are kept of a script for which there is no room."""

_HEAD = struct.Struct("=BQI")
"""The phase, the number of phases so far, and the bytes of the script."""

_BETWEEN = "\0"
"""Separates lines: it is in none of them."""

POLL = 0.1
"""Seconds between two looks of a supervisor."""

_SLOW = 2.0
"""Seconds from which on a call is costly."""

_NOTABLE = 0.005
"""Seconds from which on it is looked at what a call took: much memory takes longer to fill."""

_SELDOM = 500
"""Phases after which what they took together is not laid to the next call that is looked at."""

_LARGE = 1 << 29
"""Bytes by which a costly call raises the most that its process has taken."""

_PAUSE = 1.0
"""Most seconds between two looks that count: the supervisor may have been stopped itself."""


class Phase(IntEnum):
    """What a process is doing."""

    IDLE = 0
    PYTHON = 1
    RUST = 2
    COMPARISON = 3
    """The outcomes are compared, which may call methods of both sides' objects."""


_CALLING = frozenset({Phase.PYTHON, Phase.RUST})


@dataclass(frozen=True)
class RunningCall:
    """A call that has begun."""

    phase: Phase
    lines: list[str]
    """The script, up to the line that is running."""


class Heartbeat:
    """The phase and the script of one process, in memory that may be shared."""

    def __init__(self, memory: Any) -> None:
        self._memory = memoryview(memory).cast("B")
        self._phases = 0
        self._phase = Phase.IDLE
        self._since = 0.0
        self._peak = 0
        self._lines: list[str] = []
        self._stop = _HEAD.size

    def begin(self, lines: list[str]) -> None:
        """Write down that the last of `lines` is about to be run.

        Where a line was added to the same list, only that line is written.
        """
        text = b""
        if lines is self._lines:
            text = _encoded(f"{_BETWEEN}{lines[-1]}")
        if not text or self._stop + len(text) > len(self._memory):
            self._lines, self._stop = lines, _HEAD.size
            text = _encoded(_BETWEEN.join(_last(lines)))
        start, self._stop = self._stop, self._stop + len(text)
        self._memory[start : self._stop] = text

    def enter(self, phase: Phase) -> None:
        """Write down that the process enters a phase; learn what the call took in the last one."""
        now = time.monotonic()
        if self._phase in _CALLING and now - self._since >= _NOTABLE:
            self._learn(now - self._since)
        elif not self._phases % _SELDOM:
            self._peak = peak()
        self._phase, self._since = phase, now
        self._phases += 1
        _HEAD.pack_into(self._memory, 0, phase, self._phases, self._stop - _HEAD.size)

    def _learn(self, seconds: float) -> None:
        """Learn that the call which has ended was costly, if it was."""
        if seconds >= _SLOW:
            costs_of_this_process().learn(self._lines[-1], f"{seconds:.0f} s")
            return
        before, self._peak = self._peak, peak()
        used = self._peak - before
        if used >= _LARGE:
            costs_of_this_process().learn(self._lines[-1], f"{used / (1 << 30):.1f} GiB")

    def count(self) -> int | None:
        """Return the number of phases so far, or None while the process is idle."""
        phase, phases, _ = _HEAD.unpack_from(self._memory)
        return phases if phase else None

    def is_of_reference(self) -> bool:
        """Return whether the reference is being called."""
        return Phase(_HEAD.unpack_from(self._memory)[0]) is Phase.PYTHON

    def read(self) -> RunningCall | None:
        """Return the call that is running; None for none."""
        phase, _, size = _HEAD.unpack_from(self._memory)
        if not phase:
            return None
        text = bytes(self._memory[_HEAD.size : _HEAD.size + size])
        return RunningCall(Phase(phase), text.decode("utf-8", "surrogatepass").split(_BETWEEN))


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


class Watchdog:
    """Limits the time of one phase in another process.

    Args:
        memory: the memory of that process's heartbeat.
        limit: seconds that one phase of a call may take.
        process: its number.
        computing: seconds of the processor that a call of the reference may take.
    """

    def __init__(
        self,
        memory: Any,
        limit: float,
        process: int | None = None,
        computing: float = float("inf"),
    ) -> None:
        self.heartbeat = Heartbeat(memory)
        self._limit = limit
        self._process = process
        self._computing = computing
        self._seen: int | None = None
        self._took = 0.0
        self._looked = time.monotonic()
        self._computed = 0.0
        """What the process had computed when the phase was first seen."""

    def over(self) -> str:
        """Return how a phase has taken longer than it may, as a phrase; empty if none has."""
        now = time.monotonic()
        passed, self._looked = min(now - self._looked, _PAUSE), now
        count = self.heartbeat.count()
        if count is None or count != self._seen:
            self._seen, self._took = count, 0.0
            self._computed = computed_by(self._process)
            return ""
        self._took += passed
        if self._took >= self._limit:
            return f"did not return within {self._limit:g} s"
        longer = self._took >= self._computing and self.heartbeat.is_of_reference()
        if longer and computed_by(self._process) - self._computed >= self._computing:
            return f"did not return after {self._computing:g} s of computing"
        return ""


def shared_memory(context: SpawnContext) -> Any:
    """Return memory for a heartbeat, which a process of `context` is given when it starts."""
    return context.RawArray("c", _ROOM)


_here = Heartbeat(bytearray(_ROOM))  # of a process without a supervisor, which is not read


def heartbeat_of_this_process() -> Heartbeat:
    """Return the heartbeat that this process writes."""
    return _here


def beat_in(memory: Any) -> None:
    """Have this process write its heartbeat to `memory`."""
    global _here  # noqa: PLW0603  # a process has one
    _here = Heartbeat(memory)
