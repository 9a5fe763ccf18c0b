"""Runs what differs once more, in a process in which both sides have done the same before.

A check calls the reference more often than the other side: to explore it, and to compare it with
itself. What that leaves behind in a class or a module, as the members that an enumeration makes,
is no difference between the sides.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from agent.porting.check.around import words_for
from agent.porting.check.disagreement import tried
from agent.porting.check.executor import Pair
from agent.porting.check.processes import SPAWN
from agent.porting.check.world import refusing_effects
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.strategies.call_writer import caller_of
from agent.porting.worlds.guard import EffectStopped
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from agent.porting.check.budget import Budget
    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.verdict import Divergence, Verdict
    from agent.porting.compare.masks import Unsteady
    from agent.porting.strategies.call_writer import Caller
    from agent.porting.strategies.draws import Choice

__all__ = ["confirm"]

_PATIENCE = 10.0
"""Seconds that the process is given, at most; what it has not told by then is believed."""


class _Campaign(Protocol):
    """The check that found the differences."""

    caller: Caller
    verdict: Verdict
    options: CheckOptions
    budget: Budget
    reload: Reload | None
    """Loads the pair in another process."""
    unconfirmed: set[tuple[str | None, ...]]
    """The kinds of differences that were found, and not confirmed."""


class _Asked(NamedTuple):
    """What is run once more."""

    name: str
    partial: bool
    unsteady: dict[str, Unsteady]
    scripts: list[tuple[list[str], frozenset[str]]]
    """Each with what is looked at beside its results."""
    draws: list[Choice]


def confirm(campaign: _Campaign) -> None:
    """Leave out of the verdict what differs only after calls of one side; that is a doubt."""
    verdict, draws, reload = campaign.verdict, campaign.caller.draws, campaign.reload
    found = [each for each in verdict.divergences if _can_be_run(each)]
    if not found or reload is None:
        return
    asked = _Asked(
        verdict.component,
        campaign.options.partial,
        verdict.unsteady,
        [(each.script, words_for(each.where)) for each in found],
        draws.found_in(line for each in found for line in each.script),
    )
    until = min(time.monotonic() + _PATIENCE, campaign.budget.deadline)
    for each, differs in zip(found, _differ(reload, asked, until), strict=False):
        if not differs:
            verdict.divergences.remove(each)
            campaign.unconfirmed.add(each.kind)
            verdict.doubts.append(
                f"{each.call} differed in {each.where}, but not where both sides had done the same"
                f" before: {each.python} or {each.rust}"
            )


def _can_be_run(found: Divergence) -> bool:
    """Return whether a line of the script shows the difference by itself."""
    return found.where != "domain" and found.topic is None and found.repeats


def _differ(reload: Reload, asked: _Asked, until: float) -> list[bool]:
    """Return whether each script differs in another process; fewer where it does not say."""
    here, there = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_tell, args=(reload, asked, there), daemon=True)
    process.start()
    there.close()
    told: list[bool] = []
    with suppress(EOFError):  # it ended, which a script that differs may do
        while len(told) < len(asked.scripts) and here.poll(max(0.0, until - time.monotonic())):
            told.append(here.recv())
    process.kill()
    process.join()
    sweep(process.pid)
    return told


def _tell(reload: Reload, asked: _Asked, pipe: Connection) -> None:
    contract, python, rust = reload()
    rust, _ = served_and_refused(asked.name, python, rust, partial=asked.partial)
    caller_of(contract).learn(asked.draws)
    with refusing_effects():
        for lines, closely in asked.scripts:
            with Pair(contract, python, rust, unsteady=asked.unsteady, closely=closely) as pair:
                pipe.send(_differs(pair, lines))
    pipe.close()


def _differs(pair: Pair, lines: list[str]) -> bool:
    """Return whether the last line differs; also where one before does not run to its end."""
    found = None
    for line in lines:
        try:
            found = tried(pair, line)
        except (Exception, EffectStopped):  # noqa: BLE001  # what it says is not about the sides
            return True
    return found is not None
