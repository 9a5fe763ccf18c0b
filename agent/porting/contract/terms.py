"""The terms that a contract is written in.

A contract is a `typing.Protocol`. These terms add what the tools need beyond its types: `operation`
on a method, the agreement tiers and `Virtual` in `typing.Annotated`. Argument domains use
`annotated_types` (``Ge``, ``Lt``, ``MaxLen``, …).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "OBJECT_PROTOCOL",
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
    "leaves_out",
    "open_domains",
    "operation",
    "unpromised",
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
    ignores: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The effects beside the result that are not compared, each with the reason."""
    unexercised: str | None = None
    """Why no call need return, or return something else than others."""


BESIDE = {
    "warnings": "the category, the text and the caller of each warning",
    "logging": "the logger, the level and the message of each record",
    "stdout": "what is written to `sys.stdout`, or past it to file descriptor 1",
    "stderr": "what is written to `sys.stderr`, or past it to file descriptor 2",
    "globals": "public global names of the modules, bound anew or changed in place",
    "environ": "the variables in `os.environ`",
    "folder": "the current working folder",
    "umask": "the mask of permissions for new files",
    "locale": "the locale",
    "decimal": "how the context of `decimal` computes",
    "recursion_limit": "the limit of calls within calls",
    "int_max_str_digits": "the limit of digits of integers",
    "random": "the state of the generator that `random` shares",
    "signals": "the handlers of signals",
    "descriptors": "file descriptors that stay open",
    "threads": "threads that go on running",
    "children": "child processes that are left",
}
"""The effects beside the result that a check compares, by the words that switch them off."""


def operation(
    *,
    effect: Effect,
    raises: tuple[type[BaseException], ...] | None = None,
    ignores: Mapping[str, str] | None = None,
    unexercised: str | None = None,
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

    A check also compares what a call does beside its result. With `ignores` it does not compare the
    effects named there, each with a reason: ``{"stdout": "Rust shows no progress"}``. The names are
    those of `BESIDE`.

    A check proves nothing where no call of an operation returns, or all return the same: its
    verdict is inconclusive. `unexercised` gives the reason why that is right for this operation.
    """

    def mark(function: F) -> F:
        marked = Operation(effect, raises, ignores or {}, unexercised)
        function.__operation__ = marked  # type: ignore[attr-defined]
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


def leaves_out(*names: str, reason: str) -> Callable[[F], F]:
    """Declare that only one side offers the operations `names`, which are not promised.

    Without this, an operation that only one side offers counts as a difference, unless the contract
    lists it.
    """

    def mark(protocol: F) -> F:
        known: dict[str, str] = getattr(protocol, "__leaves_out__", {})
        left_out = known | dict.fromkeys(names, reason)
        protocol.__leaves_out__ = left_out  # type: ignore[attr-defined]
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


OBJECT_PROTOCOL = {
    "pickle": "an object pickles in every protocol, and the copy behaves the same",
    "copy": "`copy.copy` gives an object that behaves the same",
    "deepcopy": "`copy.deepcopy` gives an object that behaves the same",
    "weakref": "it can be referred to weakly",
    "attributes": "unknown attributes can be set, and known ones set again; reading an unknown one",
    "initialising": "what `__init__` does when it is called once more, where both sides have one",
    "subclassing": "its class can be subclassed, and the subclass passes calls on to it",
    "overriding": "methods that a subclass overrides are called where its own methods call them",
    "isinstance": "which abstract base classes it is an instance of",
    "binding": "a function binds when it is an attribute of a class, and methods pass through it",
    "signature": "what `inspect.signature` tells: names, kinds and defaults of parameters",
    "keywords": "each parameter is accepted by name, and by position, as the contract says",
    "names": "it is found under its name, methods have their names, and there are docstrings",
    "threads": "it works in another thread, and in two at once",
    "fork": "it works in a forked process",
}
"""What a caller may expect of any object although no contract lists it, by topic.

A check compares all of these, unless the contract says with `unpromised` what it does not promise.
"""


def unpromised(**reasons: str) -> Callable[[F], F]:
    """Declare which topics of `OBJECT_PROTOCOL` the contract does not promise, each with a reason.

    It decorates a protocol, and applies to what its operations return too::

        @unpromised(attributes="only the reference has a __dict__")
        class Cache(Protocol): ...

    Raises `TypeError` for an unknown topic, `ValueError` for an empty reason.
    """
    for topic, reason in reasons.items():
        if topic not in OBJECT_PROTOCOL:
            message = f"no topic {topic!r}: choose from {', '.join(OBJECT_PROTOCOL)}"
            raise TypeError(message)
        if not reason.strip():
            message = f"{topic}: say why it is not promised"
            raise ValueError(message)

    def mark(protocol: F) -> F:
        known = getattr(protocol, "__unpromised__", {})
        protocol.__unpromised__ = known | reasons  # type: ignore[attr-defined]
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
