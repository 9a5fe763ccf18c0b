"""Writes calls as lines of a script, so that a difference can be replayed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agent.porting.script.literals import Unwritable, Writer, is_secret, redacted
from agent.porting.shadow.step import Step
from agent.porting.shadow.twins import Followed
from agent.porting.strategies.call_writer import SYNTAX
from agent.porting.strategies.domain import CLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.recording.redaction import Redaction
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Played

__all__ = ["line_of", "script_of", "step_of"]

_WIDEST = 2_000
"""Characters of a line that is shown."""


def step_of(call: ComparedCall) -> Step:
    """Return what a script has to know of a call."""
    operation = call.operation
    args, kwargs = call.written
    if not call.plain:
        roles = operation.roles
        args = tuple(
            [
                _held(roles.get(operation.position(index) or ""), value)
                for index, value in enumerate(args)
            ]
        )
        kwargs = {name: _held(roles.get(name), value) for name, value in kwargs.items()}
    exchange = call.exchange
    return Step(
        operation,
        None if call.subject is None else call.subject.name,
        None if call.made is None else call.made.name,
        args,
        kwargs,
        [] if exchange is None else [(each.label, _did(each)) for each in exchange.played],
        []
        if exchange is None
        else [float(each.value) for each in exchange.times if isinstance(each.value, int | float)],
    )


@dataclass(frozen=True, slots=True)
class _Name:
    """An object that is followed, by its name in scripts."""

    name: str


def _did(played: Played) -> Any:
    """Return what a callable gave, or raised, without the frames that it went through."""
    return played.value if played.raised is None else played.raised.with_traceback(None)


@dataclass(frozen=True, slots=True)
class _Called:
    """A callable that was given; the object it was given to may belong to it."""

    role: str


def _held(role: str | None, value: Any) -> Any:
    """Return what a step holds in the place of an argument."""
    if isinstance(value, Followed):
        return _Name(value.name)
    return _Called(role) if role is not None and callable(value) else value


def line_of(call: ComparedCall, redaction: Redaction) -> str:
    """Return the call as a script writes it, as far as that is possible and `redaction` allows."""
    try:
        step = _redacted(step_of(call), redaction)
        line = _line(step, _Words([step], Writer(widest=_WIDEST), anything=True))
    except Unwritable as why:
        return f"{call.operation.name}(…), with arguments {why}"
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def script_of(call: ComparedCall, package: str, redaction: Redaction) -> list[str]:
    """Return the lines that lead to `call`; none where they cannot be written, or were too many.

    Where `redaction` drops a call, there are none either.

    They may use the enumerations and dataclasses of `package`.
    """
    steps = [] if call.family is None else call.family.journal
    if steps is None:
        return []
    try:
        steps = [_redacted(step, redaction) for step in (*steps, step_of(call))]
        words = _Words(steps, Writer([package]))
        lines = words.clock()
        for step in steps:
            lines += words.time(step)
            lines.append(_line(step, words))
    except Unwritable:
        return []
    return lines


def _redacted(step: Step, redaction: Redaction) -> Step:
    """Return the step with what may be noted of its arguments; raise `Unwritable` if it may not."""
    if redaction.is_idle:
        return step
    operation = step.operation
    names = [operation.position(index) or f"*{index}" for index in range(len(step.args))]
    kept = redaction(operation.name, {**dict(zip(names, step.args, strict=True)), **step.kwargs})
    played = [
        (label, redaction(operation.name, {f"{label}()": answer})[f"{label}()"])
        for label, answer in step.played
    ]
    return replace(
        step,
        args=tuple(kept[name] for name in names),
        kwargs={name: kept[name] for name in step.kwargs},
        played=played,
    )


class _Words:
    """Writes the arguments of the calls of a script."""

    def __init__(self, steps: Sequence[Step], writer: Writer, *, anything: bool = False) -> None:
        self._writer = writer
        self._anything = anything
        self._played = [played for step in steps for played in step.played]
        self._time = next((step.times[0] for step in steps if step.times), None)
        """What the clock shows; None if it was never read."""

    def clock(self) -> list[str]:
        """Return the line that makes the clock, if one is needed."""
        return [] if self._time is None else [f"{CLOCK} = Clock({self._time!r})"]

    def time(self, step: Step) -> list[str]:
        """Return the line that makes the clock show what it showed, if one is needed."""
        if self._time is None or not step.times or step.times[0] <= self._time:
            return []
        passed, self._time = step.times[0] - self._time, step.times[0]
        return [f"{CLOCK}.advance({passed!r})"]

    def write(self, name: str | None, value: Any) -> str:
        """Return the expression for an argument."""
        if isinstance(value, _Name):
            return value.name
        if isinstance(value, _Called):
            if value.role == "clock":
                return "Clock()" if self._time is None else CLOCK
            return self._spy(name or "callable")
        if is_secret(name, value):
            return redacted(value)
        return self._writer.write(value, anything=self._anything)

    def _spy(self, label: str) -> str:
        answers = [
            self._writer.write(did, anything=True)
            for called, did in self._played
            if called == label
        ]
        while len(answers) > 1 and answers[-1] == answers[-2]:  # they are given in turn, for ever
            answers.pop()
        return f"Spy({', '.join([repr(label), *answers])})"


def _line(step: Step, words: _Words) -> str:
    operation, spec = step.operation, step.operation.spec
    texts = [words.write(operation.position(index), value) for index, value in enumerate(step.args)]
    named = [f"{name}={words.write(name, value)}" for name, value in step.kwargs.items()]
    on = step.subject or (operation.owner if operation.of_class else operation.owner.lower())
    if spec.kind == "property":
        text = f"{on}.{spec.name}"
    elif not named and SYNTAX.get(spec.name, "").count("{") == len(texts) + 1:
        text = SYNTAX[spec.name].format(on, *texts)
    else:
        called = (
            operation.owner
            if operation.makes
            else on
            if spec.name == "__call__"
            else f"{on}.{spec.name}"
        )
        text = f"{called}({', '.join([*texts, *named])})"
    if operation.streams:
        text = f"await drain({text})"
    elif operation.enters:
        text = f"await enter({text})"
    elif spec.calling != "plain":
        text = f"await {text}"
    return text if step.made is None else f"{step.made} = {text}"
