"""Groups and ranks the differences of a check, the most severe first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.porting.script.statement import parse
from agent.porting.worlds.opening import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.check.verdict import Divergence

__all__ = ["DivergenceGroup", "SimilarDivergences", "grouped"]

_HEADINGS = {
    "values": "other results",
    "effects": "other effects beside the result",
    "refusals": "raised on one side alone",
    "errors": "other exceptions",
    "protocol": "object protocol: what every object has, though no contract lists it",
    "contract": "not allowed by the contract, on both sides",
    "wording": "exceptions of the same class with another message",
}

_SHOWN = 8
"""Similar differences that are shown below the first."""


@dataclass
class SimilarDivergences:
    """A difference, and others that probably have the same cause."""

    first: Divergence
    others: list[Divergence] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [str(self.first)]
        lines += [
            f"  like {other.call}: {other.outcomes[0]}, rust {other.outcomes[1]}"
            for other in self.others[:_SHOWN]
        ]
        if len(self.others) > _SHOWN:
            lines.append(f"  and {len(self.others) - _SHOWN} more like it")
        return "\n".join(lines)


@dataclass
class DivergenceGroup:
    """Differences of one sort."""

    sort: str
    heading: str
    found: list[SimilarDivergences]

    def __str__(self) -> str:
        return "\n\n".join([f"== {self.heading} ==", *map(str, self.found)])


def grouped(divergences: Iterable[Divergence]) -> list[DivergenceGroup]:
    """Return the divergences by sort, similar ones together."""
    alike: dict[tuple[str, ...], SimilarDivergences] = {}
    for found in divergences:
        key = found.sort, *_cause(found)
        if key in alike:
            alike[key].others.append(found)
        else:
            alike[key] = SimilarDivergences(found)
    return [
        DivergenceGroup(sort, heading, [each for key, each in alike.items() if key[0] == sort])
        for sort, heading in _HEADINGS.items()
        if any(key[0] == sort for key in alike)
    ]


def _cause(found: Divergence) -> tuple[str, ...]:
    """Return the key of differences that probably have one cause.

    After the same operations, an object often differs in several ways at once. Operations that are
    built on one another differ in the same values. What an operation leaves in its world differs
    from size to size.
    """
    if found.where.startswith(f"{WORLD}["):
        return str(found.operation), WORLD
    before = tuple(str(parse(line).operation) for line in found.script[:-1])
    return before if len(before) > 1 else (found.where, found.python, found.rust)
