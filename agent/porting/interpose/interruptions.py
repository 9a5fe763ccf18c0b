"""Tells what a signal handler raised, which is meant for the caller, from what was called.

Signals are handled between two steps of the main thread, wherever it is: in an implementation, in
what compares two of them, or in a ``__repr__`` that a report asks for. Whoever catches what these
raise asks first whether it is theirs. See docs/adr/0023-what-a-handler-raised.md.
"""

from __future__ import annotations

import dis
import inspect
import signal
import threading
from itertools import pairwise
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["is_interruption"]

_RAISE = {dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE") if name in dis.opmap}

_ARGUMENTS = 4
"""Parameters among which a handler has its signal and its frame: it may be a method, or bound."""

_getsignal: Any = getattr(signal.getsignal, "__wrapped__", signal.getsignal)
"""Makes no enumeration of what it returns: it is asked of every signal."""


def is_interruption(error: BaseException) -> bool:
    """Return whether `error` comes from a signal handler, not from what was called.

    What a handler raised has the handler in its traceback: a function that was given the frame that
    it interrupted. Python's own handler of `KeyboardInterrupt` is compiled and leaves no trace;
    where it strikes nothing is raised by a statement.
    """
    first = error.__traceback__
    interrupts = isinstance(error, KeyboardInterrupt)
    if (first is None or first.tb_next is None) and not interrupts:  # the common case, at once
        return False
    if threading.current_thread() is not threading.main_thread():
        return False
    steps = list(_steps(first))
    if any(_was_given(inner.tb_frame, outer.tb_frame) for outer, inner in pairwise(steps)):
        return True
    codes = {step.tb_frame.f_code for step in steps}
    if not codes.isdisjoint(_handlers()):  # one that has changed its own arguments
        return True
    if not interrupts or _getsignal(signal.SIGINT) is not signal.default_int_handler or not steps:
        return False
    last = steps[-1]
    return last.tb_frame.f_code.co_code[last.tb_lasti] not in _RAISE


def _was_given(frame: FrameType, interrupted: FrameType) -> bool:
    """Return whether the function of `frame` was called with a signal and the other frame."""
    code = frame.f_code
    number = min(code.co_argcount, _ARGUMENTS)
    names = list(code.co_varnames[:number])
    if code.co_flags & inspect.CO_VARARGS:
        names.append(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
    if not names:
        return False
    held = frame.f_locals
    given: list[Any] = []
    for name in names:
        value = held.get(name)
        given += value if isinstance(value, tuple) else [value]
    return any(value is interrupted for value in given) and any(
        isinstance(value, int) for value in given
    )


def _steps(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _handlers() -> set[CodeType]:
    codes = set()
    for number in range(1, signal.NSIG):
        try:
            handler = _getsignal(number)
        except ValueError:  # no signal has this number
            continue
        function = getattr(handler, "__func__", handler)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            codes.add(code)
    return codes
