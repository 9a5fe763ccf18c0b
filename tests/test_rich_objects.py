"""Objects that hold something: copied, made again, overridden, and called a few hundred times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pytest

from agent.porting.check.check import check
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.object_scripts import ProbeScripts
from agent.porting.check.options import CheckOptions
from agent.porting.check.recipes import Recipes
from agent.porting.infer.inferred import infer
from agent.porting.strategies.call_writer import caller_of

if TYPE_CHECKING:
    from agent.porting.check.verdict import Divergence


class Span:
    """A length, as text in metres."""

    def __init__(self, metres: int = 0, centimetres: int = 0) -> None:
        self._held = metres, centimetres

    @classmethod
    def read(cls, text: str) -> Self:
        metres, _, centimetres = text.partition("m")
        return cls(int(metres), int(centimetres))

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return type(self)(*self._held)

    def __repr__(self) -> str:
        return f"Span{self._held}"


class Unsubclassed(Span):
    """Wrong: a subclass reads an object of the base class."""

    @classmethod
    def read(cls, text: str) -> Any:
        metres, _, centimetres = text.partition("m")
        return Unsubclassed(int(metres), int(centimetres))


class Halved(Span):
    """Wrong: a deep copy lacks the metres."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return type(self)(0, self._held[1])


class Meter:
    """Counts, and cleans what it counts."""

    def __init__(self, start: int = 0) -> None:
        self.count = start

    def step(self) -> int:
        self.count += 1
        return self.count

    def clean(self, text: str) -> str:
        return text.strip()

    def words(self, text: str) -> list[str]:
        found = self.clean(text).split()
        self.count += len(found)
        return found


class OfOneByte(Meter):
    """Wrong: begins anew after 255 steps."""

    def step(self) -> int:
        self.count = (self.count + 1) % 256 if self.count >= 0 else self.count + 1
        return self.count


class CountedBefore(Meter):
    """Wrong: counts before it cleans."""

    def words(self, text: str) -> list[str]:
        self.count += len(text.split())
        return self.clean(text).split()


class Added(Meter):
    """Wrong: made again, it keeps what it had."""

    def __init__(self, start: int = 0) -> None:
        self.count = getattr(self, "count", 0) + start


class Answering(Meter):
    """Wrong: a missing attribute is an error of another class."""

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)


class Keeper:
    """Keeps things, and shows itself within itself."""

    def __init__(self) -> None:
        self._things: list[Any] = []

    def keep(self, thing: Any) -> int:
        self._things.append(thing)
        return len(self._things)

    def __repr__(self) -> str:
        return f"Keeper({['itself' if each is self else each for each in self._things]})"


class Endless(Keeper):
    """Wrong: shows itself without an end."""

    def __repr__(self) -> str:
        return f"Keeper({self._things})"


def found(python: type, rust: type) -> list[Divergence]:
    """Return the differences of two classes."""
    contract = infer(python.__name__, python, rust).contract()
    options = CheckOptions(examples=3_000, seed=2, guessed=True)
    return check(python.__name__.lower(), Loaded(contract, python, rust), options).divergences


@pytest.mark.parametrize(
    ("python", "rust", "topic", "called"),
    [
        (Span, Halved, "deepcopy", "copied = "),
        (Meter, CountedBefore, "overriding", "made.words("),
        (Meter, Added, "initialising", ""),
        (Meter, Answering, "attributes", "probing.missing("),
        (Meter, OfOneByte, None, "[meter.step() for _ in range("),
        (Keeper, Endless, None, ""),
    ],
)
def test_one_fault_is_found(python: type, rust: type, topic: str | None, called: str) -> None:
    assert any(each.topic == topic and each.call.startswith(called) for each in found(python, rust))


class SpanAgain(Span):
    """The same."""


class MeterAgain(Meter):
    """The same."""


class KeeperAgain(Keeper):
    """The same."""


@pytest.mark.parametrize(
    ("python", "rust"), [(Span, SpanAgain), (Meter, MeterAgain), (Keeper, KeeperAgain)]
)
def test_another_class_that_does_the_same_is_the_same(python: type, rust: type) -> None:
    assert [str(each) for each in found(python, rust)] == []


def test_a_class_method_is_called_on_a_subclass_with_what_it_accepts() -> None:
    contract = infer("Span", Span, Unsubclassed).contract()
    recipes = Recipes()
    recipes.note("Span.read", {"text": "'1m2'"}, returned=True)
    scripts = ProbeScripts(caller_of(contract), "Span", Span, recipes)
    called = []
    for probe in scripts.probes():
        with Pair(contract, Span, Unsubclassed) as pair:
            for line in [*probe.opening, *probe.lines] if probe.topic == "subclassing" else ():
                try:
                    pair.run(line)
                except Disagreement as difference:
                    called.append(difference.line)
                    break
    assert "made.read('1m2')" in called


def test_a_side_whose_constructor_is_in_new_alone_is_not_made_again() -> None:
    class New:
        """Made by `__new__`, as classes in Rust are."""

        count: int

        def __new__(cls, start: int = 0) -> Self:
            made = super().__new__(cls)
            made.count = start
            return made

        step, clean, words = Meter.step, Meter.clean, Meter.words

    assert not [each for each in found(Meter, New) if each.topic == "initialising"]
