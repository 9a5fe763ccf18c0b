"""Keeps the calls of one process, from any of its threads, on its tape.

A call is taken down before it is made and kept after it, when it is known what its callbacks
answered; calls that those made are therefore kept before it. Nothing in here raises: whatever goes
wrong costs a line, and is counted.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary, finalize

from agent.porting.recording.capture import Recorded, Taken, Taker, TracePlace
from agent.porting.recording.object_trace import CLOCK, Life
from agent.porting.recording.reentrancy import ReentrancyGuard
from agent.porting.recording.trace_file import LIVES, Tape
from agent.porting.script.literals import Unwritable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.porting.recording.plan import PlannedCall, RecordingPlan

__all__ = ["Recorder"]

_PAUSE = 0.01
"""Seconds that have to pass before a script says so, where the program has no clock of its own."""


class Recorder:
    """Takes calls down, and keeps them."""

    def __init__(self, plan: RecordingPlan, folder: Path) -> None:
        self.plan = plan
        self.root = plan.kinds[plan.root]
        self.held: WeakValueDictionary[int, Recorded] = WeakValueDictionary()
        """What the program holds instead of an object, by that object's identity."""
        self._folder = folder
        self._lives: dict[int, Life] = {}
        self._begin()

    def _begin(self) -> None:
        functions = list(self.root.operations) if self.root.make is None else []
        lives = [LIVES] if self.root.make is not None or len(self.plan.kinds) > 1 else []
        self._tape = Tape(self._folder, self.plan.limit, functions + lives)
        self._guard = ReentrancyGuard()
        self._taker = Taker(self.plan, self._guard)
        self._lock = threading.RLock()
        self._ended: deque[Life] = deque()

    def after_fork(self) -> None:
        """Start again in the child; the parent writes what was recorded so far."""
        self._begin()
        for life in self._lives.values():
            life.begin_chapter(self._tape.samples[LIVES])
        processes = sys.modules.get("multiprocessing.util")
        if processes is not None:
            # Its children leave without the interpreter's own goodbye, and begin by forgetting
            # what they were to do at the end.
            processes.register_after_fork(
                self, lambda self: processes.Finalize(None, self.write, exitpriority=-100)
            )

    def take(
        self,
        call: PlannedCall,
        args: tuple[Any, ...],
        named: dict[str, Any],
        holder: Recorded | None,
    ) -> Taken:
        """Take a call down; `holder` is the object whose method it is."""
        place = None if holder is None else holder.recorded_at  # an empty one is false
        return self._taker.take(call, args, named, place)

    def keep(
        self, taken: Taken, holder: Recorded | None, *, made: bool = False
    ) -> TracePlace | None:
        """Keep a call; return where what it has `made` goes on, if it has and it does."""
        label = taken.call.label
        with self._guard.entered() as free:
            if not free:
                return None
            with self._lock:
                self._tape.seen[label] += 1
                try:
                    return self._keep(taken, holder, made)
                except Unwritable as reason:
                    self._tape.dropped[f"{label}: {reason}"] += 1
                except Exception as error:  # noqa: BLE001  # the program must not notice
                    defect = f"a defect of the recorder ({type(error).__name__})"
                    self._tape.dropped[f"{label}: {defect}"] += 1
                finally:
                    self._settle()
        return None

    def hold(self, held: Recorded, original: Any, place: TracePlace | None) -> None:
        """Let `held` be the proxy of `original`, whose script continues at `place`."""
        object.__setattr__(held, "recorded_original", original)
        object.__setattr__(held, "recorded_at", place)
        self.held[id(original)] = held
        if place is not None:
            with self._lock:
                place.life.members += 1
                self._lives[id(place.life)] = place.life
            # Collected anywhere, at any moment: what follows from it waits for the next call.
            finalize(held, self._ended.append, place.life).atexit = False

    def write(self) -> None:
        """Write the tape."""
        with self._lock:
            unfinished = []
            room = self.plan.limit
            for life in self._lives.values():
                later, lines = life.unfinished()
                room -= len(lines)
                if room < 0:
                    break  # more objects at once than may be kept
                if lines:
                    unfinished.append((LIVES, later, lines))
            self._tape.write(unfinished)

    def _settle(self) -> None:
        while self._ended:
            life = self._ended.popleft()
            life.members -= 1
            if not life.members and self._lives.pop(id(life), None) is not None:
                life.finish()
        if self._tape.is_due:
            self.write()

    def _keep(self, taken: Taken, holder: Recorded | None, made: bool) -> TracePlace | None:  # noqa: FBT001
        if taken.dropped is not None:
            raise Unwritable(taken.dropped)
        call = taken.call
        makes = self.plan.kinds.get(call.returns or "") if holder is None else None
        if makes is not None and (made or call is self.root.make):
            life = self._life(taken, makes.subject)
            if not made:
                life.finish()
            return TracePlace(life, life.named)
        if holder is None:
            if not self._tape.samples[call.name].add([taken.line(self.plan.name)]):
                self._tape.repeated += 1
            return None
        if holder.recorded_at is None:
            message = "its object's making is not recorded"
            raise Unwritable(message)
        life, named = holder.recorded_at
        line, uses = taken.line(named.name), (named, *taken.uses)
        if made and call.returns is not None:
            return TracePlace(life, life.derive(self.plan.kinds[call.returns].subject, line, uses))
        life.write(line, uses)
        return None

    def _life(self, taken: Taken, subject: str) -> Life:
        clock = taken.call.clock
        now: Callable[[], float | None] | None = None
        own = taken.clock
        if own is not None:
            now = lambda: own.last  # noqa: E731  # as short as a name for it
        elif clock is not None:
            now = time.monotonic
            if CLOCK not in taken.texts:
                taken.named_texts[clock] = CLOCK

        def made() -> str:
            return f"{subject} = {taken.line(self.plan.name)}"

        made()  # raises what it would raise later
        pause = _PAUSE if own is None else 0.0
        return Life(
            subject, made, self._tape.samples[LIVES], self.plan.longest, now=now, pause=pause
        )
