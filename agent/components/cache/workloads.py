"""The cache's workloads: one table that every harness reads.

The expected answers are literals, derived from the definition of least recently used and not by
running a cache: a look-up hits when its key was used before and fewer than `capacity` other keys
were used since; the entries left at the end are the keys used last. ``tests/test_workload.py``
derives them again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import count, islice
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zlib import crc32

from agent.components.cache import traces
from agent.porting.benchmark.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TRACES", "WORKLOADS", "Answer", "Kind", "State", "Trace", "Work"]

Kind = Literal["get", "set", "lookup", "get_many", "set_many"]
"""The operation done with each key; `lookup` stores the key when it is missing."""

_BATCH = 100


class Answer(NamedTuple):
    """The result of a run."""

    hits: int
    """Look-ups that found a value."""
    misses: int
    """Look-ups that found none."""
    total: int
    """Sum of the values found."""
    left: int | None
    """CRC-32 of the remaining entries in order; None where the order depends on the scheduler."""


@dataclass(frozen=True)
class Trace:
    """One workload: its operations, its inputs and the expected answer."""

    name: str
    about: str
    kind: Kind
    draw: traces.Draw
    size: int
    expected: Answer
    entries: int
    capacity: int = traces.CAPACITY
    ttl: float | None = None
    ticking: bool = False
    """Whether the clock counts its own reads instead of seconds."""
    threads: int = 1


@dataclass(frozen=True)
class Work:
    """The inputs of a trace, in the shapes that a run iterates over."""

    inputs: traces.Inputs
    pairs: list[tuple[str, int]]
    batches: list[Any]


@dataclass(frozen=True)
class State:
    """A prepared cache, with everything that a run uses bound beforehand."""

    trace: Trace
    cache: Any
    clock: count[int]
    get: Callable[..., Any]
    put: Callable[..., Any]
    get_many: Callable[..., Any]
    set_many: Callable[..., Any]
    keys: list[str]
    pairs: list[tuple[str, int]]
    batches: list[Any]
    source: dict[str, int]


def _draw(trace: Trace) -> Work:
    inputs = trace.draw()
    pairs = [(key, inputs.source[key]) for key in inputs.keys]
    items: list[Any] = pairs if trace.kind == "set_many" else inputs.keys
    batches = [items[start : start + _BATCH] for start in range(0, trace.size, _BATCH)]
    return Work(inputs, pairs, batches)


def _prepare(trace: Trace, work: Work, make: Callable[..., Any]) -> State:
    clock = count()
    settings: dict[str, Any] = {}
    if trace.ttl is not None:
        settings["ttl"] = trace.ttl
    if trace.ticking:
        settings["clock"] = clock.__next__
    cache = make(trace.capacity, **settings)
    for key in work.inputs.fill:
        cache.set(key, work.inputs.source[key])
    state = State(
        trace=trace,
        cache=cache,
        clock=clock,
        get=cache.get,
        put=cache.set,
        get_many=cache.get_many,
        set_many=cache.set_many,
        keys=work.inputs.keys,
        pairs=work.pairs,
        batches=work.batches,
        source=work.inputs.source,
    )
    _RUNS[trace.kind](state)
    return state


def _get(state: State) -> None:
    get = state.get
    for key in state.keys:
        get(key)


def _set(state: State) -> None:
    put = state.put
    for key, value in state.pairs:
        put(key, value)


def _lookup(state: State) -> None:
    get, put, source = state.get, state.put, state.source
    for key in state.keys:
        if get(key) is None:
            put(key, source[key])


def _get_many(state: State) -> None:
    get_many = state.get_many
    for keys in state.batches:
        get_many(keys)


def _set_many(state: State) -> None:
    set_many = state.set_many
    for pairs in state.batches:
        set_many(pairs)


_RUNS: dict[Kind, Callable[[State], None]] = {
    "get": _get,
    "set": _set,
    "lookup": _lookup,
    "get_many": _get_many,
    "set_many": _set_many,
}


def _pass_deadlines(state: State) -> None:
    """Advance the clock past every deadline, so that each run starts from the same state."""
    deque(islice(state.clock, int(state.trace.ttl or 0)), maxlen=0)


def _run(state: State, times: int) -> None:
    run = _RUNS[state.trace.kind]
    for _ in range(times):
        if state.trace.ticking:
            _pass_deadlines(state)
        run(state)


def _get_all(get: Callable[..., Any], keys: list[str], times: int) -> None:
    for _ in range(times):
        for key in keys:
            get(key)


def _run_in_threads(state: State, times: int) -> None:
    share = len(state.keys) // state.trace.threads
    threads = [
        Thread(target=_get_all, args=(state.get, state.keys[start : start + share], times))
        for start in range(0, len(state.keys), share)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _answer(state: State) -> Answer:
    """Run once keeping every result, then read the remaining entries."""
    found: list[Any] = []
    if state.trace.ticking:
        _pass_deadlines(state)
    match state.trace.kind:
        case "get":
            found = [state.get(key) for key in state.keys]
        case "lookup":
            for key in state.keys:
                value = state.get(key)
                found.append(value)
                if value is None:
                    state.put(key, state.source[key])
        case "get_many":
            found = [value for keys in state.batches for value in state.get_many(keys)]
        case "set" | "set_many":
            _RUNS[state.trace.kind](state)
    values = [value for value in found if value is not None]
    left = None
    if state.trace.threads == 1:
        lines = "\n".join(f"{key} {value}" for key, value in state.cache.items())
        left = crc32(lines.encode())
    return Answer(len(values), len(found) - len(values), sum(values), left)


def _text(trace: Trace) -> str:
    """Write a trace as text for the Rust core: a header of settings, then the entries."""
    inputs = trace.draw()
    batch = _BATCH if trace.kind.endswith("_many") else 1
    head = [
        "agent-trace 1 cache",
        f"name {trace.name}",
        f"kind {trace.kind}",
        f"capacity {trace.capacity}",
        f"ttl {'-' if trace.ttl is None else trace.ttl}",
        f"clock {'ticking' if trace.ticking else 'real'}",
        f"batch {batch}",
        "threads 1",
        f"expected {trace.expected.hits} {trace.expected.misses} {trace.expected.total}",
    ]
    for title, keys in (("fill", inputs.fill), ("keys", inputs.keys)):
        head.append(f"{title} {len(keys)}")
        head.extend(f"{key}\t{inputs.source[key]}" for key in keys)
    return "\n".join(head) + "\n"


def _workload(trace: Trace) -> Workload:
    batched = trace.kind.endswith("_many")
    stores = trace.expected.misses if trace.kind == "lookup" else 0
    return Workload(
        name=trace.name,
        about=trace.about,
        size=trace.size,
        calls=trace.size // _BATCH if batched else trace.size + stores,
        entries=trace.entries,
        expected=trace.expected,
        draw=lambda: _draw(trace),
        prepare=lambda work, make: _prepare(trace, work, make),
        run=_run if trace.threads == 1 else _run_in_threads,
        answer=_answer,
        trace=(lambda: _text(trace)) if trace.threads == 1 else None,
        trace_answer=trace.expected[:3],
        # Python switches threads every 5 ms: a shorter block would measure the scheduler.
        block=0.005 if trace.threads == 1 else 0.1,
        # With other load on the cores, the time of two Python threads varies threefold.
        drift=0.08 if trace.threads == 1 else 1.3,
    )


TRACES = (
    Trace(
        "hit", "get, always there", "get", traces.drawn(20_000), 20_000,
        Answer(20_000, 0, 100_283_701, 2_513_780_492), 10_000,
    ),
    Trace(
        "miss", "get, never there", "get", traces.absent(20_000), 20_000,
        Answer(0, 20_000, 0, 1_616_641_560), 10_000,
    ),
    Trace(
        "overwrite", "set over an entry", "set", traces.drawn(20_000), 20_000,
        Answer(0, 0, 0, 2_513_780_492), 10_000,
    ),
    Trace(
        "evict", "set that pushes another out", "set", traces.cycling(20_000), 20_000,
        Answer(0, 0, 0, 4_188_774_111), 10_000,
    ),
    Trace(
        "zipf", "get, set on a miss; Zipf over 100,000 keys", "lookup", traces.zipf(50_000), 50_000,
        Answer(36_746, 13_254, 42_786_642, 1_883_821_505), 10_000,
    ),
    Trace(
        "ttl", "as zipf, each entry for 60 s", "lookup", traces.zipf(50_000), 50_000,
        Answer(36_746, 13_254, 42_786_642, 1_883_821_505), 10_000, ttl=60.0,
    ),
    Trace(
        "expiry", "get, set on a miss; entries last 1,000 ticks", "lookup",
        traces.zipf(20_000, 10_000), 20_000,
        Answer(9_773, 10_227, 688_722, 1_134_251_583), 0, ttl=1000.0, ticking=True,
    ),
    Trace(
        "get_many", "100 keys a call, always there", "get_many", traces.drawn(20_000), 20_000,
        Answer(20_000, 0, 100_283_701, 2_513_780_492), 10_000,
    ),
    Trace(
        "set_many", "100 entries a call, over others", "set_many", traces.drawn(20_000), 20_000,
        Answer(0, 0, 0, 2_513_780_492), 10_000,
    ),
    Trace(
        "words", "a real text's words, capacity 1,000", "lookup", traces.words, 70_949,
        Answer(65_806, 5_143, 24_507_630, 2_259_404_673), 1000, capacity=1000,
    ),
    Trace(
        "two_threads", "get from two threads, always there", "get",
        traces.drawn(20_000), 20_000, Answer(20_000, 0, 100_283_701, None), 10_000, threads=2,
    ),
)  # fmt: skip
"""The traces that the cache is measured on, in the order of reports."""

WORKLOADS = tuple(_workload(trace) for trace in TRACES)
