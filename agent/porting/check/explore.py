"""Explores the reference before both sides are compared: which arguments reach what."""

from __future__ import annotations

import time
from inspect import getattr_static
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.check.budget import Budget
from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.environments import note_compared, noting_variables
from agent.porting.check.executor import Pair
from agent.porting.check.generator import Run
from agent.porting.check.reach import BranchCount
from agent.porting.check.world import refusing_effects
from agent.porting.guidance.constants import constants_in, shown_in
from agent.porting.guidance.hints import Hints
from agent.porting.guidance.rust_constants import constants_of
from agent.porting.guidance.tracer import Tracer
from agent.porting.sources.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agent.porting.check.campaign import Campaign
    from agent.porting.check.operations import Drawing
    from agent.porting.contract.reader import OperationSpec

__all__ = ["Exploration", "count_branches", "explore"]

_OF_TIME = 0.15
"""Part of the time left that goes into exploring the reference, in seconds of the processor, and
later into counting."""

_AT_MOST = 0.35
"""Part of the time left after which exploring ends, whatever else the machine is doing."""

_CALLS = 6_000
"""Calls that are made, at most; else a quarter of those that the check compares."""

_PINNED = 50
"""Scripts that are run again in any case, the first: pinned examples are among them."""

_REPLAYED = 15_000
"""Calls that are made again to count branches, about."""

_GOING_ON = 0.5
"""Part of the scripts that go on from the end of one that is kept, where objects have a state."""

_STEPS = 12
"""Calls of one script: one that reaches something new is replayed as a whole."""

_FOUND = 300
"""Keys that look-ups found, which make a call matter, at most."""

_SCRIPTS = 150
"""Scripts that are kept, at most."""


def explore(campaign: Campaign) -> Exploration:
    """Find out what reaches which part of the reference, and run that on both sides.

    The calls that both sides make count as drawn.
    """
    verdict, python = campaign.verdict, campaign.sides[0]
    exploration = Exploration(campaign.drawing, python, verdict.seed, campaign.sides[1])
    budget = campaign.budget
    work = time.process_time() + _OF_TIME * budget.left()
    exploration.run(campaign.options.calls, budget.after(_AT_MOST), work)
    before = verdict.examples
    for lines in exploration.scripts:
        if campaign.over:
            break
        campaign.run(lines)
    campaign.budget.calls -= verdict.examples - before
    return exploration


