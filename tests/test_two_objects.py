"""Two objects of one script, made of much the same: compared and hashed; objects within objects."""

from __future__ import annotations

import sys
from collections.abc import Iterator  # noqa: TC003  # the contract is read
from random import Random
from typing import Any, Protocol

from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.recipes import Recipes, varied
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.guidance.variants import variant


class Word(Protocol):
    """A word, in small letters or large ones."""

    @operation(effect=Effect.READS)
    def __eq__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __hash__(self) -> int: ...

    @operation(effect=Effect.READS)
    def letters(self) -> Iterator[object]: ...

    @operation(effect=Effect.READS)
    def depth(self) -> int: ...

    @operation(effect=Effect.READS)
    def deep(self) -> int: ...


class MakesWord(Protocol):
    """Its factory."""

    def __call__(self, text: str = "") -> Word: ...


CONTRACT = read_contract(Word, MakesWord)


class Reference:
    """Case does not matter."""

    def __init__(self, text: str = "") -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._text.lower() == other._text.lower()

    def __hash__(self) -> int:
        return hash(self._text.lower())

    def letters(self) -> Iterator[object]:
        """Give a word of each letter, whose letter is such a word too."""
        return (type(self)(letter) for letter in self._text)

    def depth(self) -> int:
        """Return how many frames there are."""
        frame: Any = sys._getframe()
        depth = 0
        while frame is not None:
            frame, depth = frame.f_back, depth + 1
        return depth

    def deep(self) -> int:
        """Use up the stack."""
        return self.deep() + 1


class OfText(Reference):
    """Wrong: equal words have different hashes."""

    def __hash__(self) -> int:
        return hash(self._text)


class Silent(Reference):
    """Says in other words that the stack is used up."""

    def deep(self) -> int:
        """Use up the stack in a comparison."""
        message = "maximum recursion depth exceeded in comparison"
        raise RecursionError(message)


def found(lines: list[str], rust: Any) -> str | None:
    """Return the place of the first difference in a script."""
    with Pair(CONTRACT, Reference, rust) as pair:
        for line in lines:
            try:
                pair.run(line)
            except Disagreement as difference:
                return difference.difference.where
    return None


class Same(Reference):
    """Another class that does the same."""


def test_equal_objects_of_a_script_have_equal_hashes() -> None:
    lines = ["word = Word('a')", "word2 = Word('A')", "word == word2"]
    assert found(lines, OfText) == "equality and hash of both objects"
    assert found(lines, Same) is None


def test_what_shows_others_of_its_kind_without_an_end_is_compared() -> None:
    assert found(["word = Word('abc')", "word.letters()"], Same) is None


def test_both_sides_run_as_deep_in_the_stack() -> None:
    assert found(["word = Word()", "word.depth()"], Same) is None


def test_where_the_stack_is_used_up_the_words_and_what_follows_are_left_alone() -> None:
    assert found(["word = Word()", "word.deep()", "word == 1"], Silent) is None


def test_recipes_are_calls_that_another_script_can_make() -> None:
    recipes = Recipes()
    for recipe in ({"text": "''"}, {"text": "word2"}, {"text": "'ab'", "more": "[1]"}):
        recipes.note("Word.__call__", recipe, returned=True)
    assert recipes.richest("Word.__call__") == {"text": "'ab'", "more": "[1]"}
    drawn = [recipes.one("Word.__call__", Random(seed)) for seed in range(20)]
    assert {"text": "word2"} not in drawn
    assert recipes.one("Word.letters", Random(1)) is None


def test_a_recipe_is_used_where_calls_seldom_return() -> None:
    recipes = Recipes()
    recipes.note("Word.__call__", {"text": "'1x2'"}, returned=True)
    assert recipes.for_seldom("Word.__call__", Random(1)) is None
    for _ in range(30):
        recipes.note("Word.__call__", {"text": "''"}, returned=False)
    used = [recipes.for_seldom("Word.__call__", Random(seed)) for seed in range(40)]
    assert None in used
    assert {"text": "'1x2'"} in used
    assert {"text": "'1X2'"} in used


def test_variants_of_a_value_may_count_as_the_same() -> None:
    variants = {variant("'aB'", Random(seed)) for seed in range(50)}
    assert {"'Ab'", "'AB'", "' aB '"} <= variants
    assert variant("1", Random(3)) in {"2", "0", "-1", "1.0"}
    assert variant("Spy('f')", Random(1)) == "Spy('f')"
    assert variant("nan", Random(1)) == "nan"
    kept = [varied({"a": "1", "b": "2"}, Random(seed))["a"] == "1" for seed in range(50)]
    assert any(kept)
    assert not all(kept)
