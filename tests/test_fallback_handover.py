"""Handing an object over to Python: once, whatever other calls, threads and forks do."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from agent.porting.fallback import refusal_counts, refusals
from tests import toy_partial as toys

if TYPE_CHECKING:
    from collections import Counter

BIG = 1 << 64


@pytest.fixture(autouse=True)
def _counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_counted", {})


@pytest.fixture
def bag() -> Any:
    return toys.ServedBag([1, 2, 3], name="mine")


def counted() -> Counter[str]:
    return refusals("bag")


def held_by_rust(bag: Any) -> bool:
    return bag.__agent_hold__ is not None


def test_a_refusal_inside_a_call_of_the_same_object_is_an_error(bag: Any) -> None:
    with pytest.raises(ContractError, match="inside of another call of the same object"):
        bag.each(lambda _: bag.add(BIG))
    bag.each(bag.add)
    assert (len(bag), held_by_rust(bag)) == (6, True)


def test_threads_lose_nothing_when_an_object_is_handed_over() -> None:
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(30):
            bag = toys.ServedBag()
            barrier = threading.Barrier(4)

            def fill(start: int, bag: Any = bag, barrier: Any = barrier) -> None:
                barrier.wait()
                for value in range(start, start + 100):
                    bag.add(value if value % 100 != 50 else value + BIG)

            threads = [threading.Thread(target=fill, args=(1000 * i,)) for i in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            numbers = bag.numbers()
            assert len(numbers) == len(set(numbers)) == 400
            assert not held_by_rust(bag)
    finally:
        sys.setswitchinterval(old)


def test_a_hand_over_waits_for_calls_of_others_even_nested_ones(bag: Any) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def nested(value: int) -> None:
        inside.set()
        assert go_on.wait(60)
        if value < 3:
            bag.add(value + 10)  # while another thread waits to hand over

    slow = threading.Thread(target=bag.each, args=(nested,))
    slow.start()
    assert inside.wait(60)
    refused = threading.Thread(target=bag.add, args=(BIG,))
    refused.start()
    while bag.__agent_hold__.heir is None:
        pass
    go_on.set()
    for thread in (slow, refused):
        thread.join(60)
    assert bag.numbers() == [1, 2, 3, 11, 12, BIG]


FORKED = """\
import os, threading, time
from tests.toy_partial import ServedBag

bag = ServedBag([1])
inside, done = threading.Event(), threading.Event()
thread = threading.Thread(target=bag.each, args=(lambda _: (inside.set(), done.wait()),))
thread.start()
inside.wait()
child = os.fork()
if child == 0:
    threading.Timer(60, os._exit, [3]).start()
    bag.add(1 << 64)
    os._exit(0 if bag.numbers() == [1, 1 << 64] else 1)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
done.set()
thread.join()
print("child", status, bag.numbers())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_leaves_the_calls_of_other_threads_behind(run: Any) -> None:
    assert run("-W", "ignore", "-c", FORKED).stdout == "child 0 [1]\n"
