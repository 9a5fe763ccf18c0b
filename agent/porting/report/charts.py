"""The charts of a report: positions of bars, drawn by templates/charts.html."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from agent.porting.report import figures
from agent.porting.report.rendering import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from agent.porting.records.measurement import Measurement

__all__ = ["rust_time", "speedups"]

_MARKS = (1, 2, 5)


def speedups(rows: Sequence[Measurement]) -> Markup | str:
    """Draw the speedup of each row with its interval, on a logarithmic scale; empty without any."""
    drawn = [row for row in rows if row.speedup and row.speedup_low and row.speedup_high]
    if not drawn:
        return ""
    low = min(0.8, *(row.speedup_low or 1 for row in drawn))
    high = max(1.25, *(row.speedup_high or 1 for row in drawn)) * 1.05
    marks = [
        {"left": _percent(_place(mark, low, high)), "text": f"{mark:g}x"}
        for mark in _marks(low, high)
    ]
    shown: Markup = template("charts.html").module.speedups(  # type: ignore[attr-defined]
        [_speedup(row, low, high) for row in rows], marks
    )
    return shown


def _speedup(row: Measurement, low: float, high: float) -> dict[str, Any]:
    if not (row.speedup and row.speedup_low and row.speedup_high):
        return {"name": row.name, "bar": None}
    one, left, point, right = (
        _place(value, low, high) for value in (1.0, row.speedup_low, row.speedup, row.speedup_high)
    )
    start, end = sorted((one, point))
    return {
        "name": row.name,
        "slower": row.speedup < 1,
        "bar": {"left": _percent(start), "width": _percent(end - start)},
        "range": {"left": _percent(left), "width": _percent(right - left)},
        "point": _percent(point),
        "one": _percent(one),
        "speedup": figures.speedup(row.speedup),
        "interval": figures.interval(row.speedup_low, row.speedup_high),
    }


def _percent(value: float) -> str:
    return f"{value:.2f}"


def _place(value: float, low: float, high: float) -> float:
    """Return where `value` lies between `low` and `high`, in per cent of a logarithmic scale."""
    return 100 * (log10(value) - log10(low)) / (log10(high) - log10(low))


def _marks(low: float, high: float) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    marks = [mark * 10.0**power for power in powers for mark in _MARKS]
    return [mark for mark in marks if low <= mark <= high]


def rust_time(rows: Sequence[Measurement]) -> Markup | str:
    """Draw where the time of each operation on the Rust side goes; empty where it is not known."""
    known = [
        (row.name, row.rust_ns, row.crossing_ns, row.core_ns or 0)
        for row in rows
        if row.rust_ns and row.crossing_ns is not None
    ]
    if not known:
        return ""
    longest = max(whole for _, whole, _, _ in known)
    drawn = []
    for name, whole, crossing, core in known:
        bridge = min(crossing, whole)
        alone = min(core, whole - bridge)
        widths = {"bridge": bridge, "core": alone, "rest": whole - bridge - alone}
        parts = [
            {"kind": kind, "width": _percent(100 * width / longest)}
            for kind, width in widths.items()
        ]
        drawn.append({"name": name, "parts": parts, "time": figures.nanoseconds(whole)})
    shown: Markup = template("charts.html").module.rust_time(drawn)  # type: ignore[attr-defined]
    return shown
