"""The rows of the comparison: the whole corpus, in batches, through every contender.

What takes Python long is timed on a sample, evenly drawn; times are those of a line, or of a pair.
"""

from __future__ import annotations

import re
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.benchmark.timing import Arm
from benchmarks.peers.comparison import Row
from benchmarks.peers.text import contenders
from benchmarks.peers.text.corpus import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.text.contenders import Work

__all__ = ["BEST", "FIND", "MATRIX", "ROWS"]

BATCH = 10_000
SLOW = {"python", "dict walk", "rapidfuzz_py"}
SEED = 20_261

FIND = ("find 20", "find 1,000", "find 1,000 long")
"""Rows in which literal patterns are found."""

MATRIX = tuple(
    f"{measure}, {kind}" for kind in ("words", "lines") for measure in contenders.COMPARED
)
"""Rows in which all queries are compared with all choices."""

BEST = tuple(f"best {row}" for row in MATRIX)
"""Rows in which each query is given its best choice."""

REGEX = r"[A-Z][a-z]+ [A-Z]\. [0-9]{2,4}|\[[A-Z][a-z]+\]"


def _run(work: Work, batches: list[list[str]], times: int) -> None:
    for _ in range(times):
        for batch in batches:
            work(batch)


def _arms(works: dict[str, Work], texts: list[str], size: int, sample: int) -> dict[str, Arm]:
    """Return an arm a contender; `size` is the operations an item counts for."""
    arms = {}
    for name, work in works.items():
        chosen = texts[:: sample if name in SLOW else 1]
        batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
        arms[name] = Arm(partial(_run, work, batches), len(chosen) * size)
    return arms


def _require(one: Any, other: Any) -> None:
    if one != other:
        message = f"contenders differ: {one!r} and {other!r}"
        raise AssertionError(message)


def _words(least: int) -> list[str]:
    found = {
        word for line in lines(ascii_only=True)[::20] for word in re.findall("[A-Za-z]+", line)
    }
    return sorted(word for word in found if len(word) >= least)


def _find(count: int, least: int) -> dict[str, Arm]:
    patterns = Random(SEED).sample(_words(least), count)
    works = contenders.find(patterns)
    texts = lines(ascii_only=True)
    sample = texts[::500]
    ours = list(works["rust"](sample))
    _require(ours, list(works["python"](sample)))
    _require(ours, works["ahocorasick_rs"](sample))
    _require(ours, works["dict walk"](sample))
    return _arms(works, texts, 1, 50)


def _regex() -> dict[str, Arm]:
    works = contenders.regex(REGEX)
    texts = lines(ascii_only=True)
    sample = texts[::500]
    ours = list(works["rust"](sample))
    _require(ours, list(works["python"](sample)))
    _require([len(found) for found in ours], list(map(len, works["google-re2"](sample))))
    return _arms(works, texts, 1, 20)


def _strings(form: str | None, *, ascii_only: bool) -> dict[str, Arm]:
    works = contenders.strings(form)
    texts = lines(ascii_only=ascii_only)
    for work in works.values():
        _require(work(texts[::500]), works["CPython"](texts[::500]))
    return _arms(works, texts, 1, 5)


def _lower() -> dict[str, Arm]:
    works = contenders.lower()
    texts = [line for line in lines(ascii_only=True) if line.isascii()]
    for work in works.values():
        _require(work(texts[::500]), works["str.lower"](texts[::500]))
    return _arms(works, texts, 1, 5)


def _split(works: dict[str, Work]) -> dict[str, Arm]:
    texts = lines(ascii_only=True)
    _require(works["rust"](texts[::500]), works["python"](texts[::500]))
    return _arms(works, texts, 1, 20)


def _compared(
    make: Callable[[str, list[str]], dict[str, Work]], measure: str, kind: str
) -> dict[str, Arm]:
    if kind == "words":
        queries, choices = Random(SEED).sample(_words(4), 500), Random(1).sample(_words(4), 2000)
    else:
        all_lines = [line.strip() for line in lines(ascii_only=True) if 30 < len(line) < 64]
        queries, choices = Random(SEED).sample(all_lines, 200), Random(1).sample(all_lines, 1000)
    works = make(measure, choices)
    _require(works["rust"](queries[:3]), works["python"](queries[:3]))
    return _arms(works, queries, len(choices), 100)


ROWS = {
    "find 20": Row(partial(_find, 20, 4)),
    "find 1,000": Row(partial(_find, 1000, 4)),
    "find 1,000 long": Row(partial(_find, 1000, 7)),
    "regex": Row(_regex),
    "NFC": Row(partial(_strings, "NFC", ascii_only=True)),
    "NFC, not English": Row(partial(_strings, "NFC", ascii_only=False)),
    "NFD, not English": Row(partial(_strings, "NFD", ascii_only=False)),
    "NFKC, not English": Row(partial(_strings, "NFKC", ascii_only=False)),
    "casefold": Row(partial(_strings, None, ascii_only=True)),
    "casefold, not English": Row(partial(_strings, None, ascii_only=False)),
    "lower": Row(_lower),
    "words": Row(lambda: _split(contenders.split())),
    "count words": Row(lambda: _split(contenders.count_words())),
    **{row: Row(partial(_compared, contenders.matrix, *row.split(", "))) for row in MATRIX},
    **{f"best {row}": Row(partial(_compared, contenders.best, *row.split(", "))) for row in MATRIX},
}
"""What is done in each row."""
