"""The primary: it answers the caller and passes the call on for comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.answering import NESTED, Answer, given
from agent.porting.shadow.callbacks import AT_WORK
from agent.porting.shadow.twins import CROWDED, OVERLAPPING, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.awaited import Awaited
    from agent.porting.shadow.belonging import Belonging
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
        belonging: which side objects belong to; None unless Rust answers for a class.
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
        belonging: Belonging | None,
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
        self._belonging = belonging
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
        try:
            self._lead(call, lead)
            answer = self._kept(call)
            self._finish(call)
        except BaseException:  # as in `_answered`, without another frame
            self._candidate.leave(call, "interrupted")
            raise
        return given(call, over=self._now, answer=answer)

    def make(
        self, python: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Make an object that is followed; `python` is what makes one of the reference."""
        sides = self._sides
        lead = python
        if self._belonging is not None:
            lead, alone = self._belonging.on_class(sides.rust, python, (*args, *kwargs.values()))
            if alone is not None:
                self._reporter.count("skipped", f"{sides.factory.name}: {alone}")
                with self._context.within():
                    return lead(*args, **kwargs)
        family = Family(driven=bool(sides.factory.roles))
        call = self._isolation.prepared(sides.factory, family, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        call.owner = python
        answer = self._answered(call, lead)
        return self._made(call, answer)

    def apart(
        self,
        operation: ComparedOperation,
        python: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Perform an operation of the class itself, and compare it; it may give an object."""
        sides = self._sides
        lead = python
        if self._belonging is not None:
            rust = getattr(sides.rust, operation.spec.name, None)
            lead, alone = self._belonging.on_class(rust, python, (*args, *kwargs.values()))
            if alone is not None:
                self._reporter.count("skipped", f"{operation.name}: {alone}")
                return self._awaited.uncompared(lead, args, kwargs)
        if operation.asynchronous or (operation.among_awaited and self._context.awaiting):
            self._reporter.count("skipped", f"{operation.name} was called on the class")
            return self._awaited.uncompared(lead, args, kwargs)
        family = None if operation.gives is None else Family(driven=bool(operation.roles))
        if family is not None:
            family.journal = None  # a script begins with the factory
        call = self._isolation.prepared(operation, family, args, kwargs)
        if call is None:
            with self._context.within():
                return lead(*args, **kwargs)
        call.owner = python
        answer = self._answered(call, lead)
        return self._made(call, answer)

    def operate(  # noqa: C901, PLR0911, PLR0912, PLR0913, PLR0917  # once for every call: no object is made to hold them
        self,
        operation: ComparedOperation,
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Perform an operation of an object that is followed, and compare it."""
        context, family = self._context, followed.family
        if context.inside or (operation.among_awaited and context.awaiting):
            if context.counts:
                self._reporter.count("skipped", NESTED)
            family.touch()
            if self._belonging is None or context.inside != AT_WORK:
                return python(owner, *args, **kwargs)
            # Rust called the program, and is asked by it.
            values = (*args, *kwargs.values())
            lead, _ = self._belonging.on_object(
                operation, partial(python, owner), owner, followed, values, inside=True
            )
            return lead(*args, **kwargs)
        self._enter(operation, family)
        family.touch(followed, owner)
        lead = partial(python, owner)
        if self._belonging is not None:
            values = (*args, *kwargs.values())
            lead, alone = self._led(self._belonging, operation, lead, owner, followed, values)
            if alone:
                return self._awaited.uncompared(lead, args, kwargs)
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
            try:
                self._lead(call, lead)
                answer = self._kept(call)
                if family.pending is not None:
                    self._awaited.compare_later(call)
                    return given(call, over=False)
                if parent is None:
                    self._finish(call)
                else:
                    self._reporter.put_off(call)
                    parent.nested.append(partial(self._candidate.finish_nested, call))
            except BaseException:  # as in `_answered`
                self._candidate.leave(call, "interrupted")
                raise
            family.leave(followed, owner)
        finally:
            family.free()
        return given(call, over=parent is None and self._now, answer=answer)

    def _led(  # noqa: PLR0913, PLR0917  # as `operate`
        self,
        belonging: Belonging,
        operation: ComparedOperation,
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        values: tuple[Any, ...],
    ) -> tuple[Callable[..., Any], bool]:
        """Return what answers while Rust leads, and whether it does so alone, which is counted."""
        try:
            lead, alone = belonging.on_object(operation, python, owner, followed, values)
        except BaseException:
            followed.family.free()
            raise
        if alone is not None:
            followed.family.free()
            self._reporter.count("skipped", f"{operation.name}: {alone}")
        return lead, alone is not None

    def _enter(self, operation: ComparedOperation, family: Family) -> None:
        """Begin a call on objects that are followed, or give them up."""
        if operation.among_awaited and family.overlaps(harmless=operation.harmless):
            family.lose(OVERLAPPING)
        if self._sides.rust_leads and self._sides.lead is self._sides.python:
            family.lose("demoted", differs=not family.apart)
        if family.lost is None and not family.take():
            family.lose(CROWDED)

    def _answered(self, call: ComparedCall, lead: Callable[..., Any]) -> Answer | None:
        """Let the side that answers do it, have it compared, and return what `_kept` does."""
        try:
            self._lead(call, lead)
            answer = self._kept(call)
            self._finish(call)
        except BaseException:  # an interruption: nothing else is let through
            self._candidate.leave(call, "interrupted")
            raise
        return answer

    def _kept(self, call: ComparedCall) -> Answer | None:
        """Return the answer if another thread is about to have the call, and to be done with it."""
        return None if self._now else [call.value, call.raised]

    def _made(self, call: ComparedCall, answer: Answer | None) -> Any:
        """Give the caller an object that may be followed from now on."""
        if call.made is not None and call.family is not None:
            call.family.leave(call.made, call.value if answer is None else answer[0])
        return given(call, over=self._now, answer=answer)

    def _lead(self, call: ComparedCall, lead: Callable[..., Any]) -> None:
        """Let the side that answers do it."""
        context = self._context
        before = context.inside, context.call
        context.inside, context.call = context.inside or AT_WORK, call
        try:
            call.value = lead(*call.args, **call.kwargs)
        except BaseException as error:
            call.raised = error
            if isinstance(error, KeyboardInterrupt | GeneratorExit) or is_interruption(error):
                self._candidate.leave(call, "interrupted")
                raise
            call.answer = Outcome(raised=error, binding=is_binding(error))
            return
        finally:
            context.inside, context.call = before
        if call.operation.gives is not None and not self._sides.rust_leads:
            try:
                self._follow(call, call.value)
            except Exception as error:
                if is_interruption(error):
                    raise
                call.broken = f"what it gave cannot be followed ({type(error).__name__})"


pass_unseen(globals())
