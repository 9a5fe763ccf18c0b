"""The outcome of a call, and the comparison of two outcomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from agent.porting.compare.difference import Difference, describe
from agent.porting.compare.introspection import said
from agent.porting.interpose.frames import passes_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.comparison import Comparison

__all__ = ["MOMENT", "SCRIPT", "Outcome", "capture", "difference_of_outcomes", "is_binding"]

SCRIPT = "<script>"
"""The file name that scripts are compiled with."""

MOMENT = "when it raised"
"""The place of a difference in when an exception is raised: at the call or at the await."""

__passes_calls_on__ = True

_BINDING = re.compile(
    r"missing|positional|unexpected keyword|takes no|takes (exactly|at most|at least|from)"
    r"|takes \d|multiple values|keyword arguments?|expected (at least|at most|exactly|\d)"
)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a call: a value or an exception."""

    value: Any = None
    raised: BaseException | None = None
    binding: bool = False
    """Whether the call failed before it began: arguments missing, in excess or unknown."""
    gave: str = ""
    """For an awaited call, what the call returned; empty if the call itself raised."""

    def unwrap(self) -> Any:
        """Return the value, or raise the exception."""
        if self.raised is not None:
            raise self.raised
        return self.value

    def __str__(self) -> str:
        if self.raised is None:
            return f"returned {describe(self.value)}"
        return f"raised {describe(self.raised)}{' when awaited' if self.gave else ''}"


def capture(function: Callable[..., Any], *arguments: Any, **more: Any) -> Outcome:
    """Call `function` and return the outcome; only an interruption by the user propagates."""
    try:
        return Outcome(function(*arguments, **more))
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  # any exception is an outcome
        return Outcome(raised=error, binding=is_binding(error))


def is_binding(error: BaseException) -> bool:
    """Return whether `error` comes from binding arguments, not from the called function.

    Its traceback then holds no frames but the script's line and modules that pass calls on (see
    `agent.porting.interpose.frames`). Cython adds a frame of the function itself, without code.
    """
    message = said(error)
    if not isinstance(error, TypeError) or not _BINDING.search(message):
        return False
    codes = [
        frame.f_code
        for frame, _ in walk_tb(error.__traceback__)
        if frame.f_code.co_filename != SCRIPT and not passes_on(frame)
    ]
    return not codes or (
        len(codes) == 1
        and not (codes[0].co_filename.endswith(".py") and codes[0].co_consts)
        and message.startswith(f"{codes[0].co_name.rpartition('.')[2]}() ")
    )


def difference_of_outcomes(
    python: Outcome, rust: Outcome, comparison: Comparison, annotation: Any = Any
) -> Difference | None:
    """Return the first difference between the outcomes of two calls, or None.

    Results agree as `annotation` says, by default exactly; exceptions by class, args, message,
    notes, cause and visible context; a call that could not be bound agrees with any other such
    call. `comparison` forgets the objects it has seen and tracks those of this comparison, so that
    arguments may be compared next.
    """
    comparison.forget()
    if python.raised is None and rust.raised is None:
        return comparison.first("result", python.value, rust.value, annotation)
    if python.raised is None or rust.raised is None:
        return Difference("outcome", str(python), str(rust))
    if python.binding and rust.binding:
        return None
    if bool(python.gave) != bool(rust.gave):
        moments = ["when awaited" if side.gave else "when called" for side in (python, rust)]
        return Difference(MOMENT, *moments)
    return comparison.first("raised", python.raised, rust.raised)
