"""A workload: a piece of work with a known answer, which is measured.

Every harness reads the same table of workloads: paired measurement, pytest-benchmark, asv, and,
through files, criterion.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, UsageError
from agent.porting.project.table import load
from agent.porting.worlds.opening import load_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from agent.porting.project.table import Component

__all__ = ["Workload", "export", "load_workloads", "select"]


@dataclass(frozen=True)
class Workload:
    """One row of a component's table.

    A state is prepared once and run many times. A run leaves the state as it was, as far as a later
    run can see, so that each run does the same work and has the same answer.
    """

    name: str
    """Lower-case letters, digits and underscores; unique in the table."""
    about: str
    """What is done, in a few words."""
    size: int
    """Operations in a run; times are given per operation."""
    calls: int
    """Calls of the implementation in a run; fewer than `size` where calls do batches."""
    entries: int
    """Entries that a prepared state holds, for bytes per entry; 0 where that is meaningless."""
    expected: Any
    """The answer, derived without running any of the implementations measured."""
    draw: Callable[[], Any]
    """Returns the inputs, which no run changes."""
    prepare: Callable[..., Any]
    """Make a state from inputs and an implementation's constructor; run it once to warm it. Where
    there is a world, that, opened, is the third argument."""
    run: Callable[[Any, int], int | None]
    """Do the work on a state so many times; this alone is timed. It may return the nanoseconds that
    the work took, where it does more than that."""
    answer: Callable[[Any], Any]
    """Does the same work once more, untimed, and returns the answer, which covers every result."""
    trace: Callable[[], str] | None = None
    """Returns the same work as text, for a core that runs without Python; None without a core."""
    trace_answer: tuple[int, ...] = ()
    """The answer of such a core."""
    loop: Callable[[], Callable[[int], int]] | None = None
    """Prepare as many awaits of nothing, to be run so many times: what the event loop itself costs.
    None where there are no awaits."""
    world: str | None = None
    """The world that states are prepared and run in, ``"package.module:World"``: for what touches
    files or sockets. Each side has one of its own, which is open until all is measured."""
    drift: float = 0.08
    """How far the logarithm of the ratio moves between runs, by ``benchmarks/repeat.py``."""
    block: float = 0.005
    """Shortest time measured at once, in seconds; runs are repeated to fill it."""

    @contextmanager
    def opened(self) -> Iterator[Callable[[Any, Callable[..., Any]], Any]]:
        """Open a world, if there is one, and give what prepares a state in it from inputs.

        Raises `ContractError` for what is no world.
        """
        if self.world is None:
            yield self.prepare
            return
        with load_world(self.world)() as world:
            yield lambda inputs, make: self.prepare(inputs, make, world)


def load_workloads(component: Component, names: Sequence[str] = ()) -> list[Workload]:
    """Import the workloads of a component, and return those of `names`, or all.

    Raises `UsageError` where the table names none, `ContractError` for what are no workloads, and
    what `select` raises.
    """
    if component.workloads is None:
        message = f"{component.name} has no workloads: its row in the table does not name any"
        raise UsageError(message)
    table = load(component.workloads)
    if not isinstance(table, list | tuple):
        message = f"{component.workloads} is of type {type(table).__name__}, not a list of Workload"
        raise ContractError(message)
    if strange := [each for each in table if not isinstance(each, Workload)]:
        kind = type(strange[0]).__name__
        message = f"{component.workloads} holds an object of type {kind}, which is no Workload"
        raise ContractError(message)
    return select(table, names)


def select(table: Sequence[Workload], names: Sequence[str] = ()) -> list[Workload]:
    """Return the workloads of `names`, in the order of `table`; all of them when there is none.

    Raises `UsageError` for an unknown name, and `ContractError` for a name used twice in `table`,
    or for a trace of what runs in a world.
    """
    known = [workload.name for workload in table]
    if len(set(known)) < len(known):
        message = f"a table of workloads uses a name twice: {', '.join(known)}"
        raise ContractError(message)
    for workload in table:
        if workload.world is not None and workload.trace is not None:
            message = (
                f"workload {workload.name} has a world, which a core that runs a trace has not"
            )
            raise ContractError(message)
    if unknown := [name for name in names if name not in known]:
        message = f"no workload is called {unknown[0]!r}; the known ones are {', '.join(known)}"
        raise UsageError(message)
    return [workload for workload in table if not names or workload.name in names]


def export(table: Sequence[Workload], folder: Path) -> list[Path]:
    """Write the trace of each workload that has one to ``folder/NAME.trace``; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for workload in table:
        if workload.trace is not None:
            path = folder / f"{workload.name}.trace"
            path.write_text(workload.trace(), encoding="utf-8", newline="\n")
            written.append(path)
    return written
