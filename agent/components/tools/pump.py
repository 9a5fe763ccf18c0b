"""The exchange with a program: its input is written and its output is read until both end."""

from __future__ import annotations

import os
import selectors
import time
from typing import TYPE_CHECKING

from agent.components.tools.terms import DRAIN

if TYPE_CHECKING:
    from agent.components.tools.process import Process

__all__ = ["Exchange"]

_CHUNK = 1 << 16

_LONGEST = 3600.0
"""Seconds that are waited for at once: `poll` takes no more than some weeks."""


class Exchange:
    """What is written to a program and read from it, until it has ended."""

    def __init__(self, process: Process, data: bytes, most: int) -> None:
        self.timed_out = False
        self.truncated = False
        self.held = False
        popen = process.popen
        self._process = process
        self._most = most
        self._left = memoryview(data)
        self._input = popen.stdin
        self._output = {each.fileno(): bytearray() for each in (popen.stdout, popen.stderr) if each}
        self._selector = selectors.PollSelector()  # one of descriptors would be made each time

    def run(self, timeout: float | None) -> tuple[bytes, bytes]:
        """Return the output, with what was written before the timeout."""
        deadline = None if timeout is None else self._process.began + timeout
        stdout, stderr = self._output.values()
        with self._selector:
            self._selector.register(self._process.exit, selectors.EVENT_READ)
            for descriptor in self._output:
                os.set_blocking(descriptor, False)
                self._selector.register(descriptor, selectors.EVENT_READ)
            if self._input is not None:
                os.set_blocking(self._input.fileno(), False)
                self._selector.register(self._input, selectors.EVENT_WRITE)
            while not self._step(deadline):
                pass
            self._process.kill()
            self._close_input()
            self._selector.unregister(self._process.exit)
            self._drain(time.perf_counter() + DRAIN)
        return bytes(stdout), bytes(stderr)

    def _step(self, deadline: float | None) -> bool:
        """Do what can be done now; return whether the program has ended or is to end."""
        left = None if deadline is None else deadline - time.perf_counter()
        if left is not None and left <= 0.0:
            self.timed_out = True
            return True
        ended = False
        for key, _ in self._selector.select(None if left is None else min(left, _LONGEST)):
            if key.fd == self._process.exit:
                ended = True
            elif key.fd in self._output:
                self._read(key.fd)
            else:
                self._write()
        return ended

    def _drain(self, deadline: float) -> None:
        """Read what is left, until the output ends or the time is over."""
        while self._selector.get_map():
            left = deadline - time.perf_counter()
            if left <= 0.0:
                self.held = True
                return
            for key, _ in self._selector.select(left):
                self._read(key.fd)

    def _read(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(descriptor)
            return
        kept = self._output[descriptor]
        room = self._most - len(kept)
        self.truncated |= len(data) > room
        kept += data[:room]

    def _write(self) -> None:
        assert self._input is not None  # noqa: S101  # it is what was selected
        try:
            written = os.write(self._input.fileno(), self._left[:_CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:  # it need not read its input
            written = len(self._left)
        self._left = self._left[written:]
        if not self._left:
            self._close_input()

    def _close_input(self) -> None:
        if self._input is not None:
            if self._input in self._selector.get_map():
                self._selector.unregister(self._input)
            self._input.close()
            self._input = None
