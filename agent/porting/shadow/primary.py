"""The side that answers: it does what a caller asked for, and hands the call on to be compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.interpose.callbacks import StandIn
from agent.porting.shadow.call import ComparedCall
from agent.porting.shadow.callbacks import (
    Stage,
    recorded,
    recorded_clock,
    replayed,
    replayed_clock,
)
from agent.porting.shadow.copying import ATOMS, Uncopied, copied, together
from agent.porting.shadow.exceptions import raise_again
from agent.porting.shadow.twins import CROWDED, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import TimeShare
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Followed

__all__ = ["NESTED", "Primary"]

__passes_calls_on__ = True

NESTED = "inside another call"
"""Why a call is not compared that an implementation makes itself."""


class Primary:
    """Answers the calls of one component.

    Args:
        sides: the two implementations.
        context: where each thread is.
        share: how much time comparing may take.
        clone: copies arguments, so that each side has its own.
        followed: the objects that have twins, by their addresses.
        reporter: notes what each call came to.
        candidate: the side that is compared.
        finish: compares a call, now or later.
        follow: follows what a call of the reference gave.
        later: whether `finish` compares later, so that it needs the call still.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        share: TimeShare,
        clone: Clone,
        followed: dict[int, Followed],
        reporter: Reporter,
        candidate: Candidate,
        *,
        finish: Callable[[ComparedCall], None],
        follow: Callable[[ComparedCall, Any], None],
        later: bool,
    ) -> None:
        self._sides = sides
        self._context = context
        self._share = share
        self._clone = clone
        self._followed = followed
        self._reporter = reporter
        self._candidate = candidate
        self._finish = finish
        self._follow = follow
        self._now = not later

    def answer(
        self, name: str, lead: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Answer a call of a function that was chosen by `lead`, and compare it."""
        operation = self._sides.functions.get(name)
        if operation is None:
            return lead(*args, **kwargs)
        call = self._prepared(operation, None, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        self._lead(call, lead)
        self._finish(call)
        return _given(call, over=self._now)

    def make(
        self, python: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Make an object that is followed; `python` is what makes one of the reference."""
        sides = self._sides
        lead = sides.lead if sides.rust_leads else python
        family = Family(driven=bool(sides.factory.roles))
        call = self._prepared(sides.factory, family, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        call.owner = python
        self._lead(call, lead)
        self._finish(call)
        return _given(call, over=self._now)

    def operate(  # noqa: PLR0913, PLR0917  # once for every call: no object is made to hold them
        self,
        operation: ComparedOperation,
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Perform an operation of an object that is followed, and compare it."""
        context, sides, family = self._context, self._sides, followed.family
        if context.inside:
            return python(owner, *args, **kwargs)
        if family.lost is None and sides.rust_leads and sides.lead is sides.python:
            family.lose("demoted", differs=True)
        if family.lost is None and not family.take():
            family.lose(CROWDED)
        lead: Callable[..., Any] = partial(python, owner)
        if sides.rust_leads and not family.differs:
            lead = operation.performed(followed.twin) or lead
        if family.lost is not None:
            self._reporter.count("skipped", family.lost)
            with context.within():
                return lead(*args, **kwargs)
        try:
            parent = family.paused
            call = self._prepared(operation, family, args, kwargs)
            if call is None:
                with context.within():
                    return lead(*args, **kwargs)
            call.subject, call.owner = followed, (owner, python)
            call.pausing = family
            self._lead(call, lead)
            if parent is None:
                self._finish(call)
            else:
                parent.nested.append(partial(self._candidate.finish_nested, call))
        finally:
            family.free()
        return _given(call, over=parent is None and self._now)

    def _prepared(
        self, operation: ComparedOperation, family: Family | None, args: Any, kwargs: Any
    ) -> ComparedCall | None:
        """Return a call with arguments for each side; count it and return None to compare none."""
        stage = None
        if family is not None:
            stage = family.stage
        elif operation.roles:
            stage = Stage()
        call = ComparedCall(operation, family, stage, self._clone)
        if not self._share.allows():
            self._candidate.leave(call, "no time left in the budget")
            return None
        call.args, call.kwargs = args, kwargs
        if not kwargs and not operation.roles:
            for value in args:
                if type(value) not in ATOMS:
                    break
            else:
                call.other_args, call.other_kwargs = args, kwargs
                call.written = args, kwargs
                return call
        try:
            self._isolate(call, stage or Stage())
        except Uncopied as why:
            self._candidate.leave(call, f"{operation.name}: {why}")
            return None
        except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
            self._candidate.fail(call, error)
            return None
        return call

    def _isolate(self, call: ComparedCall, stage: Stage) -> None:
        """Give each side arguments of its own."""
        operation = call.operation
        clones = together(call.clone), together(call.clone)
        given = [
            self._apart(call, stage, clones, operation.position(index), value)
            for index, value in enumerate(call.args)
        ]
        named = {
            name: self._apart(call, stage, clones, name, value)
            for name, value in call.kwargs.items()
        }
        for name, virtual in operation.clocks.items():
            if virtual.real is not None and call.kwargs.get(name) is None:
                clock = recorded_clock(virtual.real, self._context)
                named[name] = clock, replayed_clock(clock, stage, virtual.start), clock
                call.plain = False
        call.args, call.other_args, args = zip(*given, strict=True) if given else ((), (), ())
        call.kwargs, call.other_kwargs, kwargs = (
            {name: each[index] for name, each in named.items()} for index in range(3)
        )
        call.written = args, kwargs

    def _apart(
        self,
        call: ComparedCall,
        stage: Stage,
        clones: tuple[Clone, Clone],
        name: str | None,
        value: Any,
    ) -> tuple[Any, Any, Any]:
        """Return an argument as either side is given it, and as a script is to show it."""
        if type(value) in ATOMS:
            return value, value, value
        call.plain = False
        operation = call.operation
        role = operation.roles.get(name or "")
        if role is not None and callable(value):
            if role == "clock":
                start = operation.clocks[name or ""].start
                clock = recorded_clock(value, self._context)
                return clock, replayed_clock(clock, stage, start), value
            label = name or "callable"
            called = recorded(value, label, self._context)
            return called, replayed(called, label, stage), value
        followed = self._followed.get(id(value))
        if followed is not None:
            return value, followed, followed
        theirs = copied(value, clones[0])
        # A copy of its own, for whatever changes it may yet be shown as it was.
        kept = value if operation.harmless else copied(value, clones[1])
        return value, theirs, kept

    def _lead(self, call: ComparedCall, lead: Callable[..., Any]) -> None:
        """Let the side that answers do it."""
        context = self._context
        before = context.inside, context.call
        context.inside, context.call = True, call
        try:
            call.value = lead(*call.args, **call.kwargs)
        except BaseException as error:
            call.raised = error
            if isinstance(error, KeyboardInterrupt | GeneratorExit):
                self._candidate.leave(call, "interrupted")
                raise
            call.answer = Outcome(raised=error, binding=is_binding(error))
            return
        finally:
            context.inside, context.call = before
        if call.operation.gives is not None and not self._sides.rust_leads:
            try:
                self._follow(call, call.value)
            except Exception as error:  # noqa: BLE001  # as above
                call.broken = f"what it gave cannot be followed ({type(error).__name__})"


def _given(call: ComparedCall, *, over: bool) -> Any:
    """Give the caller the answer, as if nothing was between; `over`: the call is done with."""
    value, error = call.value, call.raised
    if over:
        call.forget()
    if error is not None:
        try:
            raise_again(error, 1)
        finally:
            del error
    return value.stands_for if isinstance(value, StandIn) else value
