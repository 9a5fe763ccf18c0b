"""Batches of text that take long, apart from the quick tests of its contract.

They end when a signal handler raises. Long strings, which Rust makes in another way, are the same.
"""

from __future__ import annotations

import gc
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = ["".join(chr(97 + (place * 7 + word) % 26) for place in range(600)) for word in range(40)]
LARGE = "ab cé " * 200_000
TASKS = Path("/proc/self/task")

OPERATIONS: dict[str, Callable[[Any], object]] = {
    "matrix": lambda text: text.similarity_matrix(LONG * 100, LONG * 100),
    "jaro_winkler matrix": lambda text: text.similarity_matrix(
        LONG * 100, LONG * 100, "jaro_winkler"
    ),
    "token_set matrix": lambda text: text.similarity_matrix(LONG * 100, LONG * 100, "token_set"),
    "best_match": lambda text: text.best_match(LONG * 100, LONG * 100),
    "levenshtein": lambda text: text.levenshtein([LARGE], [LARGE]),
    "jaro_winkler": lambda text: text.jaro_winkler([LARGE], [LARGE]),
    "normalize": lambda text: text.normalize([LARGE] * 300, "NFD"),
    "casefold": lambda text: text.casefold([LARGE] * 300),
    "words": lambda text: text.words([LARGE] * 40),
    "count_words": lambda text: text.count_words([LARGE] * 100),
    "find_all of patterns": lambda text: text.patterns(["ab c", "b"]).find_all([LARGE] * 100),
    "find_all in short texts": lambda text: text.patterns([f"{'a' * 12}b"]).find_all(
        ["a" * 90] * 1_000_000
    ),
    "replace_all": lambda text: text.patterns(["b"]).replace_all([LARGE] * 100, "éé"),
    "find_all of a regex": lambda text: text.regex(".*.*.*=;|b").find_all([LARGE[:30_000]] * 400),
    "search": lambda text: text.regex(".*.*.*=;").search([LARGE] * 400),
}


SIDES: Any = ("python", "rust")


class Heard(Exception):
    """Raised by the handler."""


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_a_signal_handler_raises_ends_it(side: Any, operation: str, workers: int) -> None:
    def raise_it(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise Heard

    text = registry.implementation("text", side)(workers=workers)
    before = signal.signal(signal.SIGALRM, raise_it)
    gc.disable()  # what is raised in a callback of the collector's, such as Hypothesis's, is lost
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        with pytest.raises(Heard):
            OPERATIONS[operation](text)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)
    assert text.casefold(["A"]) == ["a"]


@pytest.mark.skipif(
    not TASKS.exists(), reason="the system does not tell how many threads there are"
)
@pytest.mark.parametrize("workers", [1, 3])
def test_a_call_takes_as_many_threads_as_it_may(side: Any, workers: int) -> None:
    def threads() -> int:
        return sum(1 for _ in TASKS.iterdir())

    def look() -> None:
        while not done.wait(0.001):
            seen.append(threads())

    text = registry.implementation("text", side)(workers=workers)
    done, seen = threading.Event(), list[int]()
    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        before = threads()
        text.normalize([LARGE] * 20, "NFD")
    finally:
        done.set()
        watcher.join()
    assert max(seen) <= before + workers - 1


@pytest.mark.parametrize("length", [4_095, 4_097, 16_383, 16_385, 262_143, 262_145])
@pytest.mark.parametrize("letters", ["aB", "aBé", "aBΣé", "aB\U0001f600Σ", "Aß"])
def test_long_strings_are_made_like_short_ones(length: int, letters: str) -> None:
    item = (letters * length)[:length]
    results = []
    for text in (registry.implementation("text", side)() for side in SIDES):
        patterns, regex = text.patterns(["B", "ß"]), text.regex("B.|ßA")
        results.append(
            [
                text.casefold([item]),
                text.normalize([item], "NFD"),
                text.normalize([item], "NFKC"),
                text.words([item]),
                text.count_words([item]),
                patterns.find_all([item]),
                patterns.replace_all([item], "éΣ"),
                regex.find_all([item]),
                regex.search([item]),
            ]
        )
    assert results[0] == results[1]
