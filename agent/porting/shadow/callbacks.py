"""Callables that are given as arguments: called for one side, and played again to the other.

The side that answers the caller calls the real one, through `Recorded`; what that did is noted in
the `Call` under way. The other side is given `Replayed`, which does the same again without calling
anything. A clock is no more than that, but may be read at any time.
"""

from __future__ import annotations

import copy
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.errors import AgentError
from agent.porting.shadow.copying import Uncopied, copied
from agent.porting.shadow.raising import raise_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.call import Call
    from agent.porting.shadow.context import Context

__all__ = [
    "Played",
    "Recorded",
    "RecordedClock",
    "Replayed",
    "ReplayedClock",
    "Stage",
    "Standing",
    "Unplayed",
]


class Unplayed(AgentError):
    """One side calls what it was given otherwise than the other did: nothing can be answered."""


@dataclass(slots=True, eq=False)
class Played:
    """One call of a callable: what it was given and what it did."""

    label: str
    """Which parameter it was given as."""
    arguments: tuple[tuple[Any, ...], dict[str, Any]]
    value: Any = None
    raised: BaseException | None = None
    nested: list[Call] = field(default_factory=list)
    """Calls of the component that were made meanwhile."""

    def again(self) -> Any:
        """Do the same again."""
        if self.raised is not None:
            raise_again(self.raised)
        return self.value


class Stage:
    """Which call the other side is making: what `Replayed` and `ReplayedClock` play from."""

    __slots__ = ("call", "time")

    def __init__(self) -> None:
        self.call: Call | None = None
        self.time: Played | None = None
        """What the clock showed last."""


class Standing:
    """Stands for a callable, and passes for it wherever it is looked at, copied or pickled."""

    __slots__ = ()

    stands_for: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stands_for, name)

    def __eq__(self, other: object) -> bool:
        mine, theirs = self.stands_for, getattr(other, "stands_for", other)
        return bool(mine is theirs or mine == theirs)

    def __hash__(self) -> int:
        return hash(self.stands_for)

    def __repr__(self) -> str:
        return repr(self.stands_for)

    def __reduce__(self) -> tuple[Any, ...]:
        return _same, (self.stands_for,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self.stands_for, memo)

    def __copy__(self) -> Any:
        return self.stands_for


def _same(function: Any) -> Any:
    return function


class Recorded(Standing):
    """What the side that answers is given: calls the real one, and notes what it did."""

    __slots__ = ("__weakref__", "_context", "_label", "stands_for")

    def __init__(self, function: Any, label: str, context: Context) -> None:
        self.stands_for = function
        self._label = label
        self._context = context

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the real one."""
        call = self._context.call
        if call is None:
            with self._context.outside(None):
                return self.stands_for(*args, **kwargs)
        played = Played(self._label, ((), {}))
        try:
            clone = call.clone
            played.arguments = (
                tuple([copied(value, clone) for value in args]),
                {name: copied(value, clone) for name, value in kwargs.items()},
            )
        except Uncopied as error:
            call.broken = f"{self._label} was called with {error}"
        call.played.append(played)
        with self._context.outside(played):
            return note(self.stands_for, args, kwargs, played, call)


class RecordedClock(Standing):
    """The same for a clock."""

    __slots__ = ("__weakref__", "_context", "stands_for")

    def __init__(self, clock: Any, context: Context) -> None:
        self.stands_for = clock
        self._context = context

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Read the real one."""
        call = self._context.call
        if call is None:
            return self.stands_for(*args, **kwargs)
        played = Played("clock", ((), {}))
        call.times.append(played)
        with self._context.outside(None):
            return note(self.stands_for, args, kwargs, played, call)


def note(function: Callable[..., Any], args: Any, kwargs: Any, played: Played, call: Call) -> Any:
    """Call `function` and note in `played` what it did."""
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        try:
            # The caller gets the exception itself, to which raising it again would add.
            played.raised = copy.copy(error)
            played.raised.__context__ = error.__context__
            played.raised.__cause__ = error.__cause__
            played.raised.__suppress_context__ = error.__suppress_context__
        except Exception:  # noqa: BLE001  # of whatever class it is
            call.broken = f"{played.label} raised what cannot be copied"
        raise
    try:
        played.value = copied(value, call.clone)
    except Uncopied as error:
        call.broken = f"{played.label} gave {error}"
    return value


class _Again(Standing):
    """What the other side is given.

    It does not hold what it stands for: the twin that keeps it would keep an object alive to which
    its own callbacks belong.
    """

    __slots__ = ("_recorded", "_stage")

    def __init__(self, recorded: Standing, stage: Stage) -> None:
        self._recorded = weakref.ref(recorded)
        self._stage = stage

    @property
    def stands_for(self) -> Any:
        recorded = self._recorded()
        return None if recorded is None else recorded.stands_for


class Replayed(_Again):
    """Does what the real one did, if it is called alike."""

    __slots__ = ("_label",)

    def __init__(self, recorded: Recorded, label: str, stage: Stage) -> None:
        super().__init__(recorded, stage)
        self._label = label

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do again what was done."""
        call = self._stage.call
        if call is None:
            message = f"{self._label} is called while nothing is asked for"
            raise Unplayed(message)
        return call.replay(self._label, args, kwargs)


class ReplayedClock(_Again):
    """Shows what the real clock showed in the same call; then that again, until the next one."""

    __slots__ = ("_start",)

    def __init__(self, recorded: RecordedClock, stage: Stage, start: float) -> None:
        super().__init__(recorded, stage)
        self._start = start

    def __call__(self) -> Any:
        """Show the time."""
        call, stage = self._stage.call, self._stage
        if call is not None and call.shown < len(call.times):
            stage.time = call.times[call.shown]
            call.shown += 1
        return self._start if stage.time is None else stage.time.again()
