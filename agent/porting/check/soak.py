"""Repeats each operation on each side, and looks for what grows: memory, descriptors, threads.

Each side runs in a process of its own. What an operation takes once is no growth: it is repeated
first, and only what goes on growing in both halves of the repetitions counts.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from agent.porting.check.boundary import repeatable
from agent.porting.check.heartbeat import POLL
from agent.porting.check.memory import too_large
from agent.porting.check.processes import SPAWN
from agent.porting.check.resources import growth_between, take_stock
from agent.porting.check.side import Side
from agent.porting.check.timeouts import ended, too_much
from agent.porting.contract.terms import Effect
from agent.porting.script.statement import parse
from agent.porting.strategies.call_writer import caller_of
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.resources import Stock
    from agent.porting.script.statement import Line

__all__ = ["REPETITIONS", "Soaked", "soak"]

REPETITIONS = 10_000
"""Repetitions of each operation."""

_FIRST = 1_000
"""Repetitions before anything is counted: caches fill, classes are prepared."""

_FEW = 50
"""Repetitions after which descriptors and threads are looked at: there is room for few."""

_AGAIN = 4
"""How many times as many repetitions confirm that something grows."""

_SIDES = ("python", "rust")


@dataclass
class Soaked:
    """What grew while operations were repeated."""

    component: str
    repeated: int = 0
    """Operations that were repeated on both sides."""
    findings: list[str] = field(default_factory=list)
    """What grows on one side alone: the operation, the side and the figure."""
    both: list[str] = field(default_factory=list)
    """What grows on both sides, as it may have to."""
    doubts: list[str] = field(default_factory=list)
    """What was not repeated, and why."""

    @property
    def verdict(self) -> str:
        """The result in one word."""
        if self.findings:
            return "grows"
        return "inconclusive" if self.doubts or not self.repeated else "steady"

    def __str__(self) -> str:
        lines = [f"{self.component}: {each}" for each in self.findings]
        lines += [f"{self.component}: on both sides: {each}" for each in self.both]
        repeated = f"{self.repeated} operations, {REPETITIONS:,} repetitions each"
        return "\n".join([*lines, f"{self.component}: {self.verdict} ({repeated})"])

    def as_json(self) -> dict[str, Any]:
        """Return what ``agent check --soak --json`` prints."""
        return {"verdict": self.verdict, **asdict(self)}


_Growth = dict[str, float]
"""What grew per repetition, by its unit."""


def soak(
    name: str,
    reload: Reload,
    options: CheckOptions,
    progress: Callable[[str], None] = lambda _: None,
) -> Soaked:
    """Repeat each operation of a pair on each side, and compare what grows.

    Args:
        name: the component's name.
        reload: loads the pair in another process.
        options: its time, memory and `call_limit`, which here is for the repetitions of one
            operation.
        progress: is called with what is being repeated.

    Raises:
        Exception: what loading the pair raises.
    """
    soaked = Soaked(name)
    end = time.monotonic() + (float("inf") if options.seconds is None else options.seconds)
    grew = []
    for index, side in enumerate(_SIDES):
        until = time.monotonic() + (end - time.monotonic()) / (len(_SIDES) - index)
        grew.append(_on_side(soaked, reload, options, index, until, progress))
        if not grew[-1]:
            soaked.doubts.append(f"nothing was repeated on {side}")
    python, rust = grew
    soaked.repeated = len(python.keys() & rust.keys())
    for label in python.keys() & rust.keys():
        units = python[label].keys() | rust[label].keys()
        for unit in sorted(units):
            both = [each[label].get(unit) for each in (python, rust)]
            if None not in both:
                shown = " and ".join(f"{size:,.3g}" for size in both if size is not None)
                soaked.both.append(f"{label} takes {shown} {unit} a call")
                continue
            side, size = next(
                (one, size) for one, size in zip(_SIDES, both, strict=True) if size is not None
            )
            soaked.findings.append(f"{label} takes {size:,.3g} {unit} a call on {side} alone")
    soaked.findings.sort()
    soaked.both.sort()
    return soaked


def _on_side(  # noqa: PLR0913, PLR0917  # all that a process rests on
    soaked: Soaked,
    reload: Reload,
    options: CheckOptions,
    index: int,
    until: float,
    progress: Callable[[str], None],
) -> dict[str, _Growth]:
    """Repeat the operations of one side in a process of its own; return what grew."""
    here, there = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_repeat_all, args=(reload, index, there), daemon=True)
    process.start()
    there.close()
    grew: dict[str, _Growth] = {}
    label, how = "loading", ""
    try:
        while not how:
            if here.poll(POLL):
                label, found = here.recv()
                if isinstance(found, Exception):
                    raise found
                if found is not None:
                    grew[label] = found
                progress(f"{_SIDES[index]}: {label}")
            elif too_large(process.pid, options.memory):
                how = too_much(options.memory)
            elif time.monotonic() >= until:
                how = "was not done in time"
    except EOFError:
        process.join()
        if process.exitcode:
            how = ended(process.exitcode)
    finally:
        process.kill()
        process.join()
        sweep(process.pid)
        here.close()
    if how:
        soaked.doubts.append(f"{_SIDES[index]} {how} while repeating {label}")
    return grew


def _repeat_all(reload: Reload, index: int, pipe: Connection) -> None:
    """Repeat the operations in this process; report each before it begins, and what grew."""
    try:
        contract, *sides = reload()
        caller = caller_of(contract)
        external = {
            f"{spec.name}"
            for part in contract.everything.values()
            for spec in part.operations.values()
            if spec.effect is Effect.EXTERNAL
        }
        with suppress(BrokenPipeError):  # the process that collects has ended
            for label, opening, lines in repeatable(caller, external):
                pipe.send((label, None))
                side = Side(contract, sides[index])
                for line in opening:
                    side.run(parse(line))
                found = _growth(side, [parse(line) for line in lines])
                side.close()
                pipe.send((label, found))
    except Exception as error:  # noqa: BLE001  # raised by the process that collects
        pipe.send(("", error))
    pipe.close()


def _growth(side: Side, lines: list[Line]) -> _Growth:
    """Repeat lines on a side; return what goes on growing, by its unit, per repetition."""

    def after(times: int) -> Stock:
        for _ in range(times):
            for line in lines:
                side.run(line)
                side.journal.calls.clear()
        return take_stock(side.names)

    before = after(_FEW)
    few = growth_between([before, after(_FEW), after(_FEW)], _FEW)
    scarce = {unit: size for unit, size in few.items() if unit in {"descriptors", "threads"}}
    if scarce:
        return scarce
    stocks = [after(_FIRST), after(REPETITIONS // 2), after(REPETITIONS // 2)]
    if not growth_between(stocks, REPETITIONS // 2):
        return {}
    more = REPETITIONS * _AGAIN // 2  # what is bounded, as a ring of samples, is full by then
    stocks = [stocks[-1], after(more), after(more)]
    return growth_between(stocks, more)
