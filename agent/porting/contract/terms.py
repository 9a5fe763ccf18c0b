"""The words a contract is written in.

A contract is a `typing.Protocol`. What the tools need beyond its types is said with these words,
once, where the operation is declared: `operation` on a method, the agreement tiers and `Virtual`
in `typing.Annotated`; argument domains use `annotated_types` (``Ge``, ``Lt``, ``MaxLen``, …).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Agreement",
    "Effect",
    "Given",
    "Invariant",
    "Normalised",
    "Operation",
    "Tolerance",
    "Virtual",
    "any_wording",
    "in_world",
    "open_domains",
    "operation",
]

F = TypeVar("F")


class Effect(Enum):
    """What calling an operation touches."""

    PURE = "pure"
    """Nothing: the answer depends on the arguments alone."""
    READS = "reads"
    """Its own object's state, without changing what a caller can see of it."""
    WRITES = "writes"
    """Its own object's state, which it may change."""
    EXTERNAL = "external"
    """The outside world: files, sockets, processes. It is checked inside a world alone."""


@dataclass(frozen=True)
class Operation:
    """What a contract says of one operation beyond its signature."""

    effect: Effect = Effect.WRITES
    raises: tuple[type[BaseException], ...] | None = None
    """Exceptions that it may raise; None where the contract does not say."""


def operation(
    *, effect: Effect, raises: tuple[type[BaseException], ...] | None = None
) -> Callable[[F], F]:
    """Declare the effect of a method of a contract and the exceptions that belong to it.

    An undecorated method is `Effect.WRITES`. It decorates a factory's ``__call__`` as well.

    With `raises`, the check reports an exception of any other class, even where both sides raise
    it; ``raises=()`` allows none. Subclasses are allowed. Without `raises`, the contract does not
    say: both sides must raise the same. These exceptions need no mention:

    - a `TypeError`, `ValueError` or `OverflowError` for an argument outside of its declared domain,
      a callback with wrong answers, an object that breaks its own protocol, or an instance of a
      subclass of a built-in type;
    - the `TypeError` of a call with missing, excess or unknown arguments;
    - what an argument raises itself, when it is called, compared, hashed or iterated, alone or in
      an exception group;
    - `MemoryError` and `RecursionError`, and the `StopIteration` of ``__next__``.
    """

    def mark(function: F) -> F:
        function.__operation__ = Operation(effect, raises)  # type: ignore[attr-defined]
        return function

    return mark


def any_wording(*, reason: str) -> Callable[[F], F]:
    """Declare that implementations may word their exceptions as they like: classes alone agree."""

    def mark(protocol: F) -> F:
        protocol.__any_wording__ = reason  # type: ignore[attr-defined]
        return protocol

    return mark


def open_domains(*, reason: str) -> Callable[[F], F]:
    """Declare that nothing has to be refused: what is outside a domain, both sides may accept.

    Differences there are told, and not counted. For contracts of code that takes what it is given.
    """

    def mark(protocol: F) -> F:
        protocol.__open_domains__ = reason  # type: ignore[attr-defined]
        return protocol

    return mark


def in_world(reference: str) -> Callable[[F], F]:
    """Declare the world that external operations are checked in, as ``"package.module:World"``.

    It is imported by tools alone. The table's key ``world`` says the same, and goes before it.
    """

    def mark(protocol: F) -> F:
        protocol.__in_world__ = reference  # type: ignore[attr-defined]
        return protocol

    return mark


@dataclass(frozen=True)
class Normalised:
    """Results agree when they are identical after `by`, for example `sorted`."""

    by: Callable[[Any], Any]
    reason: str


@dataclass(frozen=True)
class Tolerance:
    """Numbers agree within ``max(absolute, relative * abs(expected))``."""

    reason: str
    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True)
class Invariant:
    """Results are not compared; `holds` must be true of each."""

    holds: Callable[[Any], bool]
    reason: str


Agreement = Normalised | Tolerance | Invariant
"""A declared alternative to the default, which is that results are identical."""


@dataclass(frozen=True)
class Virtual:
    """A callable without arguments that is to be driven as a clock, in seconds.

    Checks pass a clock that stands still until they advance it, the same for both sides.
    """

    start: float = 1000.0
    real: Callable[[], float] | None = None
    """What is read where no clock is given, so that both sides can be shown the same time."""


@dataclass(frozen=True, init=False)
class Given:
    """An argument that is written with names which a world gives: ``Given("root + '/a'")``.

    Scripts use one of `expressions`, and no other value.
    """

    expressions: tuple[str, ...]

    def __init__(self, *expressions: str) -> None:
        object.__setattr__(self, "expressions", expressions)
