"""What is recorded of objects: how each was made, what it gave, and what called back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent.porting.recording.plan import RecordingPlan
from agent.porting.recording.planner import plan_for
from agent.porting.recording.session import record
from tests.recorded import CACHE, CACHE_SIDES, REGISTRY, Place

if TYPE_CHECKING:
    import pytest


def test_objects_and_their_parts_are_lives(place: Place) -> None:
    recording = place.record(REGISTRY, "toy:Registry", """
        import toy
        registry = toy.Registry(password="hush")
        counter = registry.counter("a")
        assert registry.counter("a") is counter and counter.inc(2) is counter
        assert counter.value == 2 and counter.name == "a" and registry.total() == 2
        other = registry.merge(registry)
        assert type(other) is toy.Registry
        other.counter("b").inc(amount=3)
        registry.merge(toy.Registry())
        """)  # fmt: skip
    assert recording.status == 0
    assert sorted(recording.scripts, key=len) == [
        ["registry = Registry()"],
        [
            "registry = Registry(password='redacted')",
            "counter = registry.counter('a')",
            "registry.counter('a')",
            "counter.inc(2)",
            "counter.value",
            "registry.total()",
            "registry2 = registry.merge(registry)",
            "counter2 = registry2.counter('b')",
            "counter2.inc(amount=3)",
        ],
    ]
    assert recording.dropped == {"merge: other is an object of another script": 1}


def test_an_object_is_pickled_and_copied_under_the_name_of_its_class(place: Place) -> None:
    recording = place.record(REGISTRY, "toy:Registry", """
        import copy, pickle, subprocess, sys, toy
        registry = toy.Registry()
        registry.counter("a").inc(2)
        for protocol in range(2, 6):
            again = pickle.loads(pickle.dumps(registry, protocol))
            assert type(again) is toy.Registry and again.total() == 2
        for again in (copy.copy(registry), copy.deepcopy(registry)):
            assert type(again) is toy.Registry and again.total() == 2
        code = "import pickle, sys; sys.path.append('.'); "
        code += "print(pickle.load(sys.stdin.buffer).total())"
        told = subprocess.run([sys.executable, "-I", "-c", code],
            input=pickle.dumps(registry), capture_output=True, cwd=sys.path[0], check=True)
        assert told.stdout.split() == [b"2"]
        """)  # fmt: skip
    assert recording.status == 0
    assert recording.dropped == {"total: its object's making is not recorded": 6}


def test_callbacks_clocks_and_iterators_are_written_as_they_answered(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    recording = place.record(CACHE, CACHE_SIDES[0], """
        from agent.components.cache.reference import Cache
        def refuse():
            raise ValueError("c")
        times = iter([1.0, 2.0, 4.5, 9.0, 10.0, 11.0, 12.0, 13.0])
        heavy = iter([3, 4])
        cache = Cache(9, max_weight=10, weigher=lambda k, v: next(heavy), clock=times.__next__)
        cache.set("a", "text", ttl=90.0)
        assert cache.get_or_set("b", lambda: [cache.get("a")]) == ["text"]
        try:
            cache.get_or_set("c", refuse)
        except ValueError:
            pass
        cache.get_many(letter for letter in "ab")
        """)  # fmt: skip
    assert recording.scripts == [
        [
            "clock = Clock(1000.0)",
            "cache = Cache(9, max_weight=10, weigher=Spy('weigher', 3, 4), clock=clock)",
            "cache.set('a', 'text', ttl=90.0)",
            "clock.advance(3.5)",
            "cache.get('a')",
            "clock.advance(4.5)",
            "cache.get_or_set('b', Spy('factory', ['text']))",
            "clock.advance(1.0)",
            "cache.get_or_set('c', Spy('factory', ValueError('c')))",
            "clock.advance(1.0)",
            "cache.get_many(iter(['a', 'b']))",
        ]
    ]


def test_a_long_life_has_independent_chapters(place: Place) -> None:
    plan = plan_for(REGISTRY, ["toy:Registry"])
    plan = RecordingPlan.from_json(json.dumps(json.loads(plan.as_json()) | {"longest": 10}))
    path = place.write("program.py", """
        import toy
        registry = toy.Registry()
        counters = [registry.counter(str(n)) for n in range(5)]
        for n in range(20):
            counters[n % 5].inc(n)
        """)  # fmt: skip
    scripts = record(plan, [sys.executable, str(path)]).scripts
    assert sum(".inc(" in line for lines in scripts for line in lines) == 20
    for lines in scripts:
        assert len(lines) <= 11
        assert lines[0] == "registry = Registry()"
        made = [line.split(" ")[0] for line in lines if " = " in line]
        assert {line.split(".")[0] for line in lines if " = " not in line} <= set(made)
