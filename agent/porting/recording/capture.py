"""Captures the arguments of calls as expressions, before the call may change them.

Callbacks, clocks and iterators are replaced by what does the same and listens.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.recording.callbacks import HeardClock, HeardFunction, HeardItems
from agent.porting.recording.object_trace import CLOCK, Life, Named
from agent.porting.recording.plan import PlannedArgument
from agent.porting.recording.redaction import Redaction
from agent.porting.script.literals import Unwritable, Writer, is_secret, redacted

if TYPE_CHECKING:
    from agent.porting.recording.plan import PlannedCall, RecordingPlan
    from agent.porting.recording.reentrancy import ReentrancyGuard

__all__ = ["Recorded", "Taken", "Taker", "TracePlace", "original_of"]

Text = str | HeardFunction | HeardItems


class TracePlace(NamedTuple):
    """Where an object goes on: in the script of a life."""

    life: Life
    named: Named


class Recorded:
    """An object that the program holds instead of the original."""

    __slots__ = ("__weakref__", "recorded_at", "recorded_original")

    recorded_original: Any
    recorded_at: TracePlace | None


@dataclass
class Taken:
    """A call, taken down."""

    call: PlannedCall
    args: list[Any]
    """What the original is to be called with, in place of what the program gave."""
    named: dict[str, Any]
    texts: list[Text] = field(default_factory=list)
    named_texts: dict[str, Text] = field(default_factory=dict)
    uses: list[Named] = field(default_factory=list)
    """The recorded objects among the arguments."""
    dropped: str | None = None
    """Why it is not to be kept, as a clause."""

    @property
    def clock(self) -> HeardClock | None:
        """The program's own clock, if it gave one."""
        given = [*self.texts, *self.named_texts.values()]
        return next((text for text in given if isinstance(text, HeardClock)), None)

    def line(self, subject: str) -> str:
        """Write the call on `subject`, awaited if the program awaits it; raises `Unwritable`."""
        text = self._text(subject)
        return f"await {text}" if self.call.awaited else text

    def _text(self, subject: str) -> str:
        call = self.call
        if call.reads:
            return f"{subject}.{call.name}"
        if call.template is not None and not self.named_texts:
            return call.template.format(subject, *map(_written, self.texts))
        function = subject if call.name == "__call__" else f"{subject}.{call.name}"
        return f"{function}({self.arguments()})"

    def arguments(self) -> str:
        """Write the arguments, without the parentheses; raises `Unwritable`."""
        by_name = [f"{name}={_written(text)}" for name, text in self.named_texts.items()]
        return ", ".join([*map(_written, self.texts), *by_name])


def _written(text: Text) -> str:
    return text if isinstance(text, str) else text.text()


class Taker:
    """Takes down the calls of one process."""

    def __init__(self, plan: RecordingPlan, guard: ReentrancyGuard) -> None:
        self._writer = Writer(plan.packages, plan.widest)
        self._redaction = Redaction(plan.redact)
        self._guard = guard

    def take(
        self,
        call: PlannedCall,
        args: tuple[Any, ...],
        named: dict[str, Any],
        place: TracePlace | None,
    ) -> Taken:
        """Take down `call`, made on the object at `place`; this never raises."""
        taken = Taken(
            call,
            [original_of(value) for value in args],
            {name: original_of(value) for name, value in named.items()},
        )
        with self._guard.entered() as free:
            if not free:
                taken.dropped = "made while another one was being taken down"
                return taken
            try:
                self._fill(taken, args, named, place)
            except Unwritable as reason:
                taken.dropped = str(reason)
            except Exception as error:  # noqa: BLE001  # the program must not notice
                taken.dropped = f"a defect of the recorder ({type(error).__name__})"
        return taken

    def _fill(
        self, taken: Taken, args: tuple[Any, ...], named: dict[str, Any], place: TracePlace | None
    ) -> None:
        call = taken.call
        if call.external:
            message = "it touches the outside world"
            raise Unwritable(message)
        names = [call.name_of(index) for index in range(len(args))]
        given = dict(zip(names, args, strict=True)) | named
        if call.unrecorded is not None:
            raise Unwritable(call.unrecorded)
        if not all(name.isidentifier() and not keyword.iskeyword(name) for name in named):
            message = "a keyword is no name"
            raise Unwritable(message)
        texts: dict[str, Text] = {}
        heard: dict[str, Any] = {}
        for name, value in self._redaction(call.label, given).items():
            if isinstance(value, Recorded):
                taken.uses.append(_named(value, name, place))
                texts[name] = taken.uses[-1].name
            elif is_secret(name, value):
                texts[name] = redacted(value)
            else:
                texts[name] = self._text(
                    value, call.argument(name) or PlannedArgument(name, ""), call
                )
                if value is given[name] and not isinstance(texts[name], str):
                    heard[name] = texts[name]
        taken.args = [heard.get(name, each) for name, each in zip(names, taken.args, strict=True)]
        taken.named = {name: heard.get(name, each) for name, each in taken.named.items()}
        taken.texts = [texts[name] for name in names]
        taken.named_texts = {name: texts[name] for name in named}

    def _text(self, value: Any, argument: PlannedArgument, call: PlannedCall) -> Text:
        """Return an expression for an argument, or what gives one after it has been used."""

        def write(answer: Any) -> str:
            return self._write_meanwhile(answer, f"{argument.name}()", call.label)

        if argument.clock and value is None:
            return CLOCK
        if argument.clock and callable(value):
            return HeardClock(CLOCK, value, write)
        if argument.called and callable(value):
            return HeardFunction(argument.name, value, write)
        if argument.iterated and isinstance(value, Iterator):
            return HeardItems(value, write)
        try:
            return self._writer.write(value, anything=argument.anything)
        except Unwritable as reason:
            message = f"{argument.name} is {reason}"
            raise Unwritable(message) from None

    def _write_meanwhile(self, value: Any, name: str, label: str) -> str:
        """Write what a callback answers, or an iterator gives, while the call is made."""
        with self._guard.entered() as free:
            if not free:
                message = "given while a call was being taken down"
                raise Unwritable(message)
            try:
                kept = self._redaction(label, {name: value})[name]
                return self._writer.write(kept, anything=True)
            except Unwritable:
                raise
            except Exception as error:  # the program must not notice
                message = f"a defect of the recorder ({type(error).__name__})"
                raise Unwritable(message) from error


def original_of(value: Any) -> Any:
    """Return the original of what a program holds, which may be that itself."""
    return value.recorded_original if isinstance(value, Recorded) else value


def _named(value: Recorded, argument: str, place: TracePlace | None) -> Named:
    """Return what `value` is in the script around `place`."""
    other = value.recorded_at
    if place is None or other is None or other.life is not place.life:
        message = f"{argument} is an object of another script"
        raise Unwritable(message)
    return other.named
