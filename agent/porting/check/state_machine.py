"""The twin machine: draws scripts from a contract, and runs each line on both sides at once.

All that a script is drawn from is a row of bytes, which its seed alone decides: what else a process
has loaded changes nothing. The same bytes decide which calls are made and with what; a draw by
Hypothesis for each would take longer than the call.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.check.around import QUICKLY
from agent.porting.check.budget import Budget
from agent.porting.check.environments import drawn_environment
from agent.porting.check.executor import Pair
from agent.porting.check.generator import Run
from agent.porting.check.reach import Reach
from agent.porting.check.world import refusing_effects
from agent.porting.strategies.draws import redrawn_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.porting.check.disagreement import Disagreement
    from agent.porting.check.operations import Drawing
    from agent.porting.compare.masks import Unsteady
    from agent.porting.fallback.attribution import Refused

__all__ = ["Findings", "run_twins"]


@dataclass
class Findings:
    """What the runs of a machine came to."""

    reach: Reach = field(default_factory=Reach)
    """How far the compared calls got."""
    redrawn: Counter[str] = field(default_factory=Counter)
    """Arguments that were drawn again from their choices, by strategy."""
    scripts: list[list[str]] = field(default_factory=list)
    """The lines of the scripts that were run, where they were to be kept."""


def run_twins(  # noqa: PLR0913  # each says one thing about the runs
    drawing: Drawing,
    python: Any,
    rust: Any,
    *,
    seed: int,
    programs: int,
    found: Callable[[list[str], Disagreement], bool],
    budget: Budget | None = None,
    refused: Refused | None = None,
    unsteady: Mapping[str, Unsteady] | None = None,
    keep: bool = False,
    ran: Callable[[list[str], set[str]], None] | None = None,
) -> Findings:
    """Run `programs` scripts of `drawing.steps` calls on both sides, within the budget.

    `found` is called with each difference and the lines that led to it, and returns whether the
    script may continue as if there were none; `refused` is called with the calls that Rust did not
    serve. What is `unsteady` is not compared. With `keep`, the scripts are returned. `ran` is
    called after each script, with what it changed around it; the first is looked at closely.
    """
    findings = Findings()
    left = Budget() if budget is None else budget

    for program in range(programs):
        if left.spent:
            break
        chance = Random(f"{seed}/{program}")  # noqa: S311  # drawn, not secret
        closely = () if program else QUICKLY
        pair = Pair(
            drawing.caller.contract, python, rust, findings.reach, refused,
            unsteady=unsteady, closely=closely,
        )  # fmt: skip
        with refusing_effects(), pair:
            setting = drawing.setting(chance)
            around = Random(f"{seed}/{program}/around")  # noqa: S311  # so that all else stays
            variables = {} if drawing.hints is None else drawing.hints.variables
            setting = replace(
                setting, environment=drawn_environment(around, drawing.caller.contract, variables)
            )
            run = Run(drawing, pair, setting, chance, found, left)
            run.play(drawing.steps)
        findings.redrawn += redrawn_in(run.lines)
        if ran is not None:
            ran(run.lines, pair.around.changed.difference(closely))
        if keep:
            findings.scripts.append(run.lines)
    return findings
