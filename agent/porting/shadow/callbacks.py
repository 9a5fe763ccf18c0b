"""Callables passed as arguments: called for the primary, replayed for the candidate.

What a callable does while the primary runs is kept in the `Exchange` of the call under way. The
candidate gets the same again, without any effect. A clock may be read at any time: it shows the
candidate what it showed the primary in the same call, and after that the same again.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import local
from typing import TYPE_CHECKING, Any, Protocol

from agent.errors import AgentError
from agent.porting.compare.difference import Difference, describe
from agent.porting.interpose.callbacks import Observed, Replayed, call_noted
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.copying import Uncopied, copied, copied_exception
from agent.porting.shadow.exceptions import raise_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.porting.shadow.copying import Clone

__all__ = [
    "AT_WORK",
    "COMPARING",
    "Context",
    "Exchange",
    "Exchanging",
    "Played",
    "Stage",
    "Unplayed",
    "comparing_task",
    "recorded",
    "recorded_clock",
    "replayed",
    "replayed_clock",
]

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class Unplayed(AgentError):
    """The candidate calls what it was given otherwise than the primary did: there is no answer."""


@dataclass(slots=True, eq=False)
class Played:
    """One call of a callable: what it was given and what it did."""

    label: str
    """Which parameter it was given as."""
    arguments: Arguments
    value: Any = None
    raised: BaseException | None = None
    nested: list[Callable[[], None]] = field(default_factory=list)
    """What compares the calls of the component that were made meanwhile."""

    def again(self) -> Any:
        """Return or raise the same again."""
        if self.raised is not None:
            raise_again(self.raised)
        return self.value


class Exchange:
    """What callables did in one call of the primary, and how the candidate called them."""

    __slots__ = ("broken", "given", "played", "shown", "times", "turn", "wrong")

    def __init__(self) -> None:
        self.played: list[Played] = []
        """What the primary called, in order."""
        self.times: list[Played] = []
        """What the clock showed it."""
        self.broken: str | None = None
        """Why it cannot be played again."""
        self.turn = 0
        """How many of `played` the candidate called too."""
        self.given: list[Arguments] = []
        """What it gave them."""
        self.shown = 0
        """How many of `times` it was shown."""
        self.wrong: Difference | None = None
        """The first call that it made otherwise."""

    @property
    def only_times(self) -> bool:
        """Whether no callable but clocks was called, by either side."""
        return not self.played and self.wrong is None

    def replay(self, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Do what a callable did in its turn, and the calls that were made meanwhile."""
        if self.turn >= len(self.played) or self.played[self.turn].label != label:
            expected = "no further call"
            if self.turn < len(self.played):
                expected = f"a call of {self.played[self.turn].label}"
            shown = f"{label}({', '.join(map(describe, args))})"
            self.wrong = self.wrong or Difference(f"callbacks[{self.turn}]", expected, shown)
            raise Unplayed(self.wrong.where)
        played = self.played[self.turn]
        self.turn += 1
        self.given.append((args, kwargs))
        nested, played.nested = played.nested, []
        for compare in nested:
            compare()
        return played.again()


class Pausing(Protocol):
    """Keeps other calls out, but not while a callable runs."""

    def pause(self, played: Played) -> None: ...
    def resume(self, played: Played) -> None: ...


class Exchanging:
    """A call during which callables may be called."""

    __slots__ = ("clone", "exchange", "pausing")

    clone: Clone
    exchange: Exchange | None
    pausing: Pausing | None

    def exchanged(self) -> Exchange:
        """Return its exchange, begun when a callable is first called."""
        if self.exchange is None:
            self.exchange = Exchange()
        return self.exchange


class Stage:
    """Which call the candidate is making: what its callables play from."""

    __slots__ = ("call", "time")

    def __init__(self) -> None:
        self.call: Exchanging | None = None
        self.time: Played | None = None
        """What the clock showed last."""


OUTSIDE, AT_WORK, COMPARING = range(3)
"""Where a thread is: in the program, in the side that answers, or in the shadow itself."""


