"""The differences of one check, put in order: what a caller notices first comes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.verdict import Divergence

__all__ = ["Alike", "Group", "grouped"]

_HEADINGS = {
    "values": "other results",
    "effects": "other effects on arguments, or other calls of callbacks",
    "refusals": "refused on one side alone",
    "errors": "other exceptions",
    "wording": "exceptions of the same class that tell something else",
    "beyond": "arguments that the contract does not allow",
}


@dataclass
class Alike:
    """A difference, and the operations that show the same one."""

    first: Divergence
    others: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.others:
            return str(self.first)
        return f"{self.first}\n  the same in {', '.join(self.others)}"


@dataclass
class Group:
    """Differences of one sort."""

    sort: str
    heading: str
    found: list[Alike]

    def __str__(self) -> str:
        return "\n\n".join([f"== {self.heading} ==", *map(str, self.found)])


def grouped(divergences: Iterable[Divergence]) -> list[Group]:
    """Return the divergences by sort, those that a caller notices first before the others."""
    alike: dict[tuple[str, ...], Alike] = {}
    for found in divergences:
        key = (found.sort, found.where, found.python, found.rust)
        if key in alike:
            alike[key].others.append(found.operation or found.call)
        else:
            alike[key] = Alike(found)
    return [
        Group(sort, heading, [each for key, each in alike.items() if key[0] == sort])
        for sort, heading in _HEADINGS.items()
        if any(key[0] == sort for key in alike)
    ]
