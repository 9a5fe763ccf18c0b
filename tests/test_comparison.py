"""Values are identical exactly if no caller can distinguish them."""

from __future__ import annotations

import itertools
import math
import re
from array import array
from collections import Counter, OrderedDict, UserDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypedDict
from uuid import UUID

import pytest

from agent.porting.compare.comparison import Comparison
from agent.porting.contract.terms import Invariant, Normalised, Tolerance
from agent.porting.script.hostile import Having, Odd, Unsure
from agent.porting.script.subclasses import Backwards, Dict, Int, List, Str

if TYPE_CHECKING:
    from collections.abc import Callable

NEAR = Tolerance("another order of summing", absolute=0.1)


class Point(NamedTuple):
    """Fields with a name, one of them with a tier."""

    x: int
    y: Annotated[float, NEAR] = 0.0


class Row(TypedDict):
    """A dictionary whose values have kinds of their own."""

    id: int
    mean: Annotated[float, NEAR]


class Colour(Enum):
    """Two members."""

    RED = 1
    BLUE = 2


class Level(IntEnum):
    """A member that equals a number."""

    LOW = 1


@dataclass
class Tree:
    """Holds others of its kind, and may carry more than its fields."""

    value: Any
    children: list[Tree] = field(default_factory=list)


class Pages(Iterator[int]):
    """An iterator, as a compiled module has its own."""

    def __init__(self, *items: int) -> None:
        self.items = list(items)

    def __next__(self) -> int:
        if not self.items:
            raise StopIteration
        return self.items.pop(0)


def nested(depth: int, inside: Any) -> Any:
    """Return a list in a list in a list …."""
    for _ in range(depth):
        inside = [inside]
    return inside


def hostile_key() -> dict[Any, int]:
    """Return a dictionary with a key that can be hashed once, and then no more."""
    key = Odd(1, ValueError("eq"))
    table = {key: 1}
    key.hash = ValueError("hash")
    return table


def twice(item: Any) -> list[Any]:
    return [item, item]


def knot() -> list[Any]:
    """Return a list that contains itself, beside a dictionary that contains it too."""
    knot: list[Any] = []
    knot += [knot, {"knot": knot}]
    return knot


def noted(error: BaseException, note: str) -> BaseException:
    error.add_note(note)
    return error


def within(*, shown: bool, key: str = "a") -> BaseException:
    """Return an error with a context, which a traceback shows or not."""
    error = ValueError("same")
    error.__context__ = KeyError(key)
    error.__suppress_context__ = not shown
    return error


def carrying(value: Any, **more: Any) -> Any:
    vars(value).update(more)
    return value


def closed(value: Any) -> Callable[[], Any]:
    return lambda: value


def first(python: Any, rust: Any, annotation: Any = Any) -> str | None:
    found = Comparison().first("result", python, rust, annotation)
    return None if found is None else found.where


@pytest.mark.parametrize(
    "make",
    [
        lambda: nested(10_000, 1),
        knot,
        lambda: 10**5000,
        lambda: array("d", [math.nan, -0.0]),
        lambda: memoryview(b"abcd")[::2],
        lambda: slice(1, None),
        lambda: Decimal("sNaN"),
        lambda: Fraction(1, 3),
        lambda: datetime(2024, 10, 27, 2, 30, tzinfo=UTC, fold=1),
        lambda: Path("a/b"),
        lambda: re.compile("a"),
        lambda: UUID(int=1),
        lambda: StringIO("a\nb"),
        lambda: BytesIO(b"a"),
        lambda: partial(int, base=2),
        lambda: closed([1]),
        lambda: Point(1, 0.5),
        lambda: Colour.RED,
        lambda: Level.LOW,
        lambda: Tree(1, [Tree(2)]),
        lambda: {1, 1.5, "a", (1, 2), frozenset({3})},
        lambda: {Str("a"), "b"},
        lambda: UserDict(a=1),
        lambda: itertools.islice(itertools.count(), 5),
        lambda: Having(len=-1, eq=ValueError("eq")),
        lambda: [Unsure(), Odd(ValueError("hash"), ValueError("eq"))],
        lambda: Backwards([1, 2]),
        lambda: noted(ValueError(1), "a note"),
        lambda: within(shown=True),
        lambda: OSError(2, "gone", "a.txt"),
        lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        lambda: object(),  # noqa: PLW0108  # made anew
        lambda: KeyError(iter([1])),
        hostile_key,
        lambda: f"cannot use {object()}",
    ],
)
def test_the_same_made_twice_is_the_same(make: Callable[[], Any]) -> None:
    assert first(make(), make()) is None


