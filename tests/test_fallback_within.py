"""Partial ports of classes whose operations give and take objects within others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from agent.errors import Unsupported
from agent.porting.fallback import refusal_counts, refusals, served


class Ends(NamedTuple):
    """Two objects, in a class of its own."""

    first: Any
    last: Any


@dataclass(frozen=True)
class Cut:
    """Two objects, of which nothing can be set."""

    left: Any
    right: Any


class Row:
    """The reference: numbers."""

    def __init__(self, numbers: Any = ()) -> None:
        self._numbers = list(numbers)

    def numbers(self) -> Any:
        """Return them."""
        return list(self._numbers)

    def given(self, kind: str, other: Any = None) -> Any:
        """Return two objects in something that holds them."""
        one, two = Row(self._numbers[:1]), other or Row(self._numbers[1:])
        return HOLDERS[kind](one, two)

    def twice(self) -> Any:
        """Return itself, twice."""
        return [self, (self,)]

    async def later(self) -> Any:
        """Return itself and another."""
        return self, Row(self._numbers)

    @classmethod
    def both(cls, numbers: Any) -> Any:
        """Return two."""
        return cls(numbers), cls(numbers)

    def join(self, *others: Any) -> Any:
        """Return all numbers."""
        found = list(self._numbers)
        for other in others:
            for each in other if isinstance(other, list | tuple) else [other]:
                found += each.numbers()
        return found

    def drop(self) -> None:
        """Drop all."""
        self._numbers.clear()


class RustRow:
    """The other side, which takes its own objects only."""

    __slots__ = ("_held",)

    def __init__(self, numbers: Any = ()) -> None:
        self._held = list(numbers)

    def numbers(self) -> Any:
        """Return them."""
        return list(self._held)

    def given(self, kind: str, other: Any = None) -> Any:
        """Return two objects in something that holds them."""
        if other is not None:
            self._require(other)
        one, two = RustRow(self._held[:1]), other or RustRow(self._held[1:])
        return HOLDERS[kind](one, two)

    def twice(self) -> Any:
        """Return itself, twice."""
        return [self, (self,)]

    async def later(self) -> Any:
        """Return itself and another."""
        return self, RustRow(self._held)

    @classmethod
    def both(cls, numbers: Any) -> Any:
        """Return two."""
        return cls(numbers), cls(numbers)

    def join(self, *others: Any) -> Any:
        """Return all numbers."""
        found = list(self._held)
        for other in others:
            for each in other if isinstance(other, list | tuple) else [other]:
                found += self._require(each).numbers()
        return found

    @staticmethod
    def _require(other: Any) -> Any:
        if type(other) is not RustRow:
            raise TypeError(other)
        return other

    def __getstate__(self) -> Any:
        return {"_numbers": list(self._held)}


HOLDERS: dict[str, Any] = {
    "tuple": lambda one, two: (one, two),
    "list": lambda one, two: [one, two],
    "dict": lambda one, two: {"one": one, "two": two},
    "keys": lambda one, two: {one: 1, two: 2},
    "set": lambda one, two: {one, two},
    "frozenset": lambda one, two: frozenset({one, two}),
    "named": Ends,
    "dataclass": Cut,
    "nested": lambda one, two: {"both": [(one, Cut(two, {"also": two}))]},
}

Served: Any = served("row", Row, RustRow)


@pytest.fixture(autouse=True)
def _counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_counted", {})


def rows_in(value: Any) -> list[Any]:
    """Return the objects in a result, in order."""
    if isinstance(value, dict):
        return [row for each in (*value, *value.values()) for row in rows_in(each)]
    if isinstance(value, list | tuple | set | frozenset):
        return [row for each in value for row in rows_in(each)]
    if isinstance(value, Cut):
        return rows_in([value.left, value.right])
    return [value] if isinstance(value, Row | RustRow) else []


@pytest.mark.parametrize("kind", HOLDERS)
def test_objects_in_a_result_are_of_the_class(kind: str) -> None:
    result = Served([1, 2]).given(kind)
    found = rows_in(result)
    assert type(result) is type(Row([1, 2]).given(kind))
    assert {type(row) for row in found} == {Served}
    assert sorted({id(row): row.numbers()[0] for row in found}.values()) == [1, 2]
    for row in found:
        row.drop()  # which Rust has not
        assert row.numbers() == []


@pytest.mark.parametrize("kind", HOLDERS)
def test_an_object_that_was_given_comes_back_as_itself(kind: str) -> None:
    other = Served([3])
    assert any(row is other for row in rows_in(Served([1]).given(kind, other)))
    assert refusals("row") == {}


def test_an_object_that_gives_itself_gives_the_same() -> None:
    row = Served([1])
    first, (second,) = row.twice()
    assert first is second is row
    itself, other = asyncio.run(row.later())
    assert itself is row
    assert type(other) is Served


def test_what_a_class_method_gives_is_of_the_class() -> None:
    assert [(type(row), row.numbers()) for row in Served.both([1])] == [(Served, [1])] * 2


def test_a_result_that_holds_none_is_rusts_own() -> None:
    kept = [{"a": (1, [2])}]
    loop: list[Any] = [kept]
    loop.append(loop)
    rust = type("RustRow", (RustRow,), {"numbers": lambda self: self._held[0]})
    row = served("row", Row, rust)([loop])
    assert row.numbers() is loop


@pytest.mark.parametrize("hold", [list, tuple])
def test_rust_is_given_no_object_within_another(hold: Any) -> None:
    row = Served([1])
    assert row.join(Served([2]), Served([3])) == [1, 2, 3]
    assert refusals("row") == {}
    assert row.join(hold([Served([2]), Served([3])])) == [1, 2, 3]
    assert refusals("row") == {"an argument holds a Row": 1}


def test_what_is_refused_within_a_result_is_pythons() -> None:
    class Fussy(RustRow):
        def twice(self) -> Any:
            message = "not twice"
            raise Unsupported(message)

    row = served("row", Row, Fussy)([1])
    assert row.twice()[0] is row
