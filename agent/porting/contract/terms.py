"""The terms that a contract is written in.

A contract is a `typing.Protocol`. These terms add what the tools need beyond its types: `operation`
on a method, the agreement tiers and `Virtual` in `typing.Annotated`. Argument domains use
`annotated_types` (``Ge``, ``Lt``, ``MaxLen``, …).
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
    """What calling an operation may read or change."""

    PURE = "pure"
    """Nothing: the result depends only on the arguments."""
    READS = "reads"
    """It reads the state of its object, and changes nothing visible."""
    WRITES = "writes"
    """It may change the state of its object."""
    EXTERNAL = "external"
    """It touches the outside world: files, sockets, processes. It is checked only in a world."""


@dataclass(frozen=True)
class Operation:
    """What a contract declares about an operation beyond its signature."""

    effect: Effect = Effect.WRITES
    raises: tuple[type[BaseException], ...] | None = None
    """The exceptions that it may raise; None if the contract does not say."""


def operation(
    *, effect: Effect, raises: tuple[type[BaseException], ...] | None = None
) -> Callable[[F], F]:
    """Declare the effect of a method of a contract and the exceptions that belong to it.

    The default effect is `Effect.WRITES`. A factory's ``__call__`` may be decorated too.

    With `raises`, the check reports an exception of any other class, even if both sides raise it;
    ``raises=()`` allows none. Subclasses are allowed. Without `raises`, both sides must raise the
    same exception. These exceptions need no mention:

    - a `TypeError`, `ValueError` or `OverflowError` for an argument outside its declared domain,
      a callback with wrong results, an object that breaks its own protocol, or an instance of a
      subclass of a built-in type;
    - the `TypeError` of a call with missing, excess or unknown arguments;
    - exceptions raised by an argument itself, when it is called, compared, hashed or iterated,
      alone or in an exception group;
    - `MemoryError` and `RecursionError`, the `StopIteration` of ``__next__``, and the cancellation
      of an awaited call.
    """

    def mark(function: F) -> F:
        function.__operation__ = Operation(effect, raises)  # type: ignore[attr-defined]
        return function

    return mark


def any_wording(*, reason: str) -> Callable[[F], F]:
    """Declare that only the classes of exceptions must agree, not their messages."""

    def mark(protocol: F) -> F:
        protocol.__any_wording__ = reason  # type: ignore[attr-defined]
        return protocol

    return mark


def open_domains(*, reason: str) -> Callable[[F], F]:
    """Declare that arguments outside a domain need not be refused.

    Differences for such arguments are reported but do not count. Use this for existing code that
    does not validate its arguments.
    """

    def mark(protocol: F) -> F:
        protocol.__open_domains__ = reason  # type: ignore[attr-defined]
        return protocol

    return mark


def in_world(reference: str) -> Callable[[F], F]:
    """Declare the world that external operations are checked in, as ``"package.module:World"``.

    Only tools import it. The table's key ``world`` takes precedence.
    """

    def mark(protocol: F) -> F:
        protocol.__in_world__ = reference  # type: ignore[attr-defined]
        return protocol

    return mark


@dataclass(frozen=True)
class Normalised:
    """Results agree if they are identical after applying `by`, for example `sorted`."""

    by: Callable[[Any], Any]
    reason: str


@dataclass(frozen=True)
class Tolerance:
    """Numbers agree if they differ by at most ``max(absolute, relative * abs(expected))``."""

    reason: str
    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True)
class Invariant:
    """Results are not compared; `holds` must be true for each."""

    holds: Callable[[Any], bool]
    reason: str


Agreement = Normalised | Tolerance | Invariant
"""A declared alternative to the default, identical results."""


@dataclass(frozen=True)
class Virtual:
    """Marks a callable without arguments as a clock, in seconds.

    Checks pass a clock that advances only when they advance it, the same for both sides.
    """

    start: float = 1000.0
    real: Callable[[], float] | None = None
    """The clock used if none is given; shadow shows both sides the same time."""


@dataclass(frozen=True, init=False)
class Given:
    """Marks an argument that is written with names from a world: ``Given("root + '/a'")``.

    Scripts use only one of `expressions`.
    """

    expressions: tuple[str, ...]

    def __init__(self, *expressions: str) -> None:
        object.__setattr__(self, "expressions", expressions)
