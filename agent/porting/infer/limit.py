"""Calls a function with a time limit, because some functions never return."""

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
"""The time limit of a call, in seconds."""

_AGAIN = 0.2
"""Seconds until a call that continues is interrupted again."""


class TookTooLong(BaseException):
    """A call was interrupted. A BaseException, so that the called code does not catch it."""


def limited(function: Callable[..., Any], *arguments: Any) -> Outcome:
    """Call `function` for at most a second; its outcome is `TookTooLong` if interrupted.

    The outcome is `EffectStopped` if it was about to touch the outside world. Interruption needs
    signals, so the main thread of a POSIX system; elsewhere there is no limit.
    """
    guard = Guard()
    with guard:
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
