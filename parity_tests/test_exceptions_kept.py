"""No exception of Python is lost in Rust, and none in the reference."""

from __future__ import annotations

import re
from collections import UserDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest

from agent import registry
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.components.cache.contract import CacheFactory
    from agent.components.metrics.contract import MetricsFactory

PATTERN = re.compile(r"let Ok\(|Err\(_\) =>|Err\(_\)\) =>")
CHECKED = re.compile(
    r"\.cast(?:_exact|_into)?(?:::<\w+>)?\(|self\.state\.take\(py\)"
    r"|channel\.send\(|Err\(_\) => cancelled\(\)"
)
"""What fails with no exception of Python: looks at a type, the taking of a lock, and channels."""


class Raising(type(Mapping)):  # type: ignore[misc]  # a metaclass of abstract classes
    """Makes classes whose instances cannot be asked for their class."""


class Asked:
    """Raises where it is asked whether it is a mapping, as where a signal arrives just then."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    @property
    def __class__(self) -> Any:
        raise self._error

    @__class__.setter
    def __class__(self, _: Any) -> None: ...

    def __iter__(self) -> Iterator[Any]:
        return iter([])


@pytest.fixture(params=["python", "rust"])
def cache(request: pytest.FixtureRequest) -> CacheFactory:
    return cast("CacheFactory", registry.implementation("cache", request.param))


@pytest.fixture(params=["python", "rust"])
def metrics(request: pytest.FixtureRequest) -> MetricsFactory:
    return cast("MetricsFactory", registry.implementation("metrics", request.param))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), RecursionError()], ids=repr)
def test_what_the_question_for_a_mapping_raises_is_raised(
    cache: CacheFactory, error: BaseException
) -> None:
    made: Any = cache(8)
    with pytest.raises(type(error)):
        made.set_many(Asked(error))
    with pytest.raises(type(error)):
        made.update(Asked(error))
    with pytest.raises(type(error)):
        _ = made == Asked(error)


def test_a_comparison_that_is_too_deep_raises(cache: CacheFactory) -> None:
    deep = [cache(1), cache(1)]
    for each in deep:
        inner: object = 0
        for _ in range(200_000):
            inner = [inner]
        each.set(1, inner)
    with pytest.raises(RecursionError):
        _ = deep[0] == deep[1]


def test_caches_that_are_too_deep_in_each_other_raise(cache: CacheFactory) -> None:
    first, second = cache(1), cache(1)
    for _ in range(100_000):
        first, second = _around(cache, first), _around(cache, second)
    with pytest.raises(RecursionError):
        _ = first == second


def _around(cache: CacheFactory, inner: object) -> Any:
    outer = cache(1)
    outer.set(1, inner)
    return outer


def test_mappings_of_all_kinds_are_taken(cache: CacheFactory) -> None:
    made = cache(8)
    made.set_many(UserDict({1: 2}))
    made.set_many({3: 4})
    assert made == UserDict({1: 2, 3: 4})
    assert made == {1: 2, 3: 4}
    assert made != [(1, 2), (3, 4)]


def test_what_the_glue_leaves_unsaid_is_no_exception() -> None:
    """Clippy refuses methods that lose an error (its file in agent-native); this is the rest."""
    bare = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / "rust" / "agent-native" / "src").rglob("*.rs")
        for line in path.read_text(encoding="utf-8").splitlines()
        if PATTERN.search(line) and not CHECKED.search(line)
    ]
    assert bare == []
