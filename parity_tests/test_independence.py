"""The Rust side does the work itself: without PyO3 in its cores, without the reference."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent import registry
from agent.components.cache.contract import Cache, CacheFactory
from agent.errors import InternalError
from agent.porting.contract.reader import read_contract
from agent.porting.sources.cargo import find_crates
from agent.porting.sources.variants import find_extra, load_extra

ROOT = Path(__file__).parents[1]
GLUE = "agent-native"
CRATES = find_crates(ROOT, ROOT / "agent")
CORES = sorted(
    {
        path.relative_to(ROOT / "rust").parts[0]
        for name in registry.names
        for path in CRATES.own_files(name, registry.component(name).sources)
    }
    - {GLUE}
)
"""The crates that hold components, but for their glue."""

ALONE = """
import copy, sys
sys.modules["agent.components.cache.reference"] = None  # importing it raises from here on
from agent._native import Cache

used = set()

class Watched:
    def __init__(self, cache):
        self.cache = cache

    def __getattr__(self, name):
        used.add(name)
        return getattr(self.cache, name)

    def __eq__(self, other):
        return self.__getattr__("__eq__")(other)

    def __repr__(self):
        return self.__getattr__("__repr__")()

now = [0.0]
left = []
cache = Watched(Cache(
    3, ttl=9, max_weight=9, weigher=lambda key, value: 2,
    on_delete=lambda *departure: left.append(departure), clock=lambda: now[0],
))
cache.set("a", 1)
cache.set("a", 2, ttl=1)
assert cache.get("a") == cache.peek("a") == cache.__getitem__("a") == 2
assert cache.add("b", 3) and not cache.add("b", 4) and cache.__contains__("b")
assert cache.setdefault("c", 5) == 5 and cache.get_or_set("c", None.__class__) == 5
now[0] = 1.0
assert cache.expire() == 1 and left[-1] == ("a", 2, "expired")
cache.set_many({"d": 6, "e": 7})
cache.update([("e", 8)], f=9)
assert cache.get_many(["d", "e", "f", "a"]) == [6, 8, 9, None]
assert (cache.capacity, cache.ttl, cache.max_weight, cache.weight) == (3, 9.0, 9, 6)
assert cache.snapshot() == list(cache.items()) == list(zip(cache.keys(), cache.values()))
assert cache.copy() == copy.copy(cache.cache) and cache == dict(cache.snapshot())
assert list(cache.__iter__()) == ["d", "e", "f"] and cache.__len__() == 3
assert cache.pop("d") == 6 and cache.popitem() == ("e", 8)
cache.__setitem__("g", 1)
cache.__delitem__("g")
assert cache.delete_many(["f", "x"]) == 1
cache.clear()
assert repr(cache) == "Cache(capacity=3, ttl=9.0, max_weight=9, size=0, weight=0)"
assert cache.stats().evictions == 2
print(*sorted(used))
"""

METRICS_ALONE = """
import sys
for module in ("arguments", "cells", "exposition", "families", "process", "reference"):
    sys.modules[f"agent.components.metrics.{module}"] = None  # importing it raises from here on
from agent._native import Metrics

now = [0.0]
metrics = Metrics(clock=lambda: now[0])
counter = metrics.counter("requests", "Requests.", labels=["path"]).labels("/")
counter.inc(2)
gauge = metrics.gauge("queue")
gauge.set(2)
gauge.inc(3)
gauge.dec()
timer = metrics.timer("latency")
before = metrics.snapshot()
with timer.start():
    now[0] = 0.5
sizes = metrics.histogram("sizes", steps=2, precision=3)
sizes.observe(1.5, count=2)
sizes.merge(sizes)
assert (counter.value, gauge.value, timer.sum, sizes.count) == (2, 4.0, 0.5, 4)
assert sizes.percentile(50) == sizes.minimum == sizes.maximum == 1.5
assert sizes.buckets() == [(1.5, 4)]
assert [series.value for series in metrics.delta(before).series()] == [0, 4.0, 1, 4]
assert metrics.to_prometheus() + "# EOF\\n" != metrics.to_openmetrics()
assert metrics.process().threads == 1
metrics.reset()
assert (counter.value, gauge.value, timer.count, sizes.sum) == (0, 0.0, 0, 0.0)
"""


@pytest.mark.parametrize("crate", CORES)
def test_no_core_depends_on_pyo3(crate: str) -> None:
    cargo = shutil.which("cargo")
    assert cargo is not None, "cargo is needed to build what is tested here"
    listing = ("--package", crate, "--all-features", "--prefix", "none", "--format", "{p}")
    tree = subprocess.run(
        [cargo, "tree", "--locked", *listing], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert crate in tree
    assert "pyo3" not in tree


def test_every_operation_works_where_the_reference_cannot_be_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert set(run.stdout.split()) == set(read_contract(Cache, CacheFactory).operations)


def test_metrics_work_where_their_reference_cannot_be_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", METRICS_ALONE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""


@pytest.mark.parametrize("place", ["panic", "panic_outside"])
def test_a_panic_is_an_internal_error(place: str) -> None:
    rust = registry.implementation("cache", "rust")
    path = find_extra(sys.modules[rust.__module__], "bench")
    assert path is not None, "build/bench is missing or stale: nox -s tests builds it"
    with pytest.raises(InternalError, match="an operation panicked: a defect"):
        getattr(load_extra(path).Bridge(), place)()
