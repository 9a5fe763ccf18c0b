"""Callables passed as arguments: observed on one side, replayed on the other.

An implementation is given an `Observed` in the place of a callable: it calls the original, and what
that does is noted. Another implementation is given a `Replayed`, which answers as was noted without
calling anything. A clock is a callable like any other.
"""

from __future__ import annotations

import copy
import weakref
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import pass_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Observed", "Replayed", "StandIn", "call_noted"]


class StandIn:
    """Passes for a callable wherever that is looked at, copied or pickled."""

    __slots__ = ()

    stands_for: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stands_for, name)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The original's class, for `isinstance`."""
        return type(self.stands_for)

    def __eq__(self, other: object) -> bool:
        mine, theirs = self.stands_for, getattr(other, "stands_for", other)
        return bool(mine is theirs or mine == theirs)

    def __hash__(self) -> int:
        return hash(self.stands_for)

    def __repr__(self) -> str:
        return repr(self.stands_for)

    def __reduce__(self) -> tuple[Any, ...]:
        # By the standard library alone: who reads the pickle may not have this package.
        return itemgetter(0), ((self.stands_for,),)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self.stands_for, memo)

    def __copy__(self) -> Any:
        return self.stands_for


class Observed(StandIn):
    """Calls a callable through `call`, which is given it, the arguments and the named ones."""

    __slots__ = ("__weakref__", "_call", "stands_for")

    def __init__(
        self,
        function: Any,
        call: Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any],
    ) -> None:
        self.stands_for = function
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the original."""
        return self._call(self.stands_for, args, kwargs)


class Replayed(StandIn):
    """Answers through `play`, which is given the arguments and the named ones.

    It holds the callable weakly: an object that keeps a `Replayed` would otherwise keep alive what
    its own callbacks belong to.
    """

    __slots__ = ("_observed", "_play")

    def __init__(
        self, observed: Observed, play: Callable[[tuple[Any, ...], dict[str, Any]], Any]
    ) -> None:
        self._observed = weakref.ref(observed)
        self._play = play

    @property
    def stands_for(self) -> Any:
        """The original; None if it was collected."""
        observed = self._observed()
        return None if observed is None else observed.stands_for

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Answer as the original did."""
        return self._play(args, kwargs)


pass_unseen(globals())

for _kind in (Observed, Replayed):  # where a class has these of its own, nothing else is asked
    for _name in ("__annotations__", "__doc__", "__module__"):
        setattr(_kind, _name, property(attrgetter(f"stands_for.{_name}")))


def call_noted(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    note: Callable[[Any, bool], None],
) -> Any:
    """Call `function`, and give `note` its result and False, or its exception and True.

    Returns and raises what `function` does.
    """
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        note(error, True)  # noqa: FBT003  # as declared above
        raise
    note(value, False)  # noqa: FBT003
    return value
