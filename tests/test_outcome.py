"""Outcomes agree only when they are the same, and the first difference is named."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import pytest

from agent.porting.compare.comparison import Comparison
from agent.porting.compare.outcome import capture, difference_of_outcomes
from agent.porting.contract.terms import Invariant, Normalised, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable


class Text(str):
    """Prints as a `str` does."""

    __slots__ = ()


class Tagged(int):
    """An `int` that carries something."""

    tag: str


def tagged(tag: str) -> Tagged:
    value = Tagged(1)
    value.tag = tag
    return value


@dataclass(frozen=True)
class Stats:
    """A result with fields."""

    hits: int
    mean: Annotated[float, Tolerance("summed in another order", absolute=0.1)] = 0.0


class Slotted:
    """An object without a ``__dict__``."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def cause(of: BaseException) -> BaseException:
    error = ValueError("same")
    error.__cause__ = of
    return error


def first(python: Any, rust: Any, annotation: Any = Any) -> str | None:
    found = Comparison().first("result", python, rust, annotation)
    return None if found is None else found.where


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    "make",
    [
        lambda: 1,
        lambda: -0.0,
        lambda: float("nan"),
        lambda: complex(-0.0, math.nan),
        lambda: "\ud800",
        lambda: Text("a"),
        lambda: [1, (2.0, {"a": {3}})],
        lambda: defaultdict(list, a=[1]),
        lambda: deque([1], maxlen=2),
        lambda: iter([1, 2]),
        lambda: {"a": 1}.items(),  # noqa: PLW0108  # made anew
        lambda: Stats(1),
        lambda: Slotted([1]),
        lambda: tagged("a"),
        lambda: KeyError(1),
        lambda: ExceptionGroup("several", [ValueError(1), KeyError(2)]),
        lambda: lambda given: given,
        lambda: int,
        lambda: ...,
        lambda: range(3),
        lambda: bytearray(b"a"),
    ],
)
def test_the_same_made_twice_is_the_same(make: Callable[[], Any]) -> None:
    assert first(make(), make()) is None


def test_what_contains_itself_is_compared_too() -> None:
    assert first(ENDLESS, ENDLESS) is None


@pytest.mark.parametrize(
    ("python", "rust", "where"),
    [
        (1, True, "result"),
        (1, 1.0, "result"),
        (0.0, -0.0, "result"),
        (math.nan, 0.0, "result"),
        (complex(0, 0.0), complex(0, -0.0), "result.imag"),
        ("a", Text("a"), "result"),
        ("é", "e\u0301", "result"),
        (tagged("a"), tagged("b"), "result.tag"),
        ([1], (1,), "result"),
        ([1, 2], [1, True], "result[1]"),
        ([1], [1, 2], "len(result)"),
        ([{"a": [0.0]}], [{"a": [-0.0]}], "result[0]['a'][0]"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "result.keys()[0]"),
        ({"a": 1}, {"a": 1, "b": 2}, "len(result.keys())"),
        ({1: "a"}, {True: "a"}, "result.keys()[0]"),
        (OrderedDict(a=1), {"a": 1}, "result"),
        (defaultdict(list), defaultdict(set), "result.default_factory"),
        ({1, 2}, {1, 3}, "sorted(result)[1]"),
        ({1}, frozenset({1}), "result"),
        (deque([1], 2), deque([1], 3), "result.maxlen"),
        (iter([1, 2]), iter([1, 3]), "list(result)[1]"),
        (iter([1]), [1], "result"),
        ({"a": 1}.values(), {"a": 2}.values(), "list(result)[0]"),
        (Stats(1), Stats(2), "result.hits"),
        (Slotted(1), Slotted(2), "result.value"),
        (KeyError(1), KeyError("1"), "result.args[0]"),
        (KeyError(1), LookupError(1), "result"),
        (ValueError("same"), cause(KeyError()), "result.__cause__"),
        (cause(KeyError(1)), cause(KeyError(2)), "result.__cause__.args[0]"),
        (
            ExceptionGroup("several", [ValueError(1)]),
            ExceptionGroup("several", [ValueError(2)]),
            "result.args[1][0].args[0]",
        ),
        (lambda given: given, lambda given: -given, "result"),
        (int, float, "result"),
    ],
)
def test_the_first_difference_is_named(python: Any, rust: Any, where: str) -> None:
    assert first(python, rust) == where


def test_an_iterator_that_fails_differs_from_one_that_ends() -> None:
    def broken() -> Any:
        yield 1
        raise ValueError

    def ends() -> Any:
        yield 1

    assert first(broken(), broken()) is None
    assert first(broken(), ends()) == "result raised"


class Left:
    """One side's own class."""

    def __init__(self, size: int) -> None:
        self.size = size


class Right(Left):
    """The other's."""


