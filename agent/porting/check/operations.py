"""What a contract has scripts drawn from: its operations, their parameters, and how runs begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from agent.porting.strategies.call_writer import is_driven
from agent.porting.strategies.domain import CLOCK, KEY_SLOTS
from agent.porting.strategies.hypothesis import expressions
from agent.porting.strategies.pools import HOSTILE, KEYS, UNHASHABLE, VALUES

if TYPE_CHECKING:
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.strategies.call_writer import Caller
    from agent.porting.strategies.domain import Domain

__all__ = ["Drawing", "Move", "Place", "Setting"]

_KEYS = len(KEY_SLOTS)

_FEWEST = 6
"""Values of a parameter that are drawn before one of them is used again."""

_MOST = 40
"""The same, where calls have several parameters: more do not make more combinations."""


@dataclass(frozen=True)
class Setting:
    """What is drawn once for a run: how the object is made, and what calls are made with."""

    arguments: dict[str, str]
    tick: str
    hostile: list[tuple[str, str | None]]
    keys: list[str]
    first_value: int
    """Where in `VALUES` the run's own begin: neighbours are easily taken for each other."""
    reenter: str
    """What callbacks do that use the object under test."""


@dataclass(frozen=True)
class Move:
    """An operation that a script may perform next."""

    owner: str
    """The contract or part of the object that the operation is performed on."""
    spec: OperationSpec
    gives: str | None
    """The contract or part of what it gives."""


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
        self.moves: list[Move] = []
        self.looks: list[Move] = []
        """What only looks, which is done more seldom."""
        for owner, contract in caller.contract.everything.items():
            looks = caller.contract.observers(owner)
            for spec in contract.operations.values():
                move = Move(owner, spec, caller.contract.named_by(spec.returns))
                (self.looks if spec in looks else self.moves).append(move)
        self.moves = self.moves or self.looks
        self._often = max(_FEWEST, steps // len(self.moves))
        self._places: dict[int, list[Place]] = {}
        factory = caller.contract.factory
        hashes = any(
            domain.slots == KEY_SLOTS
            for move in self.moves
            for domain in caller.domains(move.spec).values()
        )
        self.setting = st.builds(
            Setting,
            arguments=st.just({}) if factory is None else self._arguments(factory),
            tick=st.sampled_from(["", "0.25", ""]) if caller.has_clock else st.just(""),
            hostile=_hostile_keys() if hashes else st.just([]),
            keys=st.lists(st.sampled_from(KEYS * 4 + UNHASHABLE), min_size=_KEYS, max_size=_KEYS),
            first_value=st.integers(0, len(VALUES) - 1),
            reenter=st.sampled_from(caller.reentries),
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

    def _arguments(self, spec: OperationSpec) -> st.SearchStrategy[dict[str, str]]:
        """Draw the arguments of a factory; those with a default are mostly left out."""
        domains = self.caller.domains(spec)
        drawn = {}
        for parameter in spec.parameters:
            expression: st.SearchStrategy[str | None] = expressions(domains[parameter.name])
            if is_driven(parameter.annotation):
                expression |= st.just(CLOCK)
            elif not parameter.required:
                expression = st.none() | st.none() | expression
            drawn[parameter.name] = expression
        return st.fixed_dictionaries(drawn).map(_given)


def _hostile_keys() -> st.SearchStrategy[list[tuple[str, str | None]]]:
    """Draw none in half of the runs: next to a key that always raises, little else happens."""
    some = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=2, unique=True)
    return st.just([]) | some


def _given(texts: dict[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text is not None}
