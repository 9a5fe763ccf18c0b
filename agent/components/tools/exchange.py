"""The exchange with programs: input is written and output is read until all have ended."""

from __future__ import annotations

import selectors
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from agent.components.tools.contract import Result
from agent.components.tools.streams import Input, Output
from agent.components.tools.terms import DRAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.components.tools.child import Child

__all__ = ["Exchange", "Watch"]

_LONGEST = 3600.0
"""Seconds that are waited for at once: `poll` takes no more than some weeks."""


class Watch(Protocol):
    """What tells that a descriptor is ready: a selector, or an event loop."""

    def register(self, fileobj: int, events: int, data: Callable[[], None], /) -> Any:
        """Have `data` called whenever the descriptor is ready."""

    def unregister(self, fileobj: int, /) -> Any:
        """Watch it no more."""


class Exchange:
    """What is written to the first of some programs, and what all of them write.

    The output of each but the last is the input of the next one.
    """

    def __init__(
        self, children: Sequence[Child], data: bytes, most: int, timeout: float | None
    ) -> None:
        began = children[0].began
        self.deadline = None if timeout is None else began + timeout
        """When something has to be done in any case."""
        self.is_over = False
        self._stages = [_Stage(child, most, is_last=child is children[-1]) for child in children]
        self._drains = False
        first = children[0].popen.stdin
        self._input = None if first is None else Input(first)
        self._left = memoryview(data)
        self._watch: Watch

    def begin(self, watch: Watch) -> None:
        """Watch all descriptors."""
        self._watch = watch
        read, write = selectors.EVENT_READ, selectors.EVENT_WRITE
        for stage in self._stages:
            watch.register(stage.child.exit, read, partial(self._end, stage))
            for output in stage.outputs:
                assert output.pipe is not None  # noqa: S101  # it has just been made
                number = output.pipe.fileno()
                watch.register(number, read, partial(self._read, stage, output, number))
        if self._input is not None and self._input.pipe is not None:
            watch.register(self._input.pipe.fileno(), write, self._write)

    def run(self) -> None:
        """Wait until it is over."""
        with selectors.PollSelector() as selector:  # one of descriptors would be made each time
            self.begin(selector)
            while not self.is_over:
                left = self.left()
                for key, _ in selector.select(left):
                    if selector.get_map().get(key.fd) == key:  # not if another one has ended it
                        key.data()
                if left == 0.0:
                    self.expire()

    def left(self) -> float | None:
        """Return for how many seconds can be waited; None for ever."""
        if self.deadline is None:
            return None
        return min(max(0.0, self.deadline - time.perf_counter()), _LONGEST)

    def expire(self) -> None:
        """End the programs when their time is over, and the exchange when that for output is."""
        if self.deadline is None or time.perf_counter() < self.deadline:
            return
        if self._drains:
            for stage in self._stages:
                stage.held = any(output.pipe is not None for output in stage.outputs)
            self.is_over = True
            return
        for stage in self._stages:
            if stage.runs:
                stage.timed_out = True
                self._ended(stage)
        self._drain()

    def results(self) -> list[Result]:
        """Return what each program did, when all have been reaped."""
        return [stage.result() for stage in self._stages]

    def _end(self, stage: _Stage) -> None:
        """Note that a program has ended."""
        self._ended(stage)
        if not any(each.runs for each in self._stages):
            self._drain()

    def _ended(self, stage: _Stage) -> None:
        stage.runs = False
        stage.child.kill()
        self._watch.unregister(stage.child.exit)

    def _drain(self) -> None:
        """Read only what is left."""
        self._close_input()
        self._drains = True
        self.deadline = time.perf_counter() + DRAIN
        self._look()

    def _look(self) -> None:
        outputs = (output for stage in self._stages for output in stage.outputs)
        self.is_over = self._drains and all(output.pipe is None for output in outputs)

    def _read(self, stage: _Stage, output: Output, number: int) -> None:
        data = output.read()
        if data is None:
            self._watch.unregister(number)
            output.close()
            self._look()
            return
        room = stage.most - len(output.kept)
        stage.truncated |= len(data) > room
        output.kept += data[:room]

    def _write(self) -> None:
        assert self._input is not None  # noqa: S101  # it is what is ready
        try:
            self._left = self._left[self._input.write(self._left) :]
        except BrokenPipeError:  # it need not read its input
            self._left = self._left[:0]
        if not self._left:
            self._close_input()

    def _close_input(self) -> None:
        if self._input is not None and self._input.pipe is not None:
            self._watch.unregister(self._input.pipe.fileno())
            self._input.close()


class _Stage:
    """One of the programs."""

    def __init__(self, child: Child, most: int, *, is_last: bool) -> None:
        self.child = child
        self.most = most
        self.runs = True
        self.timed_out = False
        self.truncated = False
        self.held = False
        stdout, stderr = child.popen.stdout, child.popen.stderr
        assert stdout is not None and stderr is not None  # noqa: S101, PT018  # both are piped
        self.stdout = Output(stdout) if is_last else None
        self.stderr = Output(stderr)
        self.outputs = [each for each in (self.stdout, self.stderr) if each is not None]

    def result(self) -> Result:
        """Return what it did."""
        assert self.child.returncode is not None  # noqa: S101  # it was reaped
        return Result(
            self.child.returncode,
            b"" if self.stdout is None else bytes(self.stdout.kept),
            bytes(self.stderr.kept),
            self.timed_out,
            self.truncated,
            self.held,
            self.child.duration,
            self.child.usage,
        )
