"""The record of evidence: findings about a component, and digests of its sources."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self

from agent.porting.records.digests import Digests  # noqa: TC001  # read back by its annotation

__all__ = [
    "Evidence",
    "MeasurementEvidence",
    "MutationEvidence",
    "ParityEvidence",
    "ShadowEvidence",
]


@dataclass(frozen=True)
class ParityEvidence:
    """The result of a check."""

    date: str
    """The day in UTC, as in 2027-01-31."""
    verdict: str
    """``"identical"``, ``"divergent"`` or ``"inconclusive"``."""
    calls: int
    """Calls that were compared."""
    served: int
    """Those that Rust served itself, of the `accepted`; of all `calls` where that is None."""
    examples: int
    """Pinned examples and recorded scripts that were replayed."""
    registered: int
    """Differences that were met and are accepted by the register."""
    seed: int
    seconds: int
    """How long it took."""
    refused: dict[str, int] = field(default_factory=dict)
    """Those that Rust left to Python, by reason: the most frequent."""
    world_calls: int = 0
    """Calls of external operations among them, each side in a world of its own."""
    accepted: int | None = None
    """Calls that returned on both sides; None in evidence that does not say, as the next ones."""
    operations: dict[str, tuple[int, int, int]] | None = None
    """By operation: the calls that returned and that raised, and distinct results, up to 16."""
    unexercised: dict[str, str] | None = None
    """Operations of which the calls prove nothing, and why."""
    branches: tuple[int, int] | None = None
    """The branches of the reference that the calls reached, and all of them; None if unknown."""

    @property
    def share(self) -> float:
        """Part of the calls accepted by both sides that Rust served itself; 0 if there are none."""
        return self.served / max(1, self.calls if self.accepted is None else self.accepted)


@dataclass(frozen=True)
class MutationEvidence:
    """How many small changes of the Rust side the parity suite detects."""

    date: str
    mutants: int
    killed: int
    """By a compared difference."""
    equivalent: int
    """Not counted in the rate: no call distinguishes them from the original."""
    rate: float
    seconds: int
    drawn_from: int = 0
    """How many there are, if `mutants` are a random sample of them; 0 if they are all."""


@dataclass(frozen=True)
class ShadowEvidence:
    """Calls that Python answered while Rust was compared, in programs that ran."""

    date: str
    matched: int
    mismatched: int
    """With a difference that is not registered."""
    ignored: int
    """With one that is, or that a person dismissed with a reason."""

    @property
    def compared(self) -> int:
        """All of them."""
        return self.matched + self.mismatched + self.ignored


@dataclass(frozen=True)
class MeasurementEvidence:
    """Speed and memory of both sides, compared."""

    date: str
    agreed: bool
    """Whether both sides gave the expected answer to every workload."""
    speedup: float | None
    """Geometric mean over the workloads; the next two are those of the ends of their intervals."""
    speedup_low: float | None
    speedup_high: float | None
    memory: float | None
    """Bytes that Rust holds for one that Python holds; None where it was not measured."""
    workloads: dict[str, tuple[float | None, float | None]]
    """The interval of each workload's speedup."""
    system: str
    processor: str
    python: str
    busy: float
    """Cores that other processes kept busy just before."""
    seconds: int


_RESTS_ON = {
    "parity": {"contract", "reference", "rust", "examples", "divergences"},
    "mutation": {"contract", "reference", "rust", "equivalents"},
    "shadow": {"contract", "reference", "rust", "divergences"},
    "measurement": {"contract", "reference", "rust", "workloads"},
}
"""For each finding, the parts of the sources whose change makes it void."""


@dataclass(frozen=True)
class Evidence:
    """What was found out about a component; None where nothing was."""

    component: str
    digests: Digests
    """Of the sources for which all findings hold."""
    parity: ParityEvidence | None = None
    mutation: MutationEvidence | None = None
    shadow: ShadowEvidence | None = None
    measurement: MeasurementEvidence | None = None

    def void(self, now: Digests) -> dict[str, list[str]]:
        """Return what of the findings is void, by finding the parts that changed until `now`."""
        changed = now.changed(self.digests)
        return {
            finding: sorted(changed & parts)
            for finding, parts in _RESTS_ON.items()
            if getattr(self, finding) is not None and changed & parts
        }

    def renewed(self, now: Digests) -> Self:
        """Return what of it holds for the sources as they are `now`."""
        nothing: dict[str, Any] = dict.fromkeys(self.void(now))
        return replace(self, digests=now, **nothing)
