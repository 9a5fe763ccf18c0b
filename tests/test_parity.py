"""The parity check finds what is wrong, and only that."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from agent.components.cache.contract import Cache as CacheContract
from agent.components.cache.contract import CacheFactory
from agent.components.cache.reference import Cache as Reference
from agent.errors import EnvironmentLacking, UsageError
from agent.porting.contract import read_contract
from agent.porting.machine import run_twins
from agent.porting.parity import PROFILES, check

CONTRACT = read_contract(CacheContract, CacheFactory)
SEEDS = random.Random("ten").sample(range(2**32), 10)
QUICK = PROFILES["quick"]


def plain_copy() -> type:
    """Another class, with the same behaviour."""

    class Cache(Reference):
        pass

    return Cache


def evicts_one_late() -> type:
    class Cache(Reference):
        def _store(self, *arguments: Any) -> None:
            self._capacity += 1
            super()._store(*arguments)
            self._capacity -= 1

    return Cache


def ignores_ttl() -> type:
    class Cache(Reference):
        def _seconds(self, ttl: Any) -> None:
            super()._seconds(ttl)

    return Cache


def says_true_for_one() -> type:
    class Cache(Reference):
        def get(self, key: Any, /, default: Any = None) -> Any:
            value = super().get(key, default)
            return True if type(value) is int and value == 1 else value

    return Cache


def loses_the_sign_of_zero() -> type:
    class Cache(Reference):
        def __getitem__(self, key: Any, /) -> Any:
            value = super().__getitem__(key)
            return value + 0.0 if type(value) is float else value

    return Cache


def words_an_error_otherwise() -> type:
    class Cache(Reference):
        def popitem(self) -> tuple[Any, Any]:
            try:
                return super().popitem()
            except KeyError:
                message = "cache is empty"
                raise KeyError(message) from None

    return Cache


def changes_an_argument() -> type:
    class Cache(Reference):
        def get_many(self, keys: Any, /, default: Any = None) -> list[Any]:
            values = super().get_many(keys, default)
            if isinstance(keys, list):
                keys.reverse()
            return values

    return Cache


def uses_what_it_peeks_at() -> type:
    class Cache(Reference):
        def peek(self, key: Any, /, default: Any = None) -> Any:
            value = super().peek(key, default)
            if key in self:
                self._entries.move_to_end(key)
            return value

    return Cache


def takes_the_new_key() -> type:
    class Cache(Reference):
        def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
            if key in self and type(key) is float:
                self._entries[key] = self._entries[key]._replace(key=key)
            super().set(key, value, ttl=ttl)

    return Cache


def tells_another_cause() -> type:
    class Cache(Reference):
        def _tell(self, gone: list[Any]) -> None:
            told = [(*entry, "deleted" if why == "replaced" else why) for *entry, why in gone]
            super()._tell(told)  # type: ignore[arg-type]

    return Cache


def reads_the_clock_twice() -> type:
    class Cache(Reference):
        def _now(self) -> float:
            super()._now()
            return super()._now()

    return Cache


WRONG = [
    evicts_one_late,
    ignores_ttl,
    says_true_for_one,
    loses_the_sign_of_zero,
    words_an_error_otherwise,
    changes_an_argument,
    uses_what_it_peeks_at,
    takes_the_new_key,
    tells_another_cause,
    reads_the_clock_twice,
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("twin", WRONG)
def test_a_wrong_twin_is_caught_whatever_is_drawn(twin: Callable[[], type], seed: int) -> None:
    findings = run_twins(
        CONTRACT, Reference, twin(), seed=seed, programs=150, steps=QUICK.steps, shrink=False
    )
    assert findings.disagreement is not None


def test_a_plain_copy_is_identical() -> None:
    verdict = check("cache", CONTRACT, Reference, plain_copy(), profile="quick", seed=1)
    assert (verdict.verdict, verdict.divergences, verdict.doubts) == ("identical", [], [])
    assert verdict.examples == sum(verdict.operations.values()) >= QUICK.examples
    assert set(verdict.operations) == {"Cache", *CONTRACT.operations}
