"""Docstrings of three styles give types, and prose gives none."""

# ruff: noqa: ANN001, ANN201, ANN202  # what is to be inferred is not annotated
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.infer.docstrings import documented, signature_in
from agent.porting.infer.vocabulary import read

if TYPE_CHECKING:
    from collections.abc import Callable


def google(one, many, flag=...):
    """Do it.

    Args:
        one (str): first.
        many (list of int, optional): more.
        flag: no type.
    """


def numpy(one, other, processor=None):
    """Do it.

    Parameters
    ----------
    one, other : Sequence[Hashable]
        Two.
    processor : callable, optional
        Prepares.

    Notes:
    -----
    None.
    """


def sphinx(one, two):
    """Do it.

    :param tuple[int,int] one: first
    :param two: second
    :type two: dict or None
    """


@pytest.mark.parametrize(
    ("function", "types"),
    [
        (google, {"one": "str", "many": "list[int]"}),
        (
            numpy,
            {
                "one": "Sequence[Hashable]",
                "other": "Sequence[Hashable]",
                "processor": "Callable[..., Any]",
            },
        ),
        (sphinx, {"one": "tuple[int, int]", "two": "dict[Any, Any] | None"}),
    ],
)
def test_docstrings_of_three_styles_give_types(
    function: Callable[..., Any], types: dict[str, str]
) -> None:
    assert documented(function) == types


def test_a_heading_may_have_an_empty_line_below_it() -> None:
    def function(one, two):
        """Do it.

        Args:
            one (int): it
                goes on.
            two ([], scalar): no type.
        """

    assert documented(function) == {"one": "int"}


def test_attributes_of_a_class_are_its_arguments() -> None:
    class Point:
        """A point.

        Attributes:
            x (int): first
        """

    assert documented(Point) == {"x": "int"}


def test_a_type_that_is_not_known_makes_the_whole_unknown() -> None:
    def function(x):
        """Do it.

        Parameters
        ----------
        x : str or array_like of bool, optional
            What it is.
        """

    assert documented(function) == {}


def test_prose_is_no_type() -> None:
    def function(x):
        """Do it.

        Args:
            x (whatever one likes): it.
        """

    assert documented(function) == {}
    assert read("__import__('os').getcwd()") is None


def test_a_docstring_may_begin_with_the_signature() -> None:
    class Reduce:
        """Reduce(function, iterable[, initial]) -> value."""

    assert str(signature_in(Reduce)) == "(function, iterable, initial=Ellipsis, /)"
