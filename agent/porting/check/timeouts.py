"""Reports a call that did not return: it took too long, or ended its process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NamedTuple

from agent.porting.check.heartbeat import Phase, RunningCall
from agent.porting.check.verdict import Divergence
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

__all__ = ["Loss", "add_lost_call", "ended", "too_much"]

_CAME_BACK = "returned or raised"
_WHO = {Phase.PYTHON: "the reference", Phase.RUST: "Rust", Phase.COMPARISON: "the comparison"}


class Loss(NamedTuple):
    """How a process that checked was lost."""

    call: RunningCall | None
    """The call that was running; None for none."""
    how: str
    """How the process ended, as a phrase."""
    of_limit: bool = False
    """Whether it was ended because the memory or the time of the check was used up."""

    @property
    def took(self) -> str:
        """What the call took, as a phrase."""
        return self.how if self.call is None else f"{_WHO[self.call.phase]} {self.how}"


def add_lost_call(verdict: Verdict, loss: Loss) -> None:
    """Add to the verdict that a process ended before it had sent its own.

    A call that returned on the reference's side and not on Rust's is a difference. One that did not
    return on the reference's side makes the verdict inconclusive: Rust was not called. A call that
    takes more memory than a check may is noted; what the reference gave may have taken it.
    """
    call, how = loss.call, loss.how
    if call is None:
        verdict.doubts.append(f"a process {how} before it reported what it found")
        return
    line = call.lines[-1]
    verdict.costly.setdefault(line, loss.took)
    if loss.of_limit and call.phase is not Phase.RUST:
        return
    if call.phase is Phase.RUST and not loss.of_limit:
        found = Divergence(
            call.lines, line, parse(line).operation, "outcome",
            _CAME_BACK, how, (_CAME_BACK, how),
        )  # fmt: skip
        if all(found.kind != other.kind for other in verdict.divergences):
            verdict.divergences.append(found)
        return
    script = "".join(f"\n    {each}" for each in call.lines)
    verdict.doubts.append(f"{loss.took} in {line}, the last line of{script}")


def too_much(mebibytes: float) -> str:
    """Return the phrase for a process that took more than so much memory."""
    return f"took more than {mebibytes:,g} MiB of memory"


def ended(status: int | None) -> str:
    """Return the phrase for a process that ended with `status`, as `multiprocessing` gives it."""
    if status is None:
        return "ended the process"
    if status < 0:
        return f"ended the process by {signal.Signals(-status).name}"
    return f"ended the process with exit status {status}"
