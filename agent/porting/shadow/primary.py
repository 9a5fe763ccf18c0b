"""The primary: it answers the caller and passes the call on for comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.shadow.answering import NESTED, given
from agent.porting.shadow.twins import CROWDED, OVERLAPPING, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.awaited import Awaited
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.isolation import Isolation
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Followed

__all__ = ["Primary"]

__passes_calls_on__ = True


class Primary:
    """Answers the calls of one component.

    Args:
        sides: the two implementations.
        context: where each thread is.
        reporter: counts the calls that are not compared.
        candidate: the side that is compared.
        isolation: gives each side arguments of its own.
        awaited: answers the calls that are awaited.
        finish: compares a call, now or later.
        follow: follows what a call of the reference gave.
        later: whether `finish` compares later, so that it needs the call still.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        reporter: Reporter,
        candidate: Candidate,
        isolation: Isolation,
        awaited: Awaited,
        *,
        finish: Callable[[ComparedCall], None],
        follow: Callable[[ComparedCall, Any], None],
        later: bool,
    ) -> None:
        self._sides = sides
        self._context = context
        self._reporter = reporter
        self._candidate = candidate
        self._isolation = isolation
        self._awaited = awaited
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
        if operation.among_awaited:
            if self._context.awaiting:
                self._reporter.count("skipped", NESTED)
                return lead(*args, **kwargs)
            if operation.asynchronous:
                return self._awaited.answer(operation, lead, args, kwargs)
        call = self._isolation.prepared(operation, None, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        self._lead(call, lead)
        self._finish(call)
        return given(call, over=self._now)

    def make(
        self, python: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Make an object that is followed; `python` is what makes one of the reference."""
        sides = self._sides
        lead = sides.lead if sides.rust_leads else python
        family = Family(driven=bool(sides.factory.roles))
        call = self._isolation.prepared(sides.factory, family, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        call.owner = python
        self._lead(call, lead)
        self._finish(call)
        return given(call, over=self._now)

    def operate(  # noqa: PLR0911, PLR0913, PLR0917  # once for every call: no object is made to hold them
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
        if context.inside or (operation.among_awaited and context.awaiting):
            return python(owner, *args, **kwargs)
        self._enter(operation, family)
        lead: Callable[..., Any] = partial(python, owner)
        if sides.rust_leads and not family.differs:
            lead = operation.performed(followed.twin) or lead
        if family.lost is not None:
            self._reporter.count("skipped", family.lost)
            if operation.asynchronous:
                return self._awaited.uncompared(lead, args, kwargs)
            with context.within():
                return lead(*args, **kwargs)
        if operation.asynchronous:
            family.free()
            return self._awaited.operate(operation, lead, python, owner, followed, args, kwargs)
        try:
            parent = family.paused
            call = self._isolation.prepared(operation, family, args, kwargs)
            if call is None:
                with context.within():
                    return lead(*args, **kwargs)
            call.subject, call.owner = followed, (owner, python)
            call.pausing = family
            self._lead(call, lead)
            if family.pending is not None:
                self._awaited.compare_later(call)
                return given(call, over=False)
            if parent is None:
                self._finish(call)
            else:
                parent.nested.append(partial(self._candidate.finish_nested, call))
        finally:
            family.free()
        return given(call, over=parent is None and self._now)

    def _enter(self, operation: ComparedOperation, family: Family) -> None:
        """Begin a call on objects that are followed, or give them up."""
        if operation.among_awaited and family.overlaps(harmless=operation.harmless):
            family.lose(OVERLAPPING)
        if self._sides.rust_leads and self._sides.lead is self._sides.python:
            family.lose("demoted", differs=True)
        if family.lost is None and not family.take():
            family.lose(CROWDED)

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
