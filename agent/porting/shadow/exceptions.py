"""Whether an exception came from outside while the other side ran, or is that side's own doing."""

from __future__ import annotations

import dis
import signal
import threading
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["is_interruption"]

_RAISE = {dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE") if name in dis.opmap}


def is_interruption(error: BaseException) -> bool:
    """Tell whether `error` is meant for the caller.

    Signals are handled between two steps of the main thread, wherever it is. What a handler raised
    has the handler in its traceback, but for `KeyboardInterrupt`: Python's own handler is compiled
    and leaves no trace, and where it strikes nothing is raised by a statement.
    """
    steps = [(frame.f_code, index) for frame, index in _steps(error)]
    interrupts = isinstance(error, KeyboardInterrupt)
    if len(steps) < 2 and not interrupts:  # a handler would be the second: the common case, at once
        return False
    if threading.current_thread() is not threading.main_thread():
        return False
    handlers = _handlers()
    if any(code in handlers for code, _ in steps):
        return True
    if not interrupts or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return False
    code, index = steps[-1]
    return code.co_code[index] not in _RAISE


def _steps(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    step = error.__traceback__
    while step is not None:
        yield step.tb_frame, step.tb_lasti
        step = step.tb_next


def _handlers() -> set[CodeType]:
    codes = set()
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        function = getattr(handler, "__func__", handler)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            codes.add(code)
    return codes
