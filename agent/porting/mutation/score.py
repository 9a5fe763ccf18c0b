"""The mutation score: how many mutants were detected, and how."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.porting.mutation.results import BY_DIFFERENCE, KILLED_OTHERWISE, Result
from agent.porting.mutation.sample import interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.mutation.mutants import Mutant
    from agent.porting.mutation.survivors import Explanation

__all__ = ["RATE", "Score"]

RATE = 0.90
"""The share of mutants that a compared difference has to kill."""


@dataclass
class Score:
    """The mutants of a component, and the outcome of each."""

    component: str
    results: list[tuple[Mutant, Result]]
    """Those that compile."""
    unbuildable: int
    """How many do not."""
    explanations: list[Explanation]
    most_equivalent: float
    """The largest share of the mutants that may be explained as equivalent."""
    population: Sequence[Mutant] = ()
    """All that compile, if the results are those of a sample."""

    def __post_init__(self) -> None:
        known = {mutant.identity: result for mutant, result in self.results}
        left_out = {mutant.identity for mutant in self.population} - known.keys()
        self._counts = Counter(result.outcome for _, result in self.results)
        self._reasons = {each.identity: each for each in self.explanations}
        self.outdated: list[str] = []
        """What is wrong with the explanations."""
        for each in self.explanations:
            result = known.get(each.identity)
            shown = f"{each.identity[1]}: {each.identity[2]} in {each.identity[3]!r}"
            if each.identity in left_out:
                continue
            if result is None:
                self.outdated.append(f"{shown} is explained, but there is no such mutant")
            elif result.outcome not in {"survived", "unreached"}:
                self.outdated.append(f"{shown} is explained, but does not survive: {result.detail}")
        if self.equivalent > self.most_equivalent * len(self.results):
            self.outdated.append(
                f"{self.equivalent} mutants are listed as equivalent, "
                f"more than {self.most_equivalent:.0%} of {len(self.results)}"
            )

    @property
    def survivors(self) -> list[tuple[Mutant, Result]]:
        """The mutants that survived."""
        return [each for each in self.results if each[1].outcome in {"survived", "unreached"}]

    @property
    def unexplained(self) -> list[tuple[Mutant, Result]]:
        """The survivors without a reason."""
        return [each for each in self.survivors if each[0].identity not in self._reasons]

    @property
    def equivalent(self) -> int:
        """How many survivors are equivalent to the original."""
        reasons = (self._reasons.get(mutant.identity) for mutant, _ in self.survivors)
        return sum(reason is not None and reason.equivalent for reason in reasons)

    @property
    def killed(self) -> int:
        """How many a compared difference killed."""
        return sum(self._counts[outcome] for outcome in BY_DIFFERENCE)

    @property
    def rate(self) -> float:
        """The share that a compared difference killed, of those that are not equivalent."""
        return self.killed / max(1, len(self.results) - self.equivalent)

    @property
    def drawn_from(self) -> int:
        """How many mutants there are, if a sample of them ran; else 0."""
        return len(self.population) if len(self.population) > len(self.results) else 0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which rates that of all mutants lies, at 95 %."""
        if not self.drawn_from:
            return self.rate, self.rate
        return interval(self.killed, len(self.results) - self.equivalent, self.drawn_from)

    @property
    def held(self) -> bool:
        """Whether the check is strong enough, and each survivor explained."""
        return self.rate >= RATE and not self.unexplained and not self.outdated

    def to_json(self) -> dict[str, Any]:
        """Return what ``agent check --mutation --json`` prints."""
        return {
            "component": self.component,
            "mutants": len(self.results),
            "drawn_from": self.drawn_from,
            "unbuildable": self.unbuildable,
            "killed": {outcome: self._counts[outcome] for outcome in BY_DIFFERENCE},
            "killed_otherwise": {outcome: self._counts[outcome] for outcome in KILLED_OTHERWISE},
            "survived": len(self.survivors),
            "unreached": self._counts["unreached"],
            "equivalent": self.equivalent,
            "rate": round(self.rate, 4),
            "interval": [round(bound, 4) for bound in self.interval],
            "survivors": [self._as_json(mutant, result) for mutant, result in self.survivors],
            "outdated": self.outdated,
        }

    def _as_json(self, mutant: Mutant, result: Result) -> dict[str, Any]:
        reason = self._reasons.get(mutant.identity)
        fields = {key: value for key, value in vars(mutant).items() if key != "number"}
        return {
            **fields,
            "outcome": result.outcome,
            "equivalent": reason is not None and reason.equivalent,
            "reason": None if reason is None else reason.reason,
        }

    def __str__(self) -> str:
        counts = self._counts
        noticed = {outcome: counts[outcome] for outcome in BY_DIFFERENCE}
        otherwise = {outcome: counts[outcome] for outcome in KILLED_OTHERWISE if counts[outcome]}
        reasons = {
            "equivalent": self.equivalent,
            "explained": len(self.survivors) - len(self.unexplained) - self.equivalent,
            "not explained": len(self.unexplained),
        }
        rows = [
            ("killed by a compared difference", sum(noticed.values()), noticed),
            ("killed otherwise", sum(otherwise.values()), otherwise),
            ("survived", len(self.survivors), reasons),
        ]
        lines = [f"{mutant}\n    {result.outcome}\n" for mutant, result in self.unexplained]
        lines += self.outdated
        drawn = f", a sample of {self.drawn_from}" if self.drawn_from else ""
        lines.append(f"{self.component}: {len(self.results)} mutants{drawn}")
        for name, figure, parts in rows:
            shown = ", ".join(f"{count} {part}" for part, count in parts.items())
            lines.append(f"  {name:<31} {figure:>5}  {shown}".rstrip())
        lines.append(f"  {'do not compile':<31} {self.unbuildable:>5}")
        lines.append(
            f"  {'mutation score':<31} {self.rate:>5.1%}  "
            f"without equivalent ones; required {RATE:.0%}"
        )
        if self.drawn_from:
            low, high = self.interval
            lines.append(f"  {'of all, in 95 samples of 100':<31} {low:.1%} to {high:.1%}")
        return "\n".join(lines)
