"""The worlds of both sides while a script runs, and the guard on operations without one."""

from __future__ import annotations

import ast
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from agent.errors import UsageError
from agent.porting.compare.difference import Difference
from agent.porting.compare.outcome import Outcome
from agent.porting.contract.terms import Effect
from agent.porting.script.calls import occurrences
from agent.porting.script.probing import PROBING
from agent.porting.script.statement import parse
from agent.porting.worlds.guard import EffectStopped, Guard
from agent.porting.worlds.opening import WORLD, names_given, require_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from agent.porting.compare.comparison import Comparison, Normalisers
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line
    from agent.porting.worlds.world import World

__all__ = ["Surroundings", "keeps_inside", "needs_world", "refusing_effects"]

R = TypeVar("R")

_PAUSE = 0.002
"""Seconds between two looks at worlds in which something may still arrive."""


@contextmanager
def refusing_effects() -> Iterator[None]:
    """Raise `UsageError` where a script touched the outside world without a world."""
    try:
        yield
    except EffectStopped as stopped:
        raise UsageError(str(stopped)) from None


def needs_world(contract: Contract, script: Sequence[str]) -> bool:
    """Return whether a script calls an external operation or uses what a world gives."""
    given = {WORLD, *names_given(contract)} if contract.world is not None else set()
    named = {
        node.id
        for line in script
        for node in ast.walk(ast.parse(line))
        if isinstance(node, ast.Name)
    }
    external = set(contract.external)
    return bool(named & given) or any(
        call.label in external for call in occurrences(script, contract)
    )


def keeps_inside(contract: Contract, script: list[str]) -> Callable[[list[str]], bool]:
    """Return a test whether a simpler script uses its world as `script` does.

    A path that lost its root would be one outside of the world, and so could be the argument of a
    step that is simpler than what its annotation allows: steps are left out, and else kept.
    """
    given = set(names_given(contract))

    def uses(text: str) -> tuple[str | None, int]:
        line = parse(text)
        if line.subject == WORLD:
            return text, 0
        nodes = ast.walk(ast.parse(text))
        names = [node.id for node in nodes if isinstance(node, ast.Name)]
        return line.operation, sum(name in given for name in names)

    if contract.world is None:
        return lambda _: True
    before = Counter(map(uses, script))
    return lambda lines: Counter(map(uses, lines)) <= before


def _is_fork(line: Line) -> bool:
    """Return whether a line calls something in a forked process, which the tools make."""
    return line.subject == PROBING and line.operation == "fork"


def _forks(event: str, _: tuple[Any, ...]) -> bool:
    return event in {"os.fork", "os.kill"}


