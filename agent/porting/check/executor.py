"""Runs each line on both implementations and compares the outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from agent.errors import UsageError
from agent.porting.check.around import Around
from agent.porting.check.concurrency import (
    OF_THE_LOOP,
    difference_of_results,
    goes_on,
    has_raised,
    is_carried,
    outcomes_of,
    refuse_words,
    result_of,
)
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.effects import difference_beside
from agent.porting.check.hashes import HashLaw, without_number
from agent.porting.check.heartbeat import Phase, heartbeat_of_this_process
from agent.porting.check.kept import difference_around, is_kept, takes_from
from agent.porting.check.observer import shown_by
from agent.porting.check.probed_objects import ProbedObjects
from agent.porting.check.raises import outside_raises
from agent.porting.check.reach import Reach, acts_on_nothing
from agent.porting.check.schedules import is_race, other_schedules, replayed
from agent.porting.check.side import Side
from agent.porting.check.world import Surroundings
from agent.porting.compare.comparison import Comparison, Difference
from agent.porting.compare.introspection import is_exhaustion, without_addresses
from agent.porting.compare.masks import Unsteady, is_masked, places_in
from agent.porting.fallback.attribution import HANDED_OVER
from agent.porting.script.environment import WORD, ScriptEnvironment
from agent.porting.script.probing import PROBING, both_refuse
from agent.porting.script.statement import CONTROLS, parse
from agent.porting.strategies.call_writer import caller_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from agent.porting.check.concurrency import Named
    from agent.porting.check.heartbeat import Heartbeat
    from agent.porting.check.schedules import Schedule
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.fallback.attribution import Refused
    from agent.porting.script.statement import Line

__all__ = ["Pair"]

_OF_A_RUN = (
    "_python", "_rust", "_worlds", "_comparison", "_carried", "_schedule", "kinds", "_environment",
    "_used_up", "around",
)  # fmt: skip
"""Attributes of a pair that belong to one run of the lines."""


class Pair:
    """The two sides of a component during one script.

    As a context manager it opens the worlds of its contract, and closes them.
    `reach`, when given, notes each operation of the contract that was compared: by its name, for a
    part's with the part's before it, as in ``Counter.inc``; the factory goes by the contract's
    name. `refused`, when given, notes those that Rust did not serve itself. `schedule`, when given,
    is what the event loop of the reference does in some lines instead. What is `unsteady`, by
    operation, is not compared. Of `BESIDE`, what is named in `closely` is looked at in each line.
    """

    def __init__(  # noqa: PLR0913  # all that a run of a script rests on
        self,
        contract: Contract,
        python: Any,
        rust: Any,
        reach: Reach | None = None,
        refused: Refused | None = None,
        *,
        schedule: Schedule | None = None,
        unsteady: Mapping[str, Unsteady] | None = None,
        closely: Collection[str] = (),
    ) -> None:
        refuse_words(contract)
        self.contract = contract
        self.reach = Reach() if reach is None else reach
        self.kinds = {contract.name.lower(): contract.name}
        """Of which contract or part an object is, by its name in the script."""
        self.compared = 0
        """Calls of the contract's operations that were compared."""
        self.idle = 0
        """Compared calls since the last that Rust was asked for: Python served both sides."""
        self._refused = refused
        self._raised: list[bool] = []
        self._lines: list[str] = []
        self._judges_raises = python is not rust
        self._second = Phase.PYTHON if python is rust else Phase.RUST
        self.lost: list[str] = []
        """Why draws that the script names could not be drawn again."""
        self._python = Side(contract, python)
        self._rust = Side(contract, rust, self._python)
        self._python.names["drawn"] = self._rust.names["drawn"] = self._redraw
        self._environment = ScriptEnvironment(self.lost)
        for side in (self._python, self._rust):
            side.names.setdefault(WORD, self._environment)
        self._carried: dict[str, Named] = {}
        """The operations that later lines carry on, by the name of what each gave."""
        self.unsteady = {} if unsteady is None else unsteady
        self._law = HashLaw(contract)
        self._implementations = python, rust
        self._used_up = False
        """Whether the stack was once used up on both sides: how far either came is chance."""
        self._did: list[str] = []
        """What each line did on the second side, where there are event loops."""
        self._races: dict[int, str] = {}
        """The lines, counted from 0, after which it depends on chance how far a side is."""
        self._may_reschedule = schedule is None
        self._schedule = schedule or {}
        self._worlds = Surroundings(contract)
        self.around = Around(contract, python, rust, closely=closely)
        self._probed = ProbedObjects(contract, self._python, self._rust)
        self._comparison = Comparison(strangers=contract.foreign)
        if isinstance(python, type) and contract.factory is not None:
            self._comparison.twins[python] = rust, shown_by(contract, contract.name)

    def __enter__(self) -> Self:
        """Open a world for each side, if the contract names one."""
        self._environment.open()
        self.around.open()
        self._worlds.open(self._python.names, self._rust.names)
        self.around.settle()
        self._comparison.normalisers = self._worlds.normalisers
        sides = zip((self._python, self._rust), self._worlds.worlds, strict=False)
        driven = [side.loop is not None and side.loop.meet(world) for side, world in sides]
        self._worlds.settles = not all(driven)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the event loops and let go of what the script made, then close the worlds.

        The environment is as it was before.
        """
        self.around.close()
        self._environment.close()
        self._python.close()
        self._rust.close()
        if self._worlds.are_open:
            self._python.names.clear()
            self._rust.names.clear()
            self._worlds.close()

    def run(self, given: Line | str) -> Outcome:
        """Run a statement on both sides; return what it did.

        Raises `Disagreement` unless both did the same, and `EffectStopped` where the reference
        touches the outside world without having declared that, or outside of its world.
        """
        line = parse(given) if isinstance(given, str) else given
        self._lines.append(line.text)
        heartbeat = heartbeat_of_this_process()
        heartbeat.begin(self._lines)
        try:
            return self._run(line, heartbeat)
        finally:
            heartbeat.enter(Phase.IDLE)

    def _run(self, line: Line, heartbeat: Heartbeat) -> Outcome:
        worlds, index = self._worlds, len(self._lines) - 1
        name, spec = self.spec(line)
        if name is not None and acts_on_nothing(line, self._python.names, self._rust.names):
            self.reach.unmade[name] += 1
            name, spec = None, None
        self.around.before(line)
        heartbeat.enter(Phase.PYTHON)
        left = worlds.run(line, spec, lambda: self._run_python(line, index))
        self.around.after_reference(self._python.beside)
        heartbeat.enter(self._second)
        right, reason = worlds.run_second(line, spec, lambda: self._run_rust(line))
        self.around.after_second(self._rust.beside)
        self._meet_in_time(right, heartbeat)
        heartbeat.enter(Phase.COMPARISON)
        self._meet(line, spec, left.value, right.value)
        difference = self._compare(line, name, spec, left, right)
        if line.word is not None and is_race(line.word, real=self._is_real):
            self._races[index] = line.word
        if difference is not None:
            again = self._rescheduled()
            if again is not None:
                left, difference = again, None
        kept = is_kept(line, left, right, self._comparison, views=True)
        if line.target is not None and (kept or is_carried(line, spec)):
            self._carried[line.target] = name, spec
        self._python.journal.calls.clear()
        self._rust.journal.calls.clear()
        self._raised.append(has_raised(left))
        self._count(line, name, (left, right), reason)
        self._law.learn(line, name)
        if difference is not None:
            operands = tuple(self._python.names.get(operand) for operand, _ in line.operands)
            parts = worlds.shown(difference.python, difference.rust)
            difference = replace(difference, python=parts[0], rust=parts[1])
            shown = worlds.shown(str(left), str(right))
            raise Disagreement(line.text, name, operands, left, right, difference, shown)
        return left

    def _compare(
        self,
        line: Line,
        name: str | None,
        spec: OperationSpec | None,
        left: Outcome,
        right: Outcome,
    ) -> Difference | None:
        """Compare what a line did on both sides, and to their worlds, but for what is unsteady."""
        if is_exhaustion(left.raised) and is_exhaustion(right.raised):
            self._used_up = True
        if self._used_up:
            return None
        self._comparison.masked = places_in(self.unsteady, name or line.text)
        found = self._worlds.compare(
            line, spec, lambda: self._difference(line, left, right, spec)
        ) or self._worlds.difference(line, self._comparison)
        specs = [self._spec_of(*call)[1] for call in line.calls] or [self._judged(name, spec)]
        found = found or difference_beside(
            self._python.beside, self._rust.beside, (left, right), specs, self._comparison
        )
        if not line.calls and goes_on(line, self._carried) is None:
            found = found or self._outside_raises(left, name, spec)
        found = found or self._law.difference(line, spec, self._python, self._rust)
        return None if found and is_masked(found.where, self._comparison.masked) else found

    def _count(
        self, line: Line, name: str | None, sides: tuple[Outcome, Outcome], reason: str | None
    ) -> None:
        """Take note of the operations that a line did, and of why Rust did not serve them.

        One that it starts counts when it is awaited, and what an iterator gives with its call.
        """
        named = [name]
        if line.calls:
            named = [self._spec_of(*call)[0] for call in line.calls]
        elif line.word == "start" or takes_from(line, self._carried):
            named = []
        names = [each for each in named if each is not None]
        did = zip(*(outcomes_of(side, len(names)) for side in sides), strict=True)
        for each, outcomes in zip(names, did, strict=True):
            self.reach.note(each, line, *outcomes, by_rust=reason is None)
            self.compared += 1
            self.idle = self.idle + 1 if reason == HANDED_OVER else 0
            if self._refused is not None and reason is not None:
                self._refused.reasons[reason] += 1

    def _difference(
        self, line: Line, left: Outcome, right: Outcome, spec: OperationSpec | None
    ) -> Difference | None:
        """Compare what a line did on both sides: outcome, callbacks, arguments afterwards."""
        if line.subject == PROBING and both_refuse(line.operation, left, right):
            return None
        specs = [self._spec_of(*call)[1] for call in line.calls] if line.calls else [spec]
        if not line.calls:
            left, right = without_number(left, spec), without_number(right, spec)
        kept = is_kept(line, left, right, self._comparison)
        found = None
        if not kept:
            found = difference_of_results(line, left, right, self._comparison, specs)
        if line.subject == PROBING and not self._probed.is_object(line, self._python.names):
            return found  # what is asked is a function or a class, which calls do not change
        kept = kept or takes_from(line, self._carried)
        return found or difference_around(
            line, self._python, self._rust, self._comparison, kept=kept
        )

    def _rescheduled(self) -> Outcome | None:
        """Return what the last line did with the reference at another point of its work, or None.

        Each side may have come a different way to where it is. They do the same if the reference
        can come a way on which it does what the other side did: all of it, from the first line to
        the last. The sides are then those of that run, in which the other does the same again.
        """
        if not (self._may_reschedule and self.contract.asynchronous):
            return None
        for schedule in other_schedules(self._schedule, self._races, real=self._is_real):
            other = Pair(
                self.contract, *self._implementations,
                schedule=schedule, unsteady=self.unsteady, closely=self.around.closely,
            ).__enter__()  # fmt: skip
            outcome = replayed(other.run, self._lines)
            if outcome is not None and other._did == self._did:  # noqa: SLF001  # of this class
                self.__exit__()
                for name in _OF_A_RUN:
                    setattr(self, name, getattr(other, name))
                return outcome
            other.__exit__()
        return None

    @property
    def _is_real(self) -> bool:
        """Whether the clock of either side's loop is the real one."""
        loops = (self._python.loop, self._rust.loop)
        return any(loop is not None and loop.real for loop in loops)

    def _meet_in_time(self, right: Outcome, heartbeat: Heartbeat) -> None:
        """Let the reference complete what the other side has completed, where time is real."""
        python, rust = self._python.loop, self._rust.loop
        if python is None or rust is None:
            return
        self._did.append(without_addresses(self._worlds.shown("", str(right))[1]))
        if self._is_real:
            heartbeat.enter(Phase.PYTHON)
            python.complete(rust.done)

    def _run_python(self, line: Line, index: int) -> Outcome:
        """Run a line on the side of the reference, as deep in the stack as on the other."""
        return self._python.run(line, self._schedule.get(index))

    def _run_rust(self, line: Line) -> tuple[Outcome, str | None]:
        """Run a line on the side of Rust; return what it did, and why Python served it if so."""
        if self._refused is None:
            return self._rust.run(line), None
        self._refused.begin()
        outcome = self._rust.run(line)
        return outcome, self._refused.end(self._rust.names.get(line.subject or ""))

    def _outside_raises(
        self, outcome: Outcome, name: str | None, spec: OperationSpec | None
    ) -> Difference | None:
        """Return the finding that both sides raised what the contract does not allow, or None.

        A side that is compared with itself is asked whether it repeats itself, and nothing else.
        """
        error, spec = outcome.raised, self._judged(name, spec)
        if error is None or spec is None or outcome.binding or not self._judges_raises:
            return None
        if isinstance(error, OF_THE_LOOP):
            return None
        return outside_raises(self.contract, spec, self._lines, error, self._python.names)

    def _judged(self, name: str | None, spec: OperationSpec | None) -> OperationSpec | None:
        """Return what the contract says of a line's operation, which may be the factory."""
        made = spec is None and name == self.contract.name
        return self.contract.factory if made else spec

    def _redraw(self, name: str, row: bytes = b"") -> Any:
        """Draw the value of ``drawn`` in a script, separately for each side."""
        try:
            with self._worlds.aside():  # Hypothesis keeps tables in files
                return caller_of(self.contract).redraw(name, row)
        except UsageError as error:
            self.lost.append(str(error))
            raise

    def without_world(self, text: str) -> str:
        """Return a text about the reference without what is of its world alone."""
        return self._worlds.shown(text, "")[0]

    def raised(self, index: int) -> bool:
        """Return whether the line `index`, counted from 0, raised on both sides."""
        return self._raised[index]

    def spec(self, line: Line) -> tuple[str | None, OperationSpec | None]:
        """Return the operation that a line performs: its name in `counts`, and what is said of it.

        Only an operation of the contract has a name.
        """
        of_tools = (self.contract.asynchronous and line.word in CONTROLS) or (
            line.operation == line.subject == WORD
            and self._python.names.get(WORD) is self._environment
        )
        if of_tools or self._worlds.is_step(line) or self._probed.made_by(line):
            return None, None
        return goes_on(line, self._carried) or self._spec_of(line.operation, line.subject)

    def _spec_of(
        self, operation: str | None, subject: str | None
    ) -> tuple[str | None, OperationSpec | None]:
        root = self.contract
        if operation is None:
            return None, None
        if operation == subject and operation not in root.operations:
            if operation == root.name and root.factory is not None:
                return operation, None
            operation = "__call__"
        kind = self.kinds.get(subject or "", root.name)
        spec = root.everything[kind].performed.get(operation)
        if spec is None:
            return None, None
        return operation if kind == root.name else f"{kind}.{operation}", spec

    def _meet(self, line: Line, spec: OperationSpec | None, python: Any, rust: Any) -> None:
        """Take the classes of two results that are of one contract or part for twins."""
        if self._probed.made_by(line):
            self._probed.meet(line, python, rust, self.kinds, self._comparison)
        kind = self.contract.named_by(result_of(line, spec))
        if kind is None or type(python).__module__ == "builtins":
            return  # None, where there may be no such object
        if type(python) not in self._comparison.twins:
            self._comparison.twins[type(python)] = type(rust), shown_by(self.contract, kind)
            self._probed.kinds[type(python)] = kind
        if line.target is not None:
            self.kinds[line.target] = kind
