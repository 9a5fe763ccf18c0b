"""The parity check: whether two implementations of a contract cannot be told apart."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from agent.errors import EnvironmentLacking, UsageError
from agent.porting.edges import edge_scripts
from agent.porting.examples import load_examples, pin, replay, shortened
from agent.porting.pair import Disagreement, Pair
from agent.porting.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from agent.porting.contract import Contract

__all__ = ["PROFILES", "Divergence", "Profile", "Verdict", "check"]

_PROGRAMS = 10
"""Scripts drawn in one go; after more of them, hypothesis mostly varies those it already has."""

_ENOUGH = 20
"""Divergences at the edges of domains that are reported; the rest is more of the same."""


@dataclass(frozen=True)
class Profile:
    """How thorough a check is."""

    examples: int
    """Calls to draw and compare, at least; pinned examples and edges come on top."""
    steps: int
    """Steps, of one to three calls each, of one drawn script."""
    seed: int | None
    """What is drawn; None for something else each time."""


PROFILES = {
    "quick": Profile(examples=10_000, steps=40, seed=None),
    "ci": Profile(examples=20_000, steps=50, seed=0),
    "deep": Profile(examples=500_000, steps=100, seed=None),
}


@dataclass(frozen=True)
class Divergence:
    """One difference, with the shortest script found that shows it."""

    script: list[str]
    call: str
    where: str
    """The first place that differs, as a path: ``result[2].hits``."""
    python: str
    rust: str
    repeats: bool = True
    """Whether running the script once more shows it again."""
    example: str | None = None
    """The file it was pinned in, or that it was replayed from."""

    def __str__(self) -> str:
        lines = [f"    {line}" for line in self.script]
        again = "" if self.repeats else " (not seen again when the script was run once more)"
        width = max(len("python"), len("rust"))
        return "\n".join(
            [
                f"{self.call} differs in {self.where}{again}",
                f"  {'python':<{width}}  {self.python}",
                f"  {'rust':<{width}}  {self.rust}",
                "  after",
                *lines,
            ]
        )


@dataclass
class Verdict:
    """What a check came to."""

    component: str
    seed: int
    operations: Counter[str] = field(default_factory=Counter)
    """Calls that were compared, by operation; the factory under the contract's name."""
    divergences: list[Divergence] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Why this is no proof of identity although no difference was seen."""

    @property
    def examples(self) -> int:
        """Calls that were compared."""
        return sum(self.operations.values())

    @property
    def verdict(self) -> Literal["identical", "divergent", "inconclusive"]:
        """The verdict in one word; a difference is one whatever else went wrong."""
        if self.divergences:
            return "divergent"
        return "inconclusive" if self.doubts else "identical"

    def as_json(self) -> dict[str, Any]:
        """Return what ``agent check --json`` prints."""
        return {
            "component": self.component,
            "verdict": self.verdict,
            "examples": self.examples,
            "operations": dict(sorted(self.operations.items())),
            "divergences": [vars(divergence) for divergence in self.divergences],
            "seed": self.seed,
        }


def check(  # noqa: PLR0913  # each says one thing about the check
    name: str,
    contract: Contract,
    python: Any,
    rust: Any,
    *,
    profile: str = "ci",
    examples: int | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    folder: Path | None = None,
    pinning: bool = False,
    itself: bool = False,
    progress: Callable[[int], None] = lambda compared: None,  # noqa: ARG005  # nobody watches
) -> Verdict:
    """Compare `python` and `rust`, two implementations of `contract`, call by call.

    Args:
        name: the component's name.
        contract: what both implement.
        python: the reference.
        rust: what is compared with it.
        profile: a name of `PROFILES`.
        examples: calls to draw and compare, at least; the profile's number by default.
        seconds: start nothing new after that time; no limit by default.
        seed: what is drawn; the profile's by default.
        folder: where pinned examples are, which are run first.
        pinning: keep a difference that is found in `folder`.
        itself: whether both may be the same object, which proves nothing about a port.
        progress: told from time to time how many calls have been compared.

    Raises:
        UsageError: an unknown profile, or both implementations are the same object.
        EnvironmentLacking: hypothesis, which draws the scripts, is not installed.
    """
    if profile not in PROFILES:
        message = f"no profile {profile!r}: choose from {', '.join(PROFILES)}"
        raise UsageError(message)
    if python is rust and not itself:
        message = f"both sides of {name} are {python!r}: comparing it with itself proves nothing"
        raise UsageError(message)
    chosen = PROFILES[profile]
    if seed is None:
        seed = random.randrange(2**32) if chosen.seed is None else chosen.seed  # noqa: S311  # drawn, not secret
    deadline = time.monotonic() + (float("inf") if seconds is None else seconds)
    campaign = _Campaign(contract, python, rust, Verdict(name, seed), folder)
    try:
        campaign.replay_examples()
        campaign.try_edges()
        campaign.draw(chosen, examples or chosen.examples, deadline, progress)
    except KeyboardInterrupt:
        campaign.verdict.doubts.append("the check was interrupted")
    campaign.doubt_what_was_left_out()
    if pinning and folder is not None:
        campaign.pin(folder)
    return campaign.verdict


@dataclass
class _Campaign:
    """The parts of one check, each adding to the verdict."""

    contract: Contract
    python: Any
    rust: Any
    verdict: Verdict
    folder: Path | None

    def pairs(self, counts: Counter[str] | None = None) -> Iterator[Pair]:
        """Yield fresh pairs for ever."""
        while True:
            yield Pair(self.contract, self.python, self.rust, counts)

    def replay_examples(self) -> None:
        """Run the pinned examples."""
        pairs = self.pairs(self.verdict.operations)
        for example in load_examples(self.folder) if self.folder else ():
            found = replay(next(pairs), example.lines)
            if found is not None:
                lines = example.lines[: found.index + 1]
                self.add(_divergence(lines, found.disagreement, example=str(example.path)))

    def try_edges(self) -> None:
        """Run what is at the edges of each parameter's domain, and just outside."""
        pairs = self.pairs(self.verdict.operations)
        for script in edge_scripts(self.contract):
            pair = next(pairs)
            found = replay(pair, script.lines)
            if found is not None:
                self.note(script.lines[: found.index + 1], found.disagreement)
            elif script.refused is not None and not pair.raised(script.refused):
                line = script.lines[script.refused]
                shown = "accepted what the contract does not allow"
                lines = script.lines[: script.refused + 1]
                self.add(Divergence(lines, line, "domain", shown, shown))
            if len(self.verdict.divergences) >= _ENOUGH:
                break

    def draw(
        self, profile: Profile, examples: int, deadline: float, progress: Callable[[int], None]
    ) -> None:
        """Draw scripts and run them, until a difference is found or enough was compared."""
        try:
            from agent.porting.machine import run_twins  # noqa: PLC0415  # hypothesis is optional
        except ModuleNotFoundError as error:
            if error.name != "hypothesis":
                raise
            message = (
                "the check draws its examples with hypothesis, which is not installed: "
                'python -m pip install "agent-port[check]"'
            )
            raise EnvironmentLacking(message) from error
        batch = drawn = 0
        while drawn < examples and time.monotonic() < deadline:
            findings = run_twins(
                self.contract, self.python, self.rust,
                seed=self.verdict.seed + (batch << 32), programs=_PROGRAMS, steps=profile.steps,
            )  # fmt: skip
            self.verdict.operations.update(findings.counts)
            progress(self.verdict.examples)
            if findings.disagreement is not None:
                self.note(findings.script, findings.disagreement)
                return
            if findings.trouble is not None:
                self.verdict.doubts.append(findings.trouble)
                return
            if findings.counts.total() == 0:
                return
            drawn += findings.counts.total()
            batch += 1

    def note(self, script: list[str], disagreement: Disagreement) -> None:
        """Add a difference to the verdict, with its script made as short as it gets."""
        if self.knows(_divergence(script, disagreement)):
            return
        short = shortened(self.pairs(), script)
        again = replay(next(self.pairs()), short)
        if again is None:
            self.add(_divergence(script, disagreement, repeats=False))
        else:
            self.add(_divergence(short, again.disagreement))

    def add(self, divergence: Divergence) -> None:
        """Add `divergence` to the verdict, unless one of its kind is there."""
        if not self.knows(divergence):
            self.verdict.divergences.append(divergence)

    def knows(self, divergence: Divergence) -> bool:
        """Tell whether the verdict has a difference in the same place after the same operation."""
        return any(_kind(divergence) == _kind(other) for other in self.verdict.divergences)

    def doubt_what_was_left_out(self) -> None:
        """Name the operations that no call was compared of."""
        wanted = [self.contract.name, *self.contract.operations]
        missed = [name for name in wanted if not self.verdict.operations[name]]
        if self.verdict.examples == 0:
            self.verdict.doubts.append("nothing was compared")
        elif missed:
            self.verdict.doubts.append(f"never exercised: {', '.join(missed)}")

    def pin(self, folder: Path) -> None:
        """Keep the scripts of all new differences in `folder`."""
        kept = []
        for divergence in self.verdict.divergences:
            example = divergence.example
            if example is None:
                found = f"{divergence.where}: python {divergence.python}, rust {divergence.rust}"
                example = str(pin(folder, divergence.script, found))
            kept.append(Divergence(**{**vars(divergence), "example": example}))
        self.verdict.divergences = kept


def _kind(divergence: Divergence) -> tuple[str, str | None]:
    if divergence.where == "domain":
        return divergence.where, divergence.call
    return divergence.where, parse(divergence.call).operation


def _divergence(script: list[str], found: Disagreement, **more: Any) -> Divergence:
    difference = found.difference
    return Divergence(
        script, found.line, difference.where, difference.python, difference.rust, **more
    )
