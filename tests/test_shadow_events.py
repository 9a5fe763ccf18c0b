"""Subscribers get the outcome of each call, and real interruptions reach the caller."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
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
