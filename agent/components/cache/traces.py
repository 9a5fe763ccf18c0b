"""Inputs of the cache's workloads: keys drawn with a fixed seed, or taken from a real text."""

# ruff: noqa: S311  # drawn with a seed, not secret

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, cycle, islice
from pathlib import Path
from random import Random

from agent.errors import EnvironmentLacking

__all__ = ["CAPACITY", "WORDS", "Inputs", "absent", "cycling", "drawn", "words", "zipf"]

CAPACITY = 10_000
_UNIVERSE = 100_000
_SEED = 20_260

WORDS = Path(__file__).parents[3] / "benchmarks" / "data" / "cache" / "words.txt"
"""The words of a long real text; the README beside the file gives the source."""


@dataclass(frozen=True)
class Inputs:
    """The inputs of a trace. Each key has a number as its value."""

    fill: list[str]
    """Keys to store first, in this order."""
    keys: list[str]
    """Keys of the measured operations, one each, in this order."""
    source: dict[str, int]
    """The value of every key in `fill` and `keys`; it represents a slow data source."""


Draw = Callable[[], Inputs]


@cache
def _names() -> tuple[str, ...]:
    return tuple(f"key{number}" for number in range(_UNIVERSE))


@cache
def _source() -> dict[str, int]:
    return {name: number for number, name in enumerate(_names())}


def drawn(size: int) -> Draw:
    """Return a draw of keys, uniform over the first `CAPACITY`, which are stored first."""

    def draw() -> Inputs:
        stored = list(_names()[:CAPACITY])
        return Inputs(stored, Random(_SEED).choices(stored, k=size), _source())

    return draw


def absent(size: int) -> Draw:
    """Return a draw of keys none of which is stored first."""

    def draw() -> Inputs:
        names = _names()
        keys = Random(_SEED).choices(names[CAPACITY:], k=size)
        return Inputs(list(names[:CAPACITY]), keys, _source())

    return draw


def cycling(size: int) -> Draw:
    """Return a cycle over twice `CAPACITY` keys, so that each store evicts an entry."""

    def draw() -> Inputs:
        names = _names()[: 2 * CAPACITY]
        return Inputs([], list(islice(cycle(names), size)), _source())

    return draw


def zipf(size: int, universe: int = _UNIVERSE) -> Draw:
    """Return a draw of keys by Zipf's law: the n-th most frequent has the weight 1/n."""

    def draw() -> Inputs:
        names = _names()[:universe]
        weights = list(accumulate(1.0 / rank for rank in range(1, universe + 1)))
        return Inputs([], Random(_SEED).choices(names, cum_weights=weights, k=size), _source())

    return draw


def words() -> Inputs:
    """Return the words of a long real text, each a separate string object.

    Raises `EnvironmentLacking` if the text is missing: a wheel does not contain it.
    """
    try:
        text = WORDS.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the text {WORDS} is missing; it comes with a checkout of the sources"
        raise EnvironmentLacking(message) from error
    keys = text.split()
    return Inputs([], keys, {word: number for number, word in enumerate(dict.fromkeys(keys))})
