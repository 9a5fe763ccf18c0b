"""A conversation with a program, whose output is read while it runs."""

from __future__ import annotations

import select
import signal
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, Self, TypeVar, final

from agent.components.tools.arguments import (
    checked_bytes,
    checked_delimiter,
    checked_int,
    checked_stream,
    checked_timeout,
)
from agent.components.tools.errors import (
    DelimiterNotFound,
    OutputEnded,
    ProcessClosed,
    ProcessTimeout,
)
from agent.components.tools.sealed import Sealed
from agent.components.tools.streams import Input, Output
from agent.components.tools.terms import BUFFER, DRAIN, MAX_OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import EllipsisType

    from agent.components.tools.child import Child

__all__ = ["Lines", "Process"]

_T = TypeVar("_T")

_TICK = 0.05
"""Seconds after which it is looked whether another thread has read what is waited for."""

DEFAULT_SIZE = 1 << 16


@final
class Process(Sealed):
    """The reference implementation of `agent.components.tools.process.Process`."""

    __slots__ = ("_abandon", "_child", "_ended", "_held", "_input", "_lock", "_outputs", "_timeout")

    def __init__(self, child: Child, timeout: float | None) -> None:
        self._child = child
        self._timeout = timeout
        self._held = False
        self._ended: float | None = None
        """When its end was noticed."""
        self._lock = threading.RLock()
        popen = child.popen
        self._input = None if popen.stdin is None else Input(popen.stdin)
        self._outputs = {
            name: Output(pipe)
            for name, pipe in (("stdout", popen.stdout), ("stderr", popen.stderr))
            if pipe is not None
        }
        # Not __del__, before which the pipes of a cycle might be finalized, with a warning.
        pipes = [each for each in (self._input, *self._outputs.values()) if each is not None]
        self._abandon = weakref.finalize(self, _abandon, child, pipes)
        self._abandon.atexit = False

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        return self._child.returncode

    @property
    def held(self) -> bool:
        return self._held

    def write(self, data: Any, /, *, timeout: Any = ...) -> None:
        left = memoryview(checked_bytes("data", data))
        size = len(left)
        seconds = self._seconds(timeout)

        def written() -> bool | None:
            nonlocal left
            if self._input is None or self._input.pipe is None:
                message = "the input of the process is closed"
                raise ProcessClosed(message)
            try:
                left = left[self._input.write(left) :] if left else left
            except BrokenPipeError:
                self._input.close()
                raise
            return None if left else True

        if self._within(seconds, written, writes=True) is None:
            message = f"{size - len(left)} of {size} bytes were written in {seconds} seconds"
            raise ProcessTimeout(message)

    def close_input(self) -> None:
        with self._lock:
            self._require()
            if self._input is not None:
                self._input.close()

    def read(
        self, size: Any = DEFAULT_SIZE, /, *, stream: Any = "stdout", timeout: Any = ...
    ) -> bytes:
        most = checked_int("size", size, 1, MAX_OUTPUT)
        output = self._output(stream)
        seconds = self._seconds(timeout)

        def some() -> bytes | None:
            if output.kept or output.pipe is None:
                return output.take(most)
            return None

        if (found := self._within(seconds, some)) is None:
            message = f"nothing was read from {stream} in {seconds} seconds"
            raise ProcessTimeout(message)
        return found

    def read_until(
        self,
        delimiter: Any,
        /,
        *,
        stream: Any = "stdout",
        max_bytes: Any = DEFAULT_SIZE,
        timeout: Any = ...,
    ) -> bytes:
        ending = checked_delimiter(delimiter)
        most = checked_int("max_bytes", max_bytes, 1, MAX_OUTPUT)
        output = self._output(stream)
        seconds = self._seconds(timeout)
        found = self._until(output, ending, most, seconds)
        if found is None:
            message = f"{stream} ended before {ending!r}"
            raise OutputEnded(message)
        return found

    def lines(
        self, *, stream: Any = "stdout", max_bytes: Any = DEFAULT_SIZE, timeout: Any = ...
    ) -> Lines:
        most = checked_int("max_bytes", max_bytes, 1, MAX_OUTPUT)
        output = self._output(stream)
        seconds = self._seconds(timeout)
        self._require()

        def line() -> bytes:
            found = self._until(output, b"\n", most, seconds)
            return output.take(most) if found is None else found

        return Lines(line)

    def wait(self, *, timeout: Any = ...) -> int:
        seconds = self._seconds(timeout)
        if self.returncode is not None:
            return self.returncode

        def ended() -> int | None:
            if self._ended is not None:
                self._child.reap()
            return self.returncode

        if (returncode := self._within(seconds, ended)) is None:
            message = f"the process did not end in {seconds} seconds"
            raise ProcessTimeout(message)
        return returncode

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def close(self) -> None:
        with self._lock:
            self._abandon()
            self._input = None
            self._outputs = {}

    def __enter__(self) -> Self:
        self._require()
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _seconds(self, timeout: float | EllipsisType | None) -> float | None:
        return self._timeout if timeout is ... else checked_timeout(timeout)

    def _output(self, stream: Any) -> Output:
        name = checked_stream(stream)
        self._require()
        if name not in self._outputs:
            message = "stderr is no stream of its own"
            raise ValueError(message)
        return self._outputs[name]

    def _require(self) -> None:
        """Raise `ProcessClosed` if it cannot be used any more, or not in this process."""
        if not self._child.is_own():
            message = "the process was started by the parent of this one"
            raise ProcessClosed(message)
        if not self._outputs:
            message = "the process is closed"
            raise ProcessClosed(message)

    def _send(self, number: int) -> None:
        with self._lock:
            if self._outputs or not self._child.is_own():
                self._require()
            self._child.send(number)

    def _until(
        self, output: Output, ending: bytes, most: int, seconds: float | None
    ) -> bytes | None:
        """Return the output up to a delimiter; None if it ends before."""
        looked = 0  # up to where in the whole output

        def found() -> tuple[bytes | None] | None:
            nonlocal looked
            kept = output.kept
            place = kept.find(ending, max(0, looked - output.taken - len(ending) + 1), most)
            if place >= 0:
                return (output.take(place + len(ending)),)
            looked = output.taken + len(kept)
            if len(kept) >= most:
                message = f"there is no {ending!r} in {most} bytes"
                raise DelimiterNotFound(message)
            return (None,) if output.pipe is None else None

        if (ended := self._within(seconds, found, room=most)) is None:
            message = f"there was no {ending!r} in {seconds} seconds"
            raise ProcessTimeout(message)
        return ended[0]

    def _within(
        self,
        seconds: float | None,
        look: Callable[[], _T | None],
        *,
        writes: bool = False,
        room: int = 0,
    ) -> _T | None:
        """Read and look until something is found; return None if the time is over before."""
        deadline = None if seconds is None else time.perf_counter() + seconds
        while True:
            with self._lock:
                self._require()
                self._step(max(room, BUFFER))
                if (found := look()) is not None:
                    return found
                poll = self._watched(max(room, BUFFER), writes=writes)
            left = _TICK if deadline is None else deadline - time.perf_counter()
            if left <= 0.0:
                return None
            poll.poll(min(left, _TICK) * 1000.0)

    def _watched(self, room: int, *, writes: bool) -> select.poll:
        poll = select.poll()
        if self._ended is None:
            poll.register(self._child.exit, select.POLLIN)
        for output in self._outputs.values():
            if output.pipe is not None and len(output.kept) < room:
                poll.register(output.pipe, select.POLLIN)
        if writes and self._input is not None and self._input.pipe is not None:
            poll.register(self._input.pipe, select.POLLOUT)
        return poll

    def _step(self, room: int) -> None:
        """Read what there is, where there is room; note the end."""
        if self._ended is None:
            exit_ = select.poll()
            exit_.register(self._child.exit, select.POLLIN)
            if exit_.poll(0):
                self._child.kill()
                self._ended = time.perf_counter()
        for output in self._outputs.values():
            while output.pipe is not None and len(output.kept) < room:
                data = output.read()
                if data is None:
                    output.close()
                elif data:
                    output.kept += data
                else:
                    self._give_up(output)
                    break

    def _give_up(self, output: Output) -> None:
        """Read no more if the program has ended, and another process holds its output."""
        if self._ended is not None and time.perf_counter() - self._ended >= DRAIN:
            output.close()
            self._held = True


def _abandon(child: Child, pipes: Sequence[Input | Output]) -> None:
    """End a program, unless it is the parent's, and close what leads to it."""
    if child.is_own():
        child.reap()
    for pipe in pipes:
        pipe.close()


@final
class Lines(Sealed):
    """An iterator over lines."""

    __slots__ = ("_line",)

    def __init__(self, line: Callable[[], bytes]) -> None:
        self._line = line

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if line := self._line():
            return line
        raise StopIteration
