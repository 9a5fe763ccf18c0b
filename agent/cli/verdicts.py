"""What the verbs do with a verdict in the end: the doubts, and the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.cli import FAILED, HELD, INTERRUPTED
from agent.cli.output import tell

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

__all__ = ["conclude"]


def conclude(verdict: Verdict) -> int:
    """Tell the doubts of a verdict and what else a person should know; return the exit status."""
    for doubt in verdict.doubts:
        tell(f"{verdict.component}: {doubt}")
    if verdict.interrupted:
        return INTERRUPTED
    return HELD if verdict.verdict == "identical" else FAILED
