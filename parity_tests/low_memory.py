"""Requests of all components that need much memory, run where there is little.

    python -m parity_tests.low_memory COMPONENT SIDE REQUEST

The process prepares a request and makes it in one child after another, each of which may take some
more address space than it has. It prints how many children ended in each way: ``done``,
``MemoryError``, or what went wrong.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["REQUESTS", "Request", "outcomes"]

MARGINS = [kibibytes << 10 for kibibytes in (0, 100, 300, 700, *range(1_000, 12_000, 1_200))]
"""The bytes of address space that a child may add to what its parent has."""


@dataclass(frozen=True)
class Request:
    """Something that needs some megabytes."""

    prepare: Callable[[Any], Callable[[], object]]
    """Make it ready with an implementation; return what makes the request."""
    works: Callable[[Any], bool]
    """Return whether an object of the implementation, or a new one, still does what it should."""


def outcomes(implementation: Any, request: Request) -> Counter[str]:
    """Count how the request ended, over all margins."""
    ready = request.prepare(implementation)
    gc.collect()
    counted: Counter[str] = Counter()
    for margin in MARGINS:
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.write(writing, _ending(ready, implementation, request, margin).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            ending = told.read()
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        counted[ending if code == 0 else f"exit status {code}"] += 1
    return counted


def _ending(ready: Callable[[], object], implementation: Any, request: Request, margin: int) -> str:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    ballast = bytearray(1 << 20)  # for what happens here after a failure
    limit = pages * resource.getpagesize() + margin
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    raised: type[BaseException] | None = None
    try:
        ready()
    except BaseException as error:  # noqa: BLE001  # whatever it is, the test looks at it
        del ballast
        raised = type(error)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ending = "done" if raised is None else raised.__name__
    return ending if request.works(implementation) else f"{ending}, and then it is wrong"


def _cache_request(
    fill: int,
    request: Callable[[Any], object],
    key: Callable[[int], Any] = lambda number: number,
    **settings: Any,
) -> Request:
    """Return a request to a cache that holds `fill` entries."""
    kept: list[Any] = []

    def prepare(cache_class: Any) -> Callable[[], object]:
        cache = cache_class(1 << 22, **settings)
        cache.set_many([(key(number), number) for number in range(fill)])
        kept.append(cache)
        return partial(request, cache)

    def works(_: Any) -> bool:
        (cache,) = kept
        size = len(cache)
        held = sum(1 for _ in cache)
        cache["other"] = "value"
        del cache["other"]
        return size == held == cache.weight and "other" not in cache

    return Request(prepare, works)


def _eviction_request() -> Request:
    """Return a request to a cache that has to evict all its entries for one that is as heavy."""
    kept: list[Any] = []
    told = Counter[str]()

    def tell(key: object, value: object, cause: str) -> None:
        told[cause] += 1

    def prepare(cache_class: Any) -> Callable[[], object]:
        cache = cache_class(
            1 << 22,
            max_weight=len(PAIRS),
            weigher=lambda key, value: value or 1,
            on_delete=tell,
        )
        cache.set_many(PAIRS)
        kept.append(cache)
        return partial(cache.set, "heavy", len(PAIRS))

    def works(_: Any) -> bool:
        (cache,) = kept
        size = len(cache) - ("heavy" in cache)
        right = told["evicted"] == len(PAIRS) - size
        cache["other"] = 1
        return right and cache.weight <= len(PAIRS) and "other" in cache

    return Request(prepare, works)


def _store(cache: Any, *, ttl: float | None = None, tupled: bool = False) -> None:
    for number in range(200_000):
        cache.set((number, "a") if tupled else number, None, ttl=ttl)


def _texts(count: int, length: int = 50) -> Iterator[str]:
    return (f"{number} " * (length // 7) for number in range(1_000_000, 1_000_000 + count))


NUMBERS = list(range(200_000))
PAIRS = [(number, None) for number in NUMBERS]

CACHE = {
    "set": _cache_request(0, _store),
    "set with a deadline": _cache_request(0, partial(_store, ttl=1e6)),
    "set of what is weighed": _cache_request(0, _store, weigher=lambda key, value: 1),
    "set that evicts many": _eviction_request(),
    "set of tuples": _cache_request(0, partial(_store, tupled=True)),
    "set_many": _cache_request(0, lambda cache: cache.set_many(PAIRS)),
    "set_many of an iterator": _cache_request(0, lambda cache: cache.set_many(iter(PAIRS))),
    "update": _cache_request(0, lambda cache: cache.update(PAIRS)),
    "get_many": _cache_request(1, lambda cache: cache.get_many(NUMBERS * 4)),
    "delete_many": _cache_request(200_000, lambda cache: cache.delete_many(NUMBERS * 4)),
    "snapshot": _cache_request(150_000, lambda cache: cache.snapshot()),
    "iteration": _cache_request(400_000, list),
    "copy": _cache_request(150_000, lambda cache: cache.copy()),
    "reduce": _cache_request(150_000, lambda cache: cache.__reduce__()),
    "equality": _cache_request(150_000, lambda cache: cache == {}),
    "clear": _cache_request(150_000, lambda cache: cache.clear(), on_delete=lambda *_: None),
}


def _text_request(request: Callable[[Any], object], **settings: Any) -> Request:
    """Return a request to a text component."""
    return Request(
        lambda text_class: partial(request, text_class(**settings)),
        lambda text_class: text_class().casefold(["A"]) == ["a"],
    )


MARKS = "\u0301\u0316" * 400_000
WORDS = [f"b{number}" for number in range(40_000)]
WIDE = [f"{chr(300 + number % 5_000) * 10}{number}" for number in range(20_000)]
LINES = [f"{number} " * 8 for number in range(200)]
LABEL = "é" * 1_500_000

TEXT = {
    "normalize": _text_request(lambda text: text.normalize([MARKS], "NFD")),
    "similarity_matrix": _text_request(
        lambda text: text.similarity_matrix(LINES, WORDS[:3_000], "jaro_winkler"), workers=3
    ),
    "best_match": _text_request(lambda text: text.best_match(["a"], WORDS)),
    "best_match of many characters": _text_request(lambda text: text.best_match(["a"], WIDE)),
}


def _metrics_request(
    request: Callable[[Any, Any, Any], object], *, counters: int = 0, histograms: int = 0
) -> Request:
    """Return a request to a registry, one of its counters and an earlier snapshot."""
    kept: list[Any] = []

    def prepare(metrics_class: Any) -> Callable[[], object]:
        metrics = metrics_class()
        visits = metrics.counter("visits", labels=["path", "code"])
        for number in range(counters):
            visits.labels(str(number), "200").inc()
        sizes = metrics.histogram("sizes", labels=["path"], precision=10)
        for number in range(histograms):
            for power in range(63):
                sizes.labels(str(number)).observe(2**power)
        kept.extend((metrics, visits))
        return partial(request, metrics, visits, metrics.snapshot())

    def works(_: Any) -> bool:
        metrics, visits = kept
        before = metrics.snapshot()
        visits.labels("other", "404").inc(2)
        series = metrics.snapshot().series()
        text = metrics.to_openmetrics()
        return (
            len(series) == len(before.series()) + 1
            and sum(1 for each in metrics.delta(before).series() if each.value == 2) == 1
            and text.count("\nvisits_total{") == len(series) - _histograms(series)
            and text.endswith("# EOF\n")
        )

    return Request(prepare, works)


def _histograms(series: Any) -> int:
    return sum(1 for each in series if each.kind == "histogram")


def _label(_: Any, visits: Any, __: Any) -> None:
    for number in range(100_000):
        visits.labels(str(number), "404").inc()


METRICS = {
    "labels": _metrics_request(_label),
    "snapshot": _metrics_request(lambda metrics, *_: metrics.snapshot(), counters=30_000),
    "snapshot of buckets": _metrics_request(lambda metrics, *_: metrics.snapshot(), histograms=25),
    "series": _metrics_request(lambda _, __, before: before.series(), counters=10_000),
    "series of buckets": _metrics_request(lambda _, __, before: before.series(), histograms=300),
    "delta": _metrics_request(lambda metrics, _, before: metrics.delta(before), counters=30_000),
    "delta of buckets": _metrics_request(
        lambda metrics, _, before: metrics.delta(before), histograms=25
    ),
    "remove_by_labels": _metrics_request(
        lambda _, visits, __: visits.remove_by_labels({"code": "200"}), counters=150_000
    ),
    "exposition": _metrics_request(lambda metrics, *_: metrics.to_prometheus(), counters=30_000),
    "exposition of buckets": _metrics_request(
        lambda metrics, *_: metrics.to_openmetrics(), histograms=25
    ),
    "a long label": Request(
        lambda metrics_class: partial(
            metrics_class().counter("calls", labels=["label"]).labels, LABEL
        ),
        lambda metrics_class: metrics_class().counter("calls").value == 0,
    ),
}

REQUESTS: dict[str, dict[str, Request]] = {"cache": CACHE, "metrics": METRICS, "text": TEXT}
"""By component and name."""


if __name__ == "__main__":
    component, side, title = sys.argv[1:]
    chosen = registry.implementation(component, "rust" if side == "rust" else "python")
    sys.stdout.write(json.dumps(outcomes(chosen, REQUESTS[component][title])))
