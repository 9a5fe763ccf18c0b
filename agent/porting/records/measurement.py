"""The record of a measurement: one schema, of which every table and page is a view.

A figure that was not measured is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.porting.sources.build import Build  # noqa: TC001  # read back by its annotation

__all__ = ["Conditions", "Measurement", "Record"]


@dataclass(frozen=True)
class Measurement:
    """The figures of one workload.

    Times are nanoseconds per operation. They come from the same blocks as the speedup, which is
    `python_ns` over `rust_ns`.
    """

    name: str
    size: int
    """Operations in a run."""
    agreed: bool
    """Whether both sides gave the expected answer, before and after they were timed."""
    python_ns: float | None = None
    rust_ns: float | None = None
    core_ns: float | None = None
    """The Rust core alone, on its own strings, without Python."""
    crossing_ns: float | None = None
    """Calls that cross into Rust and do nothing there."""
    loop_ns: float | None = None
    """Awaits of a coroutine that does nothing: what the event loop costs on either side."""
    speedup: float | None = None
    """Time of Python over time of Rust: above 1 Rust is faster."""
    speedup_low: float | None = None
    speedup_high: float | None = None
    """The interval into which a repeated run falls at least nine times in ten."""
    python_bytes: int | None = None
    """Memory that the reference holds when the workload is prepared, inputs not counted."""
    rust_bytes: int | None = None
    """The same of the Rust side: Rust's allocations and those it makes through Python."""
    peak_rss_bytes: int | None = None
    """Resident memory that a fresh process gains at most, preparing and running on Rust."""
    python_peak_rss_bytes: int | None = None
    """The same on the reference."""
    entries: int = 0
    """Entries held when prepared; 0 where bytes per entry are meaningless."""


@dataclass(frozen=True)
class Conditions:
    """Where, when and how a measurement was made."""

    date: str
    """UTC, ISO 8601."""
    commit: str | None
    """Of the checkout, with ``+`` when files differ from it; None outside of one."""
    python: str
    system: str
    processor: str
    cores: int
    busy: float
    """Cores that other processes kept busy just before."""
    processes: int
    """Fresh processes, each of which measured every workload."""
    seconds: float
    """Time given to a workload in each process."""
    seed: int


@dataclass(frozen=True)
class Record:
    """A component's measurements, with the build and the conditions they hold for."""

    component: str
    build: Build
    conditions: Conditions
    workloads: tuple[Measurement, ...]
