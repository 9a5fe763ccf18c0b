"""Objects that are followed: a Rust twin for each, kept beside the Python object.

An object that was constructed, and all that its operations give, are one family: they share state,
so that their calls have to come to both sides in the same order.
"""

from __future__ import annotations

from threading import Lock, get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Literal

from agent.porting.shadow.callbacks import Stage
from agent.porting.shadow.held import changed_since, held_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.callbacks import Played
    from agent.porting.shadow.held import Held
    from agent.porting.shadow.step import Step

__all__ = ["CROWDED", "OVERLAPPING", "Family", "Followed"]

CROWDED = "called by several threads at once"
"""Why a family is not followed any more."""

OVERLAPPING = "called again before a call that is awaited had ended"
"""Why a family is not followed any more: the order of effects is not known."""

_PATIENCE = 0.25
"""Seconds that a call waits for another thread's, before the family is given up: once at most."""

_MOMENT = 0.0002
"""Seconds until a call looks again whether it may go on."""

_LONGEST = 1_000
"""Calls of a family that are kept for a script."""


class Family:
    """An object and its parts, for as long as they are followed."""

    __slots__ = (
        "_lock", "_owner", "_paused", "_waiting", "apart", "asked", "changes", "differs", "driven",
        "journal", "left", "lost", "names", "pending", "stage", "underway",
    )  # fmt: skip

    def __init__(self, *, driven: bool) -> None:
        self.driven = driven
        """Whether it may call what it was given, a clock say, even when it is only looked at."""
        self._lock = Lock()
        self._owner = 0
        self._paused: dict[Played, int] = {}
        """What is being called, the latest last, and the threads that do."""
        self._waiting: set[Played] = set()
        """Those that are done, so that the calls they belong to want to go on."""
        self.stage = Stage()
        self.lost: str | None = None
        """Why it is not followed any more."""
        self.differs = False
        """Whether Rust's may be another by now, so that Python goes on even where Rust answered."""
        self.apart = False
        """Whether each side has objects of its own that a program may change: copies of arguments,
        and results. Then only the side that answers knows of such a change."""
        self.journal: list[Step] | None = []
        """The calls so far, for a script; None where they were too many."""
        self.names: dict[str, int] = {}
        """How many objects of a kind were given a name in scripts."""
        self.underway: dict[bool, int] = {True: 0, False: 0}
        """How many calls are being awaited, by whether they are harmless."""
        self.pending: object | None = None
        """What compares calls later, if some wait."""
        self.asked: set[tuple[str, str]] = set()
        """The operations that the program has performed without arguments, and that only read: by
        the contract or part, and by name."""
        self.left: tuple[Followed, Held] | None = None
        """The object that the last call was made on, and what it held when that had ended."""
        self.changes = 0
        """How many calls may have changed it."""

    def overlaps(self, *, harmless: bool) -> bool:
        """Return whether a call that begins now overlaps with one that it may affect."""
        return bool(self.underway[False] or (self.underway[True] and not harmless))

    def take(self) -> bool:
        """Enter a call; return False if other threads' do not end soon."""
        me = get_ident()
        # A call that is to go on comes before new ones, but for those that it has to wait for.
        return self._acquire(lambda: not self._waiting or me in self._paused.values())

    def free(self) -> None:
        """Leave a call, unless another thread's has come between."""
        if self._owner == get_ident():
            self._owner = 0
            self._lock.release()

    @property
    def paused(self) -> Played | None:
        """What a call under way is calling: calls made meanwhile belong to it."""
        return next(reversed(self._paused), None)

    def pause(self, played: Played) -> None:
        """Let calls in while something that was given as an argument is called."""
        self._paused[played] = get_ident()
        self.free()

    def resume(self, played: Played) -> None:
        """Go on with the call that was paused, if possible after those that were begun since."""
        self._waiting.add(played)
        if not self._acquire(lambda: self.paused is played):
            self.lose(CROWDED)
        self._waiting.discard(played)
        del self._paused[played]

    def _acquire(self, ready: Callable[[], bool]) -> bool:
        """Take the lock once it is free and all is `ready`; return False if that takes too long."""
        if self._lock.acquire(blocking=False):
            if ready():
                self._owner = get_ident()
                return True
            self._lock.release()
        until = monotonic() + _PATIENCE
        while (left := until - monotonic()) > 0:
            if self._lock.acquire(timeout=left):
                if ready():
                    self._owner = get_ident()
                    return True
                self._lock.release()
            sleep(_MOMENT)
        return False

    @property
    def side(self) -> Literal["python", "rust"] | None:
        """The side that alone has it as it is, while Rust answers; None as long as both do."""
        if self.lost is None:
            return None
        return "python" if self.differs else "rust"

    def lose(self, reason: str, *, differs: bool = False) -> None:
        """Follow it no longer."""
        if self.lost is None:
            self.lost = reason
            self.differs = differs
            self.journal = None

    def leave(self, followed: Followed, owner: Any) -> None:
        """Note what `owner`, which is `followed`, holds at the end of a call."""
        if self.lost is None and self.pending is None and not self._paused:
            self.left = followed, held_by(owner)

    def touch(self, followed: Followed | None = None, owner: Any = None) -> None:
        """Give up an object that a program has changed since `leave`, which no twin can know.

        Without one, or with another than was left, the reference itself may have changed it.
        """
        left, self.left = self.left, None
        if left is None or left[0] is not followed:
            return
        name = changed_since(left[1], owner)
        if name is not None:
            self.lose(f"its attribute {name} was set", differs=True)

    def keep(self, step: Step) -> None:
        """Remember a call for a script."""
        if self.journal is None:
            return
        if len(self.journal) < _LONGEST:
            self.journal.append(step)
        else:
            self.journal = None

    def name(self, kind: str) -> str:
        """Return a name for another object of a contract or part."""
        number = self.names[kind] = self.names.get(kind, 0) + 1
        return kind.lower() if number == 1 else f"{kind.lower()}{number}"


class Followed:
    """An object of the side that answers, and its twin."""

    __slots__ = ("family", "kind", "name", "twin")

    def __init__(self, family: Family, kind: str) -> None:
        self.family = family
        self.kind = kind
        self.name = family.name(kind)
        self.twin: Any = None
        """The other side's object; None until it is made, which may be later."""
