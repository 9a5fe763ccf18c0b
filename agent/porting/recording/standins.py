"""What the program gets instead of the implementation: calls the original, and has it recorded.

A stand-in does what the original does: it returns the original's results, raises its exceptions,
prints, compares, iterates, copies and pickles as it. Where objects are made, the program holds a
`Recorded` for each; whatever is handed to an original is an original again.
"""

from __future__ import annotations

import functools
from types import FunctionType
from typing import TYPE_CHECKING, Any

from agent.porting.recording.callbacks import HeardFunction
from agent.porting.recording.proxy_class import stand_in_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.recording.capture import Place, Recorded
    from agent.porting.recording.plan import Call, Kind
    from agent.porting.recording.recorder import Recorder

__all__ = ["StandIns"]

__passes_calls_on__ = True


class StandIns:
    """Makes them, for one recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._classes: dict[type, type] = {}
        self._functions: list[Any] = []

    def function(self, original: Callable[..., Any], call: Call) -> Any:
        """Return what stands in for a function; one that does so already stays."""
        if any(original is each for each in self._functions):
            return original

        def recorded(*args: Any, **named: Any) -> Any:
            return self.call(call, original, args, named)

        # One that is not written in Python does not become a method where a class holds it.
        in_python = isinstance(original, FunctionType)
        made = functools.wraps(original)(recorded) if in_python else _Plain(recorded, original)
        self._functions.append(made)
        return made

    def of_class(self, original: type, kind: Kind) -> type:
        """Return what stands in for a class, and records the calls on its objects."""
        if original in self._classes.values():
            return original
        if original not in self._classes:
            self._classes[original] = stand_in_class(self, original, kind)
        return self._classes[original]

    def make(self, stand_in: type, original: type, args: Any, named: Any) -> Any:
        """Make an object of the class `original`, as the program asked for."""
        call = self._recorder.root.make
        if call is None or self._classes.get(original) is not stand_in:
            return original(*args, **named)
        return self.call(call, original, args, named)

    def call(
        self, call: Call, function: Any, args: Any, named: Any, holder: Recorded | None = None
    ) -> Any:
        """Call `function`, on the object that `holder` stands for, and record it."""
        recorder = self._recorder
        taken = recorder.take(call, args, named, holder)
        on = () if holder is None else (holder.recorded_original,)
        try:
            result = function(*on, *taken.args, **taken.named)
        except BaseException:
            recorder.keep(taken, holder)
            raise
        known = recorder.held.get(id(result))
        makes = known is None and result is not None
        place = recorder.keep(taken, holder, made=makes)
        return self.shown(result, place, recorder.plan.kinds.get(call.returns or ""))

    def shown(self, result: Any, place: Place | None = None, kind: Kind | None = None) -> Any:
        """Return what the program sees of a result: never an original."""
        if isinstance(result, HeardFunction):
            return result.function
        known = self._recorder.held.get(id(result))
        if known is not None:
            return known
        if place is not None and kind is not None:
            stand_in = self.of_class(type(result), kind)
        elif type(result) in self._classes:
            stand_in = self._classes[type(result)]
        else:
            return result
        held: Recorded = object.__new__(stand_in)
        self._recorder.hold(held, result, place)
        return held


class _Plain:
    """A function that is not one of Python's own class of functions."""

    def __init__(self, recorded: Callable[..., Any], original: Callable[..., Any]) -> None:
        functools.update_wrapper(self, original)
        self._recorded = recorded
        self._original = original

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._recorded(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def __repr__(self) -> str:
        return repr(self._original)

    def __reduce__(self) -> Any:
        return self._original.__reduce__()
