"""What the verdict says of a check that its time ended, and of what it left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.check.reach import ADVICE

if TYPE_CHECKING:
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.verdict import Verdict
    from agent.porting.contract.reader import Contract

__all__ = ["EDGES", "EXAMPLES", "doubt_what_was_left_out"]

EXAMPLES = "replaying the examples"
"""The part of a check that replays known counterexamples."""

EDGES = "trying the edges of domains"

_LEAST = 0.1
"""Part of the calls asked for without which a check that its time ended proves nothing."""


def doubt_what_was_left_out(verdict: Verdict, contract: Contract, options: CheckOptions) -> None:
    """Add a doubt for what is not exercised, not steady, or was not begun in time."""
    verdict.unexercised = verdict.reach.unexercised(contract)
    if verdict.interrupted:
        verdict.doubts.append("the check was interrupted")
    _doubt_bounds(verdict, options)
    if verdict.examples == 0:
        verdict.doubts.append(f"nothing was compared: {_why_nothing(verdict)}")
    if verdict.unexercised:
        missed: dict[str, list[str]] = {}
        for name, why in verdict.unexercised.items():
            missed.setdefault(why, []).append(name)
        verdict.doubts += [
            f"not exercised: {', '.join(names)}: {why}" for why, names in missed.items()
        ]
        verdict.doubts.append(ADVICE)
    for operation, how in sorted(verdict.unsteady.items()):
        verdict.doubts.append(f"the reference does not agree with itself: {operation}: {how}")


def _doubt_bounds(verdict: Verdict, options: CheckOptions) -> None:
    """Doubt a check that its time ended before it had compared what a verdict needs."""
    if EXAMPLES in verdict.bounded:
        verdict.doubts.append("the time was over before all examples were replayed")
    least = int(options.calls * _LEAST)
    if verdict.bounded and verdict.examples < least:
        verdict.doubts.append(
            f"the time was over after {verdict.examples:,} calls, and a verdict needs {least:,}: "
            "give more time, with --seconds"
        )


def _why_nothing(verdict: Verdict) -> str:
    if verdict.interrupted:
        return f"it was interrupted while {verdict.part}"
    if verdict.bounded:
        return f"the time was over while {verdict.bounded[0]}"
    if verdict.unexercised:
        return "no operation was exercised"
    return "the contract lists no operation that can be called"
