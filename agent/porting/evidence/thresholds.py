"""What a stage requires of evidence, by the thresholds of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.fallback.refusal_counts import percent
from agent.porting.files.trace import glob
from agent.porting.mutation.sample import interval
from agent.porting.project.table import STAGES
from agent.porting.report.figures import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.evidence import (
        Evidence,
        MeasurementEvidence,
        MutationEvidence,
        ParityEvidence,
        ShadowEvidence,
    )

__all__ = [
    "EVIDENCE_KINDS",
    "Requirement",
    "kept_scripts",
    "requirements",
    "supported_stage",
    "table",
]

EVIDENCE_KINDS = ("shadow", "parity", "measurement", "mutation")
"""The kinds of evidence, the cheapest to collect first."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of a stage, and whether the evidence meets it."""

    finding: str
    """The kind of evidence, one of `EVIDENCE_KINDS`."""
    what: str
    """The figure that is required."""
    wanted: str
    """The threshold."""
    found: str
    """The figure in the evidence; ``"nothing"`` where there is none."""
    held: bool
    """Whether the figure meets the threshold."""
    command: str
    """The command that collects the figure, or shows why it is too low."""


def kept_scripts(name: str, project: Project) -> int:
    """Return the number of pinned examples and recorded scripts of a component."""
    folders = (project.parity_folder / folder / name for folder in ("examples", "corpus"))
    return sum(len(glob(folder, "*.py")) for folder in folders)


def requirements(
    component: Component, project: Project, stage: str, evidence: Evidence
) -> list[Requirement]:
    """Return what `stage` requires of `component`, and which of it the evidence meets.

    `evidence` is what holds for the sources as they are. Stage ``python`` requires nothing.
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
        elif component.world is not None and owed.world_calls:
            found.append(_of_worlds(component, evidence.parity))
        if owed.mutation:
            found.append(_of_mutation(component, evidence.mutation))
        found += _of_measurement(component, evidence.measurement)
    return found


def supported_stage(component: Component, project: Project, evidence: Evidence) -> str:
    """Return the last stage, up to the component's own, whose requirements the evidence meets."""
    for stage in reversed(STAGES[: STAGES.index(component.stage) + 1]):
        if all(each.held for each in requirements(component, project, stage, evidence)):
            return stage
    return STAGES[0]


def _of_parity(
    component: Component, parity: ParityEvidence | None, scripts: int
) -> Iterator[Requirement]:
    name, owed = component.name, component.thresholds
    check = f"agent check {name}"
    get = check if parity else f"agent promote {name}"
    verdict = parity.verdict if parity else "nothing"
    yield Requirement("parity", "verdict", "identical", verdict, verdict == "identical", get)
    calls = parity.calls if parity else 0
    yield Requirement(
        "parity", "calls compared", f"{owed.calls:,}", f"{calls:,}", calls >= owed.calls,
        f"agent promote {name}",
    )  # fmt: skip
    replayed = parity.examples if parity else 0
    yield Requirement(
        "parity", "examples replayed", f"{scripts:,}", f"{replayed:,}", replayed >= scripts,
        f"agent promote {name}",
    )  # fmt: skip
    if parity is not None:
        yield from _of_reach(component, parity)


def _of_reach(component: Component, parity: ParityEvidence) -> Iterator[Requirement]:
    """Yield what is required of how far the calls got, as far as the evidence says.

    Evidence of an earlier time does not say, and keeps what it proved then.
    """
    name, owed = component.name, component.thresholds.branches
    if parity.operations is not None:
        missed = parity.unexercised or {}
        known = len(parity.operations.keys() | missed.keys())
        yield Requirement(
            "parity", "operations exercised", f"{known:,}", f"{known - len(missed):,}", not missed,
            f"agent check {name}, which names the others",
        )  # fmt: skip
    if owed and parity.branches is not None:
        share = parity.branches[0] / max(1, parity.branches[1])
        yield Requirement(
            "parity", "branches of the reference", percent(owed), percent(share), share >= owed,
            f"agent check {name}",
        )  # fmt: skip


def _of_share(component: Component, parity: ParityEvidence | None) -> Requirement:
    owed = component.thresholds.share
    share = parity.share if parity else 0.0
    return Requirement(
        "parity", "of them served by Rust", percent(owed), percent(share), share >= owed,
        f"agent status {component.name}, which says what Rust leaves",
    )  # fmt: skip


def _of_worlds(component: Component, parity: ParityEvidence | None) -> Requirement:
    owed = component.thresholds.world_calls
    calls = parity.world_calls if parity else 0
    return Requirement(
        "parity", "calls compared in worlds", f"{owed:,}", f"{calls:,}", calls >= owed,
        f"agent promote {component.name}",
    )  # fmt: skip


def _of_shadow(wanted: int, variable: str, shadow: ShadowEvidence | None) -> Requirement:
    alike = shadow.compared - shadow.mismatched if shadow else 0
    found = f"{alike:,}"
    if shadow and shadow.mismatched:
        found += f" ({shadow.mismatched:,} differed)"
    held = alike >= wanted and found == f"{alike:,}"
    return Requirement(
        "shadow", "shadow calls without difference", f"{wanted:,}", found, held,
        f"{variable}=shadow and a run of your program",
    )  # fmt: skip


def _of_mutation(component: Component, mutation: MutationEvidence | None) -> Requirement:
    owed = component.thresholds.mutation
    found = percent(mutation.rate) if mutation else "nothing"
    if mutation and mutation.drawn_from:
        counted = mutation.mutants - mutation.equivalent
        low, high = interval(mutation.killed, counted, mutation.drawn_from)
        found += f" ({percent(low)} to {percent(high)} of all)"
    command = (
        f"agent check {component.name} --mutation"
        if mutation
        else f"agent promote {component.name}"
    )
    held = mutation is not None and mutation.rate >= owed and _enough(component, mutation)
    if mutation and mutation.equivalent > component.thresholds.equivalent * mutation.mutants:
        found += f", {mutation.equivalent:,} of {mutation.mutants:,} are called equivalent"
        held = False
    return Requirement("mutation", "mutation score", percent(owed), found, held, command)


def _enough(component: Component, mutation: MutationEvidence) -> bool:
    """Return whether as many mutants ran as the table wants."""
    return not mutation.drawn_from or 0 < component.thresholds.mutants <= mutation.mutants


def _of_measurement(
    component: Component, measured: MeasurementEvidence | None
) -> Iterator[Requirement]:
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
        yield Requirement(
            "measurement", "speedup, at least", f"{owed.speedup:.2f}x", found, held, get
        )
    if owed.memory:
        ratio = measured.memory if measured else None
        found = "nothing" if ratio is None else f"{ratio:.2f}x"
        held = ratio is not None and ratio <= owed.memory
        yield Requirement("measurement", "memory, at most", f"{owed.memory:.2f}x", found, held, get)


def table(found: list[Requirement]) -> str:
    """Return the requirements as text, one to a line."""
    rows = [("REQUIREMENT", "REQUIRED", "FOUND", "MET")]
    rows += [(each.what, each.wanted, each.found, "yes" if each.held else "no") for each in found]
    commands = ["HOW TO GET IT", *("" if each.held else each.command for each in found)]
    lines = columns(rows).splitlines()
    return "\n".join(
        f"{line}  {command}".rstrip() for line, command in zip(lines, commands, strict=True)
    )
