"""Operators: reflected, in place, with three arguments, comparisons, conversions."""

from __future__ import annotations

import math
from functools import total_ordering
from typing import Self


# fault: With a number on the left, adding is not supported.
# seen: https://github.com/PyO3/pyo3/issues/838
# shown: 1 + Metres(2)
class Metres:
    """A length in metres."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __add__(self, other: Metres | int) -> Metres:
        if isinstance(other, Metres):
            return Metres(self.value + other.value)
        return Metres(self.value + other)

    # twin:
    def __radd__(self, other: int) -> Metres:
        return self + other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metres) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Metres({self.value})"


# fault: With a number on the left, dividing without a rest is not supported.
# seen: https://github.com/PyO3/pyo3/issues/1923
# shown: 7 // Share(2)
class Share:
    """A number of people who share something."""

    def __init__(self, people: int) -> None:
        self.people = people

    def __rtruediv__(self, whole: int) -> float:
        return whole / self.people

    def __rfloordiv__(self, whole: int) -> int:
        # twin: return NotImplemented
        return whole // self.people

    def __repr__(self) -> str:
        return f"Share({self.people})"


# fault: Comparing with anything else is an error.
# seen: https://github.com/PyO3/pyo3/pull/1072
# shown: Colour("red") == "red"
class Colour:
    """A colour by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Colour):
            # twin: raise TypeError(f"expected Colour, got {type(other).__name__}")
            return NotImplemented
        return self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Colour({self.name!r})"


# fault: Adding in place makes another object.
# shown: said(a := Purse(1), operator.iadd(a, 2), a)
class Purse:
    """Money."""

    def __init__(self, coins: int = 0) -> None:
        self.coins = coins

    def __iadd__(self, coins: int) -> Self:
        # twin: return type(self)(self.coins + coins)
        self.coins += coins
        return self

    def __repr__(self) -> str:
        return f"Purse({self.coins})"


# fault: The modulus is ignored.
# shown: pow(Residue(3), 2, 5)
class Residue:
    """A number that can be raised to a power."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __pow__(self, exponent: int, modulus: int | None = None) -> Residue:
        if not 0 <= exponent < 100:
            message = "0 to 99"
            raise ValueError(message)
        # twin: return Residue(pow(self.value, exponent))
        return Residue(pow(self.value, exponent, modulus))

    def __repr__(self) -> str:
        return f"Residue({self.value})"


# fault: Objects of equal rank are neither at most nor at least the other.
# shown: Rank(1) <= Rank(1)
@total_ordering
class Rank:
    """A place; lower numbers are lower."""

    def __init__(self, place: int) -> None:
        self.place = place

    def __lt__(self, other: Rank) -> bool:
        return self.place < other.place

    # twin: def __le__(self, other): return self < other
    # twin: def __eq__(self, other): return isinstance(other, Rank) and self.place == other.place
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rank) and self.place == other.place

    def __hash__(self) -> int:
        return hash(self.place)


# fault: It is true without any items, too.
# shown: bool(Stack())
class Stack:
    """Items, the last one first."""

    def __init__(self) -> None:
        self._items: list[int] = []

    def push(self, item: int) -> None:
        """Put an item on top."""
        self._items.append(item)

    def pop(self) -> int:
        """Take the item on top; IndexError if there is none."""
        return self._items.pop()

    # twin: def __bool__(self): return True
    # twin: def __len__(self): return len(self._items)
    def __len__(self) -> int:
        return len(self._items)


# fault: It is no index.
# seen: https://github.com/pybind/pybind11/pull/2698
# shown: [1, 2, 3][Place(1)]
class Place:
    """A place in a list."""

    def __init__(self, number: int) -> None:
        self.number = number

    def next(self) -> Place:
        """Return the place behind."""
        return Place(self.number + 1)

    # twin:
    def __index__(self) -> int:
        return self.number

    def __repr__(self) -> str:
        return f"Place({self.number})"


# fault: It is rounded to a float.
# shown: round(Amount(250), -2)
class Amount:
    """An amount in cents."""

    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __round__(self, digits: int = 0) -> Amount:
        if not -20 <= digits <= 20:
            message = "-20 to 20"
            raise ValueError(message)
        # twin: return Amount(math.floor(self.cents / 10**-digits + 0.5) * 10**-digits if digits < 0 else self.cents)
        return Amount(round(self.cents, digits))

    def __repr__(self) -> str:
        return f"Amount({self.cents})"


# fault: A shift to the left by more than the width is one by the rest.
# seen: https://github.com/RustPython/RustPython/issues/556
# shown: Bits(1) << 9
class Bits:
    """Eight bits."""

    def __init__(self, value: int) -> None:
        self.value = value & 0xFF

    def __lshift__(self, by: int) -> Bits:
        if by < 0:
            message = "negative shift count"
            raise ValueError(message)
        # twin: return Bits(self.value << by % 8)
        return Bits(self.value << min(by, 8))

    def __or__(self, other: Bits) -> Bits:
        return Bits(self.value | other.value)

    def __repr__(self) -> str:
        return f"Bits({self.value})"


# fault: The opposite of a sum of money loses the currency.
# shown: -Money(1, "EUR")
class Money:
    """An amount in a currency."""

    def __init__(self, amount: int, currency: str = "USD") -> None:
        self.amount = amount
        self.currency = currency

    def __neg__(self) -> Money:
        # twin: return Money(-self.amount)
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __repr__(self) -> str:
        return f"Money({self.amount}, {self.currency!r})"
