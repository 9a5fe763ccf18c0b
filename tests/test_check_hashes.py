"""Hashes are compared by their law, not by their numbers; what is chance is no finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.compare.comparison import Comparison
from agent.porting.compare.introspection import special
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import OBJECT_PROTOCOL, Effect, operation
from agent.porting.infer.inferred import infer
from agent.porting.strategies.call_writer import caller_of
from agent.porting.strategies.domain import object_slot

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

FEW = CheckOptions(examples=2_000, guessed=True)


class Point(Protocol):
    """A point."""

    @operation(effect=Effect.READS)
    def __eq__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __hash__(self) -> int: ...

    @operation(effect=Effect.READS)
    def name(self) -> str: ...


class MakesPoint(Protocol):
    """Its factory."""

    def __call__(self, label: str = "", place: float = 0.0) -> Point: ...


CONTRACT = replace(
    read_contract(Point, MakesPoint), unpromised=dict.fromkeys(OBJECT_PROTOCOL, "not compared here")
)


@dataclass(frozen=True)
class Reference:
    """Hashes its fields, which depends on the seed of the process."""

    label: str = ""
    place: float = 0.0

    def name(self) -> str:
        """Return its label."""
        return self.label


@dataclass(frozen=True)
class Again(Reference):
    """The same, written once more."""

    def __eq__(self, other: object) -> bool:
        return vars(other) == vars(self) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.label, self.place)) * 31


class ByAddress(Again):
    """Equal ones have other hashes."""

    __eq__ = Again.__eq__
    __hash__ = object.__hash__


class Unequal(Again):
    """Only the very same is equal."""

    __eq__ = object.__eq__
    __hash__ = Again.__hash__


class Unhashable(Again):
    """Equal, and without a hash."""

    __eq__ = Again.__eq__
    __hash__ = None  # type: ignore[assignment]


def judged(rust: Any) -> Verdict:
    """Compare a point with the reference."""
    return check("point", Loaded(CONTRACT, Reference, rust), FEW)


def load() -> Loaded:
    """Load the pair that agrees."""
    return Loaded(CONTRACT, Reference, Again)


def test_numbers_of_hashes_are_not_compared_between_sides_or_processes() -> None:
    verdict = check("point", load(), FEW, reload=load)
    assert (verdict.verdict, verdict.divergences, verdict.unsteady) == ("identical", [], {})
    assert verdict.operations["__hash__"] > 10


def test_numbers_of_hashes_are_not_compared_in_threads_or_forks() -> None:
    promised = {"threads": "", "fork": ""}
    topics = {name: why for name, why in CONTRACT.unpromised.items() if name not in promised}
    pair = Loaded(replace(CONTRACT, unpromised=topics), Reference, Again)
    verdict = check("point", pair, FEW)
    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.probed.keys() == promised.keys()


@pytest.mark.parametrize("rust", [ByAddress, Unequal, Unhashable])
def test_a_side_that_breaks_the_law_differs(rust: Any) -> None:
    verdict = judged(rust)
    assert verdict.verdict == "divergent"
    assert {found.operation for found in verdict.divergences} <= {"__hash__", "__eq__", "Point"}


def test_the_law_is_told_in_words() -> None:
    (found,) = (each for each in judged(ByAddress).divergences if "made again" in each.where)
    assert (found.python, found.rust) == (
        "equal, and the hashes are equal too", "equal, and the hashes are not",
    )  # fmt: skip


def test_objects_are_compared_with_their_own_kind() -> None:
    domain = caller_of(CONTRACT).domains(CONTRACT.operations["__eq__"])["other"]
    assert object_slot("Point") in domain.within


class Meta(type):
    """The class of a class, with special methods of its own."""

    def __len__(cls) -> int:
        return 7

    def __call__(cls, *arguments: Any) -> Any:
        return super().__call__(*arguments)


class Sized(metaclass=Meta):
    """Has no length, though its class has."""


class Plain:
    """Can be called no more than `Sized`."""

    def __call__(self) -> int:
        return 1


def test_special_methods_are_those_of_the_class() -> None:
    with pytest.raises(AttributeError, match="'Sized' object has no attribute '__len__'"):
        special(Sized(), "__len__")
    assert special(Sized, "__len__")() == 7
    assert special(int, "__hash__")() == hash(int)
    value = Plain()
    vars(value)["__call__"] = None
    assert special(value, "__call__")() == 1


def test_what_only_the_class_of_a_class_has_is_not_inferred() -> None:
    assert "__call__: only Rust has it" in infer("Sized", Sized, Plain).one_sided


def raised(cause: Exception | None, *, context: Exception | None = None) -> Exception:
    """Return an error that was raised while another was handled."""
    error = ValueError("no number")
    error.__cause__ = cause
    error.__context__ = context
    error.__suppress_context__ = False
    return error


def test_the_context_of_an_exception_that_one_side_lacks_is_no_difference() -> None:
    within = raised(None, context=KeyError("a"))
    silent = raised(None)
    silent.__suppress_context__ = True
    for other in (raised(None), silent):
        assert Comparison().first("raised", within, other) is None
        assert Comparison().first("raised", other, within) is None
    another = raised(None, context=LookupError("b"))
    assert Comparison().first("raised", within, another) is not None
    assert Comparison(strangers=True).first("raised", within, another) is None
    assert Comparison(strangers=True).first("raised", raised(KeyError(1)), raised(None)) is not None
