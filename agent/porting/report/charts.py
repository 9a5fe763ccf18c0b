"""The charts of a report: plain HTML and CSS, so that they fit any width and need no script."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from agent.porting.report import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.records.measurement import Measurement

__all__ = ["rust_time", "speedups"]

_MARKS = (1, 2, 5)


def speedups(rows: Sequence[Measurement]) -> str:
    """Draw the speedup of each row with its interval, on a logarithmic scale."""
    drawn = [row for row in rows if row.speedup and row.speedup_low and row.speedup_high]
    if not drawn:
        return "<p>There is no speed to show: no workload was agreed on.</p>"
    low = min(0.8, *(row.speedup_low or 1 for row in drawn))
    high = max(1.25, *(row.speedup_high or 1 for row in drawn)) * 1.05
    parts = ['<div class="chart">']
    for row in rows:
        parts.append(f'<span class="name">{escape(row.name)}</span>')
        if not (row.speedup and row.speedup_low and row.speedup_high):
            parts.append('<span class="bad">gave a wrong answer</span><span class="value">-</span>')
            continue
        one, left, point, right = (
            _place(value, low, high)
            for value in (1.0, row.speedup_low, row.speedup, row.speedup_high)
        )
        start, end = sorted((one, point))
        kind = "bar" if row.speedup >= 1 else "bar slower"
        span = figures.interval(row.speedup_low, row.speedup_high)
        parts.append(
            f'<span class="track" title="{span}">'
            f'<i class="{kind}" style="left:{start:.2f}%;width:{end - start:.2f}%"></i>'
            f'<i class="range" style="left:{left:.2f}%;width:{right - left:.2f}%"></i>'
            f'<i class="point" style="left:{point:.2f}%"></i>'
            f'<i class="one" style="left:{one:.2f}%"></i></span>'
            f'<span class="value">{figures.speedup(row.speedup)}<small>{span}</small></span>'
        )
    parts.append('<span></span><span class="axis">')
    parts.extend(
        f'<span style="left:{_place(mark, low, high):.2f}%">{mark:g}x</span>'
        for mark in _marks(low, high)
    )
    parts.append("</span><span></span></div>")
    return "".join(parts)


def _place(value: float, low: float, high: float) -> float:
    """Return where `value` lies between `low` and `high`, in per cent of a logarithmic scale."""
    return 100 * (log10(value) - log10(low)) / (log10(high) - log10(low))


def _marks(low: float, high: float) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    marks = [mark * 10.0**power for power in powers for mark in _MARKS]
    return [mark for mark in marks if low <= mark <= high]


def rust_time(rows: Sequence[Measurement]) -> str:
    """Draw where the time of each operation on the Rust side goes."""
    drawn = [row for row in rows if row.rust_ns and row.crossing_ns is not None]
    if not drawn:
        return ""
    longest = max(row.rust_ns or 0 for row in drawn)
    parts = ['<div class="chart">']
    for row in drawn:
        whole = row.rust_ns or 0
        bridge = min(row.crossing_ns or 0, whole)
        core = min(row.core_ns or 0, whole - bridge)
        widths = {"k-bridge": bridge, "k-core": core, "k-rest": whole - bridge - core}
        bars = "".join(
            f'<i class="{kind}" style="width:{100 * width / longest:.2f}%"></i>'
            for kind, width in widths.items()
        )
        parts.append(
            f'<span class="name">{escape(row.name)}</span><span class="stack">{bars}</span>'
            f'<span class="value">{figures.nanoseconds(whole)} ns</span>'
        )
    parts.append(
        '</div><p class="key"><span><i class="k-bridge"></i>calls that cross and do nothing</span>'
        '<span><i class="k-core"></i>the core alone, on text of its own</span>'
        '<span><i class="k-rest"></i>the rest: Python&rsquo;s hashes and comparisons, references, '
        "the workload&rsquo;s own loop</span></p>"
    )
    return "".join(parts)
