"""The report as one page that needs nothing else: it opens offline, without a script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.porting.report import charts, figures
from agent.porting.report.summary import held, losses, summarise, unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agent.porting.records.measurement import Record
    from agent.porting.report.summary import Entry

__all__ = ["render"]

_METHOD = """
<p>Both sides do the same work in one process, in turns, in an order drawn anew each round, in
blocks of at least 5 ms with the garbage collector off. Each process gives the median ratio of its
rounds; the speedup is the geometric mean over {processes} fresh processes, and the interval is one
that a repeated run falls into at least nine times in ten.</p>
<p>Before and after it is timed, each side&rsquo;s answer is held against one that was derived
without running either. A side that answers wrong gets no figure.</p>
<p>No ratio is taken between two stored times. A debug build, or one of other sources, is not
measured at all. One measurement runs at a time on a machine.</p>
<p>Bytes held are those allocated while a state is prepared, inputs not counted: Python&rsquo;s by
tracemalloc, Rust&rsquo;s by the allocator of a build that is never timed. The peak is the resident
memory that a fresh process gains.</p>
"""


def render(entries: Sequence[Entry]) -> str:
    """Return the page for `entries`, of which there is at least one."""
    style = files("agent.porting.report").joinpath("report.css").read_text(encoding="utf-8")
    parts = [_header(entries), _overview(entries), *map(_component, entries), _foot(entries)]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Components: Python and Rust</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _header(entries: Sequence[Entry]) -> str:
    good = sum(map(held, entries))
    count = len(entries)
    kind = "good" if good == count else "bad"
    conditions = entries[0].record.conditions
    noun = "component" if count == 1 else "components"
    return (
        "<header><h1>Python and Rust, side by side</h1>"
        f'<p><b class="{kind}">{good} of {count} {noun}</b> proven identical and measured. '
        f'<span class="soft">{escape(conditions.date)}, commit '
        f"{escape(conditions.commit or 'unknown')}</span></p></header>"
    )


def _overview(entries: Sequence[Entry]) -> str:
    rows = []
    for entry in entries:
        few = summarise(entry.record)
        rows.append(
            [
                f"<a href='#{escape(entry.record.component)}'>{escape(entry.record.component)}</a>",
                escape(entry.stage),
                _verdict(entry.proof.verdict),
                figures.speedup(few.speedup),
                figures.interval(few.speedup_low, few.speedup_high),
                _unit(figures.nanoseconds(few.crossing_ns), "ns"),
                _unit(figures.nanoseconds(few.python_bytes), "B"),
                _unit(figures.nanoseconds(few.rust_bytes), "B"),
            ]
        )
    headings = (
        "Component", "Stage", "Verdict", "Speedup", "Interval", "Bridge, an operation",
        "Python, an entry", "Rust, an entry",
    )  # fmt: skip
    return (
        f"<section><h2>Components</h2>{_table(headings, rows)}"
        '<p class="soft">Speedup is the geometric mean over the workloads; the bridge and memory '
        "are medians.</p></section>"
    )


def _component(entry: Entry) -> str:
    record, proof, few = entry.record, entry.proof, summarise(entry.record)
    rows = record.workloads
    bridge = "for the bridge: not measured"
    if few.crossing_share is not None:
        bridge = f"for the bridge, {few.crossing_share:.0%} of Rust&rsquo;s time"
    proven = "" if proof.verdict == "identical" else ", but not proven identical"
    tiles = (
        (figures.speedup(few.speedup), f"in the mean over the workloads{proven}"),
        (f"{proof.examples:,}", f"calls of {len(proof.operations)} operations compared"),
        (_unit(figures.nanoseconds(few.crossing_ns), "ns"), bridge),
        (
            f"{figures.nanoseconds(few.rust_bytes)} / {figures.nanoseconds(few.python_bytes)}",
            "bytes an entry, Rust / Python",
        ),
    )
    parts = [
        f'<section id="{escape(record.component)}"><div class="head">',
        f"<h2>{escape(record.component)}</h2>{_verdict(proof.verdict)}",
        f'<span class="soft">stage {escape(entry.stage)}</span></div><div class="tiles">',
        *(f'<div class="tile"><b>{value}</b><span>{note}</span></div>' for value, note in tiles),
        "</div>",
        *(f"<pre>{escape(text)}</pre>" for text in proof.divergences),
        _list("Why the check is inconclusive", proof.doubts),
        "<h3>Speedup</h3>",
        "<p class='soft'>Time of Python over time of Rust, with its interval.</p>",
        charts.speedups(rows),
        _lost(record),
    ]
    if chart := charts.rust_time(rows):
        note = "<p class='soft'>Nanoseconds an operation.</p>"
        parts.append(f"<h3>Where Rust&rsquo;s time goes</h3>{note}{chart}")
    parts += [_times(record), _memory(record)]
    calls = sorted(proof.operations.items(), key=lambda item: -item[1])
    counted = [[escape(name), f"{count:,}"] for name, count in calls]
    parts.append(
        f"<details><summary>What was compared (seed {proof.seed})</summary>"
        f"{_table(('Operation', 'Calls'), counted)}</details></section>"
    )
    return "".join(parts)


def _lost(record: Record) -> str:
    lost = losses(record)
    if not lost:
        measured = any(row.speedup for row in record.workloads)
        return "<p>Rust was faster on every workload that was timed.</p>" if measured else ""
    names = ", ".join(f"{row.name} ({figures.speedup(row.speedup)})" for row in lost)
    return f"<p class='bad'>Rust was not shown to be faster on {escape(names)}.</p>"


def _times(record: Record) -> str:
    headings = ("Workload", "Operations", "Agreed", "Python", "Rust", "Core alone", "Crossing")
    rows = [
        [
            escape(row.name),
            f"{row.size:,}",
            "yes" if row.agreed else '<b class="bad">no</b>',
            *map(figures.nanoseconds, (row.python_ns, row.rust_ns, row.core_ns, row.crossing_ns)),
        ]
        for row in record.workloads
    ]
    note = "<p class='soft'>Nanoseconds an operation.</p>"
    return f"<h3>Times</h3>{note}{_table(headings, rows)}"


def _memory(record: Record) -> str:
    headings = ("Workload", "Entries", "Python holds", "Rust holds", "Python peak", "Rust peak")
    rows = [
        [
            escape(row.name),
            f"{row.entries:,}" if row.entries else figures.ABSENT,
            figures.size(row.python_bytes),
            figures.size(row.rust_bytes),
            figures.size(row.python_peak_rss_bytes),
            figures.size(row.peak_rss_bytes),
        ]
        for row in record.workloads
    ]
    return f"<h3>Memory</h3>{_table(headings, rows)}"


def _foot(entries: Sequence[Entry]) -> str:
    conditions = entries[0].record.conditions
    missing = [sentence for entry in entries for sentence in unmeasured(entry.record)]
    facts = [
        ("Machine", f"{conditions.processor}, {conditions.cores} cores"),
        ("System", conditions.system),
        ("Python", conditions.python),
        ("Kept busy by others", f"{conditions.busy:.1f} cores just before"),
        ("Date", conditions.date),
        ("Commit", conditions.commit or "unknown"),
    ]
    facts += [
        (
            f"Build of {entry.record.component}",
            (
                f"{entry.record.build.version}, {entry.record.build.profile}, sources "
                f"{entry.record.build.digest or 'unknown'}"
            ),
        )
        for entry in entries
    ]
    method = _METHOD.format(processes=conditions.processes)
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return (
        f"<section><h2>What was not measured</h2>"
        f"{_list('', missing) or '<p>Nothing was left out.</p>'}</section>"
        f"<section><h2>How it was measured</h2>{method}<dl>{told}</dl></section>"
    )


def _verdict(verdict: str) -> str:
    return f'<span class="badge {escape(verdict)}">{escape(verdict)}</span>'


def _unit(figure: str, unit: str) -> str:
    return figure if figure == figures.ABSENT else f"{figure} {unit}"


def _list(title: str, sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    if not items:
        return ""
    return (f"<h3>{escape(title)}</h3>" if title else "") + f"<ul>{items}</ul>"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; headings are text, cells are HTML."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'