def test_twins_are_compared_by_what_can_be_seen_of_them() -> None:
    comparison = Comparison({Left: (Right, lambda value: {"size": value.size})})
    assert comparison.first("result", Left(1), Right(1)) is None
    assert comparison.first("result", [Left], [Right]) is None
    found = comparison.first("result", [Left(1)], [Right(2)])
    assert found is not None
    assert str(found) == "result[0].size: python 1, rust 2"
    swapped = comparison.first("result", Right(1), Left(1))
    assert swapped is not None


@pytest.mark.parametrize(
    ("annotation", "python", "rust", "where"),
    [
        (Annotated[list[int], Normalised(sorted, "no order")], [1, 2], [2, 1], None),
        (Annotated[list[int], Normalised(sorted, "no order")], [1, 2], [2, True], "result[0]"),
        (Annotated[float, Tolerance("rounding", relative=0.1)], 10.0, 10.9, None),
        (Annotated[float, Tolerance("rounding", relative=0.1)], 10.0, 11.1, "result"),
        (Annotated[float, Tolerance("rounding", relative=0.1)], 10.0, 10, "result"),
        (Annotated[float, Tolerance("rounding")], math.nan, math.nan, None),
        (Annotated[int, Invariant(lambda pid: pid > 0, "a live id")], 3, 4, None),
        (Annotated[int, Invariant(lambda pid: pid > 0, "a live id")], 3, -4, "result"),
        (list[Annotated[float, Tolerance("rounding", absolute=0.1)]], [1.0], [1.05], None),
        (list[Annotated[float, Tolerance("rounding", absolute=0.1)]], [1.0], [1.5], "result[0]"),
        (dict[str, Annotated[float, Tolerance("r", absolute=1)]], {"a": 1.0}, {"a": 1.5}, None),
        (tuple[int, Annotated[float, Tolerance("r", absolute=1)]], (1, 1.0), (1, 1.5), None),
        (Any, Stats(1, 1.0), Stats(1, 1.05), None),
        (Any, Stats(1, 1.0), Stats(1, 1.5), "result.mean"),
    ],
)
def test_a_looser_agreement_holds_where_it_is_declared(
    annotation: Any, python: Any, rust: Any, where: str | None
) -> None:
    assert first(python, rust, annotation) == where


def difference(python: Callable[[], Any], rust: Callable[[], Any]) -> str | None:
    found = difference_of_outcomes(capture(python), capture(rust), Comparison())
    return None if found is None else found.where


def fail(error: BaseException) -> Callable[[], Any]:
    def function() -> Any:
        raise error

    return function


def test_returning_and_raising_differ() -> None:
    assert difference(lambda: 1, fail(ValueError())) == "outcome"
    assert difference(fail(ValueError()), lambda: 1) == "outcome"


def test_exceptions_are_compared_by_class_and_message() -> None:
    assert difference(fail(ValueError("a")), fail(ValueError("a"))) is None
    assert difference(fail(ValueError("a")), fail(ValueError("b"))) == "raised.args[0]"
    assert difference(fail(KeyError("a")), fail(LookupError("a"))) == "raised"


def test_the_context_of_an_exception_counts_where_both_sides_have_one() -> None:
    def within() -> Any:
        try:
            int("no number")
        except ValueError:
            raise ValueError("a") from None  # noqa: EM101  # its message is compared

    def shown() -> Any:
        try:
            int("no number")
        except ValueError:
            raise ValueError("a")  # noqa: B904, EM101  # its context is compared

    assert difference(within, fail(ValueError("a"))) is None
    assert difference(within, shown) == "raised.__suppress_context__"


def test_a_call_that_cannot_be_bound_is_compared_by_type_only() -> None:
    def one(key: Any) -> Any:
        return key

    def other(name: Any, /) -> Any:
        message = "missing 1 required positional argument"
        raise TypeError(message)

    unbound: list[Any] = [one, other]
    left, right = (capture(each) for each in unbound)
    assert left.binding
    assert difference_of_outcomes(left, right, Comparison()) is None
    assert difference_of_outcomes(left, capture(other, 1), Comparison()) is not None
    assert not capture(fail(TypeError("missing 1 required positional argument"))).binding


def test_a_call_of_compiled_python_may_not_be_bound_either() -> None:
    compiled = import_module("sqlalchemy.engine._processors_cy")  # its frames name a Python file
    assert capture(compiled.to_float).binding
    assert not capture(compiled.to_float, "a").binding

    def to_float() -> None:
        message = "to_float() missing 1 required positional argument"
        raise TypeError(message)

    assert not capture(to_float).binding


def test_an_interruption_passes_through() -> None:
    with pytest.raises(KeyboardInterrupt):
        capture(fail(KeyboardInterrupt()))
    assert capture(fail(SystemExit(1))).raised is not None


def test_an_error_whose_message_raises_is_an_outcome_too() -> None:
    class Silent(TypeError):
        def __str__(self) -> str:
            raise ValueError

    assert not capture(fail(Silent())).binding
