"""Values are drawn as expressions that can be read, and run again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import EllipsisType
from typing import Annotated, Any, Literal, TypeVar

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MultipleOf, Predicate

from agent.components.cache.contract import Cache, CacheFactory
from agent.errors import ContractError
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Virtual
from agent.porting.script.vocabulary import Clock, Journal, words
from agent.porting.strategies.call_writer import Caller
from agent.porting.strategies.from_annotation import domain_of
from agent.porting.strategies.pools import HOSTILE, KEYS, UNHASHABLE, VALUES

K = TypeVar("K", bound=Hashable)
N = TypeVar("N", int, str)


def made(text: str, **names: Any) -> Any:
    """Return the value of `text`."""
    return eval(text, words(Journal()) | names)  # noqa: S307  # that is what is tested


class TestNumbers:
    """Both sides of each bound are drawn."""

    def test_edges_are_within_and_their_neighbours_outside(self) -> None:
        domain = domain_of(Annotated[int, Ge(1), Le(100)], "f: n")
        assert {"1", "100"} <= set(domain.within)
        assert {"0", "101"} <= set(domain.outside)
        assert all(1 <= made(text) <= 100 for text in domain.within)

    def test_an_open_bound_is_itself_outside(self) -> None:
        domain = domain_of(Annotated[float, Gt(0), Lt(float("inf"))], "f: n")
        assert {"5e-324", "1.7976931348623157e+308"} <= set(domain.within)
        assert {"0", "inf", "nan", "-0.0"} <= set(domain.outside)

    def test_a_bool_is_not_a_number(self) -> None:
        assert "True" in domain_of(int, "f: n").outside
        assert "True" in domain_of(float, "f: n").outside

    @pytest.mark.parametrize(
        ("constraint", "within", "outside"),
        [
            (MultipleOf(4), "8", "5"),
            (Interval(ge=3, lt=7), "3", "7"),
            (Predicate(lambda number: number % 2 == 1), "1", "2"),
        ],
    )
    def test_other_constraints(self, constraint: Any, within: str, outside: str) -> None:
        domain = domain_of(Annotated[int, constraint], "f: n")
        assert within in domain.within
        assert outside in domain.outside


class TestOtherTypes:
    """What a type allows, and what it does not."""

    def test_lengths(self) -> None:
        domain = domain_of(Annotated[str, Len(1, 3)], "f: s")
        assert {len(made(text)) for text in domain.within} == {1, 2, 3}
        assert {len(made(text)) for text in domain.outside if text[0] == "'"} >= {0, 4}

    def test_a_union_allows_what_any_part_does(self) -> None:
        domain = domain_of(Annotated[float, Gt(0)] | None | EllipsisType, "f: ttl")
        assert {"None", "...", "1.0"} <= set(domain.within)
        assert "None" not in domain.outside
        assert {"0.0", "True"} <= set(domain.outside)

    def test_literals(self) -> None:
        domain = domain_of(Literal["a", 2], "f: l")
        assert domain.within == ["'a'", "2"]

    def test_type_variables_follow_their_bound_or_constraints(self) -> None:
        assert domain_of(K, "f: k").within == KEYS
        assert domain_of(K, "f: k").outside == UNHASHABLE
        assert {"2", "'a'"} <= set(domain_of(N, "f: n").within)

    def test_pairs_come_in_every_shape(self) -> None:
        domain = domain_of(Mapping[Any, int] | Iterable[tuple[Any, int]], "f: items")
        kinds = {type(made(text)).__name__ for text in domain.within}
        assert {"dict", "list", "tuple", "list_iterator", "generator"} <= kinds
        assert any(text.startswith("broken(") for text in domain.risky)
        assert "5" in domain.outside

    def test_callables_answer_what_their_annotation_says(self) -> None:
        domain = domain_of(Callable[[Any], Annotated[int, Ge(0)]], "Cache: weigher")
        answers = [made(text.replace("{reenter}", "0"))("key") for text in domain.within]
        assert all(isinstance(answer, int) and answer >= 0 for answer in answers)
        assert any("-1" in text for text in domain.risky)
        assert any("ValueError" in text for text in domain.risky)

    def test_a_virtual_clock_is_the_script_s(self) -> None:
        domain = domain_of(Annotated[Callable[[], float], Virtual()], "Cache: clock")
        assert domain.within == ["clock"]

    @pytest.mark.parametrize("annotation", [Clock, Annotated[int, Ge(5), Le(4)]])
    def test_a_type_without_values_is_named(self, annotation: Any) -> None:
        with pytest.raises(ContractError, match="f: x"):
            domain_of(annotation, "f: x")


class TestWords:
    """What scripts are made of."""

    def test_keys_meet_each_other(self) -> None:
        keys = [made(text) for text in KEYS]
        equal = {
            (str(type(one)), str(type(other)))
            for one in keys
            for other in keys
            if one is not other and one == other
        }
        assert (str(int), str(bool)) in equal
        assert (str(int), str(float)) in equal
        collide = [key for key in keys if hash(key) == 7]
        assert len(collide) == len({key.name for key in collide}) == 3

    def test_pools_have_what_is_easily_confused(self) -> None:
        assert {"1", "True", "1.0", "-0.0", "0.0", "nan"} <= set(VALUES)

    def test_hostile_keys_have_a_hash_for_themselves(self) -> None:
        partners = [partner for _, partner in HOSTILE if partner is not None]
        assert len(partners) == len(set(partners))
        for text, partner in HOSTILE:
            if partner is not None:
                assert hash(made(text.replace("{reenter}", "1"))) == hash(made(partner))

    def test_a_spy_notes_calls_and_answers_in_turn(self) -> None:
        journal = Journal()
        spy = words(journal)["Spy"]("spy", 1, ValueError("no"), lambda key: key * 2)
        assert spy("a") == 1
        with pytest.raises(ValueError, match="no"):
            spy("b")
        assert spy("c") == "cc"
        assert [(call.arguments, str(call.outcome)) for call in journal.calls] == [
            (("a",), "returned 1"),
            (("b",), "raised ValueError('no')"),
            (("c",), "returned 'cc'"),
        ]

    def test_spies_in_spies_come_to_an_end(self) -> None:
        journal = Journal()
        spy: Any = words(journal)["Spy"]("spy", lambda: spy())  # noqa: PLW0108  # bound later
        assert spy() is None
        assert len(journal.calls) == 4

    def test_a_clock_stands_still_until_it_is_moved(self) -> None:
        clock = Clock(5.0)
        assert (clock(), clock()) == (5.0, 5.0)
        clock.advance(1.5)
        assert clock() == 6.5
        ticking = Clock(0.0, 0.25)
        assert (ticking(), ticking()) == (0.0, 0.25)


class TestCalls:
    """Calls read as a person would write them."""

    @pytest.mark.parametrize(
        ("name", "arguments", "text"),
        [
            ("get", {"key": "1"}, "cache.get(1)"),
            ("get", {"key": "1", "default": "2"}, "cache.get(1, default=2)"),
            ("set", {"key": "1", "value": "'a'", "ttl": "2.0"}, "cache.set(1, 'a', ttl=2.0)"),
            ("pop", {"key": "1", "default": "None"}, "cache.pop(1, None)"),
            ("update", {"items": "[]", "more": "1"}, "cache.update([], **{'a': 1})"),
            ("__setitem__", {"key": "1", "value": "2"}, "cache[1] = 2"),
            ("__delitem__", {"key": "1"}, "del cache[1]"),
            ("__contains__", {"key": "1"}, "1 in cache"),
            ("__len__", {}, "len(cache)"),
            ("capacity", {}, "cache.capacity"),
        ],
    )
    def test_each_kind_of_operation(self, name: str, arguments: dict[str, str], text: str) -> None:
        caller = Caller(read_contract(Cache, CacheFactory))
        assert caller.call(caller.contract.operations[name], arguments).text == text

    def test_the_factory_and_its_clock(self) -> None:
        caller = Caller(read_contract(Cache, CacheFactory))
        assert caller.has_clock
        assert caller.clock() == "clock = Clock(1000.0)"
        line = caller.make({"capacity": "2", "clock": "clock"})
        assert line.text == "cache = Cache(2, clock=clock)"
