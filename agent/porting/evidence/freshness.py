"""Whether the stage that a component is in rests on evidence for the sources as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import ContractError, EnvironmentLacking
from agent.porting.evidence.digests import digests
from agent.porting.evidence.thresholds import held_stage, needs
from agent.porting.records.evidence import Evidence, read_evidence

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.digests import Digests

__all__ = ["Standing", "evidence_path", "find_standing", "known_evidence"]


@dataclass(frozen=True)
class Standing:
    """What the evidence of a component comes to."""

    state: str
    """``"held"``, ``"stale"``, ``"lacking"`` (a threshold is not met), ``"missing"``,
    ``"unreadable"`` or ``"unknown"`` (no sources are here)."""
    parts: tuple[str, ...] = ()
    """What has changed, or is missing or too weak."""
    supported: str = "python"
    """The last stage, up to the component's own, that evidence supports."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with the stage as far as can be told here."""
        return self.state in {"held", "unknown"}

    def __str__(self) -> str:
        if self.state == "unknown":
            return "-"
        return f"{self.state}: {', '.join(self.parts)}" if self.parts else self.state


def evidence_path(name: str, project: Project) -> Path:
    """Return where the evidence of the component `name` is kept."""
    return project.evidence_folder / f"{name}.json"


def known_evidence(component: Component, project: Project) -> tuple[Evidence, Evidence]:
    """Return the evidence as it was kept, and what of it holds for the sources as they are.

    A file that cannot be read is as good as none.
    """
    now = digests(component, project)
    none = Evidence(component.name, now)
    try:
        before = read_evidence(evidence_path(component.name, project)) or none
    except ContractError:
        before = none
    return before, before.renewed(now)


def find_standing(component: Component, project: Project) -> Standing:
    """Tell what the stage of `component` rests on; nothing is imported, run or written."""
    path = evidence_path(component.name, project)
    try:
        now = digests(component, project)
        evidence = read_evidence(path)
    except EnvironmentLacking:
        return Standing("unknown", supported=component.stage)
    except ContractError:
        return Standing("unreadable")
    return Standing("missing") if evidence is None else _judged(component, project, evidence, now)


def _judged(component: Component, project: Project, evidence: Evidence, now: Digests) -> Standing:
    holding = evidence.renewed(now)
    owed = needs(component, project, component.stage, holding)
    lacking = [need for need in owed if not need.held]
    if not lacking:
        return Standing("held", supported=component.stage)
    supported = held_stage(component, project, holding)
    void = evidence.void(now)
    if changed := {part for need in lacking for part in void.get(need.finding, ())}:
        return Standing("stale", tuple(sorted(changed)), supported)
    return Standing("lacking", tuple(need.what for need in lacking), supported)
