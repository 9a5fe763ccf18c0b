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
from agent.porting.check.memory import limit_address_space, too_large
from agent.porting.check.options import CheckOptions
from agent.porting.check.pinning import pin_all
from agent.porting.check.processes import SPAWN
from agent.porting.check.timeouts import Loss, add_lost_call, ended, too_much
from agent.porting.check.verdict import LOADING, Verdict, ignore_progress, with_findings
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from agent.porting.check.loading import Reload
    from agent.porting.check.verdict import Progress

__all__ = ["supervised_check"]

_DEFAULTS = CheckOptions()

_PATIENCE = 12.0
"""Seconds that an interrupted process is given to end: it waits for processes of its own."""

_STARTS = 8
"""How often a check begins, at most, where calls end its process."""

_RESERVE = 2.0
"""Seconds of the time, at most, that are kept for what a check does when its time is over."""

_OF_TIME = 0.05
"""The same as a part of the time."""

_OF_CALL = 0.1
"""Part of the time that one call of the reference may compute."""

_LEAST = 0.001
"""Seconds that a process is given where none are left."""

_NOT_LOADED = "nothing was compared: the pair was not loaded in time"

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
    """Check a pair in a process of its own, which is ended when a call takes too much.

    After a call that took too long or too much memory, or that ended the process, the check begins
    anew and does not make that call; so do calls that are larger.

    Args:
        name: the component's name.
        reload: loads the pair there.
        options: what is compared, for how long, and in how much memory.
        progress: is called with the verdict so far, from time to time and with each difference.

    Raises:
        Exception: what `check` raises, or loading the pair.
    """
    until = time.monotonic() + (float("inf") if options.seconds is None else options.seconds)
    asked = replace(options, pinning=False, seed=options.chosen_seed())  # it pins what it was sent
    losses: list[Loss] = []
    lost: Loss | None = None
    verdict = Verdict(name, asked.seed or 0)
    for _ in range(_STARTS):
        found, lost = _Supervision(name, reload, asked, losses, until, progress).verdict()
        verdict = found if found.examples >= verdict.examples else with_findings(verdict, found)
        if lost is None:
            break
        losses.append(lost)
        first = options.brief or (options.fail_fast and bool(verdict.divergences))
        over = verdict.interrupted or first or time.monotonic() >= until
        if lost.call is None or over:
            break
    for each in losses:
        add_lost_call(verdict, each)
    if lost is not None:
        verdict.doubts.append(_ENDED)
    if options.pinning and options.folder is not None:
        pin_all(verdict, options.folder)
    return verdict


class _Supervision:
    """One process that checks, as its supervisor sees it."""

    def __init__(  # noqa: PLR0913, PLR0917  # all that a process rests on
        self,
        name: str,
        reload: Reload,
        options: CheckOptions,
        losses: list[Loss],
        until: float,
        progress: Progress,
    ) -> None:
        memory = shared_memory(SPAWN)
        self._pipe, there = SPAWN.Pipe(duplex=False)
        self._process = SPAWN.Process(
            target=_check,
            args=(
                name, reload, options, _end_within(until),
                {lost.call.lines[-1]: lost.took for lost in losses if lost.call}, there, memory,
            ),
        )  # fmt: skip
        self._process.start()
        there.close()
        computing = float("inf") if options.seconds is None else options.seconds * _OF_CALL
        self._watchdog = Watchdog(memory, options.call_limit, self._process.pid, computing)
        self._memory = options.memory
        self._verdict = Verdict(name, options.seed or 0)
        self._progress = progress
        self._end = until
        """When the time of the check is over."""
        self._killed: float | None = None
        """When an interrupted process is ended."""
        self._interrupted = False
        self._lost: Loss | None = None

    def verdict(self) -> tuple[Verdict, Loss | None]:
        """Wait for the verdict; return how the process was lost, too, if it was."""
        ended = False
        try:
            while not ended:
                try:
                    ended = self._receive() if wait([self._pipe], POLL) else self._is_lost()
                except KeyboardInterrupt:
                    if self._interrupted:
                        raise
                    self._interrupted = True
                    self._interrupt()
        finally:
            self._process.kill()
            self._process.join()
            sweep(self._process.pid)
            self._pipe.close()
        self._verdict.interrupted = self._verdict.interrupted or self._interrupted
        return self._verdict, self._lost

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
        return message.ended or self._is_lost()

    def _is_lost(self) -> bool:
        """Return whether the process is given up."""
        if how := self._watchdog.over():
            return self._lose(how)
        if too_large(self._process.pid, self._memory):
            return self._lose(too_much(self._memory), of_memory=True)
        now = time.monotonic()
        if self._killed is None and now >= self._end:
            self._interrupt()
        elif self._killed is not None and now >= self._killed:
            return self._lose("did not return")
        return False

    def _lose(self, how: str, *, of_memory: bool = False) -> bool:
        verdict = self._verdict
        call = self._watchdog.heartbeat.read()
        late = self._killed is not None and not self._interrupted
        if late:
            verdict.bounded.append(verdict.part)
            verdict.doubts += [_NOT_LOADED] if verdict.part == LOADING else []
        elif self._interrupted:
            verdict.doubts.append("the check was interrupted")
        self._lost = Loss(call, how, of_limit=late or of_memory)
        return True

    def _interrupt(self) -> None:
        """Interrupt the process, where the terminal may not have done so already."""
        self._killed = time.monotonic() + _PATIENCE
        if os.name == "posix" and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGINT)


def _end_within(until: float) -> float:
    """Return when a process has to end by itself, so that it has ended when the time is over."""
    return until - min(_RESERVE, (until - time.monotonic()) * _OF_TIME)


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


def _check(  # noqa: PLR0913, PLR0917  # all that a process rests on
    name: str,
    reload: Reload,
    options: CheckOptions,
    until: float,
    avoided: dict[str, str],
    pipe: Connection,
    memory: Any,
) -> None:
    """Check in this process; send the verdict as it grows, and at the end.

    The clock that `until` is of is the same in all processes.
    """
    sender = _Sender(pipe)
    beat_in(memory)
    limit_awaits(options.call_limit / 2)
    found: Verdict | Exception
    try:
        pair = reload()
        if options.seconds is not None:
            options = replace(options, seconds=max(until - time.monotonic(), _LEAST))
        limit_address_space(options.memory)
        found = check(name, pair, options, reload=reload, progress=sender.send, avoided=avoided)
    except KeyboardInterrupt:  # while loading
        found = Verdict(name, options.fixed_seed, bounded=[LOADING], doubts=[_NOT_LOADED])
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
