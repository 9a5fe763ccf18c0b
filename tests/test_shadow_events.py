"""Subscribers get the outcome of each call, and real interruptions reach the caller."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.shadow import Event, subscribe
from tests.shadowing import shadows

if TYPE_CHECKING:
    from tests.shadowing import Shadows

__all__ = ["shadows"]


def test_subscribers_get_each_call(shadows: Shadows) -> None:
    function = shadows("slug")
    told: list[Event] = []
    end = subscribe(told.append)
    for text in ("fine", "wrong", "refuse"):
        function(text)
    end()
    function("fine")
    assert [(event.component, event.outcome, event.reason) for event in told] == [
        ("slug", "matched", ""),
        ("slug", "mismatched", "__call__: result"),
        ("slug", "refused", "no such text"),
    ]
    assert told[1].line == "slug('wrong')"
    assert str(told[1].difference) == "result: python 'wrong', rust 'not this'"


def test_a_subscriber_that_fails_is_harmless(
    shadows: Shadows, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Event) -> None:
        raise RuntimeError

    end = subscribe(fail)
    assert shadows("slug")("fine") == "fine"
    end()
    assert [record.message for record in caplog.records] == ["a subscriber failed"]
    assert shadows.sums("slug").matched == 1


def test_differences_are_logged(shadows: Shadows, caplog: pytest.LogCaptureFixture) -> None:
    shadows("slug")("wrong")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("agent.shadow", logging.WARNING)
    assert record.message == (
        "slug differs in slug('wrong'): result: python 'wrong', rust 'not this'"
    )


def test_opentelemetry_counts_calls_and_notes_differences(tmp_path: Any) -> None:
    pytest.importorskip("opentelemetry")
    program = tmp_path / "program.py"
    program.write_text(
        """
from opentelemetry import metrics, trace
counted, noted = [], []

class Meter(metrics.NoOpMeter):
    def create_counter(self, name, unit="", description=""):
        class Counter(metrics.NoOpCounter):
            def add(self, amount, attributes=None, context=None):
                counted.append((name, amount, attributes["component"], attributes["outcome"]))
        return Counter(name)

class Provider(metrics.NoOpMeterProvider):
    def get_meter(self, name, *args, **more):
        return Meter(name)

class Span(trace.NonRecordingSpan):
    def add_event(self, name, attributes=None, timestamp=None):
        noted.append((name, attributes["call"]))

metrics.set_meter_provider(Provider())
from tests.shadow_toys import component, slug, slug_rust
from agent.porting.shadow import shadowed
function = shadowed(component("slug"), slug, slug_rust)
with trace.use_span(Span(trace.INVALID_SPAN_CONTEXT)):
    function("fine")
    function("wrong")
print(counted, noted)
"""
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "TESTS_LEDGER": str(tmp_path / "ledger")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    calls = [("agent.shadow.calls", 1, "slug", each) for each in ("matched", "mismatched")]
    noted = [("agent.shadow.mismatch", "slug('wrong')")]
    assert done.stdout.strip() == f"{calls} {noted}"


def test_an_interruption_while_rust_runs_reaches_the_caller(shadows: Shadows) -> None:
    function = shadows("pulse")
    with pytest.raises(KeyboardInterrupt):
        function(int(signal.SIGINT))
    assert shadows.sums("pulse").skipped == {"interrupted": 1}


def test_what_a_signal_handler_raises_reaches_the_caller(shadows: Shadows) -> None:
    def stop(*_: object) -> None:
        raise SystemExit(3)

    function = shadows("pulse")
    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(SystemExit, match="3"):
            function(int(signal.SIGTERM))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert shadows.sums("pulse").skipped == {"interrupted": 1}


def test_what_python_is_interrupted_by_is_not_compared(shadows: Shadows) -> None:
    def interrupt(_: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shadows("apply")(interrupt, 1)
    assert shadows.sums("apply").skipped == {"interrupted": 1}


class TooLate(Exception):
    """What a time limit of the caller's raises."""


class Deadline:
    """A handler that is an object, and overwrites what it was given."""

    def __call__(self, number: Any, frame: Any) -> None:
        raise TooLate


def _late(number: Any, frame: Any) -> None:
    raise TooLate


def _forgetful(number: Any, frame: Any) -> None:
    frame = None  # noqa: F841  # only the handler's code is left to know it by
    raise TooLate


HANDLERS: list[Any] = [
    _late, _forgetful, Deadline(), partial(_late),
    lambda number, frame: _late(number, frame),  # noqa: PLW0108
]  # fmt: skip


@pytest.mark.parametrize("stage", ["shadow", "verified"])
@pytest.mark.parametrize("handler", HANDLERS)
def test_an_exception_of_a_handler_reaches_the_caller_wherever_it_strikes(
    shadows: Shadows, handler: Any, stage: str
) -> None:
    """The clock of the process strikes in both sides, and in what compares them."""
    function = shadows("slug", verify=1.0) if stage == "verified" else shadows("slug")
    before = signal.signal(signal.SIGVTALRM, handler)
    heard = 0
    try:
        for number in range(40):
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0005 + number * 0.00005)
            with suppress(TooLate):
                while True:  # until the timer strikes: a swallowed exception would hang this
                    for _ in range(10_000):
                        function("some text")
                    pytest.fail("the handler's exception was swallowed")
            heard += 1
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert heard == 40
    sums = shadows.sums("slug")
    assert sums.mismatched == 0
    assert set(sums.skipped) <= {"interrupted", "not sampled"}  # struck before it was chosen
