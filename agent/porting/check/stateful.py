"""A state machine of Hypothesis that runs both sides of a pair and fails where they differ."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from agent.errors import UsageError
from agent.porting.check.around import QUICKLY
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.generator import STEPS
from agent.porting.check.operations import Drawing
from agent.porting.check.verdict import divergence
from agent.porting.check.world import refusing_effects
from agent.porting.project.table import restore_references
from agent.porting.script.statement import parse
from agent.porting.strategies.call_writer import caller_of
from agent.porting.strategies.domain import CLOCK, object_slot
from agent.porting.strategies.hypothesis import concrete, draws_of, expressions

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.check.operations import Move
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line
    from agent.porting.strategies.call_writer import Caller

__all__ = ["twin_machine"]

_OBJECTS = 3
"""Objects of one contract or part that a machine keeps."""

_RESERVED = {"self", "on", "tick", "target", "targets"}
"""Names that a rule cannot give an argument."""


class TwinMachine(RuleBasedStateMachine):
    """One example: a pair, the lines that were run on both of its sides, and what they made."""

    caller: Caller
    sides: tuple[Any, Any]

    def __init__(self) -> None:
        super().__init__()
        contract = self.caller.contract
        self.lines: list[str] = []
        self.alive: dict[str, list[str]] = {name: [] for name in contract.everything}
        self.made = dict.fromkeys(contract.everything, 0) | {contract.name: 1}
        self.has_failed = False
        self._open = ExitStack()
        # A reference that calls itself by its name is not to call Rust meanwhile.
        self._open.callback(restore_references())
        self.pair = self._open.enter_context(Pair(contract, *self.sides, closely=QUICKLY))

    def do(self, line: Line) -> bool:
        """Run a line on both sides; return whether it returned. Fail where they differ."""
        self.lines.append(line.text)
        found = None
        try:
            with refusing_effects():
                self.pair.run(line)
        except Disagreement as disagreement:
            found = disagreement
        if found is not None:
            self.has_failed = True
            raise AssertionError(str(divergence(self.lines, found)))
        return not self.pair.raised(-1)

    def begin(self, arguments: dict[str, str] | None, tick: str) -> None:
        """Make the object under test."""
        caller = self.caller
        if caller.has_clock:
            self.do(parse(caller.clock(tick)))
        if arguments is None or self.do(caller.make(arguments)):
            self.alive[caller.contract.name].append(caller.subject)

    def perform(self, move: Move, on: int, arguments: dict[str, str]) -> None:
        """Do `move` to the object number `on` of its kind, and keep what it gives."""
        alive = self.alive.get(move.owner, [move.owner])
        subject = alive[on % len(alive)]
        filled = {name: self._with_objects(text) for name, text in arguments.items()}
        if move.gives is None:
            self.do(self.caller.call(move.spec, filled, subject))
            return
        number = self.made[move.gives] % _OBJECTS + 1
        target = self.caller.named(move.gives, number)
        for line in self.caller.opening(move.spec, filled, subject, move.gives, number):
            if not self.do(line):
                return
        if self.pair.kinds.get(target) == move.gives:
            self.made[move.gives] += 1
            if target not in self.alive[move.gives]:
                self.alive[move.gives].append(target)

    def _with_objects(self, text: str) -> str:
        for kind, alive in self.alive.items():
            text = text.replace(object_slot(kind), alive[-1] if alive else "None")
        return text

    def teardown(self) -> None:
        """Look at all there is, and close the worlds."""
        try:
            for look in () if self.has_failed else self.looks:
                for subject in self.alive[look.owner]:
                    self.do(self.caller.call(look.spec, {}, subject))
        finally:
            self._open.close()

    looks: tuple[Move, ...] = ()


def twin_machine(contract: Contract, python: Any, rust: Any) -> type[TwinMachine]:
    """Return a state machine with a rule for each operation of `contract`.

    Its rules draw the expressions of arguments, and call both sides with them.

    Raises `UsageError` if both sides are the same object.
    """
    if python is rust:
        message = f"both sides of {contract.name} are {python!r}: that proves nothing"
        raise UsageError(message)
    caller = caller_of(contract)
    drawing = Drawing(caller, 1)
    members: dict[str, Any] = {
        "caller": caller,
        "sides": (python, rust),
        "looks": tuple(drawing.looks),
        "__doc__": f"Runs both sides of {contract.name}.",
        "__module__": __name__,
    }
    members["make"] = _beginning(caller)
    if caller.has_clock:
        members["advance"] = _advance()
    moves = [*drawing.moves, *drawing.writers, *drawing.looks, *drawing.world_steps]
    for move in dict.fromkeys(moves):
        operation = re.sub(r"\W", "_", move.spec.name.replace("=", " set")).strip("_")
        name = operation if move.owner == contract.name else f"{move.owner}_{operation}"
        name = _free(name, members)
        members[name] = _rule(caller, move, name)
    return type(f"{contract.name}Twins", (TwinMachine,), members)


def _free(name: str, members: dict[str, Any]) -> str:
    while name in members or hasattr(TwinMachine, name):
        name += "_"
    return name


def _drawn(
    caller: Caller, spec: OperationSpec, owner: str
) -> dict[str, st.SearchStrategy[str | None]]:
    """Return strategies for the arguments of `spec`; None for one that is not passed."""
    domains = caller.domains(spec)
    reentries = caller.reentries.get(owner, ["None"])  # a step of the world has none
    drawn: dict[str, st.SearchStrategy[str | None]] = {}
    for place in Drawing(caller, 1).places(spec):
        domain = domains[place.name]
        texts: st.SearchStrategy[str | None]
        if domain.strategy is None:
            texts = concrete(expressions(domain), reentries)
        else:
            traps = concrete(
                st.sampled_from(domain.risky or domain.within), caller.reentries[owner]
            )
            texts = draws_of(caller.draws, domain.strategy) | traps
        if place.driven:
            texts = st.just(CLOCK) | texts
        elif not place.required:
            texts = st.none() | texts
        drawn[place.name + "_" * (place.name in _RESERVED)] = texts
    return drawn


def _passed(drawn: dict[str, str | None]) -> dict[str, str]:
    return {
        name.removesuffix("_") if name.removesuffix("_") in _RESERVED else name: text
        for name, text in drawn.items()
        if text is not None
    }


def _beginning(caller: Caller) -> Any:
    factory = caller.contract.factory
    drawn: dict[str, Any] = (
        {} if factory is None else dict(_drawn(caller, factory, caller.contract.name))
    )
    if caller.has_clock:
        drawn["tick"] = st.sampled_from(["", "0.25"])

    def make(self: TwinMachine, tick: str = "", **arguments: str | None) -> None:
        self.begin(None if factory is None else _passed(arguments), tick)

    begins: Any = initialize(**drawn)
    return begins(make)


def _advance() -> Any:
    def advance(self: TwinMachine, seconds: str) -> None:
        self.do(parse(f"{CLOCK}.advance({seconds})"))

    return rule(seconds=st.sampled_from(STEPS))(advance)


def _rule(caller: Caller, move: Move, name: str) -> Any:
    several = len(caller.contract.everything) > 1 or move.gives is not None

    def call(self: TwinMachine, on: int = 0, **arguments: str | None) -> None:
        self.perform(move, on, _passed(arguments))

    call.__name__ = name
    drawn: dict[str, Any] = dict(_drawn(caller, move.spec, move.owner))
    if several:
        drawn["on"] = st.integers(0, _OBJECTS - 1)
    calls: Any = rule(**drawn)
    return precondition(_can(move))(calls(call))


def _can(move: Move) -> Callable[[TwinMachine], bool]:
    """Return a test whether there is an object for `move`, and a name for what it gives."""

    def can(machine: TwinMachine) -> bool:
        if machine.alive.get(move.owner) == []:
            return False
        if move.gives is None or move.spec.giving != "context":
            return True
        return machine.made[move.gives] < _OBJECTS  # one that is let go may leave its context late

    return can
