"""Arguments of a drawn call that are one object."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from agent.porting.check.aliasing import share

if TYPE_CHECKING:
    from agent.porting.guidance.hints import Arguments


def shared(arguments: Arguments, refused: str = "") -> set[tuple[str | None, ...]]:
    found = set()
    for seed in range(20):
        line, given = share(arguments, lambda name, _: name != refused, "given1", Random(seed))
        found.add((line, *given.values()))
    return found


def test_two_containers_of_one_call_are_one() -> None:
    assert shared({"a": "[1]", "b": "[2, 3]"}) == {
        ("given1 = [1]", "given1", "given1"),
        ("given1 = [2, 3]", "given1", "given1"),
    }


def test_a_container_is_not_given_where_the_contract_does_not_allow_it() -> None:
    assert shared({"a": "[1]", "b": "{}"}, refused="b") == {(None, "[1]", "{}")}


def test_a_callback_changes_the_container_and_answers_as_before() -> None:
    found = shared({"a": "{'k': 1}", "key": "Spy('key', 3, 4)"})
    assert found == {
        ("given1 = {'k': 1}", "given1", f"Spy('key', lambda *given: [{change}, 3].pop(), 3)")
        for change in ("given1.clear()", "given1 and given1.popitem()")
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {"a": "[1]"},
        {"a": "[]", "b": "[]"},
        {"a": "[1]", "b": "2", "c": "'[1]'"},
        {"a": "[1]", "key": "Spy('key')"},
        {"a": "[1]", "key": "Spy('key', lambda *given: given[0])"},
        {"a": "[Odd(1)]", "b": "[Odd(1)]"},
    ],
)
def test_nothing_is_shared_where_nothing_can_be(arguments: Arguments) -> None:
    assert shared(arguments) == {(None, *arguments.values())}
