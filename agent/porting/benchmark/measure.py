"""Measure both sides of a component against each other.

A ratio is never taken between two stored times: in each of a few fresh processes both sides do the
same work in turns, each process gives one ratio, and their spread shows how far a repeated run may
be off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from statistics import geometric_mean
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.benchmark.conditions import observe
from agent.porting.benchmark.interval import estimate
from agent.porting.benchmark.lock import machine_lock, require_quiet
from agent.porting.benchmark.memory import Footprint
from agent.porting.benchmark.pool import run_jobs
from agent.porting.benchmark.worker import MeasurementJob, Times
from agent.porting.benchmark.workload import Workload, load_workloads
from agent.porting.contract.reader import load_contract
from agent.porting.project.table import Component, split
from agent.porting.records.measurement import Measurement, Record
from agent.porting.sources.build import read_build, require_measurable
from agent.porting.sources.variants import find_extra
from agent.porting.worlds.opening import require_world

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["MeasurementPlan", "measure", "merge"]

Tell = Callable[[str], None]


@dataclass(frozen=True)
class MeasurementPlan:
    """How much to measure.

    Raises `UsageError` for fewer than 2 or more than 100 processes, and for seconds that are not
    above 0 and at most 60.
    """

    processes: int = 7
    """Fresh processes, from 2: each gives one ratio."""
    seconds: float = 0.4
    """Time given to a workload in each process."""
    seed: int = 0
    """Draws the orders in which things are measured."""
    memory: bool = True
    """Whether to measure memory too."""
    busy: bool = False
    """Whether a busy machine is measured on, instead of refused."""
    wait: float = 60.0
    """Seconds to wait for a machine to get quiet."""

    def __post_init__(self) -> None:
        if not 2 <= self.processes <= 100:
            message = f"processes must be from 2 to 100, not {self.processes}"
            raise UsageError(message)
        if not 0 < self.seconds <= 60:
            message = f"seconds must be above 0 and at most 60, not {self.seconds:g}"
            raise UsageError(message)


def measure(
    component: Component, plan: MeasurementPlan, tell: Tell, names: Sequence[str] = ()
) -> Record:
    """Measure `component` on the workloads of `names`, or all, and return the record.

    `tell` is called with lines on the progress.

    Raises:
        MeasurementRefused: a debug or stale build, a busy machine, another measurement.
        UsageError: an unknown workload, or external operations without a world.
    """
    workloads = load_workloads(component, names)
    module = import_module(split(component.rust)[0])
    require_measurable(module)
    if any(workload.world is None for workload in workloads):
        require_world(load_contract(component.contract, component.factory, component.world))
    chosen = [workload.name for workload in workloads]
    with machine_lock(tell):
        busy = require_quiet(tell, wait=plan.wait, refuse=not plan.busy)
        times = _time(component, module, chosen, plan, tell)
        footprints = _weigh(component, module, chosen, tell) if plan.memory else {}
    return Record(
        component=component.name,
        build=read_build(module),
        conditions=observe(busy, plan.processes, plan.seconds, plan.seed),
        workloads=tuple(
            merge(workload, times[workload.name], footprints.get(workload.name, {}))
            for workload in workloads
        ),
    )


def merge(
    workload: Workload, times: Sequence[Times], footprints: dict[str, Footprint]
) -> Measurement:
    """Make one row of what each process measured on `workload`, and of the memory of each side.

    Times are geometric means over the processes, as the speedup is: `python_ns` over `rust_ns` is
    the speedup. Where a side was wrong in any process, there is no figure of time.
    """
    python, rust = (footprints.get(side, Footprint(None, None)) for side in ("python", "rust"))
    row = Measurement(
        name=workload.name,
        size=workload.size,
        agreed=all(each.agreed for each in times),
        python_bytes=python.held,
        rust_bytes=rust.held,
        python_peak_rss_bytes=python.peak,
        peak_rss_bytes=rust.peak,
        entries=workload.entries,
    )
    if not row.agreed:
        return row
    logarithms = [each.log_ratio for each in times if each.log_ratio is not None]
    ratio = estimate(logarithms, workload.drift)
    return replace(
        row,
        python_ns=_mean([each.python_ns for each in times]),
        rust_ns=_mean([each.rust_ns for each in times]),
        core_ns=_mean([each.core_ns for each in times]),
        crossing_ns=_mean([each.crossing_ns for each in times]),
        loop_ns=_mean([each.loop_ns for each in times]),
        speedup=ratio.ratio if ratio else None,
        speedup_low=ratio.low if ratio else None,
        speedup_high=ratio.high if ratio else None,
    )


def _mean(figures: Sequence[float | None]) -> float | None:
    measured = [figure for figure in figures if figure is not None]
    return geometric_mean(measured) if measured else None


def _job(component: Component, task: str, names: list[str]) -> MeasurementJob:
    workloads = component.workloads or ""  # which were loaded before
    partial = component.name if component.partial else None
    return MeasurementJob(task, component.python, component.rust, workloads, names, partial=partial)


def _time(
    component: Component, module: ModuleType, names: list[str], plan: MeasurementPlan, tell: Tell
) -> dict[str, list[Times]]:
    bench = find_extra(module, "bench")
    if bench is None:
        tell("there is no bench build of these sources: what the bridge costs is not measured")
    job = _job(component, "time", names)
    jobs = [
        replace(
            job,
            seed=plan.seed + number,
            seconds=plan.seconds,
            bench=None if bench is None else str(bench),
        )
        for number in range(plan.processes)
    ]
    times: dict[str, list[Times]] = {name: [] for name in names}
    for number, answers in enumerate(run_jobs(jobs), start=1):
        for answer in answers:
            found = Times(**answer)
            times[found.name].append(found)
        tell(f"{component.name}: timed in {number} of {plan.processes} processes")
    return times


def _weigh(
    component: Component, module: ModuleType, names: list[str], tell: Tell
) -> dict[str, dict[str, Footprint]]:
    heap = find_extra(module, "heap")
    if heap is None:
        tell("there is no heap build of these sources: Rust's own memory is not measured")
    jobs = [
        replace(
            _job(component, "memory", [name]),
            side=side,
            heap=None if heap is None else str(heap),
        )
        for name in names
        for side in ("python", "rust")
    ]
    footprints: dict[str, dict[str, Footprint]] = {name: {} for name in names}
    for job, answers in zip(jobs, run_jobs(jobs), strict=True):
        footprints[job.names[0]][job.side] = Footprint(**answers[0])
    tell(f"{component.name}: memory measured on {len(names)} workloads")
    return footprints
