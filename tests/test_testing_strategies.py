"""`agent.testing.strategies` gives the tool's own domains to tests of Hypothesis."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping  # noqa: TC003  # read by the tools
from typing import Annotated, Any, Protocol

import pytest
from annotated_types import Ge, Le
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from agent.errors import ContractError, UsageError
from agent.porting.script.subclasses import Int, Str
from agent.porting.script.vocabulary import Clock
from agent.testing import strategies
from tests import strategy_toys, toy_files, toy_pairs

FEW = settings(
    max_examples=200, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
SEARCH = settings(max_examples=5_000, database=None, derandomize=True)


class Store(Protocol):
    """Takes what is easily taken wrong."""

    def put(self, key: Hashable, size: Annotated[int, Ge(0), Le(9)], *more: str) -> None: ...

    def all(self, items: Mapping[str, int], **named: float) -> None: ...

    def visit(self, visitor: Callable[[int], int]) -> None: ...


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Return values of a strategy."""
    found: list[Any] = []

    @FEW
    @given(strategy)
    def take(value: Any) -> None:
        found.append(value)

    take()
    return found


@FEW
@given(**strategies(Store, "put"))
def test_values_are_within_their_domains(key: Any, size: Any, more: Any) -> None:
    hash(key)
    assert isinstance(size, int)
    assert not isinstance(size, bool)
    assert 0 <= size <= 9
    assert isinstance(more, list)
    assert all(isinstance(text, str) for text in more)


def test_traps_and_edges_are_among_them() -> None:
    sizes = drawn(strategies(Store, "put")["size"])
    assert {0, 9} <= set(sizes)
    texts = drawn(strategies(toy_pairs.SLUG)["text"])
    assert {type(text) for text in texts} == {str, Str}
    assert not all(text.isascii() for text in texts)
    assert any(isinstance(items, OrderedDict) for items in drawn(strategies(Store, "all")["items"]))


def test_values_outside_of_a_domain_are_asked_for() -> None:
    inside = strategies(Store, "put")["size"]
    assert {type(size) for size in drawn(inside)} <= {int, Int}
    outside = drawn(strategies(Store, "put", outside=True)["size"])
    assert {10, -1} <= {size for size in outside if type(size) is int}
    assert {bool, str, type(None)} <= {type(size) for size in outside}
    assert {0, 9} <= {size for size in outside if type(size) is int}


def test_what_may_be_refused_is_outside() -> None:
    raises = drawn(strategies(Store, "visit")["visitor"])
    for visitor in raises[:100]:
        visitor(1)
    refused = drawn(strategies(Store, "visit", outside=True)["visitor"])
    assert {5, "no function"} <= {each for each in refused if isinstance(each, int | str)}


def test_each_example_gets_values_of_its_own() -> None:
    once, again = drawn(strategies(Store, "all")["items"])[:2]
    assert once is not again


def test_values_shrink() -> None:
    found = find(strategies(toy_pairs.SLUG)["text"], lambda text: " " in text, settings=SEARCH)
    assert found == " "


def test_a_strategy_of_the_contract_is_used_itself() -> None:
    texts = strategies(strategy_toys.READER, "date")["text"]
    assert all(strategy_toys.DATE.fullmatch(text) for text in drawn(texts))
    found = find(texts, lambda text: text[-2:] > "30", settings=SEARCH)
    assert found.startswith("0000-00-")
    traps = drawn(strategies(strategy_toys.READER, "date", outside=True)["text"])
    assert any(type(text) is str and not strategy_toys.DATE.fullmatch(text) for text in traps)
    assert any(not isinstance(text, str) for text in traps)


def test_the_factory_is_what_is_asked_for_without_a_name() -> None:
    bases = drawn(strategies(strategy_toys.Reader, factory=strategy_toys.MakesReader)["base"])
    assert set(bases) <= set(range(2000, 37_000, 1000))
    assert list(strategies(toy_pairs.SLUG)) == ["text", "joint"]


def test_references_components_and_parts_are_named() -> None:
    makes = "tests.toy_pairs:MakesTallies"
    by_name = strategies("tests.toy_pairs:Tallies", "Tally.add", factory=makes)
    assert list(by_name) == ["amount"]
    assert strategies(toy_pairs.TALLIES, "Tally.merge") == {}
    cache = strategies("cache")
    assert {"capacity", "clock"} <= set(cache)
    assert any(isinstance(clock, Clock) for clock in drawn(cache["clock"]))
    assert "key" in strategies("cache", "get")


def test_what_a_world_gives_is_left_out() -> None:
    assert list(strategies(toy_files.STORE, "save")) == ["text"]
    assert strategies(toy_files.STORE) == {}


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(UsageError, match="Tallies has no operation 'nothing': choose from tally,"):
        strategies(toy_pairs.TALLIES, "nothing")
    with pytest.raises(UsageError, match="5 is no contract: give a Protocol"):
        strategies(5)
    with pytest.raises(ContractError, match=r"is not a typing\.Protocol"):
        strategies(int, "f")
    with pytest.raises(UsageError, match="no_such"):
        strategies("no_such")
