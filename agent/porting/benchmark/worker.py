"""What a fresh process does for a measurement: ``python -m agent.porting.benchmark.worker``.

It reads a job, as JSON, from standard input and writes one line of JSON for each workload. A
process of its own brings its own hash seed and memory layout, and leaves nothing behind.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.benchmark.memory import Footprint, footprint
from agent.porting.benchmark.timing import Arm, take_turns
from agent.porting.benchmark.workload import Workload, select
from agent.porting.fallback import served
from agent.porting.project.table import load, restore_references, split
from agent.porting.sources.variants import load_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MeasurementJob", "Times", "compare", "main"]


@dataclass(frozen=True)
class MeasurementJob:
    """What a worker is asked for."""

    task: str
    """``"time"``: both sides in turns; ``"memory"``: what `side` takes."""
    python: str
    """Reference ``"module:attribute"`` of the implementation in Python."""
    rust: str
    """Reference of the implementation in Rust; the other of the two under comparison."""
    workloads: str
    """Reference of the table of workloads."""
    names: list[str]
    """Workloads of the table."""
    seed: int = 0
    seconds: float = 0.5
    """Time given to a workload."""
    bench: str | None = None
    """Path of the bench build."""
    heap: str | None = None
    """Path of the heap build."""
    side: str = "python"
    partial: str | None = None
    """The component's name if its port is partial: then what Rust refuses, Python serves."""

    def implementation(self, side: str) -> Any:
        """Load what runs for a side."""
        if side == "python":
            python = load(self.python)
            restore_references()
            return python
        rust = load(self.rust)
        return rust if self.partial is None else served(self.partial, load(self.python), rust)


@dataclass(frozen=True)
class Times:
    """The figures of one process for a workload: nanoseconds per operation."""

    name: str
    agreed: bool
    log_ratio: float | None = None
    """Median over the rounds of the logarithm of Python's time over Rust's."""
    python_ns: float | None = None
    """As `Timings.beside` gives them: two of these times have the ratio of neighbouring blocks."""
    rust_ns: float | None = None
    core_ns: float | None = None
    crossing_ns: float | None = None
    loop_ns: float | None = None


def compare(  # noqa: PLR0913  # the two sides, and how to measure
    workload: Workload,
    python: Callable[..., Any],
    rust: Callable[..., Any],
    *,
    seconds: float,
    seed: int,
    bench: Any = None,
) -> Times:
    """Time `workload` on both sides in turns, with what the bridge costs if there is `bench`.

    Answers are checked before and after; where one is wrong, there is no figure of time.
    """
    inputs = workload.draw()
    try:
        with ExitStack() as worlds:
            prepare = [worlds.enter_context(workload.opened()) for _ in range(2)]
            states = {"python": prepare[0](inputs, python), "rust": prepare[1](inputs, rust)}
            return _compare(workload, states, seconds=seconds, seed=seed, bench=bench)
    except Exception as error:  # noqa: BLE001  # a side that raises, whatever it is, does not agree
        _tell(f"{workload.name}: {type(error).__name__}: {error}")
        return Times(workload.name, agreed=False)


def _compare(
    workload: Workload, states: dict[str, Any], *, seconds: float, seed: int, bench: Any
) -> Times:
    """Time a prepared state of each side in turns."""
    if not _agree(workload, states):
        return Times(workload.name, agreed=False)
    arms = {
        side: Arm(partial(workload.run, state), workload.size) for side, state in states.items()
    }
    if workload.loop is not None:
        arms["loop"] = Arm(workload.loop(), workload.size)
    if bench is not None:
        arms |= _bridge(workload, bench)
    timings = take_turns(arms, block=workload.block, seconds=seconds, seed=seed)
    if not _agree(workload, states):
        return Times(workload.name, agreed=False)
    times = timings.beside("rust")
    return Times(
        workload.name,
        agreed=True,
        log_ratio=timings.log_ratio("python", "rust"),
        python_ns=times["python"],
        rust_ns=times["rust"],
        core_ns=times.get("core"),
        crossing_ns=times.get("crossing"),
        loop_ns=times.get("loop"),
    )


def _agree(workload: Workload, states: dict[str, Any]) -> bool:
    """Return whether each side gives the expected answer."""
    answers = {side: workload.answer(state) for side, state in states.items()}
    wrong = {side: answer for side, answer in answers.items() if answer != workload.expected}
    for side, answer in wrong.items():
        _tell(f"{workload.name}: {side} answered {answer}, expected {workload.expected}")
    return not wrong


def _bridge(workload: Workload, bench: Any) -> dict[str, Arm]:
    """Return the core alone, if it can do this workload, and as many calls that do nothing."""
    noop = bench.Bridge().noop
    calls = [f"key{number}" for number in range(workload.calls)]

    def cross(times: int) -> None:
        for _ in range(times):
            for key in calls:
                noop(key)

    arms = {"crossing": Arm(cross, workload.size)}
    if workload.trace is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{workload.name}.trace"
            path.write_text(workload.trace(), encoding="utf-8", newline="\n")
            try:
                core = bench.CoreRun(str(path))
            except ValueError as error:
                _tell(f"{workload.name}: the core alone cannot do it: {error}")
                return arms
        _, answer = core.run(1)
        if answer == workload.trace_answer:
            arms["core"] = Arm(lambda times: int(core.run(times)[0]), workload.size)
        else:
            _tell(f"{workload.name}: the core alone answered {answer}")
    return arms


def _tell(message: str) -> None:
    sys.stderr.write(f"agent: {message}\n")


def main() -> None:
    """Do the job that standard input holds."""
    job = MeasurementJob(**json.loads(sys.stdin.read()))
    workloads = select(load(job.workloads), job.names)
    for answer in (_time if job.task == "time" else _weigh)(job, workloads):
        sys.stdout.write(json.dumps(asdict(answer)) + "\n")


def _time(job: MeasurementJob, workloads: list[Workload]) -> Iterator[Times]:
    Random(job.seed).shuffle(workloads)  # noqa: S311  # an order, not a secret
    python, rust = job.implementation("python"), job.implementation("rust")
    bench = None if job.bench is None else load_extra(Path(job.bench))
    for workload in workloads:
        yield compare(workload, python, rust, seconds=job.seconds, seed=job.seed, bench=bench)


def _weigh(job: MeasurementJob, workloads: list[Workload]) -> Iterator[Footprint]:
    for workload in workloads:
        if job.side == "python":
            make = job.implementation("python")
            yield footprint(workload, make, counted=make)
        else:
            heap = None if job.heap is None else load_extra(Path(job.heap))
            counted = None if heap is None else getattr(heap, split(job.rust)[1])
            yield footprint(workload, job.implementation("rust"), heap=heap, counted=counted)


if __name__ == "__main__":
    main()