class Context(local):
    """Where each thread is: outside, in a call that is compared, or in what such a call called."""

    inside: int = OUTSIDE
    """Whether an implementation is at work, whose own calls are not compared."""
    call: Exchanging | None = None
    """The call that the primary is answering."""

    @property
    def counts(self) -> bool:
        """Whether a call that is made now is one of the program's or of the side that answers."""
        return self.inside != COMPARING and not _comparing.get()

    @contextmanager
    def compared(self) -> Iterator[None]:
        """Let the shadow work."""
        before, self.inside = self.inside, COMPARING
        try:
            yield
        finally:
            self.inside = before

    @property
    def awaiting(self) -> bool:
        """Whether the current task is in an implementation that is awaited."""
        return any(each is self for each in _awaiting.get())

    @contextmanager
    def within_task(self) -> Iterator[None]:
        """Enter an implementation that is awaited, whose own calls are not compared."""
        token = _awaiting.set((*_awaiting.get(), self))
        try:
            yield
        finally:
            _awaiting.reset(token)

    @contextmanager
    def within(self) -> Iterator[None]:
        """Enter an implementation, whose own calls are not compared."""
        before, self.inside = self.inside, self.inside or AT_WORK
        try:
            yield
        finally:
            self.inside = before

    @contextmanager
    def outside(self, played: Played | None) -> Iterator[None]:
        """Leave the component while it calls what it was given; calls made then are `played`'s."""
        before, call = self.inside, self.call
        pausing = None if call is None or played is None else call.pausing
        self.inside, self.call = OUTSIDE, None
        if played is not None and pausing is not None:
            pausing.pause(played)
        try:
            yield
        finally:
            self.inside, self.call = before, call
            if played is not None and pausing is not None:
                pausing.resume(played)


_comparing: ContextVar[bool] = ContextVar("comparing", default=False)
"""Whether the current task awaits the side that does not answer."""


@contextmanager
def comparing_task() -> Iterator[None]:
    """Await the side that does not answer."""
    token = _comparing.set(True)  # a value
    try:
        yield
    finally:
        _comparing.reset(token)


_awaiting: ContextVar[tuple[Context, ...]] = ContextVar("awaiting", default=())
"""The components that the current task is in."""


def recorded(function: Any, label: str, context: Context) -> Observed:
    """Return what the primary is given for `function`, the parameter `label`."""

    def run(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = context.call
        if call is None:
            with context.outside(None):
                return function(*args, **kwargs)
        played = Played(label, ((), {}))
        exchange = call.exchanged()
        try:
            clone = call.clone
            played.arguments = (
                tuple([copied(value, clone) for value in args]),
                {name: copied(value, clone) for name, value in kwargs.items()},
            )
        except Uncopied as error:
            exchange.broken = f"{label} was called with {error}"
        exchange.played.append(played)
        with context.outside(played):
            return call_noted(function, args, kwargs, _noting(played, exchange, call.clone))

    return Observed(function, run)


def recorded_clock(clock: Any, context: Context) -> Observed:
    """Return what the primary is given for a clock."""

    def read(clock: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = context.call
        if call is None:
            return clock(*args, **kwargs)
        played = Played("clock", ((), {}))
        exchange = call.exchanged()
        exchange.times.append(played)
        with context.outside(None):
            return call_noted(clock, args, kwargs, _noting(played, exchange, call.clone))

    return Observed(clock, read)


def _noting(played: Played, exchange: Exchange, clone: Clone) -> Callable[[Any, bool], None]:
    def note(did: Any, raised: bool) -> None:  # noqa: FBT001  # as `call_noted` calls it
        if raised:
            try:
                played.raised = copied_exception(did)
            except Exception as error:
                if is_interruption(error):
                    raise
                exchange.broken = f"{played.label} raised what cannot be copied"
            return
        try:
            played.value = copied(did, clone)
        except Uncopied as error:
            exchange.broken = f"{played.label} gave {error}"

    return note


def replayed(observed: Observed, label: str, stage: Stage) -> Replayed:
    """Return what the candidate is given for `observed`, the parameter `label`."""

    def play(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if stage.call is None:
            message = f"{label} is called while no call is compared"
            raise Unplayed(message)
        return stage.call.exchanged().replay(label, args, kwargs)

    return Replayed(observed, play)


def replayed_clock(observed: Observed, stage: Stage, start: float) -> Replayed:
    """Return what the candidate is given for a clock, which shows `start` until it is read."""

    def show(_args: tuple[Any, ...], _kwargs: dict[str, Any]) -> Any:
        exchange = None if stage.call is None else stage.call.exchange
        if exchange is not None and exchange.shown < len(exchange.times):
            stage.time = exchange.times[exchange.shown]
            exchange.shown += 1
        return start if stage.time is None else stage.time.again()

    return Replayed(observed, show)


pass_unseen(globals())
