"""What the tests of the pairs share."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.tools.world import Programs
from parity_tests.tooling import Raised, children, descriptors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def side(implementation: Any) -> Any:
    """Name one side after the other."""
    return implementation.side


@pytest.fixture
def cache_class(implementation: Any) -> Any:
    """Return the cache of one side."""
    return implementation("cache")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tools_class(implementation: Any) -> Any:
    """Return the tools of one side."""
    return implementation.tools


@pytest.fixture
def tools(tools_class: Any) -> Any:
    return tools_class()


@pytest.fixture
def world() -> Iterator[Programs]:
    """Return a folder of programs."""
    with Programs() as world:
        yield world


@pytest.fixture
def child(world: Programs) -> str:
    """Return a program that does what its first argument says."""
    return f"{world.root}/child"


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """See to it that no child and no descriptor is left behind."""
    gc.collect()  # what earlier tests left is none of this one
    before, opened = children(), descriptors()
    yield
    gc.collect()
    assert children() == before
    assert descriptors() <= opened


@pytest.fixture
def raising() -> Iterator[Callable[[float], None]]:
    """Return what has a signal handler raise after some seconds."""

    def handler(*_: object) -> None:
        raise Raised

    def start(seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, handler)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
