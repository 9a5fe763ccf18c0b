"""The metrics, interrupted: a handler runs at each instruction of each operation."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


class Interruption(BaseException):
    """What a signal handler raises."""


@contextmanager
def interrupting(place: int, handler: Callable[[], None]) -> Iterator[list[int]]:
    """Run `handler` before the instruction number `place`; count those up to there."""
    passed = [0]

    def step(frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes = True
        if event == "opcode":
            passed[0] += 1
            if passed[0] == place:
                sys.settrace(None)  # what comes now is as fast as ever
                handler()
        return step

    tracer = sys.gettrace()
    sys.settrace(step)
    try:
        yield passed
    finally:
        sys.settrace(tracer)


@pytest.fixture(autouse=True)
def _no_collections() -> Iterator[None]:
    """Let no collection come in between: what hears of one would be interrupted in its place."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Scene:
    """A few metrics that hold something, with every operation on them."""

    def __init__(self, factory: Any) -> None:
        self.time = 1.0
        self.metrics = factory(clock=lambda: self.time)
        self.counter = self.metrics.counter("requests")
        self.paths = self.metrics.counter("paths", labels=("path",))
        self.work = self.metrics.float_counter("work")
        self.places = self.metrics.gauge("places", labels=("x", "y"))
        self.gauge = self.metrics.gauge("queue")
        self.sizes = self.metrics.histogram("sizes", steps=10, precision=1)
        self.other = self.metrics.histogram("others", steps=10, precision=1)
        self.counter.inc(2)
        self.paths.labels("a").inc()
        self.work.inc(0.5)
        self.places.labels("1", "1").set(11)
        self.places.labels("1", "2").set(12)
        self.gauge.set(0.1)
        for value in range(31):  # the next observations are counted in buckets
            self.sizes.observe(value)
        self.other.observe(7)
        self.span = self.sizes.start()
        self.time = 3.0
        self.before = self.metrics.snapshot()

    def state(self) -> list[Any]:
        """Return all there is to see; agreement within a histogram is asserted."""
        for histogram in (self.sizes, self.other):
            assert sum(count for _, count in histogram.buckets()) == histogram.count
        return [
            *self.metrics.snapshot().series(),
            [(each.count, each.minimum, each.maximum) for each in (self.sizes, self.other)],
        ]


OPERATIONS: dict[str, Callable[[Scene], Any]] = {
    "inc": lambda scene: scene.counter.inc(),
    "inc near the limit": lambda scene: scene.counter.inc(2**62),
    "labels": lambda scene: scene.paths.labels("b"),
    "inc of a series": lambda scene: scene.paths.labels("a").inc(3),
    "labels by name": lambda scene: scene.places.labels(y="1", x="2"),
    "remove": lambda scene: scene.places.remove("1", "1"),
    "remove by labels": lambda scene: scene.places.remove_by_labels({"y": "1"}),
    "clear": lambda scene: scene.places.clear(),
    "float inc": lambda scene: scene.work.inc(0.1),
    "float inc near the limit": lambda scene: scene.work.inc(1e305),
    "gauge inc": lambda scene: scene.gauge.inc(0.2),
    "gauge dec": lambda scene: scene.gauge.dec(0.7),
    "set": lambda scene: scene.gauge.set(5.0),
    "observe": lambda scene: scene.sizes.observe(2.5),
    "observe many": lambda scene: scene.sizes.observe(0.3, count=5),
    "observe near the limit": lambda scene: scene.sizes.observe(0.3, count=2**61),
    "merge": lambda scene: scene.sizes.merge(scene.other),
    "start": lambda scene: scene.sizes.start(),
    "stop": lambda scene: scene.span.stop(),
    "percentile": lambda scene: scene.sizes.percentile(50),
    "buckets": lambda scene: scene.sizes.buckets(),
    "reset a counter": lambda scene: scene.counter.reset(),
    "reset a histogram": lambda scene: scene.sizes.reset(),
    "register": lambda scene: scene.metrics.counter("added"),
    "register a timer": lambda scene: scene.metrics.timer("took", labels=("a",)),
    "snapshot": lambda scene: scene.metrics.snapshot(),
    "delta": lambda scene: scene.metrics.delta(scene.before),
    "prometheus": lambda scene: scene.metrics.to_prometheus(),
}
"""Operations of which each happens as a whole."""


def additions(scene: Scene) -> None:
    """Do everything that commutes with the other operations or is seen in their order."""
    scene.counter.inc()
    scene.paths.labels("b").inc(10)
    scene.paths.labels("c").inc()
    scene.work.inc(2.0)
    scene.places.labels("3", "1")
    scene.gauge.inc(0.3)
    scene.sizes.observe(2.5)
    scene.sizes.observe(9.5, count=3)
    scene.other.observe(1)
    scene.metrics.counter("added").inc()
    scene.metrics.gauge("another")
    scene.metrics.snapshot()
    scene.metrics.to_openmetrics()


def removals(scene: Scene) -> None:
    """Reset some."""
    scene.counter.reset()
    scene.gauge.reset()
    scene.work.reset()
    scene.places.remove("1", "1")
    scene.places.remove_by_labels({"x": "1"})
    scene.sizes.reset()
    scene.metrics.to_openmetrics()


@dataclass
class Count:
    """Places that were tried, and what was found there."""

    places: int = 0
    wrong: int = 0


def states(factory: Any, *steps: Callable[[Scene], Any]) -> list[Any]:
    """Return what comes of `steps`, one after the other."""
    scene = Scene(factory)
    for step in steps:
        step(scene)
    return scene.state()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interrupted_operation_has_happened_or_has_not(implementation: Any, name: str) -> None:
    factory, operation = implementation.metrics, OPERATIONS[name]
    right = [states(factory), states(factory, operation)]
    later = [states(factory, additions), states(factory, operation, additions)]
    count = Count()
    while True:
        count.places += 1
        scene = Scene(factory)

        def raises() -> None:
            raise Interruption

        try:
            with interrupting(count.places, raises) as passed:
                operation(scene)
        except Interruption:
            pass
        else:
            if passed[0] < count.places:
                break
        count.wrong += scene.state() not in right
        additions(scene)
        count.wrong += scene.state() not in later
    assert count.wrong == 0
    assert count.places > 10


@pytest.mark.parametrize("handler", [additions, removals])
@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_may_be_used_while_one_is_interrupted(
    implementation: Any, name: str, handler: Callable[[Scene], None]
) -> None:
    factory, operation = implementation.metrics, OPERATIONS[name]
    right = [states(factory, operation, handler), states(factory, handler, operation)]
    count = Count()
    while True:
        count.places += 1
        scene = Scene(factory)
        with interrupting(count.places, partial(handler, scene)) as passed:
            operation(scene)
        if passed[0] < count.places:
            break
        count.wrong += scene.state() not in right
    assert count.wrong == 0
    assert count.places > 10
