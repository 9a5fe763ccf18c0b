"""The event loop of one side: it runs the lines of a script, and its clock moves when it is idle.

Each side of a pair has a loop of its own for each script. While nothing outside of the loop can
wake it, its clock is moved to the next timer at once, so that time limits and delays take no time
and have one outcome. Work that goes on elsewhere, in threads or in a runtime of its own, is waited
for in real time.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import time
import warnings
from contextlib import contextmanager
from inspect import CORO_CREATED, getcoroutinestate, isawaitable
from types import CoroutineType
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from agent.porting.check.loop_clock import Loop, Selector, Waiting
from agent.porting.compare.outcome import Outcome
from agent.porting.script.asynchronous import (
    Gathered,
    Left,
    NeverCompleted,
    Started,
    TimedOut,
    outcome_of,
    within,
)
from agent.porting.worlds.driven import DrivenWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agent.porting.script.statement import Line
    from agent.porting.worlds.world import World

__all__ = ["SideLoop", "close_unawaited", "limit_awaits"]

__passes_calls_on__ = True

_MOST_TURNS = 100_000
"""Turns of the loop after which an await is taken for one that never completes."""

_MOST_IDLE_TURNS = 1_000
"""Turns after which a loop that always has something to do is no longer waited for to settle."""

_GRACE = 0.2
"""Seconds for which work elsewhere is waited for that may not exist."""

_REFERENCE = 2.0
"""Seconds for which the reference's work elsewhere is waited for."""

_BRIEF = 0.02
"""Seconds for which nothing may happen elsewhere before a script moves the clock of a loop."""

_STEPS_ASIDE = {"start", "turns"}
"""Words after which a loop is left as it is; after all others it runs until it is idle."""

_limit = 10.0


def limit_awaits(seconds: float) -> None:
    """Set how many seconds of real time an await may take in this process, at most ten.

    It is then cut, and counts as one that never completes. It has to be less than a call may take
    before the process itself is ended.
    """
    global _limit  # noqa: PLW0603  # there is one for a process
    _limit = min(10.0, seconds)


