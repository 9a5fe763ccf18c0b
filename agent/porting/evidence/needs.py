"""What a stage needs of evidence, held against the thresholds of the table as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.measuring.figures import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.evidence.record import Evidence, Measured, Parity, Shadowed, Toothed
    from agent.porting.table import Component

__all__ = ["FINDINGS", "Need", "held_stage", "needs", "table"]

FINDINGS = ("shadow", "parity", "measurement", "teeth")
"""What evidence consists of, in the order of what it costs to get."""


@dataclass(frozen=True)
class Need:
    """One thing that a stage rests on."""

    finding: str
    """Which of `FINDINGS` tells it."""
    what: str
    wanted: str
    found: str
    """What the evidence says; ``"nothing"`` where there is none."""
    held: bool
    command: str
    """What gets it, or shows why it is not held."""


def needs(component: Component, stage: str, evidence: Evidence, now: int) -> list[Need]:
    """Return what `component` needs to be in `stage`, and what of it is there.

    Args:
        component: the row of the table, with its thresholds.
        stage: the stage it is to be in; Python needs nothing.
        evidence: what holds for the sources as they are.
        now: pinned examples and recorded scripts that there are.
    """
    if stage == "python":
        return []
    found = list(_of_parity(component, evidence.parity, now))
    if stage == "rust":
        owed = component.thresholds
        if owed.shadow_calls:
            found.append(_of_shadow(component, evidence.shadow))
        if owed.teeth:
            found.append(_of_teeth(component, evidence.teeth))
        found += _of_measurement(component, evidence.measurement)
    return found


def held_stage(component: Component, evidence: Evidence, now: int) -> str:
    """Return the last stage up to the component's own that the evidence supports."""
    stages = {"python": ("python",), "shadow": ("shadow", "python")}
    for stage in stages.get(component.stage, ("rust", "shadow", "python")):
        if all(need.held for need in needs(component, stage, evidence, now)):
            return stage
    return "python"


def _of_parity(component: Component, parity: Parity | None, now: int) -> Iterator[Need]:
    name, owed = component.name, component.thresholds
    check = f"agent check {name}"
    get = check if parity else f"agent promote {name}"
    verdict = parity.verdict if parity else "nothing"
    yield Need("parity", "verdict", "identical", verdict, verdict == "identical", get)
    calls = parity.calls if parity else 0
    yield Need(
        "parity", "calls compared", f"{owed.calls:,}", f"{calls:,}", calls >= owed.calls,
        f"agent promote {name}",
    )  # fmt: skip
    if component.partial and owed.share:
        share = parity.served / max(1, parity.calls) if parity else 0.0
        yield Need(
            "parity", "of them served by Rust", f"{owed.share:.1%}", f"{share:.1%}",
            share >= owed.share, get,
        )  # fmt: skip
    replayed = parity.examples if parity else 0
    yield Need(
        "parity", "examples replayed", f"{now:,}", f"{replayed:,}", replayed >= now,
        f"agent promote {name}",
    )  # fmt: skip


def _of_shadow(component: Component, shadow: Shadowed | None) -> Need:
    wanted = component.thresholds.shadow_calls
    alike = shadow.compared - shadow.mismatched if shadow else 0
    found = f"{alike:,}"
    if shadow and shadow.mismatched:
        found += f" ({shadow.mismatched:,} differed)"
    return Need(
        "shadow", "shadow calls without difference", f"{wanted:,}", found,
        alike >= wanted and found == f"{alike:,}",
        f"agent promote {component.name} --to shadow, then run your program",
    )  # fmt: skip


def _of_teeth(component: Component, teeth: Toothed | None) -> Need:
    owed = component.thresholds.teeth
    found = f"{teeth.rate:.1%}" if teeth else "nothing"
    command = (
        f"agent check {component.name} --teeth" if teeth else f"agent promote {component.name}"
    )
    held = teeth is not None and teeth.rate >= owed
    return Need("teeth", "mutants noticed", f"{owed:.1%}", found, held, command)


def _of_measurement(component: Component, measured: Measured | None) -> Iterator[Need]:
    name, owed = component.name, component.thresholds
    get = f"agent bench {name}" if measured else f"agent promote {name}"
    if component.workloads is None:
        get = "name its workloads in the table"
    if owed.speedup:
        low = measured.speedup_low if measured and measured.agreed else None
        found = (
            "nothing" if measured is None else "a wrong answer" if low is None else f"{low:.2f}x"
        )
        held = low is not None and low >= owed.speedup
        yield Need("measurement", "speedup, at least", f"{owed.speedup:.2f}x", found, held, get)
    if owed.memory:
        ratio = measured.memory if measured else None
        found = "nothing" if ratio is None else f"{ratio:.2f}x"
        held = ratio is not None and ratio <= owed.memory
        yield Need("measurement", "memory, at most", f"{owed.memory:.2f}x", found, held, get)


def table(found: list[Need]) -> str:
    """Return `found` as text, a row each."""
    rows = [("NEEDED", "WANTED", "THERE", "", "GET IT WITH")]
    rows += [
        (need.what, need.wanted, need.found, "ok" if need.held else "no",
         "" if need.held else need.command)
        for need in found
    ]  # fmt: skip
    return columns(rows)
