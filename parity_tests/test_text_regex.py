"""Regular expressions of text: linear on each side, small, and the same matches by every engine."""

from __future__ import annotations

import itertools
import operator
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from agent import registry
from agent.components.text import automaton, backtracking
from agent.components.text.automaton import Automaton
from agent.components.text.contract import MAX_STATES
from agent.components.text.dialect import parse
from agent.components.text.syntax import Anchor, Choice, Node, Repeat, Sequence, Single, source
from agent.errors import PatternError

if TYPE_CHECKING:
    from collections.abc import Callable

SINGLES = ["a", "b", "[ab]", "[^a]", ".", r"\w", r"\s", "é", "[\ud800-\udfff]"]
REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"]


def sequences(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    single = st.sampled_from(SINGLES)
    plain = single | st.lists(single, min_size=1, max_size=3).map(lambda body: f"({''.join(body)})")
    repeated = st.tuples(plain, st.sampled_from(REPEATS), st.sampled_from(["", "?"])).map("".join)
    parts = st.lists(repeated | single | st.sampled_from("^$") | inside, max_size=4)
    return parts.map("".join)


def choices(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(sequences(inside), min_size=1, max_size=3).map("|".join)


GROUPS = choices(st.nothing()).map(lambda group: f"({group})")
PATTERNS = choices(GROUPS | choices(GROUPS).map(lambda group: f"(?:{group})"))
TEXTS = st.text(st.sampled_from("aaabbé \n\ud800"), max_size=14)


def parsed(pattern: str) -> Node:
    try:
        return parse(pattern)
    except PatternError:
        reject()


@given(PATTERNS, st.lists(TEXTS, max_size=4), st.integers(1, 20), st.integers(1, 50))
@settings(deadline=None, max_examples=400)
def test_every_engine_finds_the_same(pattern: str, texts: list[str], block: int, room: int) -> None:
    tree = parsed(pattern)
    expected = [[match.span() for match in re.finditer(source(tree), text)] for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automaton, "_BLOCK", block)
        patch.setattr(automaton, "_ROOM", room)
        engine = Automaton(tree)
        assert [list(engine.find(text)) for text in texts] == expected
    for side in SIDES:
        regex = registry.implementation("text", side)().regex(pattern)
        assert list(regex.find_all(texts)) == expected
        assert regex.search(texts) == [found[0] if found else None for found in expected]


SIDES: Any = ("python", "rust")

HARD = [
    ".*.*.*=;",
    ".*?.*?=;",
    "a+a+b",
    "(|a+)(|a+)(|a+)b",
    "(a|aa)" * 10 + "b",
    "a?" * 30 + "a{30}b",
    "(a+a+|a)b",
    "(.*=|a)",
    "(a.*=|a)$",
    "[ab]*a[ab]{50}=",
]


@pytest.mark.parametrize("pattern", HARD)
@pytest.mark.parametrize("repeated", ["a", "ab", "aaaaaab"])
def test_steps_grow_as_the_text_does(
    pattern: str, repeated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    regex = registry.implementation("text", "python")().regex(pattern)
    texts = [repeated * (length // len(repeated)) for length in (10_000, 20_000, 40_000)]
    regex.find_all(texts)  # all states are made
    counts = [steps_of(regex, text, monkeypatch) for text in texts]
    for shorter, longer in itertools.pairwise(counts):
        assert shorter < longer < 2.5 * shorter  # all blocks but the first are read twice


def steps_of(regex: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Search in a text; return the lines executed and the characters that the automaton read."""
    steps = 0

    def read(state: Any, character: str) -> Any:
        nonlocal steps
        steps += 1
        return operator.getitem(state, character)

    def trace(frame: Any, event: str, _: object) -> Any:
        nonlocal steps
        if "components/text" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        steps += event == "line"
        return trace

    with monkeypatch.context() as patch:
        patch.setattr(automaton, "getitem", read)
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            regex.find_all([text])
        finally:
            sys.settrace(before)
    return steps


class Backtracking:
    """Matches as `re` does, and counts the characters and anchors that it compares."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.compared = 0

    def match(self, tree: Node, at: int, then: Callable[[int], int | None]) -> int | None:
        match tree:
            case Single():
                self.compared += 1
                same = at < len(self.text) and re.match(tree.source, self.text[at])
                return then(at + 1) if same else None
            case Anchor():
                self.compared += 1
                return then(at) if at == (0 if tree.source == r"\A" else len(self.text)) else None
            case Sequence():
                return self._all(tree.parts, at, then)
            case Choice():
                tried = (self.match(option, at, then) for option in tree.options)
                return next((stop for stop in tried if stop is not None), None)
            case Repeat():
                return self._repeated(tree, 0, at, then)

    def _all(
        self, parts: tuple[Node, ...], at: int, then: Callable[[int], int | None]
    ) -> int | None:
        if not parts:
            return then(at)
        return self.match(parts[0], at, lambda stop: self._all(parts[1:], stop, then))

    def _repeated(
        self, tree: Repeat, count: int, at: int, then: Callable[[int], int | None]
    ) -> int | None:
        def again() -> int | None:
            if count == tree.most:
                return None
            return self._all(
                tree.body, at, lambda stop: self._repeated(tree, count + 1, stop, then)
            )

        if count < tree.fewest:
            return again()
        if tree.greedy:
            stop = again()
            return then(at) if stop is None else stop
        stop = then(at)
        return again() if stop is None else stop


class TestBacktracking:
    """`re` searches what it searches quickly for sure."""

    @given(PATTERNS, TEXTS)
    @settings(deadline=None, max_examples=400)
    def test_no_attempt_takes_more_steps_than_the_bound(self, pattern: str, text: str) -> None:
        tree = parsed(pattern)
        bound = backtracking.steps(tree, len(text))
        for start in range(len(text) + 1):
            engine = Backtracking(text)
            stop = engine.match(tree, start, lambda stop: stop)
            match = re.compile(source(tree)).match(text, start)
            assert stop == (match and match.end())
            assert engine.compared <= bound + (stop or start) - start

    @pytest.mark.parametrize(
        ("pattern", "longest"),
        [
            (r"\w+", sys.maxsize),
            (r"foo|ba[rz]\d*", sys.maxsize),
            (r"\d{1,3}\.\d{1,3}\.\d{1,3}", sys.maxsize),
            (r"\d+\.\d+", 332),
            (r"\w+\s+\w+", 166),
            (".*.*=", 16),
            ("(a|aa)" * 10 + "b", -1),
        ],
    )
    def test_the_longest_text_for_it(self, pattern: str, longest: int) -> None:
        assert backtracking.longest_text(parse(pattern)) == longest


class TestStates:
    """A pattern may come to `MAX_STATES` states, on each side."""

    @pytest.mark.parametrize(
        ("single", "states"),
        [
            ("a", 1),
            ("é", 1),
            (r"\n", 1),
            ("[a-z]", 1),
            ("[a-zé]", 2),
            ("[a-é]", 10),
            ("[\x00-\x7f]", 1),
            ("[\x00-\x80]", 10),
            ("[^a]", 11),
            (".", 10),
            (r"\d", 25),
            (r"\D", 25),
            (r"\s", 25),
            (r"\S", 25),
            (r"\w", 80),
            (r"\W", 80),
            (r"[\w.]", 81),
            (r"[^\W\d]", 115),
        ],
    )
    def test_each_counts_what_the_contract_says(
        self, implementation: Any, single: str, states: int
    ) -> None:
        text = implementation.text()
        spaces, characters = divmod(MAX_STATES - states, 25)
        filling = r"\s{50}" * (spaces // 50) + r"\s" * (spaces % 50) + "a" * characters
        pattern = single + filling
        text.regex(pattern)
        message = f"^a pattern may come to {MAX_STATES} states, not {MAX_STATES + 1}$"
        with pytest.raises(PatternError, match=message):
            text.regex(pattern + "a")
