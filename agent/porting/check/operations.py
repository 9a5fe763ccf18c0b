"""The source of drawn scripts: a contract's operations, their parameters, and how scripts begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.porting.check.containment import contains
from agent.porting.check.recipes import Recipes
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.call_writer import is_driven, is_made
from agent.porting.strategies.domain import CLOCK, KEY_SLOTS, object_slot
from agent.porting.strategies.pools import HOSTILE, KEYS, UNHASHABLE, VALUES
from agent.porting.worlds.opening import WORLD, require_world, steps_of

if TYPE_CHECKING:
    from random import Random

    from agent.porting.contract.reader import OperationSpec
    from agent.porting.guidance.hints import Allows, Hints
    from agent.porting.strategies.call_writer import Caller
    from agent.porting.strategies.domain import Domain

__all__ = ["Drawing", "Move", "Place", "Setting", "Watch", "ignore_call", "swarm_of"]

_KEYS = len(KEY_SLOTS)

_FEWEST = 6
"""Values of a parameter that are drawn before one of them is used again."""

_MOST = 40
"""The same, where calls have several parameters: more do not make more combinations."""

_SETTING = 32
"""Bytes that decide a setting, beside those of the factory's arguments."""

_ROW = 48
"""Bytes that decide one argument of a factory."""

_KEY_POOL = KEYS * 4 + UNHASHABLE


@dataclass(frozen=True)
class Setting:
    """What is drawn once for a run: how the object is made, and what calls are made with."""

    arguments: dict[str, str]
    tick: str
    hostile: list[tuple[str, str | None]]
    keys: list[str]
    first_value: int
    """Where in `VALUES` the run's own begin: neighbours are easily taken for each other."""
    reenter: dict[str, str]
    """What callbacks do that use the object that calls them, by its contract or part."""
    environment: str = ""
    """The line that sets the environment; empty for the usual one."""


@dataclass(frozen=True)
class Move:
    """An operation that a script may perform next."""

    owner: str
    """The contract or part of the object that the operation is performed on."""
    spec: OperationSpec
    gives: str | None
    """The contract or part of what it gives."""

    @property
    def label(self) -> str:
        """What counts and hints know it by."""
        return f"{self.owner}.{self.spec.name}"


Watch = Callable[[str, "OperationSpec", dict[str, str]], None]
"""Is told of each call: the operation, what is said of it, and the arguments."""


@dataclass(frozen=True, eq=False)
class Place:
    """A parameter of an operation, and what it may be given."""

    name: str
    required: bool
    driven: bool
    """Whether it takes the clock that checks drive."""
    domain: Domain
    often: int
    """How many values are written before some are used again."""


class Drawing:
    """What is drawn for a contract, and from what."""

    def __init__(self, caller: Caller, steps: int) -> None:
        self.caller = caller
        self.hints: Hints | None = None
        """What the arguments of calls are chosen by, once the reference was explored."""
        self.steps = steps
        """Calls of one script."""
        self.recipes = Recipes()
        """Arguments with which operations returned."""
        self.iterating: set[str] = set()
        """The operations that were seen to give an iterator or a view."""
        self.moves: list[Move] = []
        self.looks: list[Move] = []
        """What only looks, which is done more seldom."""
        self.writers: list[Move] = []
        """What sets or deletes a property, which is done more seldom too."""
        for owner, contract in caller.contract.everything.items():
            looks = caller.contract.observers(owner)
            for spec in contract.performed.values():
                move = Move(owner, spec, caller.contract.named_by(spec.makes))
                if spec.kind in {"setter", "deleter"}:
                    self.writers.append(move)
                else:
                    (self.looks if spec in looks else self.moves).append(move)
        self.moves = self.moves or self.writers or self.looks
        world = require_world(caller.contract)
        self.world_steps = [
            Move(WORLD, spec, None) for spec in (steps_of(world) if world else {}).values()
        ]
        """What the world does by itself."""
        self.relates = any(
            object_slot(caller.contract.name) in text
            for move in [*self.moves, *self.looks]
            for domain in caller.domains(move.spec).values()
            for text in domain.within
        )
        """Whether some operation takes another object of the contract."""
        self._often = max(_FEWEST, steps // len(self.moves))
        self._places: dict[int, list[Place]] = {}
        self._allows: dict[int, Allows] = {}
        self._hashes = any(
            domain.slots == KEY_SLOTS
            for move in self.moves
            for domain in caller.domains(move.spec).values()
        )

    def setting(self, chance: Random) -> Setting:
        """Draw what holds for one run from the bytes of `chance`, and from nothing else."""
        choices = Choices(chance.randbytes(_SETTING))
        factory = self.caller.contract.factory
        return Setting(
            arguments={} if factory is None else self._arguments(factory, chance),
            tick=choices.of(("", "0.25", "")) if self.caller.has_clock else "",
            hostile=_hostile_keys(choices) if self._hashes else [],
            keys=[choices.of(_KEY_POOL) for _ in range(_KEYS)],
            first_value=choices.below(len(VALUES)),
            reenter={owner: choices.of(calls) for owner, calls in self.caller.reentries.items()},
        )

    def places(self, spec: OperationSpec) -> list[Place]:
        """Return the parameters of an operation."""
        known = self._places.get(id(spec))
        if known is None:
            domains = self.caller.domains(spec)
            often = self._often if len(spec.parameters) == 1 else min(self._often, _MOST)
            known = self._places[id(spec)] = [
                Place(
                    parameter.name, parameter.required,
                    is_driven(parameter.annotation), domains[parameter.name], often,
                )
                for parameter in spec.parameters
            ]  # fmt: skip
        return known

    def allows(self, spec: OperationSpec) -> Allows:
        """Return a test whether the contract allows a value for a parameter of `spec`.

        In place of an object that a script makes, or of something of its world, it allows none.
        """
        known = self._allows.get(id(spec))
        if known is None:
            annotations = {
                each.name: each.annotation
                for each in spec.parameters
                if not is_made(self.caller.contract, each)
            }

            def known(name: str, value: Any) -> bool:
                try:
                    return name in annotations and contains(annotations[name], value)
                except Exception:  # noqa: BLE001  # a predicate that cannot take the value
                    return False

            self._allows[id(spec)] = known
        return known

    def _arguments(self, spec: OperationSpec, chance: Random) -> dict[str, str]:
        """Draw the arguments of a factory; those with a default are mostly left out."""
        arguments = {}
        for place in self.places(spec):
            choices = Choices(chance.randbytes(_ROW))
            if place.driven and choices.below(2):
                arguments[place.name] = CLOCK
            elif place.driven or place.required or choices.one_in(3):
                arguments[place.name] = place.domain.write(choices)
        return arguments


def _hostile_keys(choices: Choices) -> list[tuple[str, str | None]]:
    """Draw none in half of the runs: next to a key that always raises, little else happens."""
    if not choices.below(2):
        return []
    some = [choices.of(HOSTILE) for _ in range(1 + choices.below(2))]
    return list(dict.fromkeys(some))


def ignore_call(operation: str, spec: OperationSpec, arguments: dict[str, str]) -> None:
    """Do nothing about a call."""


def swarm_of(moves: list[Move], bits: int) -> list[Move]:
    """Return the moves of a run: in most runs some, which then meet each other more often.

    Source: A. Groce et al., Swarm testing, ISSTA 2012.
    """
    if bits % 4 == 0:
        return moves
    return [move for index, move in enumerate(moves) if bits >> (2 + index % 60) & 1] or moves
