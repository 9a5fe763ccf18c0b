"""A function in shadow: the caller gets Python's answer, and what Rust did is in the ledger."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import pickle
import random
import sys
import traceback
import weakref
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.shadow import subscribe
from agent.porting.shadow.reporter import finish_all
from tests.shadow_toys import GATE, slug
from tests.shadowing import shadows

if TYPE_CHECKING:
    from agent.porting.shadow import Event
    from tests.shadowing import Shadows

__all__ = ["shadows"]


def test_a_call_that_agrees_is_counted(shadows: Shadows) -> None:
    assert shadows("slug")("Hello World") == "hello-world"
    assert shadows.sums("slug").matched == shadows.sums("slug").calls == 1


@pytest.mark.parametrize("text", ["result", "list", "raise", "refuse"])
def test_a_panic_where_something_is_looked_at_reaches_no_caller(
    shadows: Shadows, text: str
) -> None:
    function = shadows("shown")
    if text == "raise":
        with pytest.raises(ValueError, match="raise"):
            function(text)
    else:
        assert function(text) == text
    sums = shadows.sums("shown")
    assert (sums.calls, sums.matched) == (1, 0)
    assert (sums.mismatched == 1) is (text != "refuse")


@pytest.mark.parametrize("text", ["wrong", "raise", "panic", "exit", "interrupt"])
def test_whatever_rust_does_the_caller_gets_pythons_answer(shadows: Shadows, text: str) -> None:
    function = shadows("slug")
    assert function(text) == text
    assert shadows.sums("slug").mismatched == shadows.sums("slug").calls == 1
    (found,) = shadows.ledger.mismatches("slug")
    assert found.line == f"slug({text!r})"
    assert found.script == (f"slug({text!r})",)
    assert repr(text) in found.python


def test_what_rust_refuses_is_counted_with_its_reason(shadows: Shadows) -> None:
    assert shadows("slug")("refuse") == "refuse"
    assert shadows.sums("slug").refused == {"no such text": 1}
    assert shadows.differences("slug") == []


def test_the_exception_is_pythons_own(shadows: Shadows) -> None:
    function = shadows("apply")
    own = LookupError("own")
    inner = ValueError("inner")

    def fail(_: int) -> int:
        try:
            raise inner
        except ValueError:
            raise own  # noqa: B904  # the context is what is looked at

    try:
        raise KeyError  # noqa: TRY301  # what the caller is handling
    except KeyError:
        with pytest.raises(LookupError) as caught:
            function(fail, 1)
    assert caught.value is own
    assert own.__context__ is inner
    assert isinstance(inner.__context__, KeyError)
    frames = [frame.name for frame in traceback.extract_tb(own.__traceback__)]
    assert frames[-1] == "fail"
    assert frames.count("fail") == 1
    assert shadows.sums("apply").matched == 1


@pytest.mark.parametrize("worker", [False, True])
def test_an_exception_is_gone_when_it_was_handled(shadows: Shadows, worker: bool) -> None:  # noqa: FBT001
    class Held:
        """What a frame holds."""

    refs = []

    def fail(_: int) -> int:
        held = Held()
        refs.append(weakref.ref(held))
        raise ValueError

    function = shadows("apply", worker=worker)
    gc.disable()
    try:
        for _ in range(3):
            with contextlib.suppress(ValueError):
                function(fail, 1)
        finish_all()
        assert [ref() for ref in refs] == [None] * 3
    finally:
        gc.enable()
    assert shadows.sums("apply").matched == 3


def test_a_hostile_side_is_harmless(shadows: Shadows) -> None:
    function = shadows("slug")
    chance = random.Random(1)
    texts = ["wrong", "raise", "panic", "refuse", "exit", "sleep", "fine", "finer", "finest"]
    sizes = []
    for index in range(20_000):
        text = chance.choice(texts)
        assert function(text) == text
        if index % 5_000 == 2_500:
            gc.collect()
            sizes.append(sys.getallocatedblocks())
    sums = shadows.sums("slug")
    assert sums.calls == 20_000
    assert min(sums.matched, sums.mismatched, sums.refused.total()) > 2_000
    assert max(sizes) - min(sizes) < 2_000  # pieces of memory, after 15,000 calls more


def test_calls_that_cannot_be_bound_agree(shadows: Shadows) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'text'"):
        shadows("slug")()
    assert shadows.sums("slug").matched == 1


def test_exceptions_may_be_worded_otherwise_where_the_contract_says_so(shadows: Shadows) -> None:
    function = shadows("number")
    for text in ("x", "none"):
        with pytest.raises(ValueError, match=f"'{text}' is no number"):
            function(text)
    assert shadows.differences("number") == [("number('none')", "raised")]
    assert shadows.sums("number").matched == 1


def test_each_side_has_arguments_of_its_own(shadows: Shadows) -> None:
    function = shadows("extend")
    items: list[Any] = [[]]
    assert function(items, 1) is items
    assert items == [[], 1]
    assert shadows.sums("extend").matched == 1


def test_arguments_are_compared_afterwards_and_shown_as_they_were(shadows: Shadows) -> None:
    function = shadows("extend")
    function([1], 13)
    function([1], 14)
    assert shadows.differences("extend") == [
        ("extend([1], 13)", "len(result)"),
        ("extend([1], 14)", "argument1 afterwards"),
    ]


def test_what_cannot_be_copied_is_skipped(shadows: Shadows) -> None:
    function = shadows("extend")
    lock = Lock()
    assert function([], lock) == [lock]
    assert function([], iter([1]))
    assert shadows.sums("extend").skipped == {
        "__call__: no copy of lock (TypeError)": 1,
        "__call__: an iterator, which reading would consume": 1,
    }


def test_values_may_be_shared_instead_of_copied(shadows: Shadows) -> None:
    function = shadows("extend", clone="agent.porting.shadow.copying:share")
    function([], Lock())
    assert not shadows.sums("extend").skipped


def test_a_callable_is_called_once_and_played_again(shadows: Shadows) -> None:
    calls: list[int] = []

    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert shadows("apply")(double, 3) == [0, 2, 4]
    assert calls == [0, 1, 2]
    assert shadows.sums("apply").matched == 1


def test_a_callable_that_rust_calls_otherwise_is_a_difference(shadows: Shadows) -> None:
    assert shadows("apply")(lambda number: number, 5) == [0, 1, 2, 3, 4]
    (found,) = shadows.ledger.mismatches("apply")
    assert (found.where, found.python, found.rust) == (
        "callbacks[5]", "no further call", "function(5)"
    )  # fmt: skip
    assert found.script == ("apply(Spy('function', 0, 1, 2, 3, 4), 5)",)


def test_a_sample_is_the_same_in_every_process(shadows: Shadows) -> None:
    chosen: list[list[int]] = []
    for _ in range(2):
        function = shadows("slug", sample=0.25)
        told: list[Event] = []
        end = subscribe(told.append)
        found = []
        for number in range(400):
            assert function("wrong") == "wrong"
            found += [number] * len(told)
            told.clear()
        end()
        chosen.append(found)
    assert chosen[0] == chosen[1]
    assert 60 < len(chosen[0]) < 140


def test_without_a_sample_there_is_no_proxy(shadows: Shadows) -> None:
    assert shadows("slug", sample=0.0) is slug


def test_time_beyond_the_budget_is_not_taken(shadows: Shadows) -> None:
    function = shadows("slug", budget=0.0)
    for _ in range(10):
        function("wrong")
    sums = shadows.sums("slug")
    assert sums.calls == 10
    assert sums.skipped["no time left in the budget"] == 10 - sums.mismatched >= 8


def test_it_looks_like_the_reference(shadows: Shadows) -> None:
    function = shadows("slug")
    assert inspect.signature(function) == inspect.signature(slug)
    assert (function.__name__, function.__module__, function.__doc__) == (
        slug.__name__, slug.__module__, slug.__doc__
    )  # fmt: skip


def test_threads_lose_no_count(shadows: Shadows) -> None:
    function = shadows("slug")

    def work(text: str) -> None:
        for _ in range(2_000):
            assert function(text) == text

    threads = [Thread(target=work, args=(text,)) for text in ("wrong", "fine", "raise", "refuse")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.refused.total(), sums.calls) == (
        2_000, 4_000, 2_000, 8_000
    )  # fmt: skip


def test_tasks_may_take_turns(shadows: Shadows) -> None:
    function = shadows("slug")

    async def work(text: str) -> None:
        for _ in range(50):
            assert function(text) == text
            await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*(work(text) for text in ("wrong", "fine", "panic")))

    asyncio.run(main())
    assert (shadows.sums("slug").matched, shadows.sums("slug").mismatched) == (50, 100)


def test_what_a_function_calls_itself_is_compared_once(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = shadows("countdown")
    monkeypatch.setattr("tests.shadow_toys.countdown", function)  # as a decorator would
    assert function(sys.getrecursionlimit() // 3) == 0
    sums = shadows.sums("countdown")
    assert (sums.matched, sums.mismatched) == (1, 0)
    assert sums.skipped == {"inside another call": sys.getrecursionlimit() // 3}


def test_a_worker_compares_what_was_given_then(shadows: Shadows) -> None:
    function = shadows("extend", worker=True)
    items: list[Any] = []
    for number in range(20):
        function(items, number)
        items.clear()
    finish_all()
    sums = shadows.sums("extend")
    assert (sums.matched, sums.mismatched, sums.calls) == (18, 2, 20)


def test_a_worker_keeps_the_order_of_an_objects_calls(shadows: Shadows) -> None:
    stack = shadows("stack", worker=True)([1])
    for number in range(50):
        stack.push(number)
        stack.peek().replace(number + 1)
    assert [stack.pop() for _ in range(51)] == [*range(50, 0, -1), 1]
    finish_all()
    assert shadows.sums("stack").matched == shadows.sums("stack").calls == 202


def test_a_worker_that_cannot_follow_skips(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.porting.shadow.worker._LONGEST", 2)
    function = shadows("slug", worker=True)
    GATE.clear()
    try:
        for _ in range(10):
            assert function("wait") == "wait"  # for which the other side waits
    finally:
        GATE.set()
    finish_all()
    sums = shadows.sums("slug")
    assert sums.calls == 10
    assert sums.skipped["too many calls wait to be compared"] == 10 - sums.matched >= 7


def test_the_end_does_not_wait_long_for_what_hangs(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = shadows("slug", worker=True)
    GATE.clear()
    try:
        for _ in range(3):
            function("wait")
        with monkeypatch.context() as patch:
            patch.setattr("agent.porting.shadow.worker._PATIENCE", 0.01)
            finish_all()
        sums = shadows.sums("slug")
    finally:
        GATE.set()
    finish_all()  # what hung, too
    assert sums.skipped["the process ended before it was compared"] >= 2
    assert sums.skipped.total() == sums.calls == 3
    assert shadows.sums("slug").calls == 3


def test_the_functions_of_a_module_are_compared(shadows: Shadows) -> None:
    module = shadows("words")
    assert module.__name__ == "tests.shadow_words"
    assert (module.upper("a"), module.LIMIT) == ("A", 3)
    assert module.lower("A") == "a"
    assert shadows.differences("words") == [("words.lower('A')", "result")]
    assert shadows.sums("words").calls == 2


def test_what_cannot_be_written_is_a_difference_too(shadows: Shadows) -> None:
    long = "a " * 3_000 + "wrong"
    function = shadows("extend")
    function([long], 13)
    (found,) = shadows.ledger.mismatches("extend")
    assert found.line == "__call__(…), with arguments longer than 2,000 characters"
    assert shadows.sums("extend").mismatched == shadows.sums("extend").calls == 1


def test_pickles_name_the_place_everybody_imports_from(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = shadows("slug")
    monkeypatch.setattr("tests.shadow_toys.slug", function)
    assert pickle.loads(pickle.dumps(function)) is function
