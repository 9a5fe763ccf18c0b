"""Collects evidence: one function for each kind."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, EvidenceLacking
from agent.porting.benchmark.measure import MeasurementPlan, measure
from agent.porting.check.component import check_component
from agent.porting.check.options import CheckOptions, find_profile
from agent.porting.evidence.digests import digests
from agent.porting.evidence.freshness import evidence_path
from agent.porting.evidence.thresholds import EVIDENCE_KINDS, kept_scripts, requirements
from agent.porting.files.atomic import exclusively_changing, replace_text
from agent.porting.project.table import split
from agent.porting.records.evidence import (
    MeasurementEvidence,
    MutationEvidence,
    ParityEvidence,
    ShadowEvidence,
)
from agent.porting.records.store import evidence_text, read_evidence
from agent.porting.report.summary import memory_ratio, summarise
from agent.porting.sources.build import require_measurable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.porting.evidence.thresholds import Requirement
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.evidence import Evidence

    Tell = Callable[[str], None]
    MutantProgress = Callable[[int, int, int], None]

__all__ = ["EvidenceCollector"]

_TAKES = {
    "parity": "a minute or two",
    "measurement": "a few minutes",
    "mutation": "minutes to an hour; Ctrl-C keeps what is known by then",
}
"""How long a kind of evidence takes that was not collected before."""

_ACTIVITIES = {
    "parity": "comparing both sides, call by call",
    "measurement": "measuring both sides against each other",
    "mutation": "measuring the mutation score",
}

_REASONS = 20
"""Reasons for leaving calls to Python that evidence keeps, the most frequent first."""

_OTHERS = 4
"""External calls for each call that makes an object or is not external, at least."""

_DIGITS = 4
"""Significant digits of a figure; more would show noise in every diff."""


class EvidenceCollector:
    """Collects what a component's evidence lacks, and writes it to its file.

    Args:
        component: the row of the table.
        project: whose component that is.
        known: the evidence in the file, and what of it holds for the sources as they are.
        tell: is called with each line of progress.
        progress: is called with the number of mutants that are done, of all, and that survived.
        busy: whether to measure on a busy machine too.
    """

    def __init__(  # noqa: PLR0913  # each says one thing
        self,
        component: Component,
        project: Project,
        known: tuple[Evidence, Evidence],
        *,
        tell: Tell,
        progress: MutantProgress,
        busy: bool = False,
    ) -> None:
        self._component = component
        self._project = project
        self._before, self._evidence = known
        self._tell = tell
        self._ways: dict[str, Callable[[], Any]] = {
            "shadow": lambda: read_shadow(component, self._evidence.shadow),
            "parity": lambda: check_pair(component, project, tell),
            "measurement": lambda: measure_pair(component, tell, busy=busy),
            "mutation": lambda: run_mutants(component, project, tell, progress),
        }

    def complete(self, stage: str, *, fresh: bool = False) -> Evidence:
        """Collect what `stage` lacks, or all it requires if `fresh`, and return the evidence.

        Each kind of evidence is written to its file at once. The first that does not meet the
        thresholds is the last to be collected: the sources must change, which voids the others.

        Raises:
            MeasurementRefused: Rust is not a release build of the sources as they are.
            EvidenceLacking: the sources were changed meanwhile.
        """
        name = self._component.name
        for finding, parts in self._before.void(self._evidence.digests).items():
            self._tell(f"{name}: {finding} is void, for these have changed: {', '.join(parts)}")
        for finding in EVIDENCE_KINDS:
            owed = self._required(stage, finding)
            always = fresh or finding == "shadow"  # a difference may have been met since
            if owed and (always or not all(each.held for each in owed)):
                self._collect(finding)
                if not all(each.held for each in self._required(stage, finding)):
                    break
        return self._evidence

    def _required(self, stage: str, finding: str) -> list[Requirement]:
        found = requirements(self._component, self._project, stage, self._evidence)
        return [each for each in found if each.finding == finding]

    def _collect(self, finding: str) -> None:
        require_measurable(import_module(split(self._component.rust)[0]))
        name, known = self._component.name, getattr(self._before, finding)
        if finding in _ACTIVITIES:
            takes = _TAKES[finding] if known is None else f"{known.seconds} s the last time"
            self._tell(f"{name}: {_ACTIVITIES[finding]} ({takes})")
        figures = self._ways[finding]()
        if figures == getattr(self._evidence, finding):
            return
        now = self._evidence.digests
        changed = digests(self._component, self._project).changed(now)
        if finding == "parity":
            changed -= {"examples"}  # a difference is pinned, and the next check replays it
        if changed:
            message = f"{name}: the {', '.join(sorted(changed))} changed meanwhile; promote again"
            raise EvidenceLacking(message)
        path = evidence_path(name, self._project)
        with exclusively_changing(path):
            # Another process may have written evidence meanwhile, which counts as well.
            kept = self._kept(path) or self._evidence
            self._evidence = replace(kept, **{finding: figures})
            replace_text(path, evidence_text(self._evidence))

    def _kept(self, path: Path) -> Evidence | None:
        try:
            kept = read_evidence(path)
        except ContractError:
            return None
        return None if kept is None else kept.renewed(self._evidence.digests)


def read_shadow(component: Component, known: ShadowEvidence | None) -> ShadowEvidence | None:
    """Return the sums of the shadow ledger, or those `known` already, if they are higher.

    Only calls count in which the same build and the same reference ran as are here.
    """
    from agent.porting.ledger.findings import dismissed_calls  # noqa: PLC0415  # SQLite
    from agent.porting.ledger.ledger_path import ledger_of, sources_of  # noqa: PLC0415  # SQLite

    sums = ledger_of(component).sums(component.name, sources_of(component))
    dismissed = min(dismissed_calls(component), sums.mismatched)
    found = ShadowEvidence(
        _today(), sums.matched, sums.mismatched - dismissed, sums.ignored + dismissed
    )
    if known is not None and not found.mismatched and found.compared <= known.compared:
        return known  # from another machine, perhaps
    return found if found.compared else None


def check_pair(component: Component, project: Project, tell: Tell) -> ParityEvidence:
    """Run the check on as many calls as the thresholds and the profile ``ci`` ask for."""
    begun = monotonic()
    least = find_profile("ci").examples
    scripts = kept_scripts(component.name, project)
    owed = component.thresholds
    in_worlds = 0 if component.world is None or owed.shadow_calls else owed.world_calls
    wanted = max(least, owed.calls, in_worlds + in_worlds // _OTHERS)
    options = CheckOptions(examples=wanted, pinning=True)
    verdict = check_component(component, project, options)
    for found in verdict.divergences:
        tell(f"{component.name}: {found}")
    for doubt in [*verdict.outdated, *verdict.doubts]:
        tell(f"{component.name}: {doubt}")
    refused, reach = verdict.refused or Counter[str](), verdict.reach
    return ParityEvidence(
        date=_today(),
        verdict=verdict.verdict,
        calls=verdict.examples,
        served=reach.served,
        accepted=reach.returned,
        operations={
            name: (each.returned, each.raised.total(), len(each.results))
            for name, each in sorted(reach.operations.items())
        },
        unexercised=verdict.unexercised,
        branches=verdict.branches and (verdict.branches.reached, verdict.branches.of),
        refused=dict(refused.most_common(_REASONS)),
        world_calls=verdict.world_calls,
        examples=scripts,
        registered=verdict.registered.total(),
        seed=verdict.seed,
        seconds=round(monotonic() - begun),
    )


def run_mutants(
    component: Component, project: Project, tell: Tell, progress: MutantProgress
) -> MutationEvidence:
    """Run the parity suite on all mutants whose results are not known yet."""
    from agent.porting.mutation.campaign import measure_mutation  # noqa: PLC0415  # an extra
    from agent.porting.mutation.select_suite import select_suite  # noqa: PLC0415

    begun = monotonic()
    tell("drawing the scripts")
    score = measure_mutation(
        component,
        select_suite(component, project),
        jobs=os.cpu_count() or 1,
        most=component.thresholds.mutants,
        tell=tell,
        progress=progress,
    )
    return MutationEvidence(
        date=_today(),
        mutants=len(score.results),
        killed=score.killed,
        equivalent=score.equivalent,
        rate=_short(score.rate) or 0.0,
        seconds=round(monotonic() - begun),
        drawn_from=score.drawn_from,
    )


def measure_pair(component: Component, tell: Tell, *, busy: bool) -> MeasurementEvidence:
    """Measure speed and memory, on a `busy` machine too if requested."""
    begun = monotonic()
    chosen = MeasurementPlan(busy=busy, wait=0.0 if busy else MeasurementPlan.wait)
    record = measure(component, chosen, tell)
    few = summarise(record)
    conditions = record.conditions
    return MeasurementEvidence(
        date=_today(),
        agreed=all(row.agreed for row in record.workloads),
        speedup=_short(few.speedup),
        speedup_low=_short(few.speedup_low),
        speedup_high=_short(few.speedup_high),
        memory=_short(memory_ratio(record)),
        workloads={
            row.name: (_short(row.speedup_low), _short(row.speedup_high))
            for row in record.workloads
        },
        system=conditions.system,
        processor=conditions.processor,
        python=conditions.python,
        busy=conditions.busy,
        seconds=round(monotonic() - begun),
    )


def _short(figure: float | None) -> float | None:
    return None if figure is None else float(f"{figure:.{_DIGITS}g}")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
