"""Checks and measures components for a report; nothing is kept as evidence."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from agent.porting.benchmark.measure import MeasurementPlan, measure
from agent.porting.check.component import check_component
from agent.porting.project.table import split
from agent.porting.report.summary import Proof, ReportEntry
from agent.porting.sources.build import require_measurable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["survey"]


def survey(
    components: Sequence[Component],
    project: Project,
    plan: MeasurementPlan,
    tell: Callable[[str], None],
) -> list[ReportEntry]:
    """Check each component with the default options, then measure it; return an entry for each.

    Args:
        components: whose Rust sides can be loaded.
        project: whose components these are.
        plan: how much to measure.
        tell: is called with each line of progress.

    Raises:
        MeasurementRefused: a build is no release build of the current sources, which is found out
            before anything is checked; or another measurement does not end.
    """
    for component in components:
        require_measurable(import_module(split(component.rust)[0]))
    entries = []
    for component in components:
        tell(f"{component.name}: comparing both sides, call by call")
        proof = _prove(component, project)
        tell(f"{component.name}: {proof.verdict}, {proof.examples:,} calls compared")
        entries.append(ReportEntry(component.stage, proof, measure(component, plan, tell)))
    return entries


def _prove(component: Component, project: Project) -> Proof:
    verdict = check_component(component, project)
    return Proof(
        verdict=verdict.verdict,
        examples=verdict.examples,
        operations=dict(verdict.operations),
        divergences=tuple(map(str, verdict.divergences)),
        doubts=tuple(verdict.doubts),
        seed=verdict.seed,
    )
