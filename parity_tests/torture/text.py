"""What hostile runs do with text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from agent.components.text.errors import PatternError
from tests.torture.subject import Calls, Growth, Operation, Request, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SUBJECT"]

_LINES = ["one Two three", "Stra\xdfe", "", "caf\xe9 cafe\u0301", "\ud800 lone", "na\xefve " * 8]
_WORDS = ["two", "three", "cafe", "one Two", "x"]
_COUNTED = {"one": 1, "Two": 1, "three": 1, "Stra\xdfe": 1, "caf\xe9": 1, "cafe": 1, "lone": 1}


@dataclass
class _State:
    """Text with what it prepares."""

    calls: Calls
    text: Any = None
    patterns: Any = None
    regex: Any = None

    def lines(self, number: int) -> Iterator[str]:
        """Give a batch, and call back between its items."""
        for line in [*_LINES, f"line {number}"]:
            self.calls.pause()
            yield line


def _prepare(text_class: Any, calls: Calls) -> _State:
    text = text_class(workers=2)
    return _State(calls, text, text.patterns(_WORDS), text.regex(r"\w+ [a-z]+"))


def _paired(name: str) -> Callable[[_State, int], object]:
    return lambda state, number: getattr(state.text, name)(state.lines(number), state.lines(1))


def _holds(state: _State) -> None:
    assert state.text.casefold(["STRA\xdfE"]) == ["strasse"]
    counted = state.text.count_words(_LINES)
    assert {word: counted[word] for word in _COUNTED} == _COUNTED, f"counted {counted}"
    assert state.text.levenshtein(["kitten"], ["sitting"]) == [3]
    assert list(state.patterns.find_all(["one Two"])) == [[(3, 0, 7)]]
    assert list(state.regex.find_all(["one two"])) == [[(0, 7)]]
    assert len(state.patterns) == len(_WORDS)


def _searched(pattern: str, item: str) -> Callable[[Any, int], None]:
    def work(text_class: Any, size: int) -> None:
        regex = text_class().regex(pattern)
        regex.search([item * size])
        regex.find_all([item * size])

    return work


def _found(text_class: Any, size: int) -> None:
    patterns = text_class().patterns(["a" * length for length in range(1, 60)] + ["b"])
    patterns.find_all(["a" * size])


def _folded(text_class: Any, size: int) -> None:
    text = text_class()
    text.casefold(["\u0390" * size])
    text.words(["a " * size])


def _marked(text_class: Any, size: int) -> None:
    text_class().normalize(["a" + "\u0301\u0323" * size], "NFC")


def _distances(text_class: Any, size: int) -> None:
    text = text_class()
    text.levenshtein(["ab" * size], ["ba" * size])
    text.jaro_winkler(["ab" * size], ["ba" * size])
    text.token_set(["a " * size], ["b a " * size])


def _matrix(text_class: Any, number: int) -> Callable[[], object]:
    words = [chr(97 + each % 26) for each in range(1 << 3 + number // 8)]
    text = text_class(workers=1 + number % 3)
    return lambda: text.similarity_matrix(words, words)


def _long_items(text_class: Any, number: int) -> Callable[[], object]:
    item = "Stra\xdfe \u0390 e\u0301 " * (1 << 6 + number // 5)
    text = text_class(workers=1 + number % 3)
    return lambda: (
        text.normalize([item], "NFD"),
        text.casefold([item]),
        text.count_words([item]),
        text.token_set([item], [item]),
    )


def _many_matches(text_class: Any, number: int) -> Callable[[], object]:
    items = ["a b" * 16] * (1 << 4 + number // 6)
    text = text_class(workers=1 + number % 3)
    patterns, regex = text.patterns(["a", "b"]), text.regex("[ab]")
    return lambda: (
        text.words(items),
        patterns.find_all(items),
        patterns.replace_all(items, "<>" * number),
        regex.find_all(items),
    )


def _many_patterns(text_class: Any, number: int) -> Callable[[], object]:
    words = [f"pattern {each}" for each in range(1 << 2 + number // 5)]
    text = text_class()
    return lambda: text.patterns(words).find_all(words[:100])


def _large_expressions(text_class: Any, number: int) -> Callable[[], object]:
    text = text_class()

    def call() -> None:
        try:
            regex = text.regex(r"\w{100}" * (1 + number % 10))
        except PatternError:  # the dialect has a bound
            return
        regex.search(["word " * 100] * (number + 1))

    return call


def _compare_all(state: _State, number: int) -> None:
    words = [f"a word of many, number {each} " * 8 for each in range(20_000)]
    state.text.similarity_matrix(words, words)


def _find_best(state: _State, number: int) -> None:
    words = [f"a word of many, number {each} " * 8 for each in range(20_000)]
    state.text.best_match(words, words, "token_set")


def _normalize_all(state: _State, number: int) -> None:
    state.text.normalize((item for item in repeat("a\u0301\u0323")), "NFC")


def _find_all(state: _State, number: int) -> None:
    state.patterns.find_all(["one Two three" * 100_000] * 1_000)


SUBJECT = Subject(
    prepare=_prepare,
    operations=(
        Operation(
            "normalize", lambda state, number: state.text.normalize(state.lines(number), "NFD")
        ),
        Operation("casefold", lambda state, number: state.text.casefold(state.lines(number))),
        Operation("words", lambda state, number: state.text.words(state.lines(number))),
        Operation("count_words", lambda state, number: state.text.count_words(state.lines(number))),
        Operation("patterns", lambda state, number: state.text.patterns([f"p{number}", *_WORDS])),
        Operation("regex", lambda state, number: state.text.regex(f"[ab]{{1,{number + 1}}}c")),
        Operation("levenshtein", _paired("levenshtein")),
        Operation("jaro_winkler", _paired("jaro_winkler")),
        Operation("token_set", _paired("token_set")),
        Operation("similarity_matrix", _paired("similarity_matrix")),
        Operation("best_match", _paired("best_match")),
        Operation(
            "Patterns.find_all", lambda state, number: state.patterns.find_all(state.lines(number))
        ),
        Operation(
            "Patterns.replace_all",
            lambda state, number: state.patterns.replace_all(state.lines(number), "<>"),
        ),
        Operation(
            "Regex.find_all", lambda state, number: state.regex.find_all(state.lines(number))
        ),
        Operation("Regex.search", lambda state, number: state.regex.search(state.lines(number))),
    ),
    holds=_holds,
    growths=(
        Growth("regex .*.*.*=;", _searched(".*.*.*=;", "x="), 200, exponent=1),
        Growth("regex a*a*a*a*b", _searched("a*a*a*a*b", "a"), 100, exponent=1),
        Growth(r"regex \w+\s*\w+=", _searched(r"\w+\s*\w+\s*=", "a"), 200, exponent=1),
        Growth("literals that overlap", _found, 5_000, exponent=1),
        Growth("folding and words", _folded, 20_000, exponent=1),
        # The interpreter's own normalization sorts marks in a row by insertion.
        Growth("normal form of marks in a row", _marked, 2_000, exponent=2),
        Growth("distances", _distances, 500, exponent=2),
    ),
    requests=(
        Request("similarity_matrix", _matrix),
        Request("long items", _long_items),
        Request("many matches", _many_matches),
        Request("many patterns", _many_patterns),
        Request("large expressions", _large_expressions),
    ),
    batches=(
        Operation("similarity_matrix", _compare_all),
        Operation("best_match", _find_best),
        Operation("normalize", _normalize_all),
        Operation("Patterns.find_all", _find_all),
    ),
)
