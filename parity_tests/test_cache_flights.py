"""`get_or_set` where who waits gives up, where the process forks, and where keys are alike."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

import pytest

from agent.errors import RecursiveFactory
from parity_tests.patience import PATIENCE
from parity_tests.test_cache_processes import ended_well, needs_fork
from parity_tests.test_cache_threads import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

needs_alarms = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no such signals"
)


class Impatient(Exception):
    """Raised by the handler of the alarm."""


@pytest.fixture
def alarmed() -> Iterator[Callable[[Callable[..., None], Callable[[], Any]], Any]]:
    """Return what sets the handler of the alarm, and lets it ring once while something waits."""

    def ring(handler: Callable[..., None], wait: Callable[[], Any]) -> Any:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        return wait()

    before = signal.getsignal(signal.SIGALRM)
    yield ring
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


class Leader:
    """A thread that runs the factory of a key until it is told to go on."""

    def __init__(self, cache: Any, key: Any, then: Callable[[], Any]) -> None:
        self.key = key
        self._cache = cache
        self._then = then
        self._started, self._proceed = threading.Event(), threading.Event()
        self._found: list[Any] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.proceed()
        self._thread.join(PATIENCE)

    def proceed(self) -> None:
        """Let the factory go on."""
        self._proceed.set()

    def result(self) -> Any:
        """Return what the thread got or raised."""
        self._thread.join(PATIENCE)
        return self._found[0]

    def _run(self) -> None:
        try:
            self._found.append(self._cache.get_or_set(self.key, self._factory))
        except RecursiveFactory as error:
            self._found.append(error)

    def _factory(self) -> Any:
        self._started.set()
        assert self._proceed.wait(PATIENCE)
        return self._then()


@needs_alarms
@pytest.mark.parametrize("others", [0, 1])
def test_who_gave_up_waiting_may_be_waited_for(cache_class: Any, alarmed: Any, others: int) -> None:
    """A wait that a signal ended is no part of a circle, whoever else waits for the same."""

    def give_up(*_: object) -> None:
        raise Impatient

    def mine() -> str:
        theirs.proceed()
        threading.Event().wait(0.2)  # theirs asks for mine meanwhile
        return "mine"

    cache = cache_class(5)
    more = [
        threading.Timer(0.1, cache.get_or_set, ("theirs", lambda: "another's"))
        for _ in range(others)
    ]
    with Leader(cache, "theirs", lambda: cache.get_or_set("mine", lambda: "theirs")) as theirs:
        for other in more:
            other.start()
        with pytest.raises(Impatient):
            alarmed(give_up, lambda: cache.get_or_set("theirs", lambda: "nobody's"))
        assert cache.get_or_set("mine", mine) == "mine"
        assert theirs.result() == "mine"
    for other in more:
        other.join(PATIENCE)


def test_the_run_of_a_factory_outlasts_those_who_wait_long(cache_class: Any) -> None:
    cache = cache_class(5)
    with Leader(cache, "k", lambda: "the leader's") as leader:
        threading.Timer(0.3, leader.proceed).start()
        assert together(lambda: cache.get_or_set("k", lambda: "another's")) == ["the leader's"]


def test_a_run_that_is_over_is_no_part_of_a_circle(cache_class: Any) -> None:
    """Who waited for it may not know yet when its leader waits for them."""
    cache = cache_class(5)

    def mine() -> str:
        theirs.proceed()
        threading.Event().wait(0.1)  # theirs waits for mine meanwhile
        return "mine"

    interval = sys.getswitchinterval()
    theirs = Leader(cache, "theirs", lambda: cache.get_or_set("mine", lambda: "theirs") + "!")
    with theirs:
        try:
            sys.setswitchinterval(1.0)  # who waits comes to know when this thread waits
            found = cache.get_or_set("mine", mine), cache.get_or_set("theirs", lambda: "nobody's")
        finally:
            sys.setswitchinterval(interval)
    assert found == ("mine", "mine!")


@needs_fork
def test_a_factory_that_forks_is_still_run_in_the_child(cache_class: Any) -> None:
    def act() -> None:
        with pytest.raises(RecursiveFactory):
            cache.get_or_set("k", lambda: "a second run")

    cache = cache_class(5)
    assert cache.get_or_set("k", lambda: ended_well(act)) is True


@needs_fork
@needs_alarms
def test_who_waits_in_a_child_runs_the_factory_there(cache_class: Any, alarmed: Any) -> None:
    """The handler of a signal forks while its thread waits for a thread that is left behind."""
    parent, endings = os.getpid(), list[int]()

    def fork(*_: object) -> None:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(int(PATIENCE))
        else:
            endings.append(os.waitpid(child, 0)[1])
            leader.proceed()

    cache, value = cache_class(5), None
    with Leader(cache, "k", lambda: "the parent's") as leader:
        try:
            value = alarmed(fork, lambda: cache.get_or_set("k", lambda: "the child's"))
        finally:
            if os.getpid() != parent:
                os._exit(value != "the child's")
    assert (value, endings) == ("the parent's", [0])


class Key:
    """A key that may only be compared with those of its hash."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Key)
        assert self.number == other.number
        return self.name == other.name


@needs_fork
@pytest.mark.parametrize("last", ["c", "b"])
def test_factories_of_keys_of_one_hash_run_in_each_other(cache_class: Any, last: str) -> None:
    """In a child: a search that finds too little would never end."""

    def act() -> None:
        cache = cache_class(5)

        def inner() -> Any:
            if last == "b":
                with pytest.raises(RecursiveFactory):
                    cache.get_or_set(Key("b", 2), lambda: "again")
                return "of b"
            return cache.get_or_set(Key(last, 2), lambda: "of c")

        def outer() -> Any:
            return cache.get_or_set(Key("b", 2), inner)

        assert cache.get_or_set(Key("a", 1), outer) == f"of {last}"
        assert {key.name for key in cache} == {"a", "b", last}

    assert ended_well(act)
