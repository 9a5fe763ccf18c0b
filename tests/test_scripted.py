"""Workloads that are written as calls, and contracts of the program's own classes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any

import pytest

from agent.errors import Unsupported
from agent.porting.benchmark.scripted import UNSEEN, scripted
from agent.porting.benchmark.worker import MeasurementJob, compare
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.infer.inferred import infer


@dataclass
class Point:
    """A class of the program's own."""

    x: int


class Side(Enum):
    """Another."""

    LEFT = 1


def moved(point: Point, side: Side = Side.LEFT) -> Point:
    """Move a point."""
    return Point(point.x + side.value)


def taking(items: list[int]) -> int:
    """Take one of the items."""
    return items.pop()


CALLS = [("total = Total(2)", UNSEEN), ("total.add([1, 2])", "5"), ("total.add([1])", "6")]


class Total:
    """Adds up, and keeps what it was given."""

    made = 0

    def __init__(self, start: int) -> None:
        type(self).made += 1
        self.sum = start
        self.given: list[Any] = []

    def add(self, numbers: list[int]) -> int:
        """Add numbers."""
        self.sum += sum(numbers)
        self.given.append(numbers)
        return self.sum


def test_calls_are_made_as_often_as_asked() -> None:
    workload = scripted("adding", "adds", "Total", CALLS, again=True)
    Total.made = 0
    state = workload.prepare(workload.draw(), Total)
    workload.run(state, 3)
    assert Total.made == 4
    assert workload.answer(state) == workload.expected == [None, 5, 6]
    assert (workload.size, workload.calls) == (3, 3)


def test_arguments_are_made_once_or_again() -> None:
    calls = [("taking([1, 2, 3])", "3")]
    again = scripted("taking", "takes", "taking", calls, again=True)
    once = scripted("taking", "takes", "taking", calls)
    state = again.prepare(again.draw(), taking)
    workload_runs = 5
    again.run(state, workload_runs)
    assert once.draw() == ([1, 2, 3],)
    state = once.prepare(once.draw(), taking)
    with pytest.raises(IndexError):
        once.run(state, workload_runs)


def test_a_wrong_answer_is_no_agreement() -> None:
    workload = scripted("taking", "takes", "taking", [("taking([1, 2])", "2")], again=True)
    told = compare(workload, taking, lambda items: items[0], seconds=0.01, seed=1)
    assert not told.agreed
    assert compare(workload, taking, lambda items: items[-1], seconds=0.01, seed=1).agreed


def test_arguments_may_be_of_the_programs_own_classes() -> None:
    calls = [("moved(Point(x=1), side=Side.LEFT)", "Point(x=2)")]
    workload = scripted("moving", "moves", "moved", calls, classes=[Point, Side])
    state = workload.prepare(workload.draw(), moved)
    workload.run(state, 2)
    assert workload.answer(state) == workload.expected == [Point(2)]


def test_a_contract_names_the_programs_own_classes() -> None:
    inferred = infer("moved", moved, moved, opened="it was there first")
    assert "def __call__(self, point: Point, side: Side = ...) -> Point" in inferred.text
    assert f"from {__name__} import Point\n" in inferred.text
    contract = inferred.contract()
    assert contract.classes == {"Point": Point, "Side": Side}
    assert contract.open_domains == "it was there first"


def test_nothing_has_to_be_refused_where_the_contract_says_so() -> None:
    def python(text: str) -> object:
        return text

    def rust(text: str) -> object:
        return text

    opened = infer("echo", python, rust, opened="it was there first").contract()
    strict = infer("echo", python, rust).contract()
    verdicts = [
        check(
            "echo",
            Loaded(contract, python, rust),
            CheckOptions(profile="quick", examples=50, seed=1),
        )
        for contract in (opened, strict)
    ]
    assert [verdict.verdict for verdict in verdicts] == ["identical", "divergent"]
    assert {found.where for found in verdicts[1].divergences} == {"domain"}


def test_of_a_partial_port_what_runs_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(items: list[int]) -> int:
        message = "more than one"
        if len(items) > 1:
            raise Unsupported(message)
        return items[0]

    module = ModuleType("partly")
    vars(module).update(taking=taking, refusing=refusing)
    monkeypatch.setitem(sys.modules, "partly", module)
    job = MeasurementJob(
        "time", "partly:taking", "partly:refusing", "partly:WORKLOADS", [], partial="taking"
    )
    assert job.implementation("rust")([1, 2]) == 2
    assert job.implementation("python") is taking
    job = MeasurementJob("time", "partly:taking", "partly:refusing", "partly:WORKLOADS", [])
    assert job.implementation("rust") is refusing
