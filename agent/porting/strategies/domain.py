"""A domain: the values that a parameter may have, as expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.strategies.byte_source import Choices

__all__ = [
    "CLOCK",
    "KEY_SLOTS",
    "OBJECT_SLOT",
    "VALUE_SLOTS",
    "Domain",
    "object_slot",
    "put_together",
]

CLOCK = "clock"
"""The name that a script gives its clock."""

KEY_SLOTS = [f"§{index}" for index in range(5)]
"""Placeholders of the keys of one run, which are few, so that calls meet them again."""

VALUE_SLOTS = [f"¤{index}" for index in range(4)]
"""Placeholders of the values of one run."""

OBJECT_SLOT = "¶"
"""Encloses the name of a contract or part: a placeholder of such an object in the script."""


def object_slot(name: str) -> str:
    """Return the placeholder of an object of the contract or part `name`."""
    return f"{OBJECT_SLOT}{name}{OBJECT_SLOT}"


@dataclass(frozen=True)
class Domain:
    """Expressions for the values of a parameter."""

    within: list[str]
    """Allowed, the simplest first, edges included."""
    outside: list[str] = field(default_factory=list)
    """Not allowed; to be refused."""
    risky: list[str] = field(default_factory=list)
    """Of the right type, but not certain to be accepted: an iterator that raises midway."""
    slots: list[str] | None = None
    """What a run draws instead of `within`."""
    compose: Callable[..., str] | None = None
    """Writes further allowed values, from `Choices`; takes bounds where the type has some.

    Numbers take `lowest` and `highest`, what has a length takes `shortest` and `longest`.
    """
    kinds: tuple[Domain, ...] = ()
    """What values may be more narrowly; the items of a container are often all of one kind."""
    strategy: str | None = None
    """The name of the strategy that gives the values, where one does."""
    far: frozenset[str] = frozenset()
    """Of `outside`, what is far beyond a bound, where code that does not refuse may never end."""

    def write(self, choices: Choices) -> str:
        """Write one expression, mostly of a value that is surely allowed."""
        way = choices.below(16)
        if way == 15 and self.risky and choices.risky:
            return choices.of(self.risky)
        if self.slots is not None:
            seldom = way >= 13 and self.compose is not None
            return self.compose(choices) if seldom and self.compose else choices.of(self.slots)
        if self.compose is not None and way > 5:
            return self.compose(choices)
        return choices.of(self.within)


def put_together(shape: str, items: str) -> str:
    """Put the text of `items` into that of a container."""
    return shape.replace("%s", items) if items else shape.replace("%s,", "").replace("%s", "")
