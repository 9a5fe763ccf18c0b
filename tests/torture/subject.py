"""What a check needs to know of a component: how to make an object, use it, and see it is right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent import registry
from agent.porting.benchmark.workload import load_workloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

__all__ = [
    "SIDES",
    "Calls",
    "Growth",
    "Operation",
    "Request",
    "Subject",
    "implementation_of",
    "nothing",
    "of_workloads",
    "subject_of",
]

SIDES = ("python", "rust")


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Calls:
    """What a check lets happen inside operations."""

    pause: Callable[[], None] = nothing
    """Called wherever the object calls back into Python."""
    dropped: Callable[[], None] = nothing
    """Called by the finalizers of what the object holds."""


@dataclass(frozen=True)
class Operation:
    """An operation, as it is called again and again, from several threads."""

    name: str
    """As the contract calls it: ``set``, or ``Counter.inc`` for an operation of a part."""
    run: Callable[[Any, int], object]
    """Call it once on a state, with arguments made from a number from 0 to 63. It does not raise,
    and leaves the state as large as it was."""
    atomic: bool = True
    """Whether it has happened or not when it is interrupted; False for a batch, of which a part may
    have happened, and for several calls."""


@dataclass(frozen=True)
class Growth:
    """Work whose input may be hostile, and how fast it may grow with the input."""

    name: str
    work: Callable[[Any, int], int | None]
    """Do the work with an implementation and an input of a size; return the number of steps, where
    they can be counted. Otherwise the processor's time is compared."""
    size: int
    """The smallest input, which takes at least a millisecond where steps are not counted."""
    exponent: int
    """1 for work that grows like the input, 2 for work that grows like its square."""
    most: Callable[[int], int] | None = None
    """The most steps for a size, where they are counted."""


@dataclass(frozen=True)
class Request:
    """A call that needs much memory."""

    name: str
    ready: Callable[[Any, int], Callable[[], object]]
    """Prepare it for an implementation; the number, from 0 to 63, says how much it needs, from some
    kilobytes to some gigabytes."""


@dataclass(frozen=True)
class Subject:
    """A component under attack."""

    prepare: Callable[[Any, Calls], Any]
    """Make a state from an implementation: an object and what operations on it need."""
    operations: tuple[Operation, ...]
    """All operations of the contract that write or compute."""
    holds: Callable[[Any], None]
    """Raise `AssertionError`, with what is wrong, unless the state is right. No other thread uses
    it meanwhile."""
    refusing: frozenset[CodeType] = frozenset()
    """Functions of callers during which the contract lets the object refuse to be used."""
    seen: Callable[[Any], object] | None = None
    """Return what users see of a state, to be compared; None where operations change nothing."""
    growths: tuple[Growth, ...] = ()
    """Work on hostile input."""
    requests: tuple[Request, ...] = ()
    """Calls that need much memory."""
    batches: tuple[Operation, ...] = ()
    """Calls that take minutes unless they are interrupted."""


def subject_of(name: str) -> Subject:
    """Return the subject of a component, or of a seeded fault."""
    folder = "parity_tests.torture" if name in registry.names else "tests.torture.seeded"
    subject = import_module(f"{folder}.{name}").SUBJECT
    assert isinstance(subject, Subject)
    return subject


def implementation_of(name: str, side: str) -> Any:
    """Return what a subject makes its objects of; a seeded fault has one of its own."""
    if name in registry.names:
        return registry.implementation(name, "rust" if side == "rust" else "python")
    return import_module(f"tests.torture.seeded.{name}").IMPLEMENTATION


def of_workloads(name: str) -> Subject:
    """Make the subject of a component whose workloads are all there is to know of it.

    Each workload without a world is an operation; the state is right as long as every answer is the
    expected one.
    """
    workloads = [each for each in load_workloads(registry.component(name)) if each.world is None]

    def prepare(implementation: Any, calls: Calls) -> dict[str, Any]:
        return {each.name: each.prepare(each.draw(), implementation) for each in workloads}

    def holds(state: dict[str, Any]) -> None:
        for each in workloads:
            assert each.answer(state[each.name]) == each.expected, each.name

    def run(name: str, state: dict[str, Any], _: int) -> object:
        (workload,) = (each for each in workloads if each.name == name)
        return workload.run(state[name], 1)

    return Subject(
        prepare,
        tuple(Operation(each.name, partial(run, each.name)) for each in workloads),
        holds,
    )
