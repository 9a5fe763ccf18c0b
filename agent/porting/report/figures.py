"""Figures for people: the table of a record, and formatted numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.records.measurement import Record

__all__ = ["ABSENT", "columns", "interval", "nanoseconds", "size", "speedup", "table"]

ABSENT = "-"
"""Shown in place of a figure that was not measured."""

_HEADINGS = (
    "WORKLOAD", "AGREED", "PYTHON NS", "RUST NS", "CORE NS", "CROSSING NS", "SPEEDUP", "INTERVAL",
    "PYTHON HOLDS", "RUST HOLDS", "PEAK",
)  # fmt: skip


def nanoseconds(figure: float | None) -> str:
    """Return a time with three digits that count."""
    return ABSENT if figure is None else f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"


def speedup(figure: float | None) -> str:
    """Return a ratio with its sign of multiplication."""
    return ABSENT if figure is None else f"{figure:.2f}x"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval of ratios."""
    return ABSENT if low is None or high is None else f"{low:.2f}-{high:.2f}"


def size(figure: int | None) -> str:
    """Return a number of bytes in the unit that keeps it short."""
    if figure is None:
        return ABSENT
    if figure < 1000:
        return f"{figure} B"
    return f"{figure / 1e3:.3g} kB" if figure < 1_000_000 else f"{figure / 1e6:.3g} MB"


def table(record: Record) -> str:
    """Return the record as a table in text, with the cost of an event loop if there are awaits."""
    awaits = any(row.loop_ns is not None for row in record.workloads)
    rows = [
        (
            row.name,
            "yes" if row.agreed else "NO",
            nanoseconds(row.python_ns),
            nanoseconds(row.rust_ns),
            nanoseconds(row.core_ns),
            nanoseconds(row.crossing_ns),
            *([nanoseconds(row.loop_ns)] if awaits else []),
            speedup(row.speedup),
            interval(row.speedup_low, row.speedup_high),
            size(row.python_bytes),
            size(row.rust_bytes),
            size(row.peak_rss_bytes),
        )
        for row in record.workloads
    ]
    headings = [*_HEADINGS]
    if awaits:
        headings.insert(headings.index("SPEEDUP"), "LOOP NS")
    return columns([headings, *rows])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Align `rows` of text: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
        ).rstrip()
        for row in rows
    )
