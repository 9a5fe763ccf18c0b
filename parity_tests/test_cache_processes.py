"""The cache in forked children, in signal handlers that wait, and at the end of the process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any
from unittest import mock

import pytest

from parity_tests.patience import PATIENCE

FORKS = 20

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def ended_well(act: Any) -> bool:
    """Run `act` in a forked child; return whether it ended, and well."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(PATIENCE))
        try:
            act()
        except BaseException:  # noqa: BLE001  # the status tells
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@needs_fork
def test_a_forked_child_uses_what_threads_were_using(cache_class: Any) -> None:
    class Key:
        """A key that other threads are always in the middle of comparing."""

        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            time.sleep(0)
            return isinstance(other, Key)

    def hammer() -> None:
        while not done.is_set():
            cache.set(Key(), "v")
            cache.get(Key())
            cache.pop(Key(), None)

    def act() -> None:
        cache.set("k", 1)
        assert cache.get("k") == 1
        assert cache.weight == len(cache) == len(cache.snapshot())

    cache, done = cache_class(100), threading.Event()
    threads = [threading.Thread(target=hammer, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        assert [ended_well(act) for _ in range(FORKS)] == [True] * FORKS
    finally:
        done.set()
        for thread in threads:
            thread.join(PATIENCE)


@needs_fork
def test_a_factory_left_behind_is_run_again_in_the_child(cache_class: Any) -> None:
    def slow() -> str:
        started.set()
        assert finish.wait(PATIENCE)
        return "the parent's"

    def act() -> None:
        assert cache.get_or_set("k", lambda: "the child's") == "the child's"

    cache = cache_class(5)
    started, finish = threading.Event(), threading.Event()
    leader = threading.Thread(target=cache.get_or_set, args=("k", slow), daemon=True)
    leader.start()
    assert started.wait(PATIENCE)
    try:
        assert ended_well(act)
        assert ended_well(lambda: ended_well(act) or os._exit(1))
    finally:
        finish.set()
        leader.join(PATIENCE)
    assert cache.peek("k") == "the parent's"


@needs_fork
def test_a_fork_in_a_factory_continues_in_the_child(cache_class: Any) -> None:
    cache = cache_class(5)

    def factory() -> bool:
        return ended_well(lambda: cache.set("other", 1))

    assert cache.get_or_set("k", factory) is True


def _work(cache: Any) -> int:
    cache.set("child", 2)
    return int(cache.get("k"))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_each_way_of_starting_a_process(cache_class: Any, method: str) -> None:
    cache = cache_class(5)
    cache.set("k", 1)
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply_async(_work, (cache,)).get(PATIENCE * 3) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="this system has no such signals")
def test_a_handler_may_wait_while_its_thread_waits(cache_class: Any) -> None:
    def slow(name: str) -> Any:
        def factory() -> str:
            started[name].set()
            assert finish[name].wait(PATIENCE)
            return name

        return factory

    def handle(*_: object) -> None:
        threading.Timer(0.1, finish["b"].set).start()
        found.append(cache.get_or_set("b", slow("b")))
        finish["a"].set()

    cache = cache_class(5)
    started, finish = ({name: threading.Event() for name in "ab"} for _ in range(2))
    found: list[str] = []
    before = signal.signal(signal.SIGUSR1, handle)
    leaders = [
        threading.Thread(target=cache.get_or_set, args=(name, slow(name)), daemon=True)
        for name in "ab"
    ]
    try:
        for leader, event in zip(leaders, started.values(), strict=True):
            leader.start()
            assert event.wait(PATIENCE)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        assert cache.get_or_set("a", slow("a")) == "a"
    finally:
        signal.signal(signal.SIGUSR1, before)
        for event in finish.values():
            event.set()
        for leader in leaders:
            leader.join(PATIENCE)
    assert found == ["b"]


def test_a_handler_in_the_middle_of_an_operation_may_use_the_cache(cache_class: Any) -> None:
    """A real signal, as often as the system sends it, while values that go use the cache too."""

    class Value:
        def __del__(self) -> None:
            cache.get(1)

    def handle(*_: object) -> None:
        number = len(caught) % 9
        cache.set(number, Value())
        caught.append(cache.get(number))

    cache = cache_class(5)
    caught: list[Any] = []
    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        while len(caught) < 100:
            for key in range(9):
                cache.set(key, Value())
                cache.get_many([key, key + 1])
                cache.pop(key + 2, None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert cache.weight == len(cache) == len(cache.snapshot()) <= 5


def test_no_operation_waits_for_a_thread_that_ended_with_the_process(side: Any) -> None:
    code = f"""
import threading, time
from agent import registry
cache = registry.implementation("cache", {side!r})(8)
compared, begun = [], threading.Event()
class Key:
    def __hash__(self): return 1
    def __eq__(self, other): compared.append(1); time.sleep(0.001); return False
class Last:
    def __del__(self): cache.set("k", 1); cache.get_or_set("slow", int)
last = Last()
last.itself = cache
def hammer():
    while True: cache.get(Key())
def slow(): begun.set(); time.sleep(1000)
for key in range(4): cache.set(Key(), key)
threading.Thread(target=cache.get_or_set, args=("slow", slow), daemon=True).start()
for _ in range(4): threading.Thread(target=hammer, daemon=True).start()
begun.wait()
while len(compared) < 50: time.sleep(0.001)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=PATIENCE * 3, check=False)
    assert done.returncode == 0


class TestClock:
    """What a test does to the `time` module does not reach the default clock."""

    def test_a_patched_function_is_not_read(self, cache_class: Any) -> None:
        with mock.patch("time.monotonic", side_effect=range(0, 10**9, 10**6)):
            cache = cache_class(5, ttl=1000.0)
            cache.set("k", 1)
            assert cache.get("k") == 1

    def test_nor_are_the_names_of_modules(self, cache_class: Any) -> None:
        """As those do that freeze the time: they replace the function wherever a module has it."""
        real, patches = time.monotonic, []
        for name, module in list(sys.modules.items()):
            if name.startswith("agent."):
                for attribute, value in list(vars(module).items()):
                    if value is real:
                        patches.append(mock.patch.object(module, attribute, return_value=1e9))
        cache = cache_class(5, ttl=1000.0)
        cache.set("k", 1)
        for patch in patches:
            patch.start()
        try:
            assert cache.get("k") == 1
        finally:
            for patch in patches:
                patch.stop()
        assert patches


class TestExpire:
    """`expire` at a time of the caller's."""

    def test_what_is_due_at_that_time_goes(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(5, clock=clock)
        for key, ttl in [("a", 1.0), ("b", 2.0), ("c", None)]:
            cache.set(key, key, ttl=ttl)
        assert cache.expire(clock.now + 0.5) == 0
        assert cache.expire(time=clock.now + 1.0) == 1
        assert list(cache) == ["b", "c"]
        assert cache.expire(10**6) == 1
        assert cache.stats().expirations == 2

    @pytest.mark.parametrize(
        ("moment", "error", "message"),
        [
            ("1", TypeError, "time must be a float or an int, not str"),
            (True, TypeError, "time must be a float or an int, not bool"),
            (float("nan"), ValueError, "time must be a finite number, not nan"),
            (10**400, ValueError, "time must be a finite number, not 1000"),
        ],
    )
    def test_what_is_no_time_is_refused(
        self, cache_class: Any, moment: Any, error: type[Exception], message: str
    ) -> None:
        with pytest.raises(error, match=message):
            cache_class(5).expire(moment)
