"""Small pairs that are right, wrong or unsteady, with their contracts."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from annotated_types import Ge, MinLen

from agent.porting.check.loading import Loaded
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, Tolerance, operation


class Slug(Protocol):
    """A function."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str, /, joint: str = "-") -> str: ...


class Letters(Protocol):
    """A module of functions."""

    @operation(effect=Effect.PURE)
    def distinct(self, text: str) -> list[str]: ...

    @operation(effect=Effect.PURE)
    def size(self, text: str) -> int: ...


@dataclass(frozen=True)
class Near:
    """A sum, of which the last digits may differ."""

    sum: Annotated[float, Tolerance(relative=1e-9, reason="added in any order")]
    count: int


@dataclass(frozen=True)
class Exact:
    """A sum that is the same to the last bit."""

    sum: float
    count: int


class Sums(Protocol):
    """A module of functions that add what is distinct."""

    @operation(effect=Effect.PURE)
    def nearly(self, texts: Annotated[list[str], MinLen(3)]) -> Near: ...

    @operation(effect=Effect.PURE)
    def exactly(self, texts: Annotated[list[str], MinLen(3)]) -> Exact: ...


class Tally(Protocol):
    """A part: what `Tallies` gives."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def add(self, amount: Annotated[int, Ge(0)], /) -> None: ...

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def merge(self, other: Tally, /) -> None: ...

    @operation(effect=Effect.READS)
    def total(self) -> int: ...


class Tallies(Protocol):
    """Has a part."""

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def tally(self, name: str, /) -> Tally: ...

    @operation(effect=Effect.READS)
    def names(self) -> list[str]: ...


class MakesTallies(Protocol):
    """Their factory."""

    def __call__(self) -> Tallies: ...


SLUG = read_contract(Slug)
LETTERS = read_contract(Letters)
SUMS = read_contract(Sums)
TALLIES = read_contract(Tallies, MakesTallies)


def slug(text: str, /, joint: str = "-") -> str:
    """Return the words of `text` with `joint` between them."""
    return checked(joint).join(checked(text).split())


def same_slug(text: str, /, joint: str = "-") -> str:
    """Do the same."""
    return slug(text, joint)


def slug_of_spaces(text: str, /, joint: str = "-") -> str:
    """Take spaces alone for what is between words."""
    slug(text, joint)
    return joint.join(word for word in text.split(" ") if word)


def unsteady_slug(text: str, /, joint: str = "-") -> str:
    """Differ now and then, on either side."""
    return slug(text, joint) + random.SystemRandom().choice(["", "!"])


class letters:  # noqa: N801  # represents a module
    """The reference: in the order in which they come."""

    @staticmethod
    def distinct(text: str) -> list[str]:
        """Return each letter once."""
        return list(dict.fromkeys(checked(text)))

    @staticmethod
    def size(text: str) -> int:
        """Return how many there are."""
        return len(checked(text))


class same_letters(letters):  # noqa: N801
    """Does the same."""


class hashed_letters(letters):  # noqa: N801
    """Depends on the hash seed of the process."""

    @staticmethod
    def distinct(text: str) -> list[str]:
        return list(set(checked(text)))


class hashed_sums:  # noqa: N801
    """Adds in the order of a set, which the sum of floats depends on."""

    @staticmethod
    def nearly(texts: list[str]) -> Near:
        """Add, and promise no more than that comes to."""
        return Near(*hashed_sum(texts))

    @staticmethod
    def exactly(texts: list[str]) -> Exact:
        """Add, and promise every bit."""
        return Exact(*hashed_sum(texts))


def hashed_sum(texts: list[str]) -> tuple[float, int]:
    """Return a sum of tenths in the order of a set, and how many they are."""
    numbers = {text: 0.1 * 3.0**place for place, text in enumerate(texts)}
    return sum(numbers[text] for text in set(numbers)), len(numbers)


def checked(text: Any) -> str:
    """Return `text` if it is one."""
    if not isinstance(text, str):
        message = f"text must be a str, not {type(text).__name__}"
        raise TypeError(message)
    return text


class OneTally:
    """A sum that ends at `most`."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._total: Any = 0

    def add(self, amount: Any, /) -> None:
        """Add `amount`."""
        if not isinstance(amount, int) or isinstance(amount, bool):
            message = f"amount must be an int, not {type(amount).__name__}"
            raise TypeError(message)
        if amount < 0:
            message = f"amount must be at least 0, not {amount!r}"
            raise ValueError(message)
        self._total = min(self._total + int(amount), self._most)

    def merge(self, other: Any, /) -> None:
        """Add what another has."""
        if not isinstance(other, OneTally):
            message = f"other must be a tally, not {type(other).__name__}"
            raise TypeError(message)
        self._total = min(self._total + other._total, self._most)

    def total(self) -> Any:
        """Return the sum."""
        return self._total


def tallies(most: float = float("inf")) -> type:
    """Return an implementation whose sums end at `most`."""

    class Tallies:
        def __init__(self) -> None:
            self._tallies: dict[str, OneTally] = {}

        def tally(self, name: str, /) -> OneTally:
            return self._tallies.setdefault(checked(name), OneTally(most))

        def names(self) -> list[str]:
            return list(self._tallies)

    return Tallies


def load_slugs() -> Loaded:
    """Load the pair of functions that agree."""
    return Loaded(SLUG, slug, same_slug)


def load_wrong_slugs() -> Loaded:
    """Load the pair of functions that do not."""
    return Loaded(SLUG, slug, slug_of_spaces)


def load_hashed_letters() -> Loaded:
    """Load a reference that depends on the hash seed."""
    return Loaded(LETTERS, hashed_letters, letters)


def load_hashed_sums() -> Loaded:
    """Load sums that depend on the hash seed in their last digits."""
    return Loaded(SUMS, hashed_sums, hashed_sums)


def load_nothing() -> Loaded:
    """Fail, as what cannot be loaded in another process does."""
    sys.exit(3)
