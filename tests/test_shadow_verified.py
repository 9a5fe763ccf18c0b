"""Rust that is verified while it runs: it answers, until it differs too often."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import pytest

from agent.errors import ContractError, DemotionWarning
from agent.porting.shadow import Event, subscribe
from tests.shadow_objects import PythonPeek, PythonStack, RustStack
from tests.shadowing import shadows

if TYPE_CHECKING:
    from tests.shadowing import Shadows

__all__ = ["shadows"]


def test_rust_answers(shadows: Shadows) -> None:
    function = shadows("slug", verify=1.0)
    assert function("wrong") == "not this"
    assert function("Fine text") == "fine-text"
    with pytest.raises(RuntimeError, match="raise"):
        function("raise")
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.calls) == (1, 2, 3)
    (found, _) = shadows.ledger.mismatches("slug")
    assert (found.python, found.rust) == ("'wrong'", "'not this'")


def test_only_a_share_is_compared(shadows: Shadows) -> None:
    function = shadows("slug", verify=0.5, differences=1000)
    for _ in range(100):
        assert function("wrong") == "not this"
    sums = shadows.sums("slug")
    assert 25 < sums.mismatched < 75
    assert sums.calls - sums.mismatched == sums.skipped["not sampled"]


def test_python_answers_after_too_many_differences(
    shadows: Shadows, caplog: pytest.LogCaptureFixture
) -> None:
    function = shadows("slug", verify=1.0, differences=3)
    told: list[Event] = []
    end = subscribe(told.append)
    for _ in range(2):
        assert function("wrong") == "not this"
    with pytest.warns(DemotionWarning, match="slug runs in Python from now on: Rust differed in 3"):
        assert function("wrong") == "not this"
    end()
    for _ in range(5):
        assert function("wrong") == "wrong"
    assert shadows.sums("slug").mismatched == 3
    (demotion,) = shadows.ledger.demotions("slug")
    assert demotion.reason == "Rust differed in 3 calls"
    assert [record.levelno for record in caplog.records][-1] == logging.ERROR
    assert [event.outcome for event in told] == ["mismatched"] * 3 + ["demoted"]


def test_a_caller_to_whom_warnings_are_errors_is_not_harmed(shadows: Shadows) -> None:
    function = shadows("slug", verify=1.0, differences=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert function("wrong") == "not this"
    assert function("wrong") == "wrong"


def test_objects_are_rusts_and_their_twins_pythons(shadows: Shadows) -> None:
    cls = shadows("stack", verify=1.0)
    stack = cls([1, 2])
    assert isinstance(stack, cls)
    stack.push(3)
    peek = stack.peek()
    peek.replace(5)
    assert (peek.value(), len(stack), stack.pop(), stack.pop()) == (5, 3, 5, 2)
    stack.pop()
    with pytest.raises(IndexError, match="pop from empty list"):
        stack.pop()
    assert shadows.sums("stack").matched == shadows.sums("stack").calls == 10


def test_an_object_that_differs_goes_on_with_pythons_state(shadows: Shadows) -> None:
    stack = shadows("stack", verify=1.0)()
    stack.push(1)
    stack.push(13)
    assert stack.pop() == 14  # which is told to be a difference
    stack.push(13)
    assert stack.pop() == 13
    assert len(stack) == 1
    sums = shadows.sums("stack")
    assert (sums.mismatched, sums.skipped) == (1, {"it differed before": 3})


def test_objects_go_on_with_their_twins_after_a_demotion(shadows: Shadows) -> None:
    cls = shadows("stack", verify=1.0, differences=1)
    other, bad = cls(), cls()
    other.push(1)
    bad.push(13)
    with pytest.warns(DemotionWarning):
        bad.pop()
    other.push(13)
    assert other.pop() == 13
    new = cls()
    assert type(new) is cls
    new.push(13)
    assert new.pop() == 13
    assert shadows.sums("stack").skipped == {"demoted": 2, "not sampled": 1}


def test_objects_that_are_not_of_the_sample_are_rusts_own(shadows: Shadows) -> None:
    cls = shadows("stack", verify=1e-12)
    stack = cls()
    assert type(stack) is RustStack
    assert isinstance(stack, cls)
    assert isinstance(PythonStack(), cls)
    assert not isinstance(PythonPeek([]), cls)
    assert issubclass(RustStack, cls)


def test_operations_on_two_objects_are_refused(shadows: Shadows) -> None:
    with pytest.raises(ContractError, match=r"book cannot be verified .*: take takes another"):
        shadows("book", verify=1.0)()
