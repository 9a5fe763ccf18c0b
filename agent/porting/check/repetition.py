"""Makes each call a few hundred times on one object: what is counted in a byte begins anew then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agent.porting.check.boundary import provided
from agent.porting.compare.tiers import loose
from agent.porting.contract.terms import Effect
from agent.porting.strategies.domain import OBJECT_SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.campaign import Campaign
    from agent.porting.contract.reader import OperationSpec

__all__ = ["repeat_calls"]

_TIMES = 260
"""How often a call is made: more often than a byte has values."""

_LONGEST = 0.04
"""Seconds that one call may take, with its comparison; what takes longer is not repeated."""


def repeat_calls(campaign: Campaign) -> None:
    """Repeat the calls of each operation that may change something, and look at the object then."""
    for opening, call, looks in _scripts(campaign):
        if campaign.over:
            return
        begin = time.perf_counter()
        pair = campaign.run([*opening, call])
        quick = time.perf_counter() - begin < _LONGEST
        if pair is not None and quick and not pair.raised(-1):
            campaign.run([*opening, f"[{call} for _ in range({_TIMES})]", *looks])


def _scripts(campaign: Campaign) -> Iterator[tuple[list[str], str, list[str]]]:
    """Yield for each operation what makes its object, its call, and what looks at the object."""
    caller, recipes = campaign.caller, campaign.drawing.recipes
    factory = caller.contract.factory
    begin = [caller.clock()] if caller.has_clock else []
    if factory is not None:
        begin.append(caller.make(recipes.richest(factory.name) or caller.simplest(factory)).text)
    for owner, contract in caller.contract.everything.items():
        opening = [*begin, *provided(caller, owner)]
        subject = caller.named(owner)
        looks = [caller.call(spec, {}, subject).text for spec in caller.contract.observers(owner)]
        prefix = "" if owner == caller.contract.name else f"{owner}."
        for spec in contract.operations.values():
            arguments = recipes.richest(f"{owner}.{spec.name}") or caller.simplest(spec)
            steady = f"{prefix}{spec.name}" not in campaign.verdict.unsteady
            if caller.contract.named_by(spec.makes) is not None or not _is_repeatable(spec):
                continue  # what an operation makes is compared where it has a name
            if steady and OBJECT_SLOT not in "".join(arguments.values()):
                call = caller.call(spec, arguments, subject).text
                if _is_expression(call):
                    yield opening, call, looks


def _is_repeatable(spec: OperationSpec) -> bool:
    changes = spec.kind == "method" and spec.effect is Effect.WRITES
    return changes and not spec.asynchronous and not loose(spec.returns)


def _is_expression(text: str) -> bool:
    try:
        compile(text, "<call>", "eval")
    except SyntaxError:
        return False
    return True
