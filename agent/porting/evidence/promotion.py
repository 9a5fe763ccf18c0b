"""Moves a component to another stage, if the evidence meets what the stage requires."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from agent.errors import EvidenceLacking
from agent.porting.project.table import STAGES, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.porting.evidence.freshness import EvidenceStatus
    from agent.porting.evidence.thresholds import Requirement
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.evidence import Evidence

    Collect = Callable[[str, tuple[Evidence, Evidence]], Evidence]

__all__ = ["Promotion", "demote_or_refuse", "next_stage", "promote"]


@dataclass(frozen=True)
class Promotion:
    """What a stage requires of a component, and whether the component was moved there."""

    component: str
    before: str
    """The stage that the component was in."""
    stage: str
    """The stage that was asked for."""
    requirements: tuple[Requirement, ...]
    moved: bool

    @property
    def lacking(self) -> list[str]:
        """The figures that are missing or do not meet their thresholds."""
        return [each.what for each in self.requirements if not each.held]

    def require_met(self) -> None:
        """Raise `EvidenceLacking` if a requirement is not met."""
        if self.lacking:
            where = "is" if self.before == self.stage else "stays"
            message = (
                f"{self.component} {where} in {self.before}; {self.stage} lacks: "
                f"{', '.join(self.lacking)}"
            )
            raise EvidenceLacking(message)

    def to_json(self) -> dict[str, Any]:
        """Return what ``agent promote --json`` prints."""
        return {
            "component": self.component,
            "from": self.before,
            "to": self.stage,
            "moved": self.moved,
            "needs": [asdict(each) for each in self.requirements],
        }

    def __str__(self) -> str:
        if self.moved:
            return f"{self.component} went from {self.before} to {self.stage}"
        if self.before == self.stage:
            return f"{self.component} is in {self.stage} already"
        return f"{self.component} may go from {self.before} to {self.stage}"


def next_stage(component: Component) -> str:
    """Return the stage after the component's own, or that one if there is none."""
    return STAGES[min(STAGES.index(component.stage) + 1, len(STAGES) - 1)]


def promote(
    component: Component,
    project: Project,
    stage: str,
    collect: Collect | None = None,
    *,
    show: Callable[[list[Requirement]], None],
) -> Promotion:
    """Move `component` to `stage` if the evidence meets its requirements.

    Args:
        component: what is moved.
        project: whose component that is.
        stage: the stage to move to; ``"python"`` requires nothing.
        collect: collects the evidence that a stage lacks, from the evidence in the file and what
            of it holds; None for a dry run, which changes nothing.
        show: is called with the requirements before the component is moved.

    Raises:
        ContractError: the stage cannot be found in the table, or the component cannot run in it.
        Exception: what `collect` raises.
    """
    found: list[Requirement] = []
    if stage != "python":  # the way back needs no more than the table
        from agent.porting.evidence.freshness import known_evidence  # noqa: PLC0415
        from agent.porting.evidence.thresholds import requirements  # noqa: PLC0415

        known = known_evidence(component, project)
        evidence = known[1] if collect is None else collect(stage, known)
        found = requirements(component, project, stage, evidence)
        show(found)
    moved = collect is not None and component.stage != stage and all(each.held for each in found)
    if moved:
        from agent.porting.project.stage import set_stage  # noqa: PLC0415

        if stage != "python":
            _require_runnable(component, project, stage)

        set_stage(project, component.name, stage)
    return Promotion(component.name, component.stage, stage, tuple(found), moved)


def _require_runnable(component: Component, project: Project, stage: str) -> None:
    """Raise `ContractError`, as programs would, if the component cannot run in a stage."""
    from agent.porting.fallback import served  # noqa: PLC0415  # as below
    from agent.porting.shadow import shadowed, verified  # noqa: PLC0415  # only where needed

    project.make_importable()
    python, rust = load(component.python), load(component.rust)
    if stage == "shadow":
        shadowed(component, python, rust)
        return
    if component.partial:
        rust = served(component.name, python, rust)
    if component.verify > 0:
        verified(component, python, rust)


def demote_or_refuse(
    project: Project, statuses: Sequence[tuple[Component, EvidenceStatus | None]]
) -> list[str]:
    """Treat components whose stage is not supported by evidence as the project's settings say.

    With ``stale = "demote"`` they are moved to the last stage that evidence supports; returns a
    sentence for each. Otherwise raises `EvidenceLacking`.
    """
    weak = [(component, status) for component, status in statuses if status and not status.holds]
    if weak and project.stale != "demote":
        shown = "; ".join(f"{component.name}: evidence {status}" for component, status in weak)
        commands = " and ".join(
            f"agent promote {component.name} --to {component.stage}" for component, _ in weak
        )
        message = f"{shown}; get it with {commands}"
        raise EvidenceLacking(message)
    from agent.porting.project.stage import set_stage  # noqa: PLC0415  # only where needed

    sentences = []
    for component, status in weak:
        set_stage(project, component.name, status.supported)
        sentences.append(
            f"{component.name} went from {component.stage} to {status.supported}: evidence {status}"
        )
    return sentences
