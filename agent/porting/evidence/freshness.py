"""Whether a component's stage has valid evidence for the current sources."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import ContractError, EnvironmentLacking
from agent.porting.project.table import split

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.files.digest_cache import DigestCache
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.evidence import Evidence

__all__ = ["EvidenceStatus", "evidence_path", "evidence_status", "known_evidence"]


class EvidenceStatus(NamedTuple):
    """What the evidence of a component supports."""

    state: str
    """``"held"``, ``"stale"``, ``"lacking"`` (a threshold is not met), ``"missing"``,
    ``"unreadable"`` or ``"unknown"`` (no sources are here)."""
    parts: tuple[str, ...] = ()
    """What has changed, is missing or is too weak."""
    supported: str = "python"
    """The last stage, up to the component's own, that evidence supports."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with the stage as far as can be found out here."""
        return self.state in {"held", "unknown"}

    def __str__(self) -> str:
        if self.state == "unknown":
            return "-"
        return f"{self.state}: {', '.join(self.parts)}" if self.parts else self.state


def evidence_path(name: str, project: Project) -> Path:
    """Return where the evidence of the component `name` is kept."""
    return project.evidence_folder / f"{name}.json"


def known_evidence(
    component: Component, project: Project, *, strictly: bool = True
) -> tuple[Evidence, Evidence]:
    """Return the evidence as it was kept, and what of it holds for the sources as they are.

    A file that cannot be read counts as no evidence. Unless `strictly`, no extra is needed, and
    types of figures are trusted (`sketch_evidence`).
    """
    from agent.porting.evidence.digests import digests  # noqa: PLC0415  # not for kept results
    from agent.porting.records.evidence import Evidence  # noqa: PLC0415
    from agent.porting.records.store import read_evidence, sketch_evidence  # noqa: PLC0415

    now = digests(component, project)
    none = Evidence(component.name, now)
    read = read_evidence if strictly else sketch_evidence
    try:
        before = read(evidence_path(component.name, project)) or none
    except ContractError:
        before = none
    return before, before.renewed(now)


def evidence_status(
    component: Component, project: Project, cache: DigestCache | None = None
) -> EvidenceStatus:
    """Return what the stage of `component` rests on; nothing is imported or run.

    With a `cache`, files that have not changed since it was written are not read.
    """
    if project.is_installed:
        return EvidenceStatus("unknown", supported=component.stage)
    if cache is None:
        return _judged(component, project)

    def compute() -> list[object]:
        found = _judged(component, project)
        return [found.state, list(found.parts), found.supported]

    state, parts, supported = cache.result(
        f"evidence of {component.name}", _facts(component, project), compute
    )
    return EvidenceStatus(state, tuple(parts), supported)


def _facts(component: Component, project: Project) -> object:
    """Return what the status depends on besides files, and in which files modules are found."""
    references = (component.contract, component.factory, component.python, component.workloads)
    packages = {split(each)[0].partition(".")[0] for each in references if each is not None}
    specs = [find_spec(package) for package in sorted(packages)]
    origins = [spec.origin if spec else None for spec in specs]
    day = int(time.time() // 86_400)  # registered divergences expire at the end of a day in UTC
    return component, sorted(project.components), project, day, origins, sys.version_info[:2]


def _judged(component: Component, project: Project) -> EvidenceStatus:
    from agent.porting.evidence.digests import digests  # noqa: PLC0415  # not for kept results
    from agent.porting.evidence.thresholds import requirements, supported_stage  # noqa: PLC0415
    from agent.porting.files.trace import noted  # noqa: PLC0415
    from agent.porting.records.store import sketch_evidence  # noqa: PLC0415

    try:
        now = digests(component, project)
        evidence = sketch_evidence(noted(evidence_path(component.name, project)))
    except EnvironmentLacking:
        return EvidenceStatus("unknown", supported=component.stage)
    except ContractError:
        return EvidenceStatus("unreadable")
    if evidence is None:
        return EvidenceStatus("missing")
    holding = evidence.renewed(now)
    owed = requirements(component, project, component.stage, holding)
    lacking = [each for each in owed if not each.held]
    if not lacking:
        return EvidenceStatus("held", supported=component.stage)
    supported = supported_stage(component, project, holding)
    void = evidence.void(now)
    if changed := {part for each in lacking for part in void.get(each.finding, ())}:
        return EvidenceStatus("stale", tuple(sorted(changed)), supported)
    return EvidenceStatus("lacking", tuple(each.what for each in lacking), supported)
