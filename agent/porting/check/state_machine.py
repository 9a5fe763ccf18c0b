"""The twin machine: draws scripts from a contract, and runs each line on both sides at once.

Hypothesis draws how the object is made, the keys and values that calls share, and a seed; the bytes
that it gives decide which calls are made with what: a draw for each would take longer than it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from agent.porting.check.budget import Budget
from agent.porting.check.executor import Disagreement, Pair
from agent.porting.check.generator import Run
from agent.porting.check.operations import Drawing, Setting
from agent.porting.strategies.call_writer import Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.contract.reader import Contract
    from agent.porting.fallback.attribution import Refused

__all__ = ["Findings", "run_twins"]


@dataclass
class Findings:
    """What the runs of a machine came to."""

    counts: Counter[str] = field(default_factory=Counter)
    """Compared calls by operation."""
    scripts: list[list[str]] = field(default_factory=list)
    """The lines of the scripts that were run, where they were to be kept."""
    trouble: str | None = None
    """Why the runs prove nothing."""


def run_twins(  # noqa: PLR0913  # each says one thing about the runs
    contract: Contract,
    python: Any,
    rust: Any,
    *,
    seed: int,
    programs: int,
    steps: int,
    found: Callable[[list[str], Disagreement], bool],
    budget: Budget | None = None,
    refused: Refused | None = None,
    keep: bool = False,
) -> Findings:
    """Run `programs` scripts of `steps` calls on both sides, within the budget.

    `found` is told each difference, with the lines that led to it, and answers whether the script
    may go on as if there had been none; `refused`, the calls that Rust did not serve. With `keep`,
    the scripts are returned.
    """
    findings = Findings()
    drawing = Drawing(Caller(contract), steps)
    left = Budget() if budget is None else budget

    @with_seed(seed)
    @settings(
        max_examples=programs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    @given(
        setting=drawing.setting,
        entropy=st.binary(min_size=8, max_size=8),
    )
    def run(setting: Setting, entropy: bytes) -> None:
        if left.spent:
            return
        pair = Pair(contract, python, rust, findings.counts, refused)
        run = Run(drawing, pair, setting, Random(entropy), found, left)  # noqa: S311  # not secret
        run.play(steps)
        if keep:
            findings.scripts.append(run.lines)

    try:
        run()
    except HypothesisException as error:
        findings.trouble = f"{type(error).__name__}: {error}"
    return findings