@pytest.mark.parametrize(
    ("python", "rust", "where"),
    [
        (nested(190, 0.0), nested(190, -0.0), "result" + "[0]" * 190),
        (nested(190, 1), nested(189, 1), "result" + "[0]" * 189),
        (array("d", [0.0]), array("d", [-0.0]), "result[0]"),
        (array("i", [1]), array("l", [1]), "result.typecode"),
        (memoryview(b"a"), memoryview(bytearray(b"a")), "result.readonly"),
        (memoryview(b"a"), b"a", "result"),
        (bytearray(b"a"), b"a", "result"),
        (range(0), range(5, 0), "result.start"),
        (slice(1), slice(*[True]), "result.stop"),
        (Decimal("1.0"), Decimal("1.00"), "result.__reduce__()[1][0]"),
        (Decimal("0.0"), Decimal("-0.0"), "result.__reduce__()[1][0]"),
        (datetime(2024, 1, 1), datetime(2024, 1, 1, fold=1), "result.__reduce__()[1][0]"),  # noqa: DTZ001  # naive on purpose
        (re.compile("a"), re.compile("a", re.IGNORECASE), "result.__reduce__()[1][1]"),
        (Path("a"), Path("b"), "result.__reduce__()[1][0]"),
        (lambda: 1, lambda: 2, "result"),
        (lambda: 1, lambda: True, "result"),
        (closed(1), closed(2), "result.__closure__.cell_contents"),
        (lambda x=1: x, lambda x=2: x, "result.__defaults__[0]"),
        (Point(1), (1, 0.0), "result"),
        (Point(1, 1.0), Point(1, 2.0), "result.y"),
        (Colour.RED, Colour.BLUE, "result"),
        (Level.LOW, 1, "result"),
        (Tree(1), carrying(Tree(1), extra=2), "result.extra"),
        (Tree(1, [Tree(2)]), Tree(1, [Tree(3)]), "result.children[0].value"),
        ({1, 2.0}, {1, 2}, "sorted(result)[0]"),
        ({1}, {1, 2}, "sorted(result)"),
        (OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), "result.keys()[0]"),
        (Counter("ab"), Counter("ba"), "result.keys()[0]"),
        (Dict(a=1), {"a": 1}, "result"),
        (List([1]), Backwards([1]), "result"),
        (Int(1), 1, "result"),
        ({"a": 1}.keys(), ["a"], "result"),
        (iter([1]), [1], "result"),
        (iter([1]), iter([True]), "list(result)[0]"),
        (iter([1]), iter([1, 2]), "len(list(result))"),
        (StringIO("a"), StringIO("b"), "result.__getstate__()[0]"),
        (noted(ValueError(1), "one"), noted(ValueError(1), "two"), "result.__notes__[0]"),
        (ValueError(1), noted(ValueError(1), "one"), "result.__notes__"),
        (within(shown=True), within(shown=False), "result.__suppress_context__"),
        (within(shown=True), within(shown=True, key="b"), "result.__context__.args[0]"),
        (OSError(2, "gone", "a"), OSError(2, "gone", "b"), "str(result)"),
        (
            ExceptionGroup("both", [ValueError(1), KeyError(1)]),
            ExceptionGroup("both", [KeyError(1), ValueError(1)]),
            "result.args[1][0]",
        ),
        (deque([1]), [1], "result"),
        ("<A at 0x7f01>", "<B at 0x7f02>", "result"),
        (math.nan, -math.inf, "result"),
        (Having(len=1), Having(len=2), "result.__getstate__()['answers']['len']"),
    ],
)
def test_distinguishable_values_are_distinguished(python: Any, rust: Any, where: str) -> None:
    assert first(python, rust) == where


def test_what_a_traceback_does_not_show_counts_by_its_class() -> None:
    assert first(within(shown=False), within(shown=False, key="b")) is None


class Pile:
    """A view."""

    def __init__(self, *items: Any) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)


class Colours(Pile):
    """Another one, which can be imported too."""


def test_iterators_of_two_languages_are_compared_by_what_they_give() -> None:
    assert first(iter([1, 2]), (item for item in (1, 2))) is None
    assert first(iter([1, 2]), Pages(1, 2)) is None
    assert first((item for item in (1, 2)), Pages(1, 3)) == "list(result)[1]"


def test_views_of_two_languages_are_compared_by_what_they_give() -> None:
    class Compiled(Pile):
        """A view that no import finds."""

    def first(python: Any, rust: Any) -> Any:
        return Comparison().first("result", python, rust)

    assert first(Pile(1, 2), Compiled(1, 2)) is None
    assert first(Pile(1, 2), Compiled(1, 2.0)).where == "list(result)[1]"
    assert first(Pile(1, 2), Colours(1, 2)).where == "result"
    assert first(UserDict(a=1).items(), {"a": 1}.items()) is None
    assert first(UserDict(a=1).items(), {"a": 2}.items()).where == "list(result)[0][1]"
    assert first(UserDict(a=1).keys(), {"a": 1}.values()).where == "result"


def test_classes_of_one_name_correspond_between_strangers() -> None:
    sides = [type("Careful", (UserWarning,), {"__module__": each}) for each in ("pure", "fast")]
    other = type("Careless", (UserWarning,), {"__module__": "fast"})
    assert Comparison(strangers=True).first("category", *sides) is None
    assert Comparison(strangers=True).first("category", sides[0], other) is not None
    assert Comparison().first("category", *sides) is not None


