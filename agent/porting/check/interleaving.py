"""How a script carries out asynchronous operations: one by one, at the same time, cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.script.statement import parse
from agent.porting.worlds.opening import WORLD, cuts_operations, points_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from agent.porting.check.operations import Move
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.script.statement import Line
    from agent.porting.strategies.call_writer import Arguments, Caller

__all__ = ["Interleaving"]

_AT_ONCE = 40
"""Of 256 choices, those that run an operation beside others."""

_CANCELLED = 40
"""Of 256 choices, those that start an operation and cancel it."""

_LIMITED = 20
"""Of 256 choices, those that give an operation a time limit."""

_STARTED = 20
"""Of 256 choices, those that start an operation and await it later."""

_LATE = 8
"""Of 256 choices, those that call an operation and await that later."""

_KEPT = 128
"""Of 256 choices, those that keep a stream or a context open beyond one line."""

_GOES_ON = 64
"""Of 256 choices, those that go on with what was begun, as long as there is such."""

_WAITS = 10
"""Of 256 choices, those that let time pass."""

_MOST = 3
"""Tasks, streams and contexts, of each kind, that are open at the same time."""

_LIMITS = ["0.0037", "0.043", "0.71", "20.3"]
"""Seconds of time limits: odd ones, that no other delay is likely to end at the same instant."""

_TURNS = [0, 1, 2, 3, 5, 8]
"""Turns of the loop before a cancellation."""

_TASK = "task"
"""What the names of tasks begin with; those of calls that are awaited later, with ``call``."""

_DELAYS = ["0.0", "0.0073", "0.37", "30.7"]


class Interleaving:
    """The asynchronous operations of one script while it is drawn.

    Args:
        caller: writes calls.
        chance: what is drawn.
        do: runs a line on both sides; returns whether it returned, and the script goes on.
        another: draws another operation that gives a value, with its subject and arguments.
    """

    def __init__(
        self,
        caller: Caller,
        chance: Random,
        do: Callable[[Line], bool],
        another: Callable[[], tuple[OperationSpec, str, Arguments] | None],
    ) -> None:
        self._caller = caller
        self._chance = chance
        self._do = do
        self._another = another
        self._taken = {name.lower() for name in caller.contract.everything}
        self._points = points_of(caller.contract)
        self._cuts = cuts_operations(caller.contract)
        self._made = 0
        self._tasks: list[str] = []
        self._streams: list[str] = []
        self._contexts: list[str] = []

    def goes_on(self) -> bool:
        """Let time pass, or go on with something that was begun; return False if neither."""
        choice = self._chance.getrandbits(8)
        if choice >= _GOES_ON:
            return False
        if choice < _WAITS:
            delay = _DELAYS[self._chance.randrange(len(_DELAYS))]
            self._do(parse(f"await sleep({delay})"))
            return True
        begun = self._tasks + self._streams + self._contexts
        if not begun:
            return False
        name = begun[self._chance.randrange(len(begun))]
        if name in self._tasks:
            if choice % 4 == 0 and self._cuts and name.startswith(_TASK):
                self._do(parse(f"cancel({name})"))
            self._await(name)
        elif name in self._streams:
            self._take(name)
        else:
            self._leave(name)
        return True

    def perform(self, move: Move, subject: str, arguments: Arguments, target: str | None) -> bool:
        """Carry out an operation in one of many ways; return whether it gave what it makes."""
        spec = move.spec
        if spec.giving == "stream":
            return self._stream(spec, subject, arguments)
        if spec.giving == "context":
            return self._context(spec, subject, arguments, target)
        call = self._caller.call
        special = spec.name.startswith("__") and spec.name != "__call__"
        if target is not None or special:
            return self._do(call(spec, arguments, subject, target))
        choice = self._chance.getrandbits(8)
        ways: list[tuple[int, Callable[[OperationSpec, str, Arguments], bool]]]
        ways = [(_AT_ONCE, self._at_once)]
        if self._cuts:
            ways += (_CANCELLED, self._cancelled), (_LIMITED, self._limited)
        ways += (_STARTED, self._start), (_LATE, self._late)
        for share, way in ways:
            if choice < share:
                return way(spec, subject, arguments)
            choice -= share
        return self._do(call(spec, arguments, subject))

    def end(self) -> None:
        """Await and leave what is open, half of the streams excepted; end the loop."""
        for name in list(self._tasks):
            self._await(name)
        for name in list(self._contexts):
            self._leave(name)
        for name in self._streams:
            if self._chance.getrandbits(1):
                self._do(parse(f"await drain({name})"))
        self._do(parse(f"await sleep({_DELAYS[-1]})"))
        self._do(parse("finish()"))

    def _new(self, what: str) -> str:
        self._made += 1
        while what in self._taken:  # objects of a part have names of this kind
            what += "_"
        return f"{what}{self._made}"

    def _at_once(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        calls = [(spec, subject, arguments)]
        for _ in range(self._chance.randrange(1, 4)):
            other = self._another()
            if other is not None:
                calls.append(other)
        texts = [self._caller.call(each, given, to, form="{}").text for each, to, given in calls]
        return self._do(parse(f"await gather({', '.join(texts)})"))

    def _cancelled(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        task = self._new(_TASK)
        self._cancel(task, self._caller.call(spec, arguments, subject, task, "start({})"))
        return False

    def _cancel(self, task: str, start: Line) -> None:
        """Start a task and cancel it: at a point of its world, where it waits, or after turns."""
        held = bool(self._points) and self._chance.getrandbits(1) == 0
        if held:
            point = self._points[self._chance.randrange(len(self._points))]
            self._do(parse(f"{WORLD}.hold({point!r})"))
        if self._do(start):
            if held or self._chance.getrandbits(1):
                self._do(parse("settle()"))
            else:
                self._do(parse(f"turns({_TURNS[self._chance.randrange(len(_TURNS))]})"))
            self._do(parse(f"cancel({task})"))
            self._do(parse(f"await {task}"))
        if held:
            self._do(parse(f"{WORLD}.release()"))

    def _limited(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        limit = _LIMITS[self._chance.randrange(len(_LIMITS))]
        return self._do(
            self._caller.call(spec, arguments, subject, form=f"await within({limit}, {{}})")
        )

    def _start(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        return self._begin(spec, subject, arguments, "start({})")

    def _late(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        return self._begin(spec, subject, arguments, "{}")

    def _begin(self, spec: OperationSpec, subject: str, arguments: Arguments, form: str) -> bool:
        if len(self._tasks) == _MOST:
            self._await(self._tasks[0])
        task = self._new(_TASK if form.startswith("start") else "call")
        if self._do(self._caller.call(spec, arguments, subject, task, form)):
            self._tasks.append(task)
        return False

    def _await(self, task: str) -> None:
        self._tasks.remove(task)
        self._do(parse(f"await {task}"))

    def _stream(self, spec: OperationSpec, subject: str, arguments: Arguments) -> bool:
        if self._chance.getrandbits(8) >= _KEPT or len(self._streams) == _MOST:
            return self._do(self._caller.call(spec, arguments, subject))
        stream = self._new("stream")
        if self._do(self._caller.call(spec, arguments, subject, stream, _bare(spec))):
            self._streams.append(stream)
        return False

    def _take(self, stream: str) -> None:
        """Take an item of a stream, or all that are left, or be cancelled while waiting for one."""
        choice = self._chance.getrandbits(4)
        if choice == 0:
            task = self._new(_TASK)
            self._cancel(task, parse(f"{task} = start(anext({stream}))"))
        elif choice <= 4:
            self._streams.remove(stream)
            self._do(parse(f"await drain({stream})"))
        elif not self._do(parse(f"await anext({stream})")):
            self._streams.remove(stream)

    def _context(
        self, spec: OperationSpec, subject: str, arguments: Arguments, target: str | None
    ) -> bool:
        """Enter a context, and leave it at once or later."""
        name = target or self._new("entered")
        manager = self._caller.manager(name)
        if (
            self._chance.getrandbits(8) >= _KEPT
            or len(self._contexts) == _MOST
            or manager in self._contexts
        ):
            self._do(self._caller.call(spec, arguments, subject))
            return False
        if not self._do(self._caller.call(spec, arguments, subject, manager, _bare(spec))):
            return False
        if not self._do(parse(f"{name} = await enter({manager})")):
            return False
        self._contexts.append(manager)
        return True

    def _leave(self, manager: str) -> None:
        self._contexts.remove(manager)
        error = ", ValueError('a')" if self._chance.getrandbits(2) == 0 else ""
        self._do(parse(f"await leave({manager}{error})"))


def _bare(spec: OperationSpec) -> str:
    """Return how a call gives what is iterated over or entered by later lines."""
    return "{}" if spec.calling == "plain" else "await {}"
