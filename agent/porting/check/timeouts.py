"""What is told of a call that did not come back: it took too long, or ended its process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from agent.porting.check.heartbeat import Turn, Whose
from agent.porting.check.verdict import Divergence
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

__all__ = ["add_lost", "ended", "too_long"]

_CAME_BACK = "returned or raised"
_WHO = {Whose.PYTHON: "the reference", Whose.COMPARISON: "the comparison"}


def add_lost(verdict: Verdict, turn: Turn | None, how: str) -> None:
    """Add what is known of a process that was lost.

    Where the reference came back from a call and Rust did not, that is a difference. Where the
    reference did not, nobody knows what Rust would have done.

    Args:
        verdict: what is added to.
        turn: what the process was in; None if that was no call.
        how: what became of it, in words.
    """
    if turn is None:
        verdict.doubts.append(f"a process {how} before it had told what it found")
        return
    line = turn.lines[-1]
    if turn.whose is Whose.RUST:
        found = Divergence(
            turn.lines, line, parse(line).operation, "outcome",
            _CAME_BACK, how, (_CAME_BACK, how),
        )  # fmt: skip
        if all(found.kind != other.kind for other in verdict.divergences):
            verdict.divergences.append(found)
        return
    script = "".join(f"\n    {each}" for each in turn.lines)
    verdict.doubts.append(f"{_WHO[turn.whose]} {how} in {line}, the last line of{script}")


def too_long(limit: float) -> str:
    """Say of a call that it took more than `limit` seconds."""
    return f"did not come back within {limit:g} s"


def ended(status: int | None) -> str:
    """Say of a call that its process ended with `status`, as `multiprocessing` tells it."""
    if status is None:
        return "ended the process"
    if status < 0:
        return f"ended the process by {signal.Signals(-status).name}"
    return f"ended the process with exit status {status}"
