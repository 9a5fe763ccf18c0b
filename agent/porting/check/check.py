"""The parity check: whether two implementations of a contract do the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.check.around import preserved
from agent.porting.check.bounds import EDGES, EXAMPLES, doubt_what_was_left_out
from agent.porting.check.budget import Budget
from agent.porting.check.campaign import Campaign
from agent.porting.check.confirm import confirm
from agent.porting.check.costs import learn_anew
from agent.porting.check.determinism import unsteady_operations
from agent.porting.check.disagreement import FirstDifference
from agent.porting.check.explore import count_branches, explore
from agent.porting.check.generate import draw
from agent.porting.check.hidden import note_hidden_state
from agent.porting.check.loading import Loaded
from agent.porting.check.object_protocol import probe_objects
from agent.porting.check.options import CheckOptions
from agent.porting.check.pinning import pin_all
from agent.porting.check.repetition import repeat_calls
from agent.porting.check.sizes import try_sizes
from agent.porting.check.verdict import Verdict, ignore_progress
from agent.porting.check.workers import draw_in_processes
from agent.porting.check.world import refusing_effects
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.worlds.opening import require_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.porting.check.loading import Reload
    from agent.porting.check.verdict import Progress

__all__ = ["check"]

_DEFAULTS = CheckOptions()

_OF_TIME = 0.25
"""Part of the time limit that goes into checking the reference against itself."""

_OF_EDGES = 0.5
"""Part of the time left that recorded calls, and the edges of domains, may take each."""

_OF_REST = 0.3
"""The same for each other part that comes before calls are drawn, which are to reach the rest."""

_OF_SIZES = 0.2
"""Part of the time left that large arguments may take."""

_OF_DRAWING = 0.9
"""The same for drawing calls, where something follows."""

_VARIED = 5
"""Drawn calls for each call in a variation of a recorded script."""


@refusing_effects()
def check(  # noqa: PLR0913  # each says one thing about the check
    name: str,
    pair: Loaded,
    options: CheckOptions = _DEFAULTS,
    *,
    reload: Reload | None = None,
    progress: Progress = ignore_progress,
    avoided: Mapping[str, str] | None = None,
) -> Verdict:
    """Compare the two implementations of a contract, call by call, in this process.

    Args:
        name: the component's name.
        pair: the contract, the reference, and what is compared with it.
        options: what is compared, and for how long.
        reload: loads the pair in another process; needed for more than one job, and to see
            whether the reference depends on the hash seed.
        progress: is called with the verdict so far, from time to time and with each difference.
        avoided: lines whose calls are not made, with what they took.

    Raises:
        UsageError: both implementations are the same object, several jobs without `reload`,
            external operations without a world, or a reference that touches the outside world
            without having declared that.
        ContractError: the register cannot be read, or the world is none.
        EnvironmentLacking: the contract names a strategy, and hypothesis is not installed.
    """
    contract, python, rust = pair
    budget = Budget.of(options.seconds)
    require_world(contract)
    if contract.open_domains is not None:
        options = replace(options, guessed=True)
    if python is rust and not options.itself:
        message = f"both sides of {name} are {python!r}: comparing it with itself proves nothing"
        raise UsageError(message)
    if options.jobs > 1 and reload is None:
        message = f"{name} cannot be loaded in other processes, so that one job is all there can be"
        raise UsageError(message)
    verdict = Verdict(name, options.chosen_seed(), external=tuple(contract.external))
    verdict.costly = learn_anew(avoided or {}).calls
    rust, refused = served_and_refused(name, python, rust, partial=options.partial)
    if refused is not None:
        verdict.refused = refused.reasons
    if not options.brief:
        note_hidden_state(verdict, contract, python)
    campaign = Campaign(
        Loaded(contract, python, rust), verdict, options,
        reload=reload, progress=progress, refused=refused,
    )  # fmt: skip
    campaign.budget = budget  # what came before takes its time, too
    try:
        with preserved(python, rust):
            _compare(campaign, reload)
    except FirstDifference:
        verdict.stopped = True
    except KeyboardInterrupt:  # of a person, or of the process that supervises the time
        if campaign.budget.ended:
            verdict.bounded.append(verdict.part)
        else:
            verdict.interrupted = True
    doubt_what_was_left_out(verdict, contract, options)
    if options.pinning and options.folder is not None:
        pin_all(verdict, options.folder)
    return verdict


def _compare(campaign: Campaign, reload: Reload | None) -> None:
    """Go through the parts of a check."""
    options, verdict, python = campaign.options, campaign.verdict, campaign.sides[0]
    if not options.brief:
        with campaign.part("comparing the reference with itself", _OF_TIME):
            verdict.unsteady |= unsteady_operations(
                campaign.caller, python, verdict.seed, reload, campaign.budget.deadline
            )
            campaign.budget.cut = campaign.budget.late
            campaign.examine_register()
    with campaign.part(EXAMPLES):
        campaign.replay_examples()
    with campaign.part("replaying recorded calls", _OF_EDGES):
        campaign.replay_corpus(options.corpus, options.calls // _VARIED)
    with campaign.part(EDGES, _OF_EDGES):
        campaign.try_edges()
    campaign.budget.calls = options.calls
    with campaign.part("exploring the reference", _OF_REST):
        exploration = explore(campaign)
    left, campaign.budget.calls = campaign.budget.calls, float("inf")
    with campaign.part("comparing the object protocol", _OF_REST):
        probe_objects(campaign)
    with campaign.part("repeating calls", _OF_REST):
        repeat_calls(campaign)
    campaign.budget.calls = left
    with campaign.part("trying large arguments", _OF_SIZES):
        try_sizes(campaign)
    with campaign.part("drawing calls", _OF_DRAWING if options.guessed else 1.0):
        if options.jobs > 1 and reload is not None:
            draw_in_processes(campaign, reload)
        else:
            draw(campaign)
    if not options.brief:
        confirm(campaign)
    if options.guessed:
        campaign.budget.calls = float("inf")
        with campaign.part("trying what is just outside of guessed domains"):
            campaign.try_beyond()
    campaign.second_look.finish()
    if not options.brief:
        verdict.part = "counting branches"
        count_branches(campaign, exploration)
