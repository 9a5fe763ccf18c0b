"""Calls somebody's code for a while, and no longer: some of it waits for ever."""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, capture
from agent.porting.worlds.guard import EffectStopped, Guard

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TookTooLong", "limited"]

_PATIENCE = 1.0
"""Seconds that a call may take."""

_AGAIN = 0.2
"""Seconds until a call that goes on all the same is interrupted once more."""


class TookTooLong(BaseException):
    """A call was interrupted; no code means to catch this."""


def limited(function: Callable[..., Any], *arguments: Any) -> Outcome:
    """Call `function` for a second at most; return what it did, or that it raised `TookTooLong`.

    It raised `EffectStopped` where it was about to touch the outside world. It is interrupted only
    where signals reach it, in the main thread of a POSIX system; elsewhere it is just called.
    """
    guard = Guard()
    with guard.watching():
        if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
            outcome = capture(function, *arguments)
        else:
            outcome = capture(_interrupted, function, arguments)
    return outcome if guard.stopped is None else Outcome(raised=EffectStopped(guard.stopped))


def _interrupted(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    before = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE, _AGAIN)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _interrupt(*_: object) -> None:
    raise TookTooLong
