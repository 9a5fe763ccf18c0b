"""A component in one line of the table of components."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, log
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from agent.porting.records.store import record_json
from agent.porting.report import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agent.porting.records.measurement import Measurement, Record

__all__ = [
    "Proof",
    "ReportEntry",
    "Summary",
    "held",
    "losses",
    "memory_ratio",
    "summarise",
    "table",
    "unmeasured",
]

_HELD_LEAST = 1 << 10
"""Bytes held that count as nothing: a few more are no disadvantage."""

_PEAK_LEAST = 4 << 20
"""Resident bytes below which a peak is mostly the extension's own pages, not what it holds."""


@dataclass(frozen=True)
class Proof:
    """The result of a parity check."""

    verdict: str
    """``"identical"``, ``"divergent"`` or ``"inconclusive"``."""
    examples: int
    operations: dict[str, int]
    """Calls compared, by operation."""
    divergences: tuple[str, ...]
    """Each as a text."""
    doubts: tuple[str, ...]
    """Why the check is inconclusive."""
    seed: int


@dataclass(frozen=True)
class ReportEntry:
    """A component in a report."""

    stage: str
    proof: Proof
    record: Record

    def to_json(self) -> dict[str, Any]:
        """Return the entry in the types that JSON knows."""
        return {
            "component": self.record.component,
            "stage": self.stage,
            "check": asdict(self.proof),
            "record": record_json(self.record),
        }


@dataclass(frozen=True)
class Summary:
    """The summary of a record; None where nothing was measured."""

    speedup: float | None
    """Geometric mean over the workloads."""
    speedup_low: float | None
    speedup_high: float | None
    """Geometric means of the ends of their intervals: wider than the mean's own interval."""
    crossing_ns: float | None
    """Median over the workloads of the time that the bridge takes for an operation."""
    crossing_share: float | None
    """Median of its share of the Rust side's time."""
    python_bytes: float | None
    rust_bytes: float | None
    """Median bytes per entry."""


def summarise(record: Record) -> Summary:
    """Return the summary of `record`."""
    rows = record.workloads
    # A mean over some workloads would hide those that were wrong.
    whole = all(row.agreed for row in rows)
    return Summary(
        speedup=_geometric(row.speedup for row in rows) if whole else None,
        speedup_low=_geometric(row.speedup_low for row in rows) if whole else None,
        speedup_high=_geometric(row.speedup_high for row in rows) if whole else None,
        crossing_ns=_median(row.crossing_ns for row in rows),
        crossing_share=_median(
            row.crossing_ns / row.rust_ns for row in rows if row.crossing_ns and row.rust_ns
        ),
        python_bytes=_per_entry(rows, "python_bytes"),
        rust_bytes=_per_entry(rows, "rust_bytes"),
    )


def _geometric(figures_: Iterable[float | None]) -> float | None:
    logarithms = [log(figure) for figure in figures_ if figure is not None]
    return exp(fmean(logarithms)) if logarithms else None


def _median(figures_: Iterable[float | None]) -> float | None:
    measured = [figure for figure in figures_ if figure is not None]
    return median(measured) if measured else None


def _per_entry(rows: Sequence[Measurement], field: str) -> float | None:
    return _median(
        getattr(row, field) / row.entries
        for row in rows
        if row.entries and getattr(row, field) is not None
    )


def memory_ratio(record: Record) -> float | None:
    """Return the bytes that Rust holds, over all workloads, for one that Python does.

    Without a heap build, Rust's bytes are unknown, and peaks of resident memory are compared; a
    smaller peak of Python counts as `_PEAK_LEAST`. None if neither was measured.
    """
    rows = record.workloads
    known = [
        (row.python_bytes, row.rust_bytes)
        for row in rows
        if row.python_bytes is not None and row.rust_bytes is not None
    ]
    if known:
        python, rust = map(sum, zip(*known, strict=True))
        return rust / max(python, _HELD_LEAST)
    peaks = [
        (max(row.python_peak_rss_bytes, _PEAK_LEAST), row.peak_rss_bytes)
        for row in rows
        if row.python_peak_rss_bytes is not None and row.peak_rss_bytes is not None
    ]
    if not peaks:
        return None
    python, rust = map(sum, zip(*peaks, strict=True))
    return rust / python


def held(entry: ReportEntry) -> bool:
    """Return whether the pair was proven identical and agreed on every workload."""
    return entry.proof.verdict == "identical" and all(row.agreed for row in entry.record.workloads)


def losses(record: Record) -> list[Measurement]:
    """Return the workloads on which Rust was not shown to be faster."""
    return [row for row in record.workloads if row.speedup_low is not None and row.speedup_low <= 1]


def unmeasured(record: Record) -> list[str]:
    """Return sentences on what was not measured, and why."""
    rows = record.workloads
    sentences = [
        f"{row.name}: no speed, since a side did not give the expected answer."
        for row in rows
        if not row.agreed
    ]
    agreed = [row for row in rows if row.agreed]
    if agreed and all(row.crossing_ns is None for row in agreed):
        sentences.append("What the bridge costs: there was no bench build of these sources.")
    elif without := [row.name for row in agreed if row.core_ns is None]:
        names = ", ".join(without)
        sentences.append(f"The core alone on {names}: it cannot do this without Python.")
    if all(row.python_bytes is None and row.peak_rss_bytes is None for row in rows):
        sentences.append("Memory: it was not asked for, or this system does not report it.")
    elif all(row.rust_bytes is None for row in rows):
        sentences.append("Memory that Rust holds: there was no heap build of these sources.")
    return sentences


def table(entries: Sequence[ReportEntry]) -> str:
    """Return the table of components as text."""
    headings = (
        "COMPONENT", "STAGE", "VERDICT", "SPEEDUP", "INTERVAL", "BRIDGE NS", "PYTHON B/ENTRY",
        "RUST B/ENTRY",
    )  # fmt: skip
    rows = []
    for entry in entries:
        few = summarise(entry.record)
        rows.append(
            (
                entry.record.component,
                entry.stage,
                entry.proof.verdict,
                figures.speedup(few.speedup),
                figures.interval(few.speedup_low, few.speedup_high),
                figures.nanoseconds(few.crossing_ns),
                figures.nanoseconds(few.python_bytes),
                figures.nanoseconds(few.rust_bytes),
            )
        )
    return figures.columns([headings, *rows])
