"""What a stage needs of evidence, held against the thresholds of the table as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.fallback.refusal_counts import percent
from agent.porting.files.trace import glob
from agent.porting.project.table import STAGES
from agent.porting.report.figures import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.evidence import Evidence, Measured, Mutated, Parity, Shadowed

__all__ = ["FINDINGS", "Need", "held_stage", "kept_scripts", "needs", "table"]

FINDINGS = ("shadow", "parity", "measurement", "mutation")
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


def kept_scripts(name: str, project: Project) -> int:
    """Return how many pinned examples and recorded scripts there are of a component."""
    folders = (project.parity_folder / folder / name for folder in ("examples", "corpus"))
    return sum(len(glob(folder, "*.py")) for folder in folders)


def needs(component: Component, project: Project, stage: str, evidence: Evidence) -> list[Need]:
    """Return what `component` of `project` needs to be in `stage`, and what of it is there.

    `evidence` is what holds for the sources as they are. Python needs nothing.
    """
    if stage == "python":
        return []
    scripts = kept_scripts(component.name, project)
    found = list(_of_parity(component, evidence.parity, scripts))
    if stage == "rust":
        owed = component.thresholds
        if component.partial and owed.share:
            found.append(_of_share(component, evidence.parity))
        if owed.shadow_calls:
            variable = f"{project.environment}_{component.name.upper()}"
            found.append(_of_shadow(owed.shadow_calls, variable, evidence.shadow))
        if owed.mutation:
            found.append(_of_mutation(component, evidence.mutation))
        found += _of_measurement(component, evidence.measurement)
    return found


def held_stage(component: Component, project: Project, evidence: Evidence) -> str:
    """Return the last stage up to the component's own that the evidence supports."""
    for stage in reversed(STAGES[: STAGES.index(component.stage) + 1]):
        if all(need.held for need in needs(component, project, stage, evidence)):
            return stage
    return STAGES[0]


def _of_parity(component: Component, parity: Parity | None, scripts: int) -> Iterator[Need]:
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
    replayed = parity.examples if parity else 0
    yield Need(
        "parity", "examples replayed", f"{scripts:,}", f"{replayed:,}", replayed >= scripts,
        f"agent promote {name}",
    )  # fmt: skip


def _of_share(component: Component, parity: Parity | None) -> Need:
    owed = component.thresholds.share
    share = parity.served / max(1, parity.calls) if parity else 0.0
    return Need(
        "parity", "of them served by Rust", percent(owed), percent(share), share >= owed,
        f"agent status {component.name}, which says what Rust leaves",
    )  # fmt: skip


def _of_shadow(wanted: int, variable: str, shadow: Shadowed | None) -> Need:
    alike = shadow.compared - shadow.mismatched if shadow else 0
    found = f"{alike:,}"
    if shadow and shadow.mismatched:
        found += f" ({shadow.mismatched:,} differed)"
    held = alike >= wanted and found == f"{alike:,}"
    return Need(
        "shadow", "shadow calls without difference", f"{wanted:,}", found, held,
        f"{variable}=shadow and a run of your program",
    )  # fmt: skip


def _of_mutation(component: Component, mutation: Mutated | None) -> Need:
    owed = component.thresholds.mutation
    found = percent(mutation.rate) if mutation else "nothing"
    command = (
        f"agent check {component.name} --mutation"
        if mutation
        else f"agent promote {component.name}"
    )
    held = mutation is not None and mutation.rate >= owed
    return Need("mutation", "mutation score", percent(owed), found, held, command)


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
    rows = [("NEEDED", "WANTED", "THERE", "HELD")]
    rows += [(need.what, need.wanted, need.found, "yes" if need.held else "no") for need in found]
    commands = ["GET IT WITH", *("" if need.held else need.command for need in found)]
    lines = columns(rows).splitlines()
    return "\n".join(
        f"{line}  {command}".rstrip() for line, command in zip(lines, commands, strict=True)
    )
