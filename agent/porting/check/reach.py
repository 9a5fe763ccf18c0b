"""How far the calls of a check got: how many returned, what the others raised, how results differ.

Calls that all raise, or all return the same, show little about an operation, however many they
are: it counts as not exercised.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from itertools import islice
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Never,
    NoReturn,
    get_args,
    get_origin,
)
from zlib import crc32

from agent.porting.contract.terms import Effect
from agent.porting.script.asynchronous import Drained

if TYPE_CHECKING:
    from types import CodeType

    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line

__all__ = ["ADVICE", "BranchCount", "OperationReach", "Reach", "acts_on_nothing"]

ADVICE = (
    "what is not exercised is not compared: annotate what it takes (a Literal, a strategy of "
    "Hypothesis), record a program that calls it (--record), or give the reason in the contract: "
    "operation(unexercised=...)"
)
"""What to do about operations that are not exercised."""

_MOST = 16
"""Results of one operation that are told apart."""

_ITEMS = 16
"""Items of a container that a fingerprint looks at, from its beginning."""

_DEEPEST = 3

_LETTERS = 1 << 12
"""Characters of a text that a fingerprint looks at, at either end."""


class BranchCount(NamedTuple):
    """The branches of a side's source that the calls of a check reached."""

    reached: int
    of: int
    """How many there are."""


@dataclass
class OperationReach:
    """How far the calls of one operation got."""

    returned: int = 0
    """Calls that returned on both sides."""
    served: int = 0
    """Calls among them that Rust served itself."""
    raised: Counter[str] = field(default_factory=Counter)
    """Calls that raised on a side, by the exception's class: the reference's, if it raised."""
    results: set[int] = field(default_factory=set)
    """Fingerprints of what calls returned, at most `_MOST`."""
    arguments: int | None = None
    """The fingerprint of the arguments of one call that returned."""
    varied: bool = False
    """Whether another call that returned had other arguments."""

    @property
    def calls(self) -> int:
        """Calls that were compared."""
        return self.returned + self.raised.total()

    @property
    def only_none(self) -> bool:
        """Whether whatever returned, returned None."""
        return self.results == {_NONE}

    def add(self, other: OperationReach) -> None:
        """Add the calls of another process, or of another run."""
        self.returned += other.returned
        self.served += other.served
        self.raised.update(other.raised)
        self.results |= set(islice(other.results - self.results, _MOST - len(self.results)))
        differs = None not in {self.arguments, other.arguments} and (
            self.arguments != other.arguments
        )
        self.varied = self.varied or other.varied or differs
        self.arguments = other.arguments if self.arguments is None else self.arguments

    def take(self, value: Any, operands: tuple[tuple[str, CodeType], ...]) -> None:
        """Take note of what a call returned, and of its arguments."""
        self.returned += 1
        if len(self.results) < _MOST:
            found = _fingerprint(value)
            self.results.add(-len(self.results) - 1 if found is None else found)
        if not self.varied:
            arguments = crc32("".join(_written(code) for _, code in operands).encode())
            self.varied = self.arguments not in {None, arguments}
            self.arguments = arguments


@dataclass
class Reach:
    """How far the calls of a contract's operations got, by the name that they are counted under."""

    operations: dict[str, OperationReach] = field(default_factory=dict)
    unmade: Counter[str] = field(default_factory=Counter)
    """Calls that had no object, since what was to make it had raised; they are not compared."""

    @property
    def counts(self) -> Counter[str]:
        """Compared calls by operation."""
        return Counter({name: each.calls for name, each in self.operations.items()})

    @property
    def calls(self) -> int:
        """Calls that were compared."""
        return sum(each.calls for each in self.operations.values())

    @property
    def returned(self) -> int:
        """Calls that returned on both sides."""
        return sum(each.returned for each in self.operations.values())

    @property
    def served(self) -> int:
        """Calls that returned on both sides, and that Rust served itself."""
        return sum(each.served for each in self.operations.values())

    def note(
        self, name: str, line: Line, left: Outcome, right: Outcome, *, by_rust: bool = True
    ) -> None:
        """Take note of a call of the operation `name` and what it did on both sides."""
        noted = self.operations.get(name)
        if noted is None:
            noted = self.operations[name] = OperationReach()
        for raised in (_raised(left), _raised(right)):
            if raised is not None:
                noted.raised[type(raised).__name__] += 1
                return
        noted.served += by_rust
        noted.take(left.value, line.operands)

    def add(self, other: Reach) -> None:
        """Add the calls of another process, or of another run."""
        for name, each in other.operations.items():
            self.operations.setdefault(name, OperationReach()).add(each)
        self.unmade.update(other.unmade)

    def unexercised(self, contract: Contract) -> dict[str, str]:
        """Return the operations of `contract` that were not exercised, and why."""
        wanted: dict[str, OperationSpec] = {}
        if contract.factory is not None:
            wanted[contract.name] = contract.factory
        for owner, part in contract.everything.items():
            prefix = "" if owner == contract.name else f"{owner}."
            wanted |= {f"{prefix}{name}": spec for name, spec in part.operations.items()}
        found = {name: self._lack(name, spec) for name, spec in wanted.items()}
        return {name: why for name, why in found.items() if why is not None}

    def _lack(self, name: str, spec: OperationSpec) -> str | None:
        """Return why an operation is not exercised; None if it is, or need not be."""
        if spec.unexercised is not None:
            return None
        noted = self.operations.get(name, OperationReach())
        if not noted.calls:
            unmade = self.unmade[name]
            return f"none of {unmade:,} calls had an object to act on" if unmade else "never called"
        if not noted.returned:
            if spec.returns in {Never, NoReturn}:
                return None
            classes = ", ".join(f"{each} {times:,}" for each, times in noted.raised.most_common())
            return f"none of {noted.calls:,} calls returned ({classes})"
        same = len(noted.results) == 1 and noted.varied
        if same and not _is_constant(spec, only_none=noted.only_none):
            return f"each of {noted.returned:,} calls that returned gave the same"
        return None

    def as_json(self) -> dict[str, Any]:
        """Return the reach of each operation in the types that JSON knows."""
        return {
            name: {
                "returned": each.returned,
                "raised": dict(each.raised.most_common()),
                "results": len(each.results),
            }
            for name, each in sorted(self.operations.items())
        }