def test_strangers_that_refuse_to_be_iterated_are_compared_by_the_rest() -> None:
    def refuse(_: object) -> None:
        raise TypeError

    def stranger(module: str, size: int, **more: Any) -> Any:
        return type("Closed", (), {"__module__": module, "size": size, **more})()

    def first(python: Any, rust: Any) -> Any:
        return Comparison(strangers=True).first("result", python, rust)

    closed = stranger("pure", 1, __iter__=refuse)
    assert first(closed, stranger("fast", 1)) is None
    assert first(closed, stranger("fast", 2)).where == "result.size"
    items = stranger("fast", 1, __iter__=lambda _: iter([1]))
    assert first(closed, items).where == "result.items"
    broken = stranger("pure", 1, __iter__=lambda _: (1 // item for item in (1, 0)))
    assert first(broken, items).where == "result.items raised"


def test_compiled_functions_are_compared_by_name() -> None:
    assert first(closed(1), len) == "result.__name__"
    assert first(max, min) == "result.__name__"
    assert first([].append, [].append) is None
    assert first([1].append, [2].append) == "result.__self__[0]"


def test_what_is_shared_is_shared_on_both_sides() -> None:
    assert first(twice([1]), [[1], [1]]) == "result[1]"
    assert first([[1], [1]], twice([1])) == "result[1]"
    assert first(twice((1, 2)), [(1, 2), (1, 2)]) is None
    assert first(twice(Tree(1)), [Tree(1), Tree(1)]) == "result[1]"
    assert first(knot(), [knot(), {"knot": knot()}]) is not None


def test_a_result_that_is_an_argument_must_be_one_on_both_sides() -> None:
    comparison = Comparison()
    given, copied = [1], [1]
    assert comparison.first("result", given, [1]) is None
    found = comparison.first("argument1 afterwards", given, copied)
    assert str(found) == (
        "argument1 afterwards: python the object that is result, rust another object: [1]"
    )
    comparison.forget()
    assert comparison.first("argument1 afterwards", given, copied) is None


def test_what_is_nested_in_itself_many_times_over_is_compared_once() -> None:
    def braid() -> Any:
        strand: Any = ()
        for _ in range(60):
            strand = (strand, strand)
        return strand

    assert first(braid(), braid()) is None


@pytest.mark.parametrize(
    ("annotation", "python", "rust", "where"),
    [
        (Annotated[float, NEAR] | None, 1.0, 1.05, None),
        (Annotated[float, NEAR] | None, None, 1.0, "result"),
        (int | list[Annotated[float, NEAR]], [1.0], [1.05], None),
        (Annotated[float, NEAR] | str, "1.0", "1.05", "result"),
        (Iterator[Annotated[float, NEAR]], [1.0].__iter__(), iter([1.05]), None),
        (set[Annotated[float, NEAR]], {1.0, 5.0}, {5.05, 1.05}, None),
        (dict[str, list[Annotated[float, NEAR]]], {"a": [1.0]}, {"a": [1.5]}, "result['a'][0]"),
        (Row, {"id": 1, "mean": 1.0}, {"id": 1, "mean": 1.05}, None),
        (Row, {"id": 1, "mean": 1.0}, {"id": 2, "mean": 1.0}, "result['id']"),
        (list[Row], [{"id": 1, "mean": 1.0}], [{"id": 1, "mean": 2.0}], "result[0]['mean']"),
        (Any, Point(1, 1.0), Point(1, 1.05), None),
        (Annotated[list[float], NEAR], [1.0, [2.0]], [1.05, [2.05]], None),
        (Annotated[dict[str, float], NEAR], {"a": 1.0}, {"a": 1.5}, "result['a']"),
        (Annotated[float, Tolerance("r", relative=0.1)], math.inf, 1e308, "result"),
        (Annotated[float, Tolerance("r", relative=0.1)], 1.0, -math.inf, "result"),
        (Annotated[int, Tolerance("r", relative=0.1)], 10**400, 10**400 + 1, "result"),
        (Annotated[float, NEAR], Decimal("sNaN"), Decimal("sNaN"), "result"),
        (
            Annotated[list[Annotated[float, NEAR]], Normalised(sorted, "no order")],
            [1.0, 5.0], [5.05, 1.05], None,
        ),
        (Annotated[list[int], Normalised(sorted, "no order")], [1, "a"], ["a", 1], "result"),
        (Annotated[int, Invariant(lambda pid: pid > 0, "live")], 3, "a", "result"),
        (list[Annotated[int, Invariant(lambda pid: pid > 0, "live")]], [1], [2], None),
    ],
)  # fmt: skip
def test_a_tier_counts_where_it_is_written(
    annotation: Any, python: Any, rust: Any, where: str | None
) -> None:
    assert first(python, rust, annotation) == where


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (Annotated[float, Tolerance("rounding")], "more than 0.0 apart: rounding"),
        (Annotated[float, Normalised(abs, "sign is free")], "normalised: sign is free"),
        (Annotated[float, Invariant(lambda value: value > 5, "large")], "(large)"),
    ],
)
def test_the_reason_of_a_tier_is_shown(annotation: Any, reason: str) -> None:
    found = Comparison().first("result", 1.0, 2.0, annotation)
    assert found is not None
    assert reason in str(found)
