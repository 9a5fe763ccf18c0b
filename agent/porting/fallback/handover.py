"""Hands an object over from Rust to Python, exactly once, with any number of threads."""

from __future__ import annotations

import os
import time
from threading import RLock, get_ident, local
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from agent.errors import ContractError, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Arguments", "Hold", "Leaving", "Presence", "gives_state", "here"]

__passes_calls_on__ = True

Arguments = tuple[tuple[Any, ...], dict[str, Any]]

_MOMENT = 0.0001
"""Seconds between two looks whether other threads have left Rust."""

_LASTING = {type(None), bool, int, float, complex, str, bytes}
"""Classes of arguments that cannot have changed since."""


class Presence:
    """A thread of this process, or a call that one of its tasks awaits.

    A thread's number would be another's in a child process.
    """

    __slots__ = ("__weakref__", "task_of")

    def __init__(self, task_of: int | None = None) -> None:
        self.task_of = task_of
        """For one call of a task, the number of the thread whose event loop runs it."""

    @classmethod
    def of_task(cls) -> Presence:
        """Return the presence of a call that the current task awaits."""
        found = cls(get_ident())
        _present.add(found)
        return found

    @property
    def is_task(self) -> bool:
        """Whether it is a call that is awaited."""
        return self.task_of is not None


_present: WeakSet[Presence] = WeakSet()


class _Here(local):
    """Holds the presence of each thread that asks."""

    def __init__(self) -> None:
        self.presence = Presence()
        _present.add(self.presence)


here = _Here()
"""Knows the thread that asks: ``here.presence``."""


def _leave_others_behind() -> None:
    """Forget the threads of the parent process, whose calls never end here."""
    own = here.presence
    _present.clear()
    _present.add(own)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_others_behind)


class Leaving(Unsupported):
    """The object is being handed over just now."""


class Hold:
    """What Rust has of one object.

    Calls of Rust are in `flight`. The thread that hands the object over becomes its `heir`: then no
    call is begun, those that others have in flight end first, and only then the state is taken.
    A call enters its flight before it looks for an heir, who names himself before he looks for
    flights: one of the two sees the other.
    """

    __slots__ = ("arguments", "closing", "flight", "heir", "lock", "rust")

    def __init__(self, rust: Any, arguments: Arguments | None = None) -> None:
        self.rust = rust
        self.arguments = arguments
        """What it was constructed with, as long as nothing else was called."""
        self.flight: list[Presence] = []
        """The threads that are in a call of Rust, as often as they are, and calls of tasks."""
        self.heir: Presence | None = None
        """The thread that hands the object over, or did."""
        self.closing = 0
        """How many tasks wait until it can be handed over."""
        self.lock = RLock()

    def await_landing(self) -> None:
        """Wait until no thread is in a call of Rust, of those that are there still."""
        while any(thread in _present for thread in tuple(self.flight)):
            time.sleep(_MOMENT)

    def give(self, restore: Callable[[Any], None], construct: Callable[..., None]) -> None:
        """Give what Rust has to one of two: the state to `restore`, or arguments to `construct`.

        Raises `ContractError` if there is neither.
        """
        kind = type(self.rust)
        if gives_state(kind):
            restore(self.rust.__getstate__())
            return
        why = "was used already"
        if self.arguments is not None:
            if _lasts(self.arguments):
                arguments, more = self.arguments
                construct(*arguments, **more)
                return
            why = "was made of what may have changed since"
        message = f"the class {kind.__name__} of Rust has no __getstate__, and the object {why}"
        raise ContractError(message)


def gives_state(kind: type) -> bool:
    """Return whether the class has a ``__getstate__`` of its own: every object has some."""
    return any("__getstate__" in vars(base) for base in kind.__mro__[:-1])


def _lasts(value: Any) -> bool:
    if type(value) in {tuple, frozenset}:
        return all(map(_lasts, value))
    if type(value) is dict:  # of keyword arguments: one that was passed does not last either
        return all(map(_lasts, value.values()))
    return type(value) in _LASTING
