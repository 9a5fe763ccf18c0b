"""A pair of which Rust, stood in for by Python, does a part, and what goes wrong with others."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Annotated, Any, Protocol

from annotated_types import Ge

from agent.errors import Unsupported
from agent.porting.check.loading import Loaded
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.fallback import served
from tests.toy_pairs import SLUG, checked, slug


class BagContract(Protocol):
    """Numbers, in the order in which they came."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def add(self, number: Annotated[int, Ge(0)], /) -> None: ...

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def drop(self) -> int | None: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...

    @operation(effect=Effect.READS)
    def numbers(self) -> list[int]: ...

    @property
    @operation(effect=Effect.READS)
    def first(self) -> int | None: ...


class MakesBag(Protocol):
    """Its factory."""

    def __call__(self) -> BagContract: ...


BAG = read_contract(BagContract, MakesBag)


def number(value: Any) -> int:
    """Return `value` if it is one."""
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"a number must be an int, not {type(value).__name__}"
        raise TypeError(message)
    if value < 0:
        message = f"a number must be at least 0, not {value!r}"
        raise ValueError(message)
    return int(value)


class Bag:
    """The reference."""

    limit = 1000

    def __init__(self, numbers: Any = (), *, name: str = "") -> None:
        self._numbers = [number(value) for value in numbers]
        self.name = name

    @classmethod
    def of(cls, *numbers: Any) -> Bag:
        """Make one of these."""
        return cls(numbers)

    @staticmethod
    def is_number(value: Any) -> bool:
        """Return whether it could be added."""
        return type(value) is int

    @property
    def first(self) -> Any:
        """The first; None if there is none."""
        return self._numbers[0] if self._numbers else None

    @first.setter
    def first(self, value: Any) -> None:
        self._numbers[:1] = [number(value)]

    def add(self, number_: Any, /) -> Bag:
        """Add a number."""
        self._numbers.append(number(number_))
        return self

    def drop(self) -> Any:
        """Take the last away."""
        return self._numbers.pop() if self._numbers else None

    def merge(self, other: Bag) -> None:
        """Add what another has."""
        self._numbers += other._numbers

    def each(self, function: Any) -> None:
        """Call `function` with each number."""
        for value in list(self._numbers):
            function(value)

    def numbers(self) -> list[int]:
        """Return them all."""
        return list(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bag) and self.numbers() == other.numbers()

    __hash__ = None  # type: ignore[assignment]


class RustBag:
    """Refuses numbers beyond 64 bits, and has not got all operations."""

    __slots__ = ("_held", "name")

    def __init__(self, numbers: Any = (), *, name: str = "") -> None:
        self._held: list[int] = [self._small(value) for value in numbers]
        self.name = name

    @staticmethod
    def _small(value: Any) -> int:
        if number(value) >= 1 << 63:
            message = "an int of more than 64 bits"
            raise Unsupported(message)
        return int(value)

    def add(self, value: Any, /) -> RustBag:
        """Add a number."""
        self._held.append(self._small(value))
        return self

    def merge(self, other: RustBag) -> None:
        """Add what another has."""
        self._held += other._held

    def each(self, function: Any) -> None:
        """Call `function` with each number."""
        for value in list(self._held):
            function(value)

    def numbers(self) -> list[int]:
        """Return them all."""
        return list(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __getstate__(self) -> dict[str, Any]:
        return {"_numbers": list(self._held), "name": self.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._held, self.name = list(state["_numbers"]), state["name"]


class RashBag(RustBag):
    """Refuses when it is too late: the number has been added."""

    __slots__ = ()

    def add(self, value: Any, /) -> RustBag:
        """Add a number, then look at it."""
        if type(value) is int and value >= 0:
            self._held.append(value)
        self._small(value)
        if value < 0 or type(value) is not int:
            self._held.append(int(value))
        return self


class ForgetfulBag(RustBag):
    """Gives less than it has."""

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        return {"_numbers": self._held[:-1], "name": self.name}


class SilentBag:
    """Gives no state at all."""

    __slots__ = ("_bag",)

    def __init__(self, numbers: Any = ()) -> None:
        self._bag = RustBag(numbers)

    def add(self, value: Any, /) -> None:
        """Add a number."""
        self._bag.add(value)


def ascii_slug(text: str, /, joint: str = "-") -> str:
    """Do it for ASCII, and refuse the rest."""
    if not checked(text).isascii() or not checked(joint).isascii():
        message = "text beyond ASCII"
        raise Unsupported(message)
    return slug(text, joint)


class Store(MutableMapping[str, int]):
    """A reference with an abstract base."""

    def __init__(self) -> None:
        self._items: dict[str, int] = {}

    def __getitem__(self, key: str) -> int:
        return self._items[key]

    def __setitem__(self, key: str, value: int) -> None:
        self._items[key] = value

    def __delitem__(self, key: str) -> None:
        del self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def __call__(self) -> int:
        return len(self)


class RustStore(dict[str, int]):
    """Has most of it."""

    def __call__(self) -> int:
        return len(self)

    def __enter__(self) -> Any:
        return self

    def __getstate__(self) -> Any:
        return {"_items": dict(self)}


def load_slugs() -> Loaded:
    """Load the function and its part in another process."""
    return Loaded(SLUG, slug, ascii_slug)


ServedBag = served("bag", Bag, RustBag)
ServedBag.__qualname__ = "ServedBag"  # where pickles of this module find it
