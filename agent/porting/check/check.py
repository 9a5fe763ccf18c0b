"""The parity check: whether two implementations of a contract cannot be told apart."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.check.budget import Budget
from agent.porting.check.campaign import Campaign
from agent.porting.check.determinism import unsteady_operations
from agent.porting.check.generate import draw
from agent.porting.check.known_divergences import load_register
from agent.porting.check.pinning import pin_all
from agent.porting.check.verdict import Verdict, unheard
from agent.porting.check.workers import draw_in_processes
from agent.porting.fallback.attribution import served_and_refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.porting.check.loading import Reload
    from agent.porting.check.verdict import Progress
    from agent.porting.contract.reader import Contract

__all__ = ["PROFILES", "Profile", "check", "find_profile"]


_OF_TIME = 0.25
"""Part of the time that is spent on the reference alone, where time is short."""

_VARIED = 5
"""Drawn calls for each one of a recorded script that was changed."""


@dataclass(frozen=True)
class Profile:
    """How thorough a check is."""

    examples: int
    """Calls to draw and compare; pinned examples, edges and recorded calls come on top."""
    steps: int
    """Calls of one drawn script."""
    seed: int | None
    """What is drawn; None for something else each time."""


PROFILES = {
    "quick": Profile(examples=10_000, steps=80, seed=None),
    "ci": Profile(examples=30_000, steps=100, seed=0),
    "deep": Profile(examples=500_000, steps=200, seed=None),
}


def find_profile(name: str) -> Profile:
    """Return a profile by its name; raise `UsageError`, listing them, if there is none."""
    if name not in PROFILES:
        message = f"no profile {name!r}: choose from {', '.join(PROFILES)}"
        raise UsageError(message)
    return PROFILES[name]


def check(  # noqa: PLR0913  # each says one thing about the check
    name: str,
    contract: Contract,
    python: Any,
    rust: Any,
    *,
    profile: str = "ci",
    examples: int | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    folder: Path | None = None,
    corpus: Path | None = None,
    register: Path | None = None,
    scripts: Sequence[Sequence[str]] = (),
    pinning: bool = False,
    itself: bool = False,
    guessed: bool = False,
    partial: bool = False,
    brief: bool = False,
    jobs: int = 1,
    reload: Reload | None = None,
    call_limit: float = float("inf"),
    progress: Progress = unheard,
) -> Verdict:
    """Compare `python` and `rust`, two implementations of `contract`, call by call.

    Args:
        name: the component's name.
        contract: what both implement.
        python: the reference.
        rust: what is compared with it.
        profile: a name of `PROFILES`.
        examples: calls to draw and compare; the profile's number by default.
        seconds: start nothing new after that time; no limit by default.
        seed: what is drawn; the profile's by default.
        folder: where pinned examples are, which are run first.
        corpus: where recorded scripts are, which are replayed and varied.
        register: the register of accepted divergences, if that file exists.
        scripts: others that are run once, after the examples.
        pinning: keep a difference that is found in `folder`.
        itself: whether both may be the same object, which proves nothing about a port.
        guessed: whether the contract is a guess: then nothing has to be refused, as where the
            contract says so itself.
        partial: whether `rust` may leave calls to Python, as it does where it runs: then what both
            serve is compared, and the verdict tells what Rust left.
        brief: stop at the first difference, and do not look for a shorter script.
        jobs: processes that draw at the same time, with seeds of their own.
        reload: loads the pair in another process; needed for more than one of `jobs`, and to see
            whether the reference depends on the hash seed.
        call_limit: seconds that a call may take in one of several `jobs`, whose process is ended
            then; `agent.porting.check.supervisor` limits all calls.
        progress: told the verdict as it is, from time to time and with each difference.

    Raises:
        UsageError: an unknown profile, both implementations are the same object, or several jobs
            without `reload`.
        ContractError: the register cannot be read.
        EnvironmentLacking: the contract names a strategy, and hypothesis is not installed.
    """
    chosen = find_profile(profile)
    guessed = guessed or contract.open_domains is not None
    if python is rust and not itself:
        message = f"both sides of {name} are {python!r}: comparing it with itself proves nothing"
        raise UsageError(message)
    if jobs > 1 and reload is None:
        message = f"{name} cannot be loaded in other processes, so that one job is all there can be"
        raise UsageError(message)
    if seed is None:
        seed = random.randrange(2**32) if chosen.seed is None else chosen.seed  # noqa: S311  # drawn, not secret
    budget = Budget(deadline=float("inf") if seconds is None else time.monotonic() + seconds)
    verdict = Verdict(name, seed)
    rust, refused = served_and_refused(name, python, rust, partial=partial)
    if refused is not None:
        verdict.refused = refused.reasons
    campaign = Campaign(
        contract, python, rust, verdict,
        register=[] if register is None else load_register(register, name),
        budget=budget, guessed=guessed, brief=brief, shrink=not brief, progress=progress,
        refused=refused,
    )  # fmt: skip
    try:
        campaign.tell()
        if not brief:
            verdict.unsteady |= unsteady_operations(
                contract, python, seed, reload, budget.after(_OF_TIME)
            )
            campaign.examine_register()
        campaign.replay_examples(folder)
        campaign.replay_scripts(scripts)
        calls = examples or chosen.examples
        campaign.replay_corpus(corpus, calls // _VARIED)
        campaign.try_edges()
        budget.calls = calls
        if jobs > 1 and reload is not None:
            draw_in_processes(campaign, reload, chosen.steps, jobs, call_limit)
        else:
            draw(campaign, python, rust, chosen.steps)
        if guessed:
            budget.calls = float("inf")
            campaign.try_beyond()
    except KeyboardInterrupt:
        verdict.doubts.append("the check was interrupted")
    campaign.doubt_what_was_left_out()
    if pinning and folder is not None:
        pin_all(verdict, folder)
    return verdict
