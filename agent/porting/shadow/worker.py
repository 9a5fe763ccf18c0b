"""The thread that compares instead of the caller's: one for each component, started on demand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from queue import Empty, Full, Queue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome
from agent.porting.interpose.callbacks import StandIn
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.copying import Uncopied, copied, copied_exception, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.copying import Clone

__all__ = ["Worker", "settle"]

_LONGEST = 1_000
"""Calls that wait; what comes on top is skipped."""

_PATIENCE = 5.0
"""Seconds that the end of the process waits for what is left."""


class Worker:
    """Compares what it is given, in order."""

    def __init__(
        self,
        finish: Callable[[ComparedCall], None],
        leave: Callable[[ComparedCall, str], None],
        put_off: Callable[[ComparedCall], None],
    ) -> None:
        self._finish = finish
        self._leave = leave
        self._put_off = put_off
        self._begin()

    def _begin(self) -> None:
        self._queue: Queue[ComparedCall] = Queue(_LONGEST)
        self._lock = Lock()
        self._thread: Thread | None = None

    def put(self, call: ComparedCall) -> None:
        """Have a call compared later: what it gave is copied, as the caller may change it."""
        try:
            settle(call)
        except Uncopied as why:
            self._leave(call, f"{call.operation.name}: {why}")
            return
        if self._thread is None:
            self._start()
        self._put_off(call)
        try:
            self._queue.put_nowait(call)
        except Full:
            self._leave(call, "too many calls wait to be compared")

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="agent.shadow", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            call = self._queue.get()
            try:
                self._finish(call)
            finally:
                call.forget()
                self._queue.task_done()
                del call  # it would live until the next one comes

    def end(self) -> None:
        """Wait, but not for long, until all is compared; what is left then is skipped."""
        deadline = monotonic() + _PATIENCE
        with self._queue.all_tasks_done:
            while self._queue.unfinished_tasks and (left := deadline - monotonic()) > 0:
                self._queue.all_tasks_done.wait(left)
        with suppress(Empty):
            while True:
                self._leave(self._queue.get_nowait(), "the process ended before it was compared")
                self._queue.task_done()

    def begin_again(self) -> None:
        """Leave what waits to the parent: this is a process of its own, which was forked."""
        self._begin()


def settle(call: ComparedCall) -> None:
    """Copy what a call gave and changed, as the caller may change it before it is compared.

    Raises `Uncopied`.
    """
    clone = together(call.clone)
    if call.raised is None and call.made is None:
        call.answer = Outcome(copied(call.value, clone))
    elif call.raised is not None and call.answer is not None:
        try:
            call.answer = replace(call.answer, raised=copied_exception(call.raised))
        except Exception as error:  # of a class that cannot be copied: it is compared as it is then
            if is_interruption(error):
                raise
    if not call.plain:
        call.args = tuple([_now(value, clone) for value in call.args])
        call.kwargs = {name: _now(value, clone) for name, value in call.kwargs.items()}


def _now(value: Any, clone: Clone) -> Any:
    """Return an argument as it is after the call."""
    return value if isinstance(value, StandIn) else copied(value, clone)
