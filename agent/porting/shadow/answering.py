"""Gives a caller the primary's answer unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.interpose.callbacks import StandIn
from agent.porting.shadow.exceptions import raise_again

if TYPE_CHECKING:
    from agent.porting.shadow.call import ComparedCall

__all__ = ["NESTED", "Answer", "given"]

__passes_calls_on__ = True

NESTED = "inside another call"
"""Why a call is not compared that an implementation makes itself."""


Answer = list[Any]
"""What the primary returned and what it raised; empty once the caller has it.

An exception that is raised knows the frames that know its answer.
"""


def given(call: ComparedCall, *, over: bool, answer: Answer | None = None) -> Any:
    """Return what the primary returned, or raise what it raised.

    Args:
        call: the call.
        over: whether the call is done with.
        answer: the answer, where another thread may be done with the call before this one is.
    """
    value, error = answer or (call.value, call.raised)
    if answer is not None:
        answer.clear()
    if over:
        call.forget()
    if error is not None:
        try:
            raise_again(error, 1)
        finally:
            del error
    return value.stands_for if isinstance(value, StandIn) else value
