"""Callbacks that are coroutine functions are drawn, recorded and compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.strategies.from_annotation import domain_of


class Loading(Protocol):
    """Asks a coroutine function once."""

    async def __call__(self, load: Callable[[int], Awaitable[str]], key: int) -> str: ...


async def loading(load: Any, key: int) -> Any:
    """Ask for a key."""
    return await load(key)


async def twin(load: Any, key: int) -> Any:
    """Ask for a key, in two steps."""
    asked = load(key)
    return await asked


async def twice(load: Any, key: int) -> Any:
    """Ask for a key once more than is needed."""
    await load(key)
    return await load(key)


def _verdict(rust: Any) -> str:
    options = CheckOptions(examples=100, brief=True, guessed=True)
    return check("loading", Loaded(read_contract(Loading), loading, rust), options).verdict


def test_their_calls_are_compared() -> None:
    assert _verdict(twin) == "identical"
    assert _verdict(twice) == "divergent"


def test_they_are_drawn_for_what_has_to_be_awaited() -> None:
    domain = domain_of(Callable[[int], Awaitable[str]], "load")
    assert domain.within[0] == "AsyncSpy('load', 'a')"
    assert domain_of(Callable[[int], str], "load").within[0] == "Spy('load', 'a')"
