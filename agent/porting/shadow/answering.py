"""Gives a caller the primary's answer unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.interpose.callbacks import StandIn
from agent.porting.shadow.exceptions import raise_again

if TYPE_CHECKING:
    from agent.porting.shadow.call import ComparedCall

__all__ = ["NESTED", "given"]

__passes_calls_on__ = True

NESTED = "inside another call"
"""Why a call is not compared that an implementation makes itself."""


def given(call: ComparedCall, *, over: bool) -> Any:
    """Return what the primary returned, or raise what it raised; `over`: the call is done with."""
    value, error = call.value, call.raised
    if over:
        call.forget()
    if error is not None:
        try:
            raise_again(error, 1)
        finally:
            del error
    return value.stands_for if isinstance(value, StandIn) else value