class SideLoop:
    """The event loop of one side during one script.

    Args:
        elsewhere: whether the implementation is compiled, so that its work may go on outside of
            the loop.
        lead: the loop of the side that runs each line first: what that one completed is waited for.
    """

    def __init__(self, *, elsewhere: bool = False, lead: SideLoop | None = None) -> None:
        self._selector = Selector()
        self._loop = Loop(self._selector, elsewhere=elsewhere)
        self._loop.set_exception_handler(self._note)
        self._lead = lead
        self._world: DrivenWorld | None = None
        self._exceptions: list[BaseException | str] = []
        self._unawaited: list[str] = []
        self._pending: list[Any] = []
        """Coroutines that lines gave, or passed, and that no line has awaited yet."""
        self._started: dict[str, Started] = {}
        self.completed = True
        """Whether what the last line awaited completed."""
        _open.add(self)

    def meet(self, world: World) -> bool:
        """Let `world` act only while the loop is idle, if both can; return whether it does.

        The worlds of both sides are open by then.
        """
        self._loop.ignore_threads()  # that of the world, and of the other side's
        if not isinstance(world, DrivenWorld):
            return False
        self._world = world
        if self.elsewhere:
            return False
        world.drive(self._loop.time)
        self._selector.world = world
        world.pause()
        return True

    @property
    def elsewhere(self) -> bool:
        """Whether work goes on outside of the loop, so that its clock is the real one."""
        return self._loop.elsewhere

    @property
    def done(self) -> frozenset[str]:
        """The names of started operations that have completed."""
        return frozenset(name for name, each in self._started.items() if each.task.done())

    @property
    def real(self) -> bool:
        """Whether the loop ever waited for something outside of it, so that its clock was real."""
        return self._loop.was_real

    def complete(self, names: Iterable[str] | None = None) -> None:
        """Run the loop until started operations have completed: those of `names`, or all."""
        for name in list(self._started if names is None else names):
            if name in self._started:
                task = self._started[name].task
                self._run_until(task.done, task)

    def run(self, line: Line, names: dict[str, Any], instead: int | None = None) -> Outcome:
        """Run a line within the loop; return what it did.

        `instead`, where it is given, is for a line after which it depends on chance how far a side
        is. It is how many turns ``turns`` makes, until the loop is idle if below 0. If it is below
        0, ``cancel`` comes after all that was started has completed, and ``within`` sets no limit;
        otherwise ``within`` does so at once.
        """
        self.completed = True
        with self._watching_warnings(), self._driving():
            if line.word == "cancel" and instead is not None:
                self.complete()
            with _within(self._loop):
                outcome = line.run(names)
            given = (names.get(name) for name, _ in line.operands)
            self._pending += [each for each in given if isinstance(each, CoroutineType)]
            if line.awaits and outcome.raised is None:
                outcome = self._carried_out(line, names, outcome.value, instead)
            elif asyncio.iscoroutine(outcome.value):
                self._pending.append(outcome.value)
            self._keep(line, outcome)
            if line.word == "finish":
                outcome = Outcome(self._left())
            elif line.word == "turns" and outcome.raised is None:
                self._turn(outcome.value if instead is None else instead)
            elif line.word not in _STEPS_ASIDE:
                self._settle()
        if line.awaits and line.target is not None and outcome.raised is None:
            names[line.target] = outcome.value
        return outcome

    def close(self) -> None:
        """Cancel what is left and close the loop."""
        if not self._loop.is_closed():
            with self._watching_warnings(), self._driving():
                self._left()
                self._loop.close()

    def __del__(self) -> None:
        """Close the loop of a script that was given up, maybe while that of another runs."""
        with _within(None):
            self.close()

    @contextmanager
    def _driving(self) -> Iterator[None]:
        """Let the world act in turn with the loop, for one line."""
        world = self._selector.world
        if world is None:
            yield
            return
        world.drive(self._loop.time)
        try:
            yield
        finally:
            world.pause()

    def _keep(self, line: Line, outcome: Outcome) -> None:
        if line.target is not None:
            self._started.pop(line.target, None)
            if isinstance(outcome.value, Started):
                self._started[line.target] = outcome.value

    def _carried_out(
        self, line: Line, names: dict[str, Any], called: Any, instead: int | None
    ) -> Outcome:
        """Await what a call gave."""
        self._pending += [
            each
            for each in (called if isinstance(called, list) else [called])
            if isinstance(each, CoroutineType)
        ]
        with _within(self._loop):
            if line.word == "within" and instead is not None:
                awaited = called if instead < 0 else within(0.0, called)
            else:
                awaited = line.awaitable(names, called)
            if not isawaitable(awaited):
                kind = type(awaited).__name__
                error = TypeError(f"object {kind} can't be used in 'await' expression")
                return Outcome(raised=error, gave="nothing to await")
            gave = "a coroutine" if asyncio.iscoroutine(called) else "an awaitable"
            task = awaited.task if isinstance(awaited, Started) else asyncio.ensure_future(awaited)
        self.completed = self._run_until(task.done, task, brief=line.word == "sleep")
        if not self.completed:
            task.cancel()
            self._run_until(task.done, task)
            cut = task.done() and not task.cancelled() and task.exception() is None
            if not (cut and isinstance(task.result(), Gathered)):
                return Outcome(raised=NeverCompleted(), gave=gave)
        found = outcome_of(task)
        self.completed = self.completed and not isinstance(found.raised, TimedOut)
        return Outcome(found.value, found.raised, gave=gave)

    def _run_until(
        self, done: Callable[[], bool], task: asyncio.Future[Any], *, brief: bool = False
    ) -> bool:
        """Run the loop until `task` is done; return False if it never will be.

        A `brief` wait is one for the loop's own clock.
        """
        if done():
            return True
        expected = self._lead is None or self._lead.completed
        inside = _GRACE if expected and self._lead is not None else 0.0
        outside = _limit if expected else _GRACE
        if self._lead is None:
            outside = min(_limit, _REFERENCE)
        if brief:
            outside = _BRIEF
        task.add_done_callback(self._stop)
        self._selector.idle = Waiting(self._loop, self._selector, inside, outside)
        self._selector.allow(_MOST_TURNS, _limit)
        self._forever()
        task.remove_done_callback(self._stop)
        return done()

    def _settle(self) -> None:
        """Run the loop until nothing is ready, and what the other side completed is complete."""
        wanted = frozenset() if self._lead is None else self._lead.done
        began = time.monotonic()
        if self._world is not None:
            self._world.act()

        def idle(_: float | None) -> None:
            done = self.done
            pending = len(done) < len(self._started) and self._loop.goes_outside
            grace = _limit if wanted - done else _GRACE / 40
            left = began + grace - time.monotonic()
            if pending and left > 0:
                self._selector.wait(min(left, 0.05))
            else:
                self._loop.stop()

        self._selector.idle = idle
        self._selector.allow(_MOST_IDLE_TURNS, _limit)
        self._forever()

    def _turn(self, number: int) -> None:
        if number < 0:
            self._settle()
        for _ in range(number):
            self._loop.stop()
            self._forever()
            if self._world is not None:
                self._world.act()

    def _forever(self) -> None:
        """Run the loop until it is stopped, whatever a task raises."""
        running = True
        while running:
            try:
                self._loop.run_forever()
                running = False
            except SystemExit:
                continue  # which the task holds too

    def _stop(self, _: object) -> None:
        self._loop.stop()

    def _left(self) -> Left:
        """End the loop as `asyncio.run` does; return what was left."""
        close_unawaited(self._pending)
        self._pending.clear()
        self._end([each.task for each in self._started.values() if not each.task.done()])
        self._settle()
        tasks = [task for task in asyncio.all_tasks(self._loop) if not task.done()]
        names = sorted(_name(task.get_coro()) for task in tasks)
        streams = self._loop.open_streams
        self._end(tasks)
        closing = self._loop.create_task(self._loop.shutdown_asyncgens())
        self._run_until(closing.done, closing)
        self._settle()
        gc.collect(1)
        left = Left(names, streams, self._unawaited, self._exceptions)
        self._unawaited, self._exceptions = [], []
        return left

    def _end(self, tasks: list[Any]) -> None:
        for task in tasks:
            task.cancel()
        for task in tasks:
            self._run_until(task.done, task)

    def _note(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Note what the loop's exception handler is given."""
        self._exceptions.append(context.get("exception") or context["message"])

    @contextmanager
    def _watching_warnings(self) -> Iterator[None]:
        """Note coroutines that are dropped without being awaited; pass other warnings on."""
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always", RuntimeWarning)
            yield
        for each in noted:
            message = str(each.message)
            if message.endswith("was never awaited"):
                if message.startswith("coroutine '"):  # not the next item of a generator
                    self._unawaited.append(message.split("'")[1])
            else:
                warnings.showwarning(each.message, each.category, each.filename, each.lineno)


_open: WeakSet[SideLoop] = WeakSet()


@atexit.register
def _close_all() -> None:
    """Close the loops of scripts that were given up, while what that needs is still there."""
    for each in list(_open):
        each.close()


@contextmanager
def _within(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """Let what is called find `loop` running, although it makes no turn meanwhile."""
    before = asyncio._get_running_loop()  # noqa: SLF001  # made for what runs a loop, as this does
    asyncio._set_running_loop(loop)  # noqa: SLF001
    try:
        yield
    finally:
        asyncio._set_running_loop(before)  # noqa: SLF001


def close_unawaited(values: Iterable[Any]) -> None:
    """Close the coroutines among `values` that were never awaited, so that none warns of that."""
    for value in values:
        if isinstance(value, CoroutineType) and getcoroutinestate(value) == CORO_CREATED:
            value.close()


def _name(coroutine: Any) -> str:
    return str(getattr(coroutine, "__qualname__", type(coroutine).__qualname__))
