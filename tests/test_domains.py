"""What breaks ports is always drawn, from annotations alone."""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, Flag
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, NewType, SupportsIndex, TypedDict

import pytest
from annotated_types import Ge, Gt, Le, Len, MaxLen, MinLen, Predicate
from hypothesis import given, settings

from agent.errors import ContractError
from agent.porting.contract.classes import classes_in
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.from_annotation import domain_of
from agent.porting.strategies.hypothesis import expressions
from agent.porting.strategies.scalars import LEAVES


class Colour(Enum):
    """Two members."""

    RED = 1
    BLUE = 2


class Access(Flag):
    """Members that combine."""

    READ = 1
    WRITE = 2


class Row(NamedTuple):
    """A named tuple."""

    id: int
    name: str = ""


class Settings(TypedDict, total=False):
    """A dictionary that need not have anything."""

    deep: bool


@dataclass(frozen=True)
class Node:
    """Holds another of its kind."""

    value: int
    colour: Colour = Colour.RED
    next: Node | None = None


Identity = NewType("Identity", int)


def written(annotation: Any, count: int = 3000) -> list[str]:
    """Return expressions for `annotation`, always the same."""
    chance = random.Random(1)
    domain = domain_of(annotation, "f: x")
    return [domain.write(Choices(chance.randbytes(32))) for _ in range(count)]


def made(annotation: Any, count: int = 3000) -> list[Any]:
    """Return values for `annotation`, those that take no other object of the script."""
    names = words(Journal()) | classes_in(annotation)
    texts = [text for text in written(annotation, count) if not set(text) & set("§¤¶")]
    plain = (text for text in texts if "{reenter}" not in text)
    return [eval(text, dict(names)) for text in plain]  # noqa: S307  # that is what is tested


@pytest.mark.parametrize(
    "trap",
    [
        "\x1c", "\u3000", "\u0345", "\u0378", "\u1c89", "\ud800", "ß", "İ", "ŉ", "Σ", "\u0301",
        "\u2028", "\U0001f600", "\x00", "\u200d", "\r\n", "\u212a", "\U00010400",
    ],
)  # fmt: skip
def test_each_trap_is_drawn_alone_and_among_other_text(trap: str) -> None:
    texts = [text for text in made(str) if trap in text]
    assert texts
    assert any(len(text) > len(trap) for text in texts)


def test_texts_are_short_and_long() -> None:
    sizes = {len(text) for text in made(str)}
    assert {0, 1, 2, 3, 4} <= sizes
    assert max(sizes) > 256


def test_numbers_are_small_mostly_and_as_large_as_it_takes() -> None:
    numbers = made(int)
    assert sum(abs(number) < 300 for number in numbers) > len(numbers) // 2
    edges = {2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30}
    assert edges <= set(numbers)


def test_containers_repeat_items_and_are_of_one_kind() -> None:
    lists = made(list[Any])
    assert any(len(items) != len({repr(item) for item in items}) for items in lists)
    assert any(len({type(item) for item in items}) == 1 and len(items) > 2 for items in lists)
    assert any(
        one is not other and one == other and type(one) is not type(other)
        for items in lists
        for one, other in pairwise(items)
    )
    assert max(len(items) for items in made(list[int])) > 40


def test_nested_containers_hold_what_they_say() -> None:
    tables = made(dict[str, list[tuple[int, float]]], 300)
    plain = [table for table in tables if type(table) is dict and table]
    assert any(type(pair) is tuple for table in plain for rows in table.values() for pair in rows)


def test_iterables_break_midway() -> None:
    assert any("broken(" in text for text in written(Iterable[int]))
    assert any(isinstance(value, Iterator) for value in made(Iterable[int], 300))


def test_classes_are_made_of_their_fields() -> None:
    nodes = [node for node in made(Node) if isinstance(node, Node)]
    assert any(isinstance(node.next, Node) for node in nodes)
    assert {node.colour for node in nodes} >= set(Colour)
    assert any(isinstance(row, Row) and row.name for row in made(Row))
    assert {"{}", "{'deep': True}"} <= set(written(Settings))
    assert Access.READ | Access.WRITE in made(Access)
    assert set(classes_in(list[Node], Row, Settings)) == {"Node", "Colour", "Row"}


def test_two_classes_of_one_name_are_refused() -> None:
    Colour = Enum("Colour", ["GREEN"])  # noqa: N806  # a class
    with pytest.raises(ContractError, match="same name"):
        classes_in(Node, Colour)


def test_common_types_of_the_library_are_known() -> None:
    for annotation in (datetime, Decimal, array, deque[int], Identity, SupportsIndex):
        assert made(annotation, 20)


@pytest.mark.parametrize(
    ("annotation", "keeps"),
    [
        (Annotated[int, Ge(5), Le(9)], lambda value: 5 <= value <= 9),
        (Annotated[int, Gt(2**40)], lambda value: value > 2**40),
        (Annotated[float, Gt(0.0), Le(1.0)], lambda value: 0 < value <= 1),
        (Annotated[str, Len(2, 5)], lambda value: 2 <= len(value) <= 5),
        (Annotated[str, MinLen(2000)], lambda value: len(value) >= 2000),
        (Annotated[str, Predicate(str.isascii)], str.isascii),
        (Annotated[list[int], Len(2, 3)], lambda value: 2 <= len(value) <= 3),
        (Annotated[dict[str, int], MaxLen(2)], lambda value: len(value) <= 2),
        (Annotated[set[int], MinLen(1)], len),
    ],
)
def test_what_is_composed_keeps_to_its_constraints(annotation: Any, keeps: Any) -> None:
    domain = domain_of(annotation, "f: x")
    texts = set(written(annotation)) - set(domain.risky)
    assert all(keeps(eval(text, words(Journal()))) for text in texts)  # noqa: S307  # tested
    assert len(texts) >= len(domain.within)


@pytest.mark.parametrize("annotation", [*LEAVES, list[int], dict[str, Any], Node, Row])
def test_no_bytes_write_what_is_simplest(annotation: Any) -> None:
    domain = domain_of(annotation, "f: x")
    simplest = domain.within if domain.slots is None else domain.slots
    assert domain.write(Choices(b"")) == simplest[0]


@given(expressions(domain_of(dict[str, list[int]], "f: x")))
@settings(max_examples=200, database=None)
def test_expressions_are_python(text: str) -> None:
    assert isinstance(eval(text, words(Journal())), dict)  # noqa: S307  # tested


def test_what_one_part_of_a_union_allows_is_not_outside_of_it() -> None:
    domain = domain_of(Annotated[float, Gt(0)] | timedelta, "f: x")
    assert {"0.0", "None"} <= set(domain.outside)
    assert not {"1", "2", "1.0"} & set(domain.outside)
