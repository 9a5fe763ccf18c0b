"""Draws scripts and runs them until enough was compared, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.check.state_machine import run_twins

if TYPE_CHECKING:
    from agent.porting.check.campaign import Campaign

__all__ = ["draw"]

_PROGRAMS = 10
"""Scripts drawn between two reports of progress; each batch has a seed of its own."""


_KEPT = 3
"""Batches whose scripts are kept, to count what they reach."""


def draw(campaign: Campaign) -> None:
    """Draw scripts and run them on both sides, within the campaign's budget."""
    verdict = campaign.verdict
    batch = 0
    while not campaign.drawn_enough:
        findings = run_twins(
            campaign.drawing, *campaign.sides,
            seed=verdict.seed + (batch << 32), programs=_PROGRAMS,
            found=campaign.meet, budget=campaign.budget, refused=campaign.refused,
            unsteady=verdict.unsteady, keep=batch < _KEPT, ran=campaign.second_look.after,
        )  # fmt: skip
        verdict.reach.add(findings.reach)
        verdict.redrawn.update(findings.redrawn)
        campaign.ran += findings.scripts
        campaign.report()
        if findings.reach.calls == 0:
            return
        batch += 1
