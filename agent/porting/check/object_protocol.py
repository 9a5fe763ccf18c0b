"""Compares what every object has, though no contract lists it: the object protocol.

`OBJECT_PROTOCOL` has the topics. Each is exercised by a few short scripts, once per check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.disagreement import tried
from agent.porting.check.executor import Pair
from agent.porting.check.object_scripts import ProbeScripts
from agent.porting.check.verdict import divergence
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from agent.porting.check.campaign import Campaign
    from agent.porting.check.disagreement import Disagreement
    from agent.porting.check.object_scripts import ObjectProbe
    from agent.porting.check.verdict import Divergence

__all__ = ["probe_objects"]

_AGAIN = 3
"""How often the reference is compared with itself before a difference is held against Rust."""


def probe_objects(campaign: Campaign) -> None:
    """Compare the topics that the contract promises, and add the differences to the verdict.

    Objects are made with the simplest arguments, and once more with those of a call that returned
    and said the most. One that cannot be made so is not probed, which is a doubt.
    """
    verdict, caller = campaign.verdict, campaign.caller
    for owner, contract in caller.contract.everything.items():
        found: set[tuple[str, ...]] = set()
        for topic, reason in contract.unpromised.items():
            verdict.unpromised[topic] = reason
        recipes = campaign.drawing.recipes
        for probe in ProbeScripts(caller, owner, campaign.sides[0], recipes).probes():
            if campaign.over:
                return
            if probe.topic not in contract.unpromised:
                new = _run(campaign, probe)
                if new is not None and (cause := _cause(new)) not in found:
                    found.add(cause)
                    campaign.add(new)


def _cause(found: Divergence) -> tuple[str, ...]:
    """Return the key of differences of an object that probably have one cause."""
    line = parse(found.call)
    whole = found.topic in {"signature", "keywords"}  # each call has its own
    what = found.call if whole else str(line.operation)
    return str(found.topic), what, found.where


def _run(campaign: Campaign, probe: ObjectProbe) -> Divergence | None:
    """Run a probe; return the first difference, if it is one."""
    verdict = campaign.verdict
    lines = list(probe.opening)
    if any(map(costs_of_this_process().avoids, [*lines, *probe.lines])):
        return None
    with campaign.pair() as pair:
        for line in lines:
            if campaign.budget.late or tried(pair, line) is not None:
                return None  # a difference here is found without probing, too
        for line in probe.lines:
            if campaign.budget.late:
                return None
            lines.append(line)
            found = tried(pair, line)
            verdict.probed[probe.topic] += 1
            if found is None:
                if pair.raised(-1) and " = " in line:
                    break  # neither side has what the next lines are about
                continue
            known = _is_known(campaign, found)
            if known or _is_harmless(probe, found) or _is_unsteady(campaign, lines):
                break
            return divergence(lines, found, topic=probe.topic)
    return None


def _is_known(campaign: Campaign, found: Disagreement) -> bool:
    """Return whether the operation differs so in any case, as the edges of domains show."""
    return found.operation is not None and any(
        (each.operation, each.where) == (found.operation, found.difference.where)
        for each in [*campaign.verdict.divergences, *campaign.verdict.beyond]
    )


def _is_unsteady(campaign: Campaign, lines: list[str]) -> bool:
    """Return whether the reference does not do the same twice."""
    python = campaign.sides[0]
    for _ in range(_AGAIN):
        with Pair(campaign.contract, python, python) as pair:
            if any(tried(pair, line) is not None for line in lines):
                return True
    return False


def _is_harmless(probe: ObjectProbe, found: Disagreement) -> bool:
    """Return whether Rust does better: found under its name, documented, or in two threads."""
    if probe.topic == "names" and found.python.value is False:
        return True
    return probe.topic == "threads" and "raised" in str(found.python.value)
