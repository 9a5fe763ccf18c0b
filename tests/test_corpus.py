"""A corpus is kept, replayed, varied, and checked against the contract."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
from annotated_types import Ge, Le, MinLen

from agent.components.cache.contract import Cache, CacheFactory
from agent.porting.check.check import check
from agent.porting.check.containment import contains, outside_domains
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.mutate_inputs import Variation, mutated
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.infer.observed import observed_types, type_of
from agent.porting.recording.save import keep
from agent.porting.recording.session import Recording
from agent.porting.script.calls import observed, occurrences
from agent.porting.script.hostile import Numeric
from agent.porting.script.store import load_corpus
from agent.porting.script.subclasses import Str
from agent.porting.strategies.call_writer import Caller
from tests.recorded import MODULE, REGISTRY, SLUG
from tests.subclassable import Reference

if TYPE_CHECKING:
    from pathlib import Path

CACHE = read_contract(Cache, CacheFactory)

LIFE = [
    "clock = Clock(1000.0)",
    "cache = Cache(3, ttl=5.0, clock=clock)",
    "cache.set('a', [1, 2], ttl=2.0)",
    "cache['b'] = 'words'",
    "clock.advance(0.5)",
    "cache2 = cache.copy()",
    "cache2.get('b', default=5)",
    "'a' in cache",
    "cache == cache2",
    "del cache['b']",
    "len(cache)",
    "cache.get_or_set('f', Spy('factory', 7))",
]


def replayed(lines: list[str], rust: Any = Reference) -> Disagreement | None:
    pair = Pair(CACHE, Reference, rust)
    try:
        for line in lines:
            pair.run(line)
    except Disagreement as found:
        return found
    return None


def test_what_is_kept_is_loaded_again_and_kept_once(tmp_path: Path) -> None:
    recording = Recording(0, [LIFE], {"__call__": [f"slug('{n}')" for n in range(250)]})
    files = keep(tmp_path / "corpus", recording)
    assert sorted(map(len, load_corpus(tmp_path / "corpus"))) == [12, 50, 200]
    assert LIFE in load_corpus(tmp_path / "corpus")
    recording.calls["__call__"].append("slug('new')")
    again = keep(tmp_path / "corpus", recording)
    assert [path.read_text(encoding="utf-8").splitlines()[-1] for path in again] == ["slug('new')"]
    assert len(files) == 3
    assert load_corpus(tmp_path / "nothing") == []


def test_the_calls_of_a_script_are_found_with_their_arguments() -> None:
    found = [
        (each.index, each.label, [(parameter.name, text) for parameter, text in each.arguments])
        for each in occurrences(LIFE, CACHE)
    ]
    assert found == [
        (1, "Cache", [("capacity", "3"), ("ttl", "5.0"), ("clock", "clock")]),
        (2, "set", [("key", "'a'"), ("value", "[1, 2]"), ("ttl", "2.0")]),
        (3, "__setitem__", [("key", "'b'"), ("value", "'words'")]),
        (5, "copy", []),
        (6, "get", [("key", "'b'"), ("default", "5")]),
        (7, "__contains__", [("key", "'a'")]),
        (8, "__eq__", [("other", "cache2")]),
        (9, "__delitem__", [("key", "'b'")]),
        (10, "__len__", []),
        (11, "get_or_set", [("key", "'f'"), ("factory", "Spy('factory', 7)")]),
    ]


def test_functions_modules_and_parts_are_found_too() -> None:
    assert observed([["slug('a', longest=2)", "slug('b')"]], SLUG) == {
        "Slug": {"text": ["'a'", "'b'"], "longest": ["2"]}
    }
    assert observed([["toy.sort([2, 1])", "toy.slugs(('a',))"]], MODULE) == {
        "sort": {"items": ["[2, 1]"]}, "slugs": {"texts": ["('a',)"]},
    }  # fmt: skip
    script = ["registry = Registry()", "counter = registry.counter('a')", "counter.inc(amount=3)"]
    assert observed([script], REGISTRY) == {
        "Registry": {}, "counter": {"name": ["'a'"]}, "Counter.inc": {"amount": ["3"]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("index", "number", "line"),
    [
        (1, 1, "cache = Cache(3, ttl=new, clock=clock)"),
        (2, 0, "cache.set(new, [1, 2], ttl=2.0)"),
        (3, 0, "cache[new] = 'words'"),
        (3, 1, "cache['b'] = new"),
        (7, 0, "new in cache"),
        (8, 0, "cache == new"),
        (9, 0, "del cache[new]"),
    ],
)
def test_an_argument_is_replaced_at_every_place(index: int, number: int, line: str) -> None:
    call = next(each for each in occurrences(LIFE, CACHE) if each.index == index)
    assert call.replaced(number, "new") == line
    assert call.text == LIFE[index]


def test_variations_are_other_scripts_that_use_nothing_before_it_is_made() -> None:
    other = ["cache = Cache(1)", "cache.set('z', 0)", "cache3 = cache.copy()", "cache3.clear()"]
    variation = Variation([LIFE, other], Caller(CACHE))
    source = random.Random(5)
    scripts = [variation.script(source) for _ in range(300)]
    assert variation.script(random.Random(5)) == scripts[0]
    assert len({tuple(lines) for lines in scripts}) > 200
    assert sum(lines in (LIFE, other) for lines in scripts) < 60
    for lines in scripts:
        pair = Pair(CACHE, Reference, Reference)
        for line in lines:
            outcome = pair.run(line)
            assert not isinstance(outcome.raised, NameError), line
            if outcome.raised is not None and " = " in line:
                break  # what it was to make, no other line can use


class Cache_(Reference):  # noqa: N801  # a twin is called as the other
    """Forgets a list that has no two items: no recorded call would tell."""

    def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
        if type(value) is not list or len(value) == 2:
            super().set(key, value, ttl=ttl)


Cache_.__name__ = "Cache"


def test_variation_finds_what_replaying_does_not() -> None:
    assert replayed(LIFE, Cache_) is None
    variation = Variation([LIFE], Caller(CACHE))
    source = random.Random(0)
    scripts = [variation.script(source) for _ in range(1000)]
    found = [lines for lines in scripts if replayed(lines, Cache_) is not None]
    assert found != []


def test_variation_takes_arguments_from_elsewhere_in_the_corpus() -> None:
    scripts = [["slug('a')"], ["slug('seen in another script', longest=1)"]]
    variation = Variation(scripts, Caller(SLUG))
    source = random.Random(1)
    lines = {line for _ in range(200) for line in variation.script(source)}
    assert "slug('seen in another script')" in lines


@pytest.mark.parametrize("text", ["'abc'", "b'abc'", "5", "2.5", "True", "[1, 'a']", "{'k': 7}"])
def test_literals_are_mutated(text: str) -> None:
    source = random.Random(3)
    assert len({mutated(text, source) for _ in range(50)} - {text}) >= 1


@pytest.mark.parametrize("text", ["Key", "None", "__import__('os').Path('x')"])
def test_what_is_no_literal_is_left_alone(text: str) -> None:
    assert mutated(text, random.Random(3)) == text


@pytest.mark.parametrize(
    ("annotation", "value", "inside"),
    [
        (int, 5, True), (int, True, False), (int, "5", False), (float, 5, True),
        (Annotated[int, Ge(1), Le(3)], 3, True), (Annotated[int, Ge(1), Le(3)], 4, False),
        (Annotated[str, MinLen(2)], "a", False), (str | None, None, True), (str | None, 1, False),
        (list[int], [1, 2], True), (list[int], [1, "2"], False), (list[int], (1,), False),
        (dict[str, int], {"a": 1}, True), (dict[str, int], {"a": "1"}, False),
        (tuple[int, str], (1, "a"), True), (tuple[int, str], (1,), False),
        (tuple[int, ...], (1, 2, 3), True), (tuple[int, ...], (1, "2"), False),
        (Literal["a", 1], 1, True), (Literal["a", 1], True, False), (Any, object(), True),
    ],
)  # fmt: skip
def test_a_value_is_inside_a_domain_or_not(annotation: Any, value: Any, inside: bool) -> None:  # noqa: FBT001
    assert contains(annotation, value) is inside


def test_recorded_arguments_that_the_contract_does_not_allow_are_reported() -> None:
    assert outside_domains([LIFE], CACHE) == []
    script = [*LIFE, "cache.set('a', 1, ttl=-1)", "cache.get_many(5)", "cache['q'] = cache2"]
    found = outside_domains([script], CACHE)
    assert [(each.label, each.parameter, each.expression) for each in found] == [
        ("set", "ttl", "-1"), ("get_many", "keys", "5"),
    ]  # fmt: skip
    assert [str(each) for each in outside_domains([["slug('a', longest=-1)"]], SLUG)] == [
        "Slug: longest does not allow -1, in slug('a', longest=-1)"
    ]


class Remembers(Reference):
    """Answers wrongly where only the recorded program gets."""

    def get(self, key: Any, /, default: Any = None) -> Any:
        value = super().get(key, default)
        return "words" if type(value) is str and value == "recorded " * 3 else value


Remembers.__name__ = "Cache"


def test_a_check_replays_and_varies_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "agent.porting.check.campaign.edge_scripts", lambda _: iter(())
    )  # they are many
    script = ["cache = Cache(3)", "cache.set('a', 'recorded recorded recorded ')", "cache.get('a')"]
    keep(tmp_path, Recording(0, [script, LIFE]))
    settings: dict[str, Any] = {"examples": 500, "seed": 1}
    assert (
        check("cache", Loaded(CACHE, Reference, Remembers), CheckOptions(**settings)).divergences
        == []
    )
    verdict = check(
        "cache", Loaded(CACHE, Reference, Remembers), CheckOptions(corpus=tmp_path, **settings)
    )
    (found,) = verdict.divergences
    assert (found.call, found.where) == ("cache.get('a')", "result")
    assert found.script[1:] == script[1:]
    identical = check(
        "cache",
        Loaded(CACHE, Reference, type("Cache", (Reference,), {})),
        CheckOptions(corpus=tmp_path, **settings),
    )
    assert identical.recorded == 13
    assert 100 <= identical.varied <= 130
    assert f", 13 of them recorded and {identical.varied} varied, " in f"{identical}"


def test_variations_keep_inside_of_a_contract_that_is_a_guess(tmp_path: Path) -> None:
    keep(tmp_path, Recording(0, [], {"__call__": ["slug('a', longest=0)"]}))

    def slug(text: str, *, longest: int = 80) -> str:
        return text[:longest]

    def twin(text: str, *, longest: int = 80) -> str:
        return text[:longest] if longest >= 0 else "negative"

    settings: dict[str, Any] = {"examples": 500, "seed": 1, "corpus": tmp_path}
    assert (
        check("slug", Loaded(SLUG, slug, twin), CheckOptions(guessed=True, **settings)).divergences
        == []
    )
    assert check("slug", Loaded(SLUG, slug, twin), CheckOptions(**settings)).divergences != []


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        (1, "int"), (True, "bool"), (None, "None"), ("a", "str"), ([1, "a"], "list[int | str]"),
        ([], "list[Any]"), ((1, 2), "tuple[int, ...]"), ({"a": [None, 1.5]},
        "dict[str, list[float | None]]"), ({1}, "set[int]"), (object(), "Any"),
        (Numeric(1), "Any"), (Str("a"), "str"),
    ],
)  # fmt: skip
def test_a_value_suggests_a_type(value: Any, annotation: str) -> None:
    assert type_of(value) == annotation


def test_recorded_calls_give_types() -> None:
    scripts = [["toy.sort([2])", "toy.sort(['a'])", "toy.sort(None)", "toy.slugs(Spy('x'))"]]
    assert observed_types(scripts, MODULE) == {
        "sort": {"items": "list[int] | list[str] | None"},
        "slugs": {"texts": "Callable[..., Any]"},
    }
