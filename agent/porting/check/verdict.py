"""The verdict of a check, and its divergences, as text and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from agent.porting.check.raises import RAISES
from agent.porting.check.reach import Reach
from agent.porting.compare.outcome import MOMENT
from agent.porting.contract.terms import BESIDE
from agent.porting.fallback.refusal_counts import percent

if TYPE_CHECKING:
    from agent.porting.check.disagreement import Disagreement
    from agent.porting.check.reach import BranchCount
    from agent.porting.compare.masks import Unsteady

__all__ = [
    "LOADING",
    "Divergence",
    "Progress",
    "Verdict",
    "divergence",
    "ignore_progress",
    "with_findings",
]


_REASONS = 10
"""Reasons for leaving calls to Python that are shown."""

LOADING = "loading"
"""The part of a check that comes first."""

_TYPE = re.compile(r" of type ([\w.]+)$", re.MULTILINE)
"""The end of either side of a difference of types."""


@dataclass(frozen=True)
class Divergence:
    """One difference, with the shortest script found that shows it."""

    script: list[str]
    call: str
    operation: str | None
    where: str
    """The first place that differs, as a path: ``result[2].hits``."""
    python: str
    rust: str
    """What is there on each side."""
    outcomes: tuple[str, str]
    """What the whole call did on each side."""
    repeats: bool = True
    """Whether running the script once more shows it again."""
    example: str | None = None
    """The file it was pinned in, or that it was replayed from."""
    beyond: bool = False
    """Whether an argument is one that the contract, a guess, does not allow."""
    topic: str | None = None
    """The topic of the object protocol that it is about; None for what the contract lists."""

    @property
    def kind(self) -> tuple[str | None, ...]:
        """The key by which differences of one defect are, as a rule, the same."""
        if self.where == "domain":
            return self.where, self.call
        if self.topic is not None:
            return self.topic, self.call, self.where
        place = re.sub(r"\[[^\]]*\]", "[]", self.where)
        if place in {"outcome", RAISES}:
            more = [text.partition("(")[0] for text in self.outcomes if text.startswith("raised")]
        else:  # where types differ, values that differ are still to be found
            more = _TYPE.findall(f"{self.python}\n{self.rust}")
        return place, self.operation, *more

    @property
    def of_types(self) -> bool:
        """Whether the only difference seen is that results are of different classes."""
        both = len(_TYPE.findall(f"{self.python}\n{self.rust}")) == 2
        return both and self.where.startswith("result")

    @property
    def sort(self) -> str:
        """What it means to a caller: values, effects, errors, refusals, wording or contract."""
        if self.topic is not None:
            return "protocol"
        if self.where == "outcome":
            return "refusals"
        if self.where in {"raised", MOMENT}:
            return "errors"
        if self.where in {"domain", RAISES}:
            return "contract"
        if "raised" in self.where:
            return "wording"
        beside = self.beside or re.search("afterwards|callbacks|^world", self.where)
        return "effects" if beside else "values"

    @property
    def beside(self) -> bool:
        """Whether both sides gave the same, and did something else beside it."""
        return self.where.partition("[")[0] in BESIDE

    def __str__(self) -> str:
        again = "" if self.repeats else " (not seen again when the script was run once more)"
        protocol = "" if self.topic is None else f"object protocol, {self.topic}: "
        lines = [f"{protocol}{self.call} differs in {self.where}{again}"]
        lines += [f"  python  {self.python}", f"  rust    {self.rust}"]
        if self.where not in {"outcome", "domain", RAISES}:
            lines += ["  the whole call"]
            lines += [f"  python  {self.outcomes[0]}", f"  rust    {self.outcomes[1]}"]
        return "\n".join([*lines, "  after", *(f"    {line}" for line in self.script)])


def divergence(script: list[str], found: Disagreement, **more: Any) -> Divergence:
    """Return the divergence that `found` is, after the lines of `script`."""
    difference = found.difference
    return Divergence(
        list(script), found.line, found.operation,
        difference.where, difference.python, difference.rust,
        found.shown or (str(found.python), str(found.rust)), **more,
    )  # fmt: skip


@dataclass
class Verdict:
    """The result of a check."""

    component: str
    seed: int
    reach: Reach = field(default_factory=Reach)
    """How far the compared calls got, by operation; the factory under the contract's name."""
    unexercised: dict[str, str] = field(default_factory=dict)
    """Operations of which the calls prove nothing, and why; known once the check has ended."""
    branches: BranchCount | None = None
    """The branches of the reference that the calls reached; None where that is unknown."""
    build: str | None = None
    """Why the build that was compared is not what a release of the sources does, if it is not."""
    recorded: int = 0
    """Calls among them that a real program was recorded making."""
    varied: int = 0
    """Calls among them in variations of recorded scripts."""
    redrawn: Counter[str] = field(default_factory=Counter)
    """Arguments among them that no expression makes, so that they were drawn again from their
    choices, by strategy."""
    refused: Counter[str] | None = None
    """Calls among them that Rust left to Python, by reason; None unless that is allowed."""
    divergences: list[Divergence] = field(default_factory=list)
    beyond: list[Divergence] = field(default_factory=list)
    """Differences with arguments that a contract does not allow which is a guess: no verdict."""
    registered: Counter[str] = field(default_factory=Counter)
    """How often each accepted difference of the register was met."""
    one_sided: list[str] = field(default_factory=list)
    """What only one side offers or accepts: ``name: what``."""
    shadow: list[str] = field(default_factory=list)
    """What shadow found, and neither the check nor a person has resolved."""
    outdated: list[str] = field(default_factory=list)
    """Entries of the register that no longer hold, and why."""
    probed: Counter[str] = field(default_factory=Counter)
    """Lines that exercised the object protocol on both sides, by topic."""
    unpromised: dict[str, str] = field(default_factory=dict)
    """Topics of the object protocol that the contract does not promise, with reasons."""
    unsteady: dict[str, Unsteady] = field(default_factory=dict)
    """Operations whose reference does not agree with itself, and where; that is not compared."""
    external: tuple[str, ...] = ()
    """Operations that touch the outside world, which are compared in worlds alone."""
    part: str = LOADING
    """The part of the check that is being done, or was the last."""
    bounded: list[str] = field(default_factory=list)
    """Parts of the check that its time ended before all was done."""
    costly: dict[str, str] = field(default_factory=dict)
    """Calls that took seconds or gigabytes, and were not made again, with what they took."""
    stopped: bool = False
    """Whether the check ended at the first difference, as it was asked to."""
    interrupted: bool = False
    """Whether a person ended the check."""
    hidden_state: dict[str, list[str]] = field(default_factory=dict)
    """What the reference reads although its arguments do not show it, by operation."""
    doubts: list[str] = field(default_factory=list)
    """Why this is no proof of identity although no difference was seen."""

    @property
    def operations(self) -> Counter[str]:
        """Calls that were compared, by operation."""
        return self.reach.counts

    @property
    def examples(self) -> int:
        """Calls that were compared."""
        return self.reach.calls

    @property
    def world_calls(self) -> int:
        """Calls among them of external operations, each side in a world of its own."""
        return sum(self.operations[name] for name in self.external)

    @property
    def share(self) -> float:
        """Part of the calls accepted by both sides that Rust served itself; 0 if there are none."""
        return self.reach.served / max(1, self.reach.returned)

    def __str__(self) -> str:
        reach = self.reach
        compared = f"{reach.calls:,} calls of {len(reach.operations)} operations compared"
        compared += f", {percent(reach.returned / max(1, reach.calls))} of them returned"
        if self.recorded:
            compared += f", {self.recorded:,} of them recorded and {self.varied:,} varied"
        if self.redrawn:
            compared += f", {self.redrawn.total():,} arguments drawn again from their choices"
        if self.external:
            compared += f", {self.world_calls:,} of them in worlds"
        if self.probed:
            compared += f", {len(self.probed)} topics of the object protocol"
        if self.refused is not None:
            compared += f", {percent(self.share)} of what returned served by Rust itself"
        if self.branches is None:
            compared += ", branches not counted"
        else:
            share = percent(self.branches.reached / max(1, self.branches.of))
            compared += f", {share} of the reference's branches reached"
        if self.bounded:
            compared += f", ended by its time while {_listed(self.bounded)}"
        if self.stopped:
            compared += ", stopped at the first difference"
        if self.build is not None:
            compared += f", on {self.build}"
        return f"{self.component}: {self.verdict} ({compared}, seed {self.seed})"

    def report(self) -> str:
        """Return what a person reads: the differences, what Rust left to Python, the verdict."""
        refused = (self.refused or Counter[str]()).most_common()
        lines = [f"{divergence}\n" for divergence in self.divergences]
        lines += [f"{times:,} times {entry}" for entry, times in self.registered.items()]
        lines += [f"{entry}\n" for entry in self.outdated]
        lines += [f"found by shadow, and not resolved: {each}\n" for each in self.shadow]
        lines += [
            f"left to Python {times:,} times: {reason}" for reason, times in refused[:_REASONS]
        ]
        lines += [f"not called again: {call}: {took}" for call, took in self.costly.items()]
        if len(refused) > _REASONS:
            lines.append(f"and for {len(refused) - _REASONS:,} more reasons (--json names them)")
        lines += [
            f"beside its arguments, the reference of {name} reads {', '.join(read)}"
            for name, read in self.hidden_state.items()
        ]
        return "\n".join([*lines, str(self)])

    @property
    def verdict(self) -> Literal["identical", "divergent", "inconclusive"]:
        """The verdict in one word; a difference is one whatever else went wrong."""
        if self.divergences or self.outdated or self.one_sided or self.shadow:
            return "divergent"
        return "inconclusive" if self.doubts else "identical"

    def as_json(self) -> dict[str, Any]:
        """Return what ``agent check --json`` prints."""
        return {
            "component": self.component,
            "verdict": self.verdict,
            "examples": self.examples,
            "operations": dict(sorted(self.operations.items())),
            "reach": self.reach.as_json(),
            "unexercised": self.unexercised,
            "branches": None if self.branches is None else self.branches._asdict(),
            "build": self.build,
            "recorded": self.recorded,
            "varied": self.varied,
            "world_calls": self.world_calls,
            "redrawn": dict(sorted(self.redrawn.items())),
            "refused": None if self.refused is None else dict(self.refused.most_common()),
            "share": self.share,
            "divergences": [vars(found) for found in self.divergences],
            "beyond": [vars(found) for found in self.beyond],
            "registered": dict(self.registered),
            "one_sided": self.one_sided,
            "shadow": self.shadow,
            "outdated": self.outdated,
            "object_protocol": {
                "probed": dict(sorted(self.probed.items())),
                "unpromised": self.unpromised,
            },
            "unsteady": {name: each.how for name, each in self.unsteady.items()},
            "bounded": self.bounded,
            "costly": self.costly,
            "stopped": self.stopped,
            "interrupted": self.interrupted,
            "hidden_state": self.hidden_state,
            "doubts": self.doubts,
            "seed": self.seed,
        }


def with_findings(verdict: Verdict, other: Verdict) -> Verdict:
    """Return `verdict` with the differences and costly calls of `other`, a check of the same."""
    known = {each.kind for each in verdict.divergences}
    verdict.divergences += [each for each in other.divergences if each.kind not in known]
    verdict.costly |= other.costly
    verdict.interrupted = verdict.interrupted or other.interrupted
    return verdict


def _listed(parts: list[str]) -> str:
    """Return the first parts that the time ended, and how many more."""
    more = f" and {len(parts) - 2} more parts" if len(parts) > 2 else ""
    return ", ".join(parts[:2]) + more


Progress = Callable[[Verdict], None]
"""Is called with the verdict so far."""


def ignore_progress(_: Verdict) -> None:
    """Ignore the verdict so far."""
