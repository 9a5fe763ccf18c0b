"""The twin machine: draws scripts from a contract, and runs each line on both sides at once."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from agent.porting.pair import Disagreement, Pair
from agent.porting.values.calls import Caller, is_driven
from agent.porting.values.domain import CLOCK, KEY_SLOTS, VALUE_SLOTS
from agent.porting.values.drawing import expressions
from agent.porting.values.pools import HOSTILE, KEYS, UNHASHABLE, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.contract import Contract, OperationSpec

__all__ = ["Findings", "run_twins", "twin_machine"]

_KEYS = len(KEY_SLOTS)
_STEPS = ["0.25", "0.5", "1e-09", "1.0", "0.0", "2.0", "0.25", "0.5", "1e6"]
_MANY = 3
"""Most calls that one step of the machine makes."""


@dataclass
class Findings:
    """What the runs of a machine came to."""

    counts: Counter[str] = field(default_factory=Counter)
    """Compared calls by operation."""
    script: list[str] = field(default_factory=list)
    """The lines of the last run that found a difference, the smallest when shrinking has ended."""
    disagreement: Disagreement | None = None
    trouble: str | None = None
    """Why the runs prove nothing."""


def run_twins(  # noqa: PLR0913  # each says one thing about the check
    contract: Contract,
    python: type,
    rust: type,
    *,
    seed: int,
    programs: int,
    steps: int,
    shrink: bool = True,
) -> Findings:
    """Run `programs` scripts of up to `steps` steps on both sides; stop at a difference.

    With `shrink`, look for a shorter script that shows one too.
    """
    findings = Findings()
    machine = with_seed(seed)(twin_machine(contract, python, rust, findings))
    chosen = settings(
        max_examples=programs,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except Disagreement:
        pass
    except HypothesisException as error:
        findings.trouble = f"{type(error).__name__}: {error}"
    return findings


@dataclass(frozen=True)
class _Setting:
    """What is drawn once for a run: how the object is made, and what calls are made with."""

    arguments: dict[str, str]
    tick: str
    hostile: list[tuple[str, str | None]]
    keys: list[str]
    first_value: int
    """Where in `VALUES` the run's own begin: neighbours are easily taken for each other."""
    reenter: str
    """What callbacks do that use the object under test."""


class _Twins(RuleBasedStateMachine):
    """Runs lines on both sides; a subclass has the rules that draw them."""

    caller: ClassVar[Caller]
    sides: ClassVar[tuple[type, type]]
    findings: ClassVar[Findings]

    def __init__(self) -> None:
        super().__init__()
        self._pair = Pair(self.caller.contract, *self.sides, self.findings.counts)
        self._lines: list[str] = []
        self._slots: dict[str, str] = {}

    def start(self, setting: _Setting) -> None:
        """Make the object, and what the run needs around it."""
        values = (VALUES + VALUES)[setting.first_value :]
        self._slots = dict(zip(VALUE_SLOTS, values, strict=False))
        self._slots["{reenter}"] = setting.reenter
        if self.caller.has_clock:
            self.do(self.caller.clock(setting.tick))
        names = []
        for index, (expression, partner) in enumerate(setting.hostile):
            self.do(f"odd{index} = {expression}")
            names += [f"odd{index}"] + ([partner] if partner else [])
        self._slots |= zip(KEY_SLOTS, names + setting.keys, strict=False)
        self.do(self.caller.make(setting.arguments))

    def do(self, text: str) -> None:
        """Run one line on both sides."""
        for slot, filling in self._slots.items():
            if slot in text:
                text = text.replace(slot, filling)
        self._lines.append(text)
        try:
            self._pair.run(text)
        except Disagreement as disagreement:
            self.findings.script = list(self._lines)
            self.findings.disagreement = disagreement
            raise

    def teardown(self) -> None:
        """Look at all that can be seen; only now, as a look may set right what was put off."""
        if sys.exc_info()[0] is None:
            for spec in self.caller.contract.operations.values():
                if spec.observes:
                    self.do(self.caller.call(spec, {}))


def twin_machine(
    contract: Contract, python: type, rust: type, findings: Findings
) -> type[RuleBasedStateMachine]:
    """Return a machine that drives `python` and `rust` in lockstep and raises `Disagreement`."""
    caller = Caller(contract)
    parts: dict[str, Any] = {
        "caller": caller,
        "sides": (python, rust),
        "findings": findings,
        "begin": initialize(setting=_settings(caller))(_Twins.start),
    }
    looks = []
    for spec in contract.operations.values():
        if not spec.observes:
            parts[f"call_{spec.name}"] = _rule(_calls(caller, spec))
            continue
        looks.append(caller.call(spec, {}))
        if contract.returns_itself(spec):
            go_on = f"{caller.subject} = {looks[-1]}"
            parts[f"go_on_with_{spec.name}"] = _rule(st.just([go_on]))
    if looks:
        parts["look"] = _rule(st.lists(st.sampled_from(looks), min_size=1, max_size=_MANY))
    if caller.has_clock:
        steps = st.sampled_from([f"{CLOCK}.advance({step})" for step in _STEPS])
        parts["advance"] = _rule(st.lists(steps, min_size=1, max_size=1))
    return type("Twins", (_Twins,), parts)


def _settings(caller: Caller) -> st.SearchStrategy[_Setting]:
    return st.builds(
        _Setting,
        arguments=_arguments(caller, caller.contract.factory),
        tick=st.sampled_from(["", "0.25", ""]),
        hostile=_hostile_keys() if _hashes(caller) else st.just([]),
        keys=st.lists(st.sampled_from(KEYS * 4 + UNHASHABLE), min_size=_KEYS, max_size=_KEYS),
        first_value=st.integers(0, len(VALUES) - 1),
        reenter=st.sampled_from(caller.reentries() or ["None"]),
    )


def _hostile_keys() -> st.SearchStrategy[list[tuple[str, str | None]]]:
    """Draw none in half of the runs: next to a key that always raises, little else happens."""
    some = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=2, unique=True)
    return st.just([]) | some


def _rule(calls: st.SearchStrategy[list[str]]) -> Callable[..., None]:
    def run(self: Any, calls: list[str]) -> None:
        for text in calls:
            self.do(text)

    return rule(calls=calls)(run)


def _calls(caller: Caller, spec: OperationSpec) -> st.SearchStrategy[list[str]]:
    one = _arguments(caller, spec).map(lambda arguments: caller.call(spec, arguments))
    return st.lists(one, min_size=1, max_size=_MANY)


def _arguments(caller: Caller, spec: OperationSpec) -> st.SearchStrategy[dict[str, str]]:
    """Draw the arguments of one call; those with a default are mostly left out."""
    domains = caller.domains(spec)
    drawn = {}
    for parameter in spec.parameters:
        expression: st.SearchStrategy[str | None] = expressions(domains[parameter.name])
        if is_driven(parameter.annotation):
            expression |= st.just(CLOCK)
        elif not parameter.required:
            expression = st.none() | st.none() | expression
        drawn[parameter.name] = expression
    return st.fixed_dictionaries(drawn).map(_given)


def _given(texts: dict[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text is not None}


def _hashes(caller: Caller) -> bool:
    """Tell whether an operation takes keys of any hashable type."""
    return any(
        domain.slots == KEY_SLOTS
        for spec in caller.contract.operations.values()
        for domain in caller.domains(spec).values()
    )
