"""Recipes: arguments with which a call returned, so that others can be made like it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agent.porting.guidance.hints import plain
from agent.porting.guidance.variants import variant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

__all__ = ["Recipes", "varied"]

_MOST = 40
"""Recipes of one operation that are kept."""

_LONGEST = 200
"""Characters of an argument of a recipe, at most."""

_AS_IT_IS = 0.4
"""Part of the arguments of a variation that stay as they are."""

_ENOUGH = 20
"""Calls after which it is known how often an operation returns."""

_SELDOM = 0.2
"""Part of its calls that return, of an operation that seldom does."""

_WITHOUT = 0.5
"""Part of the calls of such an operation that are made without a recipe."""

Recipe = dict[str, str]
"""Expressions by parameter."""


class Recipes:
    """The recipes of each operation, by the label that it has while scripts are drawn."""

    def __init__(self) -> None:
        self._known: dict[str, list[Recipe]] = {}
        self._calls: Counter[str] = Counter()
        self._returned: Counter[str] = Counter()

    def note(self, operation: str, arguments: Mapping[str, str], *, returned: bool) -> None:
        """Keep the arguments of a call that returned, if they can be used in another script."""
        self._calls[operation] += 1
        if not returned:
            return
        self._returned[operation] += 1
        known = self._known.setdefault(operation, [])
        if len(known) >= _MOST or arguments in known:
            return
        recipe = dict(arguments)
        texts = recipe.values()
        if all(len(text) <= _LONGEST and plain(text) is not None for text in texts):
            known.append(recipe)

    def one(self, operation: str, chance: Random) -> Recipe | None:
        """Return one of the recipes; None if there is none."""
        known = self._known.get(operation)
        return dict(chance.choice(known)) if known else None

    def for_seldom(self, operation: str, chance: Random) -> Recipe | None:
        """Return, half of the time, a variation of a recipe for what seldom returns without."""
        calls, returned = self._calls[operation], self._returned[operation]
        if calls < _ENOUGH or returned >= calls * _SELDOM or chance.random() < _WITHOUT:
            return None
        recipe = self.one(operation, chance)
        return recipe if recipe is None or chance.random() < _AS_IT_IS else varied(recipe, chance)

    def richest(self, operation: str) -> Recipe | None:
        """Return the recipe that passes the most arguments that say something; None for none."""
        known = self._known.get(operation)
        return max(known, key=_wealth) if known else None


def varied(arguments: Mapping[str, str], chance: Random) -> Recipe:
    """Return arguments of which some are changed into what may well count as the same."""
    return {
        name: text if chance.random() < _AS_IT_IS else variant(text, chance)
        for name, text in arguments.items()
    }


def _wealth(recipe: Recipe) -> tuple[int, int, int]:
    """Return how much a recipe says: arguments that are not empty, different ones, and brevity."""
    values = [found[0] for text in recipe.values() if (found := plain(text)) is not None]
    return sum(map(bool, values)), len(set(recipe.values())), -sum(map(len, recipe.values()))
