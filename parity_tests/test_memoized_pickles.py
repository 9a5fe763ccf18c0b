"""Pickles of memoized functions and of their caches."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import pytest

from agent import registry
from agent.components.cache.cached import arguments, cached
from agent.components.cache.keys import KEYWORDS

Cache = registry.implementation("cache", "python")


@cached(Cache(9))
def square(number: int) -> int:
    """Return the square of a number."""
    return number * number


@cached(Cache(9))
@cached(Cache(9))
def cube(number: int) -> int:
    """Return the cube of a number, remembered twice."""
    return number**3


@cached({})
async def later(number: int) -> int:
    """Return a number."""
    return number


class Scale:
    """Multiplies."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    @cached(Cache(9), key=lambda self, number: (self.factor, number))
    def times(self, number: int) -> int:
        """Return a multiple of a number."""
        return self.factor * number

    @classmethod
    @cached(Cache(9))
    def unit(cls, number: int) -> int:
        """Return a number."""
        return number


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("function", [square, cube, later, Scale.times], ids=lambda it: it.__name__)
def test_a_function_pickles_by_its_name(function: Any, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(function, protocol)) is function
    assert copy.copy(function) is copy.deepcopy(function) is function


def test_a_function_that_has_no_name_of_its_own_does_not_pickle() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(cube.__wrapped__)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(cached(Cache(9))(lambda: 1))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_call_memoized_functions(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])  # where they find this module
    scale = Scale(3)
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(square, range(4)) == [0, 1, 4, 9]
        assert pool.map(cube, range(4)) == [0, 1, 8, 27]
        assert pool.map(scale.times, range(4)) == [0, 3, 6, 9]
        assert pool.map(Scale.unit, range(4)) == [0, 1, 2, 3]


def test_the_mark_of_keywords_is_one_object_everywhere() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(KEYWORDS, protocol)) is KEYWORDS
    assert copy.copy(KEYWORDS) is copy.deepcopy(KEYWORDS) is KEYWORDS
    assert repr(arguments(1, a=2)) == "(1, KEYWORDS, ('a', 2))"


@pytest.mark.parametrize("there", ["python", "rust"])
@pytest.mark.parametrize("typed", [False, True])
def test_a_pickled_cache_is_found_in_again(cache_class: Any, there: str, *, typed: bool) -> None:
    cache = cache_class(9)
    remember = cached(cache, typed=typed)(lambda *args, **kwargs: (args, kwargs))
    remember(1)
    remember(1, b=2, a=3)
    remember(a=1)
    content = pickle.dumps(cache)
    with registry.override(cache=there):
        loaded = pickle.loads(content)
    again = cached(loaded, typed=typed)(lambda *args, **kwargs: None)
    assert again(1) == ((1,), {})
    assert again(1, a=3, b=2) == ((1,), {"a": 3, "b": 2})
    assert again(a=1) == ((), {"a": 1})
    assert again.cache_info() == (3, 0, 9, 3)
    assert copy.deepcopy(cache) == cache == loaded
