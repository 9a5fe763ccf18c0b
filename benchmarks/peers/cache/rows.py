"""The rows of the comparison: the cache's own workloads, spelled as every contender understands."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from agent.components.cache.workloads import TRACES, Trace
from agent.porting.benchmark.timing import Arm
from benchmarks.peers.cache.contenders import LRU_CACHES, OURS, TTL_CACHES, memoised
from benchmarks.peers.comparison import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.cache.traces import Inputs

__all__ = ["ROWS"]

SHARED = ("hit", "miss", "overwrite", "evict", "zipf", "ttl", "words")
"""Workloads that every contender, or every one with a time to live, can do."""

SAFE = ("rust", "python", "cachebox", "cachetools", "dict")
"""Contenders that threads may share."""


def _get(get: Callable[[str], Any], keys: list[str], times: int) -> None:
    for _ in range(times):
        for key in keys:
            get(key)


def _set(cache: Any, pairs: list[tuple[str, int]], times: int) -> None:
    for _ in range(times):
        for key, value in pairs:
            cache[key] = value


def _lookup(cache: Any, inputs: Inputs, times: int) -> None:
    get, source = cache.get, inputs.source
    for _ in range(times):
        for key in inputs.keys:
            if get(key) is None:
                cache[key] = source[key]


def _misses(cache: Any, inputs: Inputs) -> int:
    """Do a run of look-ups and count those that miss."""
    misses = 0
    for key in inputs.keys:
        if cache.get(key) is None:
            misses += 1
            cache[key] = inputs.source[key]
    return misses


def _arm(trace: Trace, inputs: Inputs, cache: Any, *, exact: bool) -> Arm:
    for key in inputs.fill:
        cache[key] = inputs.source[key]
    if trace.kind == "get":
        return Arm(partial(_get, cache.get, inputs.keys), trace.size)
    if trace.kind == "set":
        pairs = [(key, inputs.source[key]) for key in inputs.keys]
        _set(cache, pairs, 1)
        return Arm(partial(_set, cache, pairs), trace.size)
    _lookup(cache, inputs, 1)
    if exact and (misses := _misses(cache, inputs)) != trace.expected.misses:
        message = f"{trace.name}: {type(cache)} missed {misses} times, not {trace.expected.misses}"
        raise AssertionError(message)
    return Arm(partial(_lookup, cache, inputs), trace.size)


def _shared(trace: Trace) -> dict[str, Arm]:
    """Return every contender that can do `trace`, in the same spelling."""
    inputs = trace.draw()
    if trace.ttl is not None:
        return {
            # Whether cachebox's entries leave in the order of age is not what is compared here.
            name: _arm(trace, inputs, make(trace.capacity, trace.ttl), exact=name in OURS)
            for name, make in TTL_CACHES.items()
        }
    arms = {
        name: _arm(trace, inputs, make(trace.capacity), exact=name != "dict")
        for name, make in LRU_CACHES.items()
    }
    if trace.name in {"hit", "zipf", "words"}:
        cached = memoised(trace.capacity, inputs.source)
        _get(cached, [*inputs.fill, *inputs.keys], 1)
        arms["lru_cache"] = Arm(partial(_get, cached, inputs.keys), trace.size)
    return arms


def _many(batch: int) -> dict[str, Arm]:
    """Return `get_many` on hits, and what one writes for a dict."""
    (trace,) = (trace for trace in TRACES if trace.name == "get_many")
    inputs = trace.draw()
    batches = [inputs.keys[start : start + batch] for start in range(0, trace.size, batch)]
    plain = {key: inputs.source[key] for key in inputs.fill}

    def pick(times: int) -> None:
        for _ in range(times):
            for keys in batches:
                [plain[key] for key in keys]

    def ask(get_many: Callable[[list[str]], Any], times: int) -> None:
        for _ in range(times):
            for keys in batches:
                get_many(keys)

    arms = {"dict": Arm(pick, trace.size)}
    for name, make in OURS.items():
        cache = make(trace.capacity)
        cache.set_many(plain)
        arms[name] = Arm(partial(ask, cache.get_many), trace.size)
    return arms


def _in_threads(get: Callable[[str], Any], keys: list[str], threads: int, times: int) -> None:
    share = len(keys) // threads
    workers = [
        Thread(target=_get, args=(get, keys[start : start + share], times))
        for start in range(0, len(keys), share)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _threads() -> dict[str, Arm]:
    """Return hits from one thread and from two."""
    (trace,) = (trace for trace in TRACES if trace.name == "hit")
    inputs = trace.draw()
    arms = {}
    for name in SAFE:
        cache = LRU_CACHES[name](trace.capacity)
        for key in inputs.fill:
            cache[key] = inputs.source[key]
        for threads in (1, 2):
            work = partial(_in_threads, cache.get, inputs.keys, threads)
            arms[f"{name} x{threads}"] = Arm(work, trace.size)
    return arms


ROWS = {
    **{trace.name: Row(partial(_shared, trace)) for trace in TRACES if trace.name in SHARED},
    "get_many 100": Row(partial(_many, 100)),
    "get_many 10000": Row(partial(_many, 10_000)),
    # The block is long for the threads to meet.
    "two threads over one": Row(
        _threads, block=0.1, ratios={name: (f"{name} x1", f"{name} x2") for name in SAFE}
    ),
}
"""What is done in each row."""
