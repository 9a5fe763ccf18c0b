"""Stops undeclared effects before they touch the outside world.

Python announces what it is about to do to installed audit hooks. Compiled code does not announce
its own effects, so the reference, which is Python, runs first.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from agent.porting.worlds.events import effect_on, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["EffectStopped", "Guard"]


class EffectStopped(BaseException):
    """Code was about to touch the outside world, and nothing of it has happened.

    It is no `Exception`, so that code which handles all of those does not go on.
    """


class Guard:
    """As a context manager it watches what a block runs, and the threads that this starts.

    Threads that are there when the guard is made belong to others, and do as they like.
    """

    def __init__(self) -> None:
        self.stopped: str | None = None
        """The first effect that was stopped, as a call."""
        self.permits: Callable[[str, tuple[Any, ...]], bool] | None = None
        """Returns whether an effect may happen; None permits none."""
        self._before: list[tuple[Guard | None, int]] = []
        self._others = _threads()
        _install()

    def __enter__(self) -> Self:
        """Stop effects from now on, here and in threads that are started meanwhile."""
        self._before.append((_state.guard, _state.thread))
        _state.guard, _state.thread = self, threading.get_ident()
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        _state.guard, _state.thread = self._before.pop()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let the block do as it likes, and the threads that it starts."""
        before = _state.guard
        threads = _threads()
        _state.guard = None
        try:
            yield
        finally:
            self._others |= _threads() - threads
            _state.guard = before

    def examine(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise `EffectStopped` if `event` is an effect that is not permitted."""
        thread = threading.get_ident()
        if thread != _state.thread and thread in self._others:
            return
        is_effect = effect_on(event)
        if is_effect is None or not is_effect(arguments) or _is_import():
            return
        if self.permits is None or not self.permits(event, arguments):
            call = written(event, arguments)
            self.stopped = self.stopped or call
            raise EffectStopped(call)


class _State:
    """Which guard watches this process, and the thread whose code it watches."""

    guard: Guard | None = None
    thread: int = 0
    installed: bool = False


_state = _State()


def _threads() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate()}


def _install() -> None:
    if not _state.installed:
        _state.installed = True
        sys.addaudithook(_hook)  # for good: a hook cannot be taken away


def _hook(event: str, arguments: tuple[Any, ...], state: _State = _state) -> None:
    """Pass an event to the guard; `state` is bound here, as module names end before the hook."""
    guard = state.guard
    if guard is not None and effect_on(event) is not None:
        guard.examine(event, arguments)


def _is_import() -> bool:
    """Return whether the import system is keeping the byte code of a module that it loads."""
    return sys._getframe(3).f_code.co_filename == "<frozen importlib._bootstrap_external>"  # noqa: SLF001
