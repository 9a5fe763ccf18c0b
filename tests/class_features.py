"""A class with what classes have, and its contract."""

# mypy: ignore-errors
# ruff: noqa: PYI034  # as many classes have it
from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from agent.porting.contract.terms import Effect, operation

__all__ = ["Base", "made", "namespace"]

T = TypeVar("T")


class Amount(Protocol):
    """What the sides have in common; a class has more than its contract names."""

    @property
    def UNITS(self) -> tuple[str, ...]: ...  # noqa: N802

    @property
    def amount(self) -> int: ...

    @property
    def half(self) -> int: ...

    @property
    def label(self) -> str: ...

    @operation(effect=Effect.READS)
    def of(self, text: str) -> Amount: ...

    @operation(effect=Effect.PURE)
    def is_amount(self, value: int) -> bool: ...

    @operation(effect=Effect.READS)
    def compare(self, other: Amount) -> int: ...

    @operation(effect=Effect.WRITES)
    def add(self, amount: int) -> Amount: ...

    @operation(effect=Effect.READS)
    def twice(self) -> Amount: ...

    @operation(effect=Effect.PURE)
    def cached(self, number: int) -> int: ...

    @operation(effect=Effect.READS)
    def partially(self) -> str: ...

    @operation(effect=Effect.READS)
    def dispatched(self, value: int) -> str: ...

    @operation(effect=Effect.READS)
    def total(self, others: list[Amount]) -> int: ...

    @operation(effect=Effect.READS)
    def __add__(self, other: object) -> Amount: ...

    @operation(effect=Effect.READS)
    def __radd__(self, other: object) -> Amount: ...

    @operation(effect=Effect.WRITES)
    def __iadd__(self, other: object) -> Amount: ...

    @operation(effect=Effect.READS)
    def __neg__(self) -> Amount: ...

    @operation(effect=Effect.READS)
    def __eq__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __lt__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __hash__(self) -> int: ...

    @operation(effect=Effect.READS)
    def __bool__(self) -> bool: ...

    @operation(effect=Effect.READS)
    def __index__(self) -> int: ...

    @operation(effect=Effect.READS)
    def __float__(self) -> float: ...

    @operation(effect=Effect.READS)
    def __format__(self, spec: str) -> str: ...

    @operation(effect=Effect.READS)
    def __bytes__(self) -> bytes: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...

    @operation(effect=Effect.READS)
    def __getitem__(self, index: int) -> int: ...

    @operation(effect=Effect.WRITES)
    def __setitem__(self, index: int, value: int) -> None: ...

    @operation(effect=Effect.READS)
    def __contains__(self, value: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __iter__(self) -> Iterator[int]: ...

    @operation(effect=Effect.READS)
    def __enter__(self) -> Amount: ...

    @operation(effect=Effect.READS)
    def __exit__(self, *args: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __call__(self, more: int) -> int: ...

    @operation(effect=Effect.READS)
    def __repr__(self) -> str: ...


class AmountFactory(Protocol):
    """How one is made."""

    def __call__(self, amount: int) -> Amount: ...


class Named:
    """A descriptor that learns its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.owner = name, owner.__name__

    def __get__(self, held: Any, kind: type | None = None) -> Any:
        return self if held is None else f"{self.owner}.{self.name} of {held.amount}"


class Base(Generic[T]):
    """What the class extends: it counts its subclasses."""

    subclasses: ClassVar[list[str]] = []

    def __init_subclass__(cls, tag: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.tag = tag
        Base.subclasses.append(cls.__name__)

    def __init__(self, amount: int) -> None:
        self._parts = [amount]


def made(names: dict[str, Any]) -> Any:  # noqa: C901  # what classes have is a lot
    """Return the class, made anew; its own methods find under its name what `names` has."""

    class Money(Base[T], tag="money"):
        """An amount."""

        UNITS = ("euro", "cent")
        named = Named()
        count: int = 0
        __match_args__ = ("amount",)

        def __new__(cls, *args: Any, **named: Any) -> Any:
            # By the name of the class, which a proxy may have taken.
            made = super(names["Money"], cls).__new__(cls)
            made.kept = 7
            return made

        def __init__(self, amount: int) -> None:
            super(names["Money"], self).__init__(amount)
            self.label = f"label {amount}"

        class Inner:
            """A class of the class."""

            value = 5

        @classmethod
        def of(cls, text: str) -> Any:
            """Make one of its digits."""
            found = cls(int(text))
            found._parts.append(1)
            return found

        @staticmethod
        def is_amount(value: int) -> bool:
            return value >= 0

        @property
        def amount(self) -> int:
            return sum(self._parts)

        @amount.setter
        def amount(self, value: int) -> None:
            self._parts = [abs(value)]

        @amount.deleter
        def amount(self) -> None:
            self._parts = []

        @functools.cached_property
        def half(self) -> int:
            return self.amount // 2

        def compare(self, other: Any) -> int:
            return (self.amount > other.amount) - (self.amount < other.amount)

        def add(self, amount: int) -> Any:
            self._parts.append(amount)
            return self

        add.unit = "euro"

        def twice(self) -> Any:
            return type(self)(self.amount * 2)

        @functools.lru_cache  # noqa: B019  # as in published classes
        def cached(self, number: int) -> int:
            return number * 2

        def _said(self, what: str) -> str:
            return f"{what} {self.amount}"

        partially = functools.partialmethod(_said, "said")

        @functools.singledispatchmethod
        def dispatched(self, value: Any) -> str:
            return f"any {value} {self.amount}"

        @dispatched.register
        def _(self, value: int) -> str:
            return f"int {value} {self.amount}"

        def total(self, others: list[Any]) -> int:
            return self.amount + sum(each.amount for each in others)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("dynamic"):
                return f"{name} of {self.amount}"
            raise AttributeError(name)

        def __dir__(self) -> list[str]:
            return [*super().__dir__(), "dynamic"]

        def __add__(self, other: Any) -> Any:
            if isinstance(other, (names["Money"], int)):
                return type(self)(self.amount + int(other))
            return NotImplemented

        def __radd__(self, other: Any) -> Any:
            return type(self)(other + self.amount) if isinstance(other, int) else NotImplemented

        def __iadd__(self, other: Any) -> Any:
            return self.add(int(other))

        def __neg__(self) -> Any:
            return type(self)(-self.amount)

        def __eq__(self, other: object) -> bool:
            return (
                self.amount == other.amount if isinstance(other, names["Money"]) else NotImplemented
            )

        def __lt__(self, other: object) -> bool:
            return (
                self.amount < other.amount if isinstance(other, names["Money"]) else NotImplemented
            )

        def __hash__(self) -> int:
            return hash((type(self).__name__, self.amount))

        def __bool__(self) -> bool:
            return self.amount != 0

        def __index__(self) -> int:
            return self.amount

        __int__ = __index__

        def __float__(self) -> float:
            return self.amount / 2

        def __format__(self, spec: str) -> str:
            return f"<{spec}:{self.amount}>"

        def __bytes__(self) -> bytes:
            return bytes(self._parts)

        def __len__(self) -> int:
            return len(self._parts)

        def __getitem__(self, index: int) -> int:
            return self._parts[index]

        def __setitem__(self, index: int, value: int) -> None:
            self._parts[index] = value

        def __contains__(self, value: object) -> bool:
            return value in self._parts

        def __iter__(self) -> Iterator[int]:
            return iter(list(self._parts))

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *args: object) -> bool:
            return args[0] is KeyError

        def __call__(self, more: int) -> int:
            return self.amount + more

        def __repr__(self) -> str:
            return f"{type(self).__name__}({self.amount})"

    Money.__qualname__ = "Money"
    names["Money"] = Money
    return Money


namespace: dict[str, Any] = {}
"""What this module finds under the name of the class: what runs, as where it is decorated."""


def __getattr__(name: str) -> Any:
    if name in namespace:
        return namespace[name]
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