def count_branches(campaign: Campaign, exploration: Exploration) -> None:
    """Note in the verdict how many branches of the reference the check reached, at least.

    Some of what was run is run again for it, on the reference alone.
    """
    calls = sum(map(len, campaign.ran))
    first, others = campaign.ran[:_PINNED], campaign.ran[_PINNED:]
    some = [*first, *others[:: calls // _REPLAYED + 1]]
    exploration.replay(some, campaign.budget.after(_OF_TIME))
    of, missing = exploration.branches, exploration.missing
    if of and len(missing) < of:  # none at all: there was no time to count
        campaign.verdict.branches = BranchCount(of - len(missing), of)


class Exploration:
    """Calls the reference alone, guided by what it compares.

    Args:
        drawing: whose operations are called, and whose hints are set.
        python: the reference.
        seed: decides what is drawn.
        rust: the other side, whose sources name constants too.
    """

    def __init__(self, drawing: Drawing, python: Any, seed: int, rust: Any = None) -> None:
        scope = scope_of(python)
        constants = constants_in(scope.files, scope.spaces)
        for value in constants_of(rust, drawing.caller.contract.name.lower()):
            constants.add(value)
        self.recipes = drawing.recipes
        self.scripts: list[list[str]] = []
        """Those that reached a new branch, up to the call that did."""
        self._drawing = drawing
        self._python = python
        self._seed = seed
        self._tracer = Tracer(scope.files)
        self._own = self._tracer.numbers_in(scope.places)
        self._taken: set[int] = set()
        self._found: set[Any] = set()
        self._keeps_state = drawing.caller.contract.factory is not None
        drawing.hints = Hints(constants, stateful=self._keeps_state)
        for move in [*drawing.moves, *drawing.looks]:
            drawing.hints.show(move.label, shown_in(_docstring(python, move.spec.name)))

    def run(
        self, compared: int, deadline: float = float("inf"), work: float = float("inf")
    ) -> None:
        """Draw scripts and run them on the reference.

        Args:
            compared: how many calls the check will compare; some part of that is made here.
            deadline: when to stop, in the seconds of `time.monotonic`.
            work: when to stop, in the seconds of `time.process_time`.
        """
        drawing, budget = self._drawing, Budget(min(_CALLS, compared // 4), deadline, work)
        variables = {} if drawing.hints is None else drawing.hints.variables
        with self._tracer, noting_variables(variables):
            for program in count():
                before = budget.calls
                if budget.spent:
                    break
                chance = Random(f"{self._seed}/explore/{program}")  # noqa: S311  # drawn, not secret
                pair = Pair(drawing.caller.contract, self._python, self._python)
                with refusing_effects(), pair:
                    setting = drawing.setting(chance)
                    watch = _Watch(self)
                    begun = self._beginning(chance)
                    watch.run = Run(drawing, pair, setting, chance, _goes_on, budget, watch, begun)
                    watch.run.play(_STEPS)
                if budget.calls == before:
                    break

    def _beginning(self, chance: Random) -> list[str]:
        """Return, now and then, a script that reached something new, rather a late one."""
        if not self.scripts or not self._keeps_state or chance.random() >= _GOING_ON:
            return []
        last = len(self.scripts) - 1
        return self.scripts[max(chance.randint(0, last), chance.randint(0, last))]

    def note(
        self, lines: list[str], operation: str, spec: OperationSpec, arguments: dict[str, str]
    ) -> None:
        """Note what the last of the lines, a call of `operation`, reached and compared."""
        hints, traced = self._drawing.hints, self._tracer.take()
        if hints is None:
            return
        note_compared(hints.variables, [(each.left, each.right) for each in traced.compared])
        matters = not traced.taken <= self._taken
        if not traced.found <= self._found and len(self._found) < _FOUND:
            self._found |= traced.found
            matters = True
        if matters:
            self._taken |= traced.taken
            hints.keep(operation, arguments)
            if len(self.scripts) < _SCRIPTS:
                self.scripts.append(list(lines))
        hints.learn(
            operation,
            arguments,
            traced.compared,
            self._drawing.allows(spec),
            matters=matters,
        )

    def note_result(self, value: Any) -> None:
        """Note a result, which another operation may take."""
        if self._drawing.hints is not None:
            self._drawing.hints.note_result(value)

    def replay(self, scripts: Iterable[Sequence[str]], deadline: float = float("inf")) -> None:
        """Note what other scripts reach, until `deadline` in the seconds of `time.monotonic`."""
        self._tracer.compares = False
        with refusing_effects(), self._tracer:
            for lines in scripts:
                with Pair(self._drawing.caller.contract, self._python, self._python) as pair:
                    try:
                        for line in lines:
                            if time.monotonic() >= deadline:
                                return
                            if not costs_of_this_process().avoids(line):
                                pair.run(line)
                    except Disagreement:
                        pass
                self._taken |= self._tracer.take().taken

    @property
    def branches(self) -> int:
        """How many branches the reference has; 0 where its source is not known."""
        return len(self._own)

    @property
    def missing(self) -> list[str]:
        """The branches that were not taken, each with its file and line."""
        return [self._tracer.place_of(number) for number in self._own if number not in self._taken]


def _docstring(python: Any, name: str) -> str:
    """Return the docstring of an operation, or of a function itself."""
    member = python if name == "__call__" else getattr_static(python, name, None)
    text = getattr(member, "__doc__", None)
    return text if isinstance(text, str) else ""


class _Watch:
    """Tells the exploration of the calls of one script."""

    run: Run

    def __init__(self, exploration: Exploration) -> None:
        self._exploration = exploration

    def __call__(self, operation: str, spec: OperationSpec, arguments: dict[str, str]) -> None:
        self._exploration.note(self.run.lines, operation, spec, arguments)
        self._exploration.note_result(self.run.result)
        self._exploration.recipes.note(operation, arguments, returned=self.run.returned)


def _goes_on(_lines: list[str], _found: Disagreement) -> bool:
    """End a script in which the reference does not agree with itself."""
    return False
