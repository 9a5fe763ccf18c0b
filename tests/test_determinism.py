"""A flaky reference is named, and no difference is held against Rust."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, Protocol

from agent.porting.check.check import check
from agent.porting.check.determinism import unsteady_operations
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.compare.masks import is_masked
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import OBJECT_PROTOCOL, Effect, operation
from agent.porting.strategies.call_writer import Caller
from tests import toy_pairs as toys


def test_a_steady_reference_is_steady_under_every_hash_seed() -> None:
    assert unsteady_operations(Caller(toys.SLUG), toys.slug, 1, toys.load_slugs) == {}


def test_chance_is_found_in_one_process() -> None:
    assert set(unsteady_operations(Caller(toys.SLUG), toys.unsteady_slug, 1)) == {"__call__"}


def test_the_order_of_a_set_shows_between_processes() -> None:
    found = unsteady_operations(
        Caller(toys.LETTERS), toys.hashed_letters, 1, toys.load_hashed_letters
    )
    assert set(found) == {"distinct"}
    assert "depends on the hash seed" in found["distinct"].how
    assert unsteady_operations(Caller(toys.LETTERS), toys.hashed_letters, 1) == {}


def test_the_verdict_is_inconclusive_and_names_the_operation() -> None:
    verdict = check(
        "letters",
        Loaded(toys.LETTERS, toys.hashed_letters, toys.letters),
        CheckOptions(examples=500),
        reload=toys.load_hashed_letters,
    )
    assert (verdict.verdict, verdict.divergences) == ("inconclusive", [])
    assert set(verdict.unsteady) == {"distinct"}
    assert any("does not agree with itself: distinct" in doubt for doubt in verdict.doubts)


class Wrong(toys.letters):
    """Counts bytes."""

    @staticmethod
    def size(text: str) -> int:
        return len(toys.checked(text).encode("utf-8", "surrogatepass"))


def load_wrong_letters() -> Loaded:
    return Loaded(toys.LETTERS, toys.hashed_letters, Wrong)


def test_a_difference_elsewhere_is_one_all_the_same() -> None:
    verdict = check(
        "letters", load_wrong_letters(), CheckOptions(examples=2000), reload=load_wrong_letters
    )
    assert verdict.verdict == "divergent"
    found = {each.operation for each in verdict.divergences if each.topic is None}
    assert found == {"size"}


def test_what_was_steady_at_first_is_asked_again_where_it_differs() -> None:
    """A reference that is seldom unsteady is caught when its difference is looked at."""
    calls = [0]

    def seldom(text: str, /, joint: str = "-") -> str:
        calls[0] += 1
        return toys.slug(text, joint) + ("!" if calls[0] > 3000 and calls[0] % 2 else "")

    unpromised = dict.fromkeys(OBJECT_PROTOCOL, "not compared here")
    pair = Loaded(replace(toys.SLUG, unpromised=unpromised), seldom, toys.slug)
    verdict = check("slug", pair, CheckOptions(examples=6000))
    assert verdict.verdict == "inconclusive"
    assert set(verdict.unsteady) == {"__call__"}


def test_processes_that_fail_leave_a_doubt() -> None:
    verdict = check(
        "slug",
        Loaded(toys.SLUG, toys.slug, toys.same_slug),
        CheckOptions(examples=100),
        reload=toys.load_nothing,
    )
    assert verdict.verdict == "inconclusive"
    assert "reported no result" in verdict.doubts[0]


def test_what_may_differ_in_a_field_may_depend_on_the_hash_seed() -> None:
    found = unsteady_operations(Caller(toys.SUMS), toys.hashed_sums, 1, toys.load_hashed_sums)
    assert set(found) == {"exactly"}
    assert "depends on the hash seed" in found["exactly"].how


class Stamped(Protocol):
    """Gives records of which a field is chance, and another is not."""

    @operation(effect=Effect.PURE)
    def stamp(self, text: str) -> dict[str, Any]: ...


class stamped:  # noqa: N801  # represents a module
    """The reference."""

    @staticmethod
    def stamp(text: str) -> dict[str, Any]:
        """Return a record with a number of its own."""
        record = {"id": random.SystemRandom().random(), "size": len(text)}
        return record | {"letters": list(set(text))}


class wrong(stamped):  # noqa: N801
    """Differs in the field that is no chance."""

    @staticmethod
    def stamp(text: str) -> dict[str, Any]:
        return stamped.stamp(text) | {"size": min(len(text), 3)}


class again(stamped):  # noqa: N801
    """The same."""


def load_stamped() -> Loaded:
    """Load the pair that agrees."""
    return Loaded(read_contract(Stamped), stamped, again)


def load_wrongly_stamped() -> Loaded:
    return load_stamped()._replace(rust=wrong)


def test_what_is_chance_is_masked_where_it_is() -> None:
    options = CheckOptions(examples=500, guessed=True)
    verdict = check("stamped", load_stamped(), options, reload=load_stamped)
    assert (verdict.verdict, verdict.divergences) == ("inconclusive", [])
    assert verdict.unsteady["stamp"].places >= {"result['id']"}
    verdict = check("stamped", load_wrongly_stamped(), options, reload=load_wrongly_stamped)
    assert verdict.verdict == "divergent"
    assert {found.where for found in verdict.divergences} == {"result['size']"}


def test_a_place_covers_its_parts_and_what_is_made_of_it() -> None:
    for where in (
        "result[3].sum",
        "result[3].sum.real",
        "len(result[0].sum)",
        "list(result[1].sum)[0]",
    ):
        assert is_masked(where, {"result[].sum"})
    for where in ("result[3]", "result[3].summit", "raised"):
        assert not is_masked(where, {"result[].sum"})


class Closed(dict[str, int]):
    """A mapping that cannot be gone through."""

    def items(self) -> Any:
        """Raise an exception."""
        raise TypeError


class Views(Protocol):
    """Gives what raises when it is gone through."""

    @operation(effect=Effect.PURE)
    def view(self, text: str) -> Any: ...

    @operation(effect=Effect.PURE)
    def drain(self, text: str) -> Any: ...


class views:  # noqa: N801  # represents a module
    """The reference."""

    @staticmethod
    def view(text: str) -> Any:
        """Return a mapping with one key."""
        return Closed({text: 1})

    @staticmethod
    def drain(text: str) -> Any:
        """Return an iterator that raises after its first item."""
        return (1 // number for number in (len(text) + 1, 0))


class same_views(views):  # noqa: N801
    """The same."""


def load_views() -> Loaded:
    """Load the pair that agrees."""
    return Loaded(read_contract(Views), views, same_views)


def test_what_raises_when_it_is_gone_through_is_steady() -> None:
    assert unsteady_operations(Caller(read_contract(Views)), views, 1, load_views) == {}
