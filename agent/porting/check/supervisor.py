"""A check in a process of its own, which ends with a verdict whatever a call does.

The process that checks sends its verdict as it grows, and writes down each call before it begins.
Its supervisor ends it when a call takes too long, and reports that call, or one that ended the
process.
"""

from __future__ import annotations

import os
import pickle
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import InternalError
from agent.porting.check.check import check
from agent.porting.check.event_loop import limit_awaits
from agent.porting.check.heartbeat import POLL, Watchdog, beat_in, shared_memory
from agent.porting.check.options import CheckOptions
from agent.porting.check.pinning import pin_all
from agent.porting.check.processes import SPAWN
from agent.porting.check.timeouts import add_lost_call, ended, too_long
from agent.porting.check.verdict import Verdict, ignore_progress
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from agent.porting.check.loading import Reload
    from agent.porting.check.verdict import Progress

__all__ = ["supervised_check"]

_DEFAULTS = CheckOptions()

_PATIENCE = 20.0
"""Seconds that an interrupted process is given to end: it waits for processes of its own."""

_ENDED = "the check ended there: what else it would have compared is not known"


class _Message(NamedTuple):
    """What the process that checks sends: the verdict so far, or an error."""

    verdict: Verdict | Exception
    ended: bool


def supervised_check(
    name: str,
    reload: Reload,
    options: CheckOptions = _DEFAULTS,
    *,
    progress: Progress = ignore_progress,
) -> Verdict:
    """Check a pair in a process of its own, which is ended when a call takes too long.

    Args:
        name: the component's name.
        reload: loads the pair there.
        options: what is compared, and for how long.
        progress: is called with the verdict so far, from time to time and with each difference.

    Raises:
        Exception: what `check` raises, or loading the pair.
    """
    memory = shared_memory(SPAWN)
    here, there = SPAWN.Pipe(duplex=False)
    asked = replace(options, pinning=False)  # this process pins what it was sent
    process = SPAWN.Process(target=_check, args=(name, reload, asked, there, memory))
    process.start()
    there.close()
    watchdog = Watchdog(memory, options.call_limit)
    verdict = Verdict(name, options.seed or 0)
    try:
        verdict = _Supervision(process, here, watchdog, verdict, progress).verdict()
    finally:
        process.kill()
        process.join()
        sweep(process.pid)
        here.close()
    if options.pinning and options.folder is not None:
        pin_all(verdict, options.folder)
    return verdict


class _Supervision:
    """The process that checks, as its supervisor sees it."""

    def __init__(
        self,
        process: SpawnProcess,
        pipe: Connection,
        watchdog: Watchdog,
        verdict: Verdict,
        progress: Progress,
    ) -> None:
        self._process = process
        self._pipe = pipe
        self._watchdog = watchdog
        self._verdict = verdict
        self._progress = progress
        self._until: float | None = None
        """When an interrupted process is ended."""

    def verdict(self) -> Verdict:
        """Wait for the verdict."""
        ended = False
        while not ended:
            try:
                ended = self._receive() if wait([self._pipe], POLL) else self._is_lost()
            except KeyboardInterrupt:
                if self._until is not None:
                    raise
                self._until = time.monotonic() + _PATIENCE
                self._interrupt()
        return self._verdict

    def _receive(self) -> bool:
        """Take a message of the process; return whether it was the last."""
        try:
            message: _Message = self._pipe.recv()
        except EOFError:
            self._process.join()
            return self._lose(ended(self._process.exitcode))
        if isinstance(message.verdict, Exception):
            raise message.verdict
        self._verdict = message.verdict
        self._progress(self._verdict)
        return message.ended

    def _is_lost(self) -> bool:
        """Return whether the process is given up."""
        if self._watchdog.over():
            return self._lose(too_long(self._watchdog.limit))
        if self._until is not None and time.monotonic() >= self._until:
            return self._lose("did not return")
        return False

    def _lose(self, how: str) -> bool:
        verdict = self._verdict
        if self._until is not None:
            verdict.doubts.append("the check was interrupted")
        add_lost_call(verdict, self._watchdog.heartbeat.read(), how)
        verdict.doubts.append(_ENDED)
        return True

    def _interrupt(self) -> None:
        """Interrupt the process, where the terminal may not have done so already."""
        if os.name == "posix" and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGINT)


class _Sender:
    """Sends messages through a pipe; is interrupted once, and between messages only."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._sending = False
        self._interrupted = False
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in the background
            signal.signal(signal.SIGINT, self._interrupt)

    def send(self, verdict: Verdict | Exception, *, ended: bool = False) -> None:
        """Send the verdict so far."""
        self._sending = True
        self._pipe.send(_Message(verdict, ended))
        self._sending = False
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def _interrupt(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not self._sending:
            raise KeyboardInterrupt
        self._interrupted = True


def _check(name: str, reload: Reload, options: CheckOptions, pipe: Connection, memory: Any) -> None:
    """Check in this process; send the verdict as it grows, and at the end."""
    sender = _Sender(pipe)
    beat_in(memory)
    limit_awaits(options.call_limit / 2)
    found: Verdict | Exception
    try:
        found = check(name, reload(), options, reload=reload, progress=sender.send)
    except Exception as error:  # noqa: BLE001  # raised by the supervisor
        found = _portable(error)
    with suppress(BrokenPipeError):  # the supervisor has ended
        sender.send(found, ended=True)


def _portable(error: Exception) -> Exception:
    """Return `error` with its traceback as a note, or else an error that can be pickled."""
    text = traceback.format_exc()
    try:
        error.add_note(text)
        copied = pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
    except Exception:  # noqa: BLE001  # not every error can be pickled
        return InternalError(text)
    return copied if isinstance(copied, Exception) else InternalError(text)
