"""Keeps iterators and views in a drawn script, and takes from them later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent.porting.check.kept import VIEWS
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from random import Random

    from agent.porting.check.executor import Pair
    from agent.porting.script.statement import Line

__all__ = ["Keeping"]

_MOST = 3
"""Iterators and views that a script keeps at a time."""

_OFTEN = 0.5
"""Part of the calls that give one whose result is kept."""

_TAKING = 0.3
"""Part of the steps that take from what is kept, while there is some."""


class Keeping:
    """What one script keeps.

    Args:
        known: the operations that were seen to give an iterator or a view; more are added.
        pair: where the script runs.
        chance: decides what is kept, and when it is taken from.
    """

    def __init__(self, known: set[str], pair: Pair, chance: Random) -> None:
        self._known = known
        self._pair = pair
        self._chance = chance
        self._kept: dict[str, bool] = {}
        """Whether each is a view, by its name."""
        self._made = 0

    def name_for(self, operation: str) -> str | None:
        """Return the name under which the next result of `operation` is kept; None for not at all.

        What is not the same in each run of the reference is not kept.
        """
        counted = operation.removeprefix(f"{self._pair.contract.name}.")
        if operation not in self._known or counted in self._pair.unsteady:
            return None
        if self._chance.random() >= _OFTEN:
            return None
        return f"kept{self._made % _MOST + 1}"

    def note(self, operation: str, value: Any, name: str | None) -> None:
        """Take note of what a call of `operation` returned, kept under a name or not."""
        is_view = isinstance(value, VIEWS)
        if not is_view and not isinstance(value, Iterator):
            return
        self._known.add(operation)
        if name is not None:
            self._made += 1
            self._kept[name] = is_view

    def step(self) -> Line | None:
        """Return a line that takes from what is kept; None for a step of another kind."""
        if not self._kept or self._chance.random() >= _TAKING:
            return None
        name = self._chance.choice(list(self._kept))
        if not self._kept[name]:
            return parse(f"next({name})")
        return parse(self._chance.choice([f"exhaust({name})", f"len({name})"]))

    def rest(self) -> list[Line]:
        """Return lines that go through all that is kept."""
        return [parse(f"exhaust({name})") for name in self._kept]
