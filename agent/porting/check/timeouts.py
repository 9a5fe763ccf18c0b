"""Reports a call that did not return: it took too long, or ended its process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from agent.porting.check.heartbeat import Phase, RunningCall
from agent.porting.check.verdict import Divergence
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

__all__ = ["add_lost_call", "ended", "too_long"]

_CAME_BACK = "returned or raised"
_WHO = {Phase.PYTHON: "the reference", Phase.COMPARISON: "the comparison"}


def add_lost_call(verdict: Verdict, call: RunningCall | None, how: str) -> None:
    """Add to the verdict that a process ended before it had sent its own.

    A call that returned on the reference's side and not on Rust's is a difference. One that did not
    return on the reference's side makes the verdict inconclusive: Rust was not called.

    Args:
        verdict: the verdict to add to.
        call: the call that was running; None for none.
        how: how the process ended, as a phrase.
    """
    if call is None:
        verdict.doubts.append(f"a process {how} before it reported what it found")
        return
    line = call.lines[-1]
    if call.phase is Phase.RUST:
        found = Divergence(
            call.lines, line, parse(line).operation, "outcome",
            _CAME_BACK, how, (_CAME_BACK, how),
        )  # fmt: skip
        if all(found.kind != other.kind for other in verdict.divergences):
            verdict.divergences.append(found)
        return
    script = "".join(f"\n    {each}" for each in call.lines)
    verdict.doubts.append(f"{_WHO[call.phase]} {how} in {line}, the last line of{script}")


def too_long(limit: float) -> str:
    """Return the phrase for a call that took more than `limit` seconds."""
    return f"did not return within {limit:g} s"


def ended(status: int | None) -> str:
    """Return the phrase for a process that ended with `status`, as `multiprocessing` gives it."""
    if status is None:
        return "ended the process"
    if status < 0:
        return f"ended the process by {signal.Signals(-status).name}"
    return f"ended the process with exit status {status}"