def acts_on_nothing(line: Line, *sides: dict[str, Any]) -> bool:
    """Return whether no side has what a line acts on, since what was to make it has raised.

    `sides` are the names of each.
    """
    if line.subject is None or line.subject == line.operation:
        return False
    return not any(line.subject in names for names in sides)


def _raised(outcome: Outcome) -> BaseException | None:
    """Return what a call raised, or what the stream that it gave ended with."""
    if outcome.raised is None and isinstance(outcome.value, Drained):
        return outcome.value.ended
    return outcome.raised


_EXITS = {"__exit__", "__aexit__"}
"""Operations that let exceptions pass, mostly, and then return the same in any case."""


def _is_constant(spec: OperationSpec, *, only_none: bool) -> bool:
    """Return whether all results of an operation may be the same, as far as its type says."""
    returns = spec.returns
    while get_origin(returns) is Annotated:
        returns = get_args(returns)[0]
    if get_origin(returns) is Literal:
        return len(get_args(returns)) == 1
    if returns in {None, NoneType} or spec.name in _EXITS:
        return True
    changes = spec.effect in {Effect.WRITES, Effect.EXTERNAL}
    return only_none and changes and returns in {Any, object}


def _fingerprint(value: Any) -> int | None:
    """Return a number that differs for most values that do; None for objects that show nothing.

    It is the same in every process.
    """
    text = _text(value, 0)
    return None if text is None else crc32(text.encode("utf-8", "surrogatepass"))


def _text(value: Any, depth: int) -> str | None:  # noqa: PLR0911  # one for each kind
    """Write a value of a class that Python or a dataclass describes; run no code of its own."""
    cls = type(value)
    if cls in {str, bytes, bytearray} and len(value) > 2 * _LETTERS:
        return f"{cls.__name__} {len(value)} {value[:_LETTERS]!r} {value[-_LETTERS:]!r}"
    if cls is int:
        return f"int {value:x}"  # in decimal, long ones take long
    if cls in _PLAIN:
        return f"{cls.__name__} {value!r}"
    if isinstance(value, Enum):
        return f"{cls.__qualname__} {value.name}"
    if cls in _CONTAINERS or (isinstance(value, tuple) and hasattr(cls, "_fields")):
        items = dict.items(value) if cls is dict else value
        return f"{cls.__qualname__} {len(value)}" if depth == _DEEPEST else _texts(items, depth)
    if is_dataclass(value) and not isinstance(value, type):
        return _texts([getattr(value, part.name, None) for part in fields(value)], depth)
    return None


def _texts(items: Any, depth: int) -> str | None:
    """Write the first items of a container; those of a set in an order of their own."""
    texts = [_text(item, depth + 1) for item in islice(items, _ITEMS)]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return None
    if isinstance(items, set | frozenset):
        known.sort()
    return f"{type(items).__name__} {len(items)} {known}"


_PLAIN = {str, bytes, bytearray, bool, float, complex, range, type(None), type(...)}
_CONTAINERS = {list, tuple, dict, set, frozenset}

_NONE = crc32(str(_text(None, 0)).encode())


def _written(code: CodeType) -> str:
    return f"{code.co_code!r}{code.co_consts}{code.co_names}"