class Surroundings:
    """What the two sides of a pair, numbered 0 and 1, act on while a script runs.

    Raises `UsageError` for a contract with external operations and no world.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._world = require_world(contract)
        self._worlds: list[World] = []
        self._stack = ExitStack()
        self._guard = Guard()
        self.settles = True
        """Whether something may happen in the worlds after a line."""
        self._goes_on = False
        """Whether an asynchronous operation may still act while later lines run."""

    def open(self, *names: dict[str, Any]) -> None:
        """Open a world for each side, and add what it gives to the names of the side's script."""
        if self._world is None:
            return
        with ExitStack() as stack:
            for side in names:
                world = stack.enter_context(self._world())
                self._worlds.append(world)
                side[WORLD] = world
                side.update((name, getattr(world, name)) for name in world.gives)
            self._stack = stack.pop_all()
        self._goes_on = False
        self._guard = Guard()  # the threads of the worlds do as they like

    def close(self) -> None:
        """Close the worlds."""
        self._worlds.clear()
        self._stack.close()

    @property
    def worlds(self) -> tuple[World, ...]:
        """The worlds of both sides while they are open, the reference's first."""
        return tuple(self._worlds)

    @property
    def are_open(self) -> bool:
        """Whether there are worlds, and they are open."""
        return bool(self._worlds)

    def is_step(self, line: Line) -> bool:
        """Return whether a line is a step of the world's own."""
        return line.subject == WORLD and self._world is not None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the block, which belongs to the tools, do as it likes."""
        with self._guard.released():
            yield

    def run(self, line: Line, spec: OperationSpec | None, act: Callable[[], R]) -> R:
        """Return what `act`, which runs `line` of the operation `spec` on the reference, returns.

        Raises `EffectStopped` where that touches the outside world without having declared it.
        """
        if self.is_step(line):
            with self._guard.released():
                return act()
        self._guard.permits = self._permits(spec, 0) if not _is_fork(line) else _forks
        with self._guard:
            done = act()
        self._raise_stopped(line)
        return done

    def run_second(
        self,
        line: Line,
        spec: OperationSpec | None,
        act: Callable[[], tuple[Outcome, str | None]],
    ) -> tuple[Outcome, str | None]:
        """Do the same on the other side, where a stopped effect is what the line did."""
        if self.is_step(line):
            with self._guard.released():
                return act()
        self._guard.permits = self._permits(spec, 1) if not _is_fork(line) else _forks
        with self._guard:
            outcome, reason = act()
        call, self._guard.stopped = self._guard.stopped, None
        if call is not None:
            outcome = Outcome(raised=EffectStopped(call))
        return outcome, reason

    def compare(self, line: Line, spec: OperationSpec | None, act: Callable[[], R]) -> R:
        """Return what `act`, which compares what both sides did, returns.

        Iterators that results are have their effects only now. Raises what `run` raises.
        """
        self._guard.permits = self._permits(spec, 0, 1)
        try:
            with self._guard:
                return act()
        finally:
            self._raise_stopped(line)

    def difference(self, line: Line, comparison: Comparison) -> Difference | None:
        """Return the first difference of what can be observed of the two worlds, or None.

        A step of theirs, which did the same in both, is not looked at before a call has followed.
        """
        if not self._worlds or self.is_step(line):
            return None
        until = time.monotonic() + (self._worlds[0].settle if self.settles else 0.0)
        while True:
            seen = [world.observe() for world in self._worlds]
            comparison.forget()
            found = _first(comparison, *seen)
            if found is None or time.monotonic() >= until:
                return found
            time.sleep(_PAUSE)

    @property
    def normalisers(self) -> Normalisers | None:
        """What takes out of each side's values what is its world's alone; None without worlds."""
        if not self._worlds:
            return None
        python, rust = self._worlds
        return python.normalise, rust.normalise

    def shown(self, python: str, rust: str) -> tuple[str, str]:
        """Return texts of the two sides as they are shown, without what is their worlds' alone."""
        by = self.normalisers
        return (python, rust) if by is None else (by[0](python), by[1](rust))

    def _permits(
        self, spec: OperationSpec | None, *sides: int
    ) -> Callable[[str, tuple[Any, ...]], bool] | None:
        """Return a test whether an effect of an operation may happen; None for none may.

        The effects of operations of foreign pairs are undeclared. Whose effect it is cannot be told
        while asynchronous operations may go on.
        """
        declared = spec is None or self._contract.foreign or spec.effect is Effect.EXTERNAL
        self._goes_on |= spec is not None and declared and spec.asynchronous
        if not self._worlds or not (declared or self._goes_on):
            return None
        worlds = [self._worlds[side] for side in sides]
        return lambda event, arguments: any(each.permits(event, arguments) for each in worlds)

    def _raise_stopped(self, line: Line) -> None:
        call = self._guard.stopped
        if call is None:
            return
        self._guard.stopped = None
        name = line.operation or self._contract.name
        if self._worlds and self._guard.permits is not None:
            world = type(self._worlds[0]).__name__
            why = f"which is outside of its world, {world}: the check stopped it"
        else:
            why = (
                "and its contract does not say that it touches the outside world: the check "
                f"stopped it. Declare {name} as Effect.EXTERNAL, and name a world to check it in: "
                'world = "package.module:World" in the table, or --world for a pair that is not '
                "in it"
            )
        message = f"{self._contract.name}: {line.text} would do {call}, {why}"
        raise EffectStopped(message)


def _first(comparison: Comparison, python: Any, rust: Any) -> Difference | None:
    """Return the first difference of two observations; of two dicts, by key in any order."""
    if not (isinstance(python, dict) and isinstance(rust, dict)):
        return comparison.first(WORLD, python, rust)
    for key in sorted(python.keys() | rust.keys(), key=repr):
        where = f"{WORLD}[{key!r}]"
        if key not in python or key not in rust:
            return Difference(
                where, *("is there" if key in side else "is not" for side in (python, rust))
            )
        found = comparison.first(where, python[key], rust[key])
        if found is not None:
            return found
    return None
