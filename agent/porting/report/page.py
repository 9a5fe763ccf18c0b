"""The report as one page that needs nothing else: it opens offline, without a script.

This module says what the page shows; templates/page.html says how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.report import charts, figures
from agent.porting.report.rendering import read_style, template
from agent.porting.report.summary import held, losses, summarise, unmeasured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.records.measurement import Measurement
    from agent.porting.report.summary import ReportEntry, Summary

__all__ = ["render"]


def render(entries: Sequence[ReportEntry]) -> str:
    """Return the page for `entries`, of which there is at least one."""
    conditions = entries[0].record.conditions
    return template("page.html").render(
        style=read_style(),
        held=sum(map(held, entries)),
        components=[_component(entry) for entry in entries],
        conditions=conditions,
        missing=[sentence for entry in entries for sentence in unmeasured(entry.record)],
        facts=[
            ("Machine", f"{conditions.processor}, {conditions.cores} cores"),
            ("System", conditions.system),
            ("Python", conditions.python),
            ("Kept busy by others", f"{conditions.busy:.1f} cores just before"),
            ("Date", conditions.date),
            ("Commit", conditions.commit or "unknown"),
            *(_build(entry) for entry in entries),
        ],
    )


def _build(entry: ReportEntry) -> tuple[str, str]:
    build = entry.record.build
    facts = f"{build.version}, {build.profile}, sources {build.digest or 'unknown'}"
    return f"Build of {entry.record.component}", facts


def _component(entry: ReportEntry) -> dict[str, Any]:
    """Return what the page shows of a component."""
    record, few = entry.record, summarise(entry.record)
    rows = record.workloads
    calls = sorted(entry.proof.operations.items(), key=lambda item: -item[1])
    return {
        "name": record.component,
        "stage": entry.stage,
        "proof": entry.proof,
        "speedup": figures.speedup(few.speedup),
        "interval": figures.interval(few.speedup_low, few.speedup_high),
        "crossing": _unit(figures.nanoseconds(few.crossing_ns), "ns"),
        "python_bytes": _unit(figures.nanoseconds(few.python_bytes), "B"),
        "rust_bytes": _unit(figures.nanoseconds(few.rust_bytes), "B"),
        "tiles": _tiles(entry, few),
        "speedups": charts.speedups(rows),
        "losses": [f"{row.name} ({figures.speedup(row.speedup)})" for row in losses(record)],
        "timed": any(row.speedup for row in rows),
        "rust_time": charts.rust_time(rows),
        "times": [_times(row) for row in rows],
        "memory": [_memory(row) for row in rows],
        "calls": [(name, f"{count:,}") for name, count in calls],
    }


def _tiles(entry: ReportEntry, few: Summary) -> list[tuple[str, str]]:
    """Return the most important figures, each with what it is."""
    proof = entry.proof
    proven = "" if proof.verdict == "identical" else ", but not proven identical"
    bridge = "for the bridge: not measured"
    if few.crossing_share is not None:
        bridge = f"for the bridge, {few.crossing_share:.0%} of Rust’s time"  # noqa: RUF001  # on a page
    held_bytes = (figures.nanoseconds(each) for each in (few.rust_bytes, few.python_bytes))
    return [
        (figures.speedup(few.speedup), f"in the mean over the workloads{proven}"),
        (f"{proof.examples:,}", f"calls of {len(proof.operations)} operations compared"),
        (_unit(figures.nanoseconds(few.crossing_ns), "ns"), bridge),
        (" / ".join(held_bytes), "bytes an entry, Rust / Python"),
    ]


def _times(row: Measurement) -> dict[str, Any]:
    times = (row.python_ns, row.rust_ns, row.core_ns, row.crossing_ns)
    return {
        "name": row.name,
        "size": f"{row.size:,}",
        "agreed": row.agreed,
        "figures": [figures.nanoseconds(each) for each in times],
    }


def _memory(row: Measurement) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.entries:,}" if row.entries else figures.ABSENT,
        figures.size(row.python_bytes),
        figures.size(row.rust_bytes),
        figures.size(row.python_peak_rss_bytes),
        figures.size(row.peak_rss_bytes),
    )


def _unit(figure: str, unit: str) -> str:
    return figure if figure == figures.ABSENT else f"{figure} {unit}"
