"""Objects that are followed: a Rust twin for each, kept beside the Python object.

An object that was constructed, and all that its operations give, are one family: they share state,
so that their calls have to come to both sides in the same order.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.porting.shadow.callbacks import Stage

if TYPE_CHECKING:
    from agent.porting.shadow.callbacks import Played
    from agent.porting.shadow.scripts import Step

__all__ = ["Family", "Followed"]

_PATIENCE = 0.01
"""Seconds that a call waits for another thread's, before the family is given up."""

_LONGEST = 1_000
"""Calls of a family that are kept for a script."""


class Family:
    """An object and its parts, for as long as they are followed."""

    __slots__ = ("_lock", "_paused", "changes", "differs", "journal", "lost", "names", "stage")

    def __init__(self) -> None:
        self._lock = Lock()
        self._paused: list[Played] = []
        self.stage = Stage()
        self.lost: str | None = None
        """Why it is not followed any more."""
        self.differs = False
        """Whether that is for a difference, so that Python goes on even where Rust answered."""
        self.journal: list[Step] | None = []
        """The calls so far, for a script; None where they were too many."""
        self.names: dict[str, int] = {}
        """How many objects of a kind were given a name in scripts."""
        self.changes = 0
        """How many calls may have changed it."""

    def take(self) -> bool:
        """Enter a call; return False if another thread's does not end soon."""
        return self._lock.acquire(timeout=_PATIENCE)

    def free(self) -> None:
        """Leave a call."""
        self._lock.release()

    @property
    def paused(self) -> Played | None:
        """What a call under way is calling: calls made meanwhile belong to it."""
        return self._paused[-1] if self._paused else None

    def pause(self, played: Played) -> None:
        """Let calls in while something that was given as an argument is called."""
        self._paused.append(played)
        self._lock.release()

    def resume(self, played: Played) -> None:
        """Go on with the call that was paused."""
        if not self.take():
            self.lose("called by several threads at once")
            self._lock.acquire()
        if self._paused[-1] is not played:  # another thread's call has begun and not ended since
            self.lose("called by several threads at once")
        self._paused.remove(played)

    def lose(self, reason: str, *, differs: bool = False) -> None:
        """Follow it no longer."""
        if self.lost is None:
            self.lost = reason
            self.differs = differs
            self.journal = None

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
