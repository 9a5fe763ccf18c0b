"""Places of a comparison that are left out, because the reference differs from itself there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.porting.compare.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from agent.porting.compare.by_type import Steps

__all__ = ["Unsteady", "is_masked", "place_of", "places_in", "without"]

_INDEX = re.compile(r"\[\d+\]")


@dataclass
class Unsteady:
    """Where the reference of an operation did not agree with itself."""

    how: str
    """One difference, in words."""
    places: set[str] = field(default_factory=set)
    """As `place_of` writes them."""

    def __str__(self) -> str:
        return self.how


def places_in(unsteady: Mapping[str, Unsteady], name: str) -> frozenset[str]:
    """Return the places of the operation `name`; none where its reference agrees with itself."""
    found = unsteady.get(name)
    return frozenset() if found is None else frozenset(found.places)


def place_of(where: str) -> str:
    """Return the place of a difference, ``result[2].hits``, for any index."""
    return _INDEX.sub("[]", where)


def is_masked(where: str, places: Iterable[str]) -> bool:
    """Return whether a place is one of `places`, a part of one, or made of one."""
    place = place_of(where)
    return any(
        place == each or place.startswith((f"{each}.", f"{each}[")) or f"({each}" in place
        for each in places
    )


def without(steps: Steps, where: str, places: Collection[str]) -> Steps:
    """Yield the steps of a comparison at `where`, but for those at `places` right below."""
    for step in steps:
        place = step.where if isinstance(step, Difference) else step[0]
        if place.removeprefix(where) not in places:
            yield step
