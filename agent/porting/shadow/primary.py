"""The side that answers: what a caller asked for is done, noted, and given to be compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.shadow.call import Call
from agent.porting.shadow.callbacks import (
    Recorded,
    RecordedClock,
    Replayed,
    ReplayedClock,
    Standing,
)
from agent.porting.shadow.copying import ATOMS, Uncopied, copied, together
from agent.porting.shadow.raising import raise_again
from agent.porting.shadow.twins import CROWDED, Family, Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.operation import Plan
    from agent.porting.shadow.sides import Beside

__all__ = ["NESTED", "answer", "make", "operate"]

__passes_calls_on__ = True

NESTED = "inside another call"
"""Why a call is not compared that a side makes itself."""


def answer(
    beside: Beside,
    name: str,
    lead: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Answer a call of a function that was chosen by `lead`, and compare it."""
    plan = beside.functions.get(name)
    if plan is None:
        return lead(*args, **kwargs)
    call = _prepared(beside, plan, None, args, kwargs)
    if call is None:
        with beside.context.within():
            return lead(*args, **kwargs)
    _lead(beside, call, lead)
    beside.finish(call)
    return _told(call, over=beside.worker is None)


def make(
    beside: Beside, python: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Make an object that is followed."""
    lead = beside.lead if beside.rust_leads else python
    family = Family(driven=bool(beside.factory.roles))
    call = _prepared(beside, beside.factory, family, args, kwargs)
    if call is None:
        with beside.context.within():
            return lead(*args, **kwargs)
    call.owner = python
    _lead(beside, call, lead)
    beside.finish(call)
    return _told(call, over=beside.worker is None)


def operate(  # noqa: PLR0913, PLR0917  # once for every call: no object is made to hold them
    beside: Beside,
    plan: Plan,
    python: Callable[..., Any],
    owner: Any,
    followed: Followed,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Perform an operation of an object that is followed, and compare it."""
    context, family = beside.context, followed.family
    if context.inside:
        return python(owner, *args, **kwargs)
    if family.lost is None and beside.rust_leads and beside.lead is beside.python:
        family.lose("demoted", differs=True)
    if family.lost is None and not family.take():
        family.lose(CROWDED)
    lead: Callable[..., Any] = partial(python, owner)
    if beside.rust_leads and not family.differs:
        lead = plan.performed(followed.twin) or lead
    if family.lost is not None:
        beside.notes.count("skipped", family.lost)
        with context.within():
            return lead(*args, **kwargs)
    try:
        parent = family.paused
        call = _prepared(beside, plan, family, args, kwargs)
        if call is None:
            with context.within():
                return lead(*args, **kwargs)
        call.subject, call.owner = followed, (owner, python)
        _lead(beside, call, lead)
        if parent is None:
            beside.finish(call)
        else:
            parent.nested.append(call)
    finally:
        family.free()
    return _told(call, over=parent is None and beside.worker is None)


def _prepared(
    beside: Beside, plan: Plan, family: Family | None, args: Any, kwargs: Any
) -> Call | None:
    """Return a call with arguments for each side; None if it is not compared, which is noted."""
    call = Call(plan, family, beside.clone, beside.judge.finish)
    if not beside.budget.allows():
        beside.judge.leave(call, "no time left in the budget")
        return None
    call.args, call.kwargs = args, kwargs
    if not kwargs and not plan.roles:
        for value in args:
            if type(value) not in ATOMS:
                break
        else:
            call.other_args, call.other_kwargs = args, kwargs
            call.written = args, kwargs
            return call
    try:
        _isolate(beside, call)
    except Uncopied as why:
        beside.judge.leave(call, f"{plan.name}: {why}")
        return None
    except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
        beside.judge.fail(call, error)
        return None
    return call


def _isolate(beside: Beside, call: Call) -> None:
    """Give each side arguments of its own."""
    plan = call.plan
    stage = call.stage
    clones = together(call.clone), together(call.clone)
    given = [
        _sides(beside, call, clones, plan.position(index), value)
        for index, value in enumerate(call.args)
    ]
    named = {name: _sides(beside, call, clones, name, value) for name, value in call.kwargs.items()}
    for name, virtual in plan.clocks.items():
        if virtual.real is not None and call.kwargs.get(name) is None:
            recorded = RecordedClock(virtual.real, beside.context)
            named[name] = recorded, ReplayedClock(recorded, stage, virtual.start), recorded
            call.plain = False
    call.args, call.other_args, args = zip(*given, strict=True) if given else ((), (), ())
    call.kwargs, call.other_kwargs, kwargs = (
        {name: sides[index] for name, sides in named.items()} for index in range(3)
    )
    call.written = args, kwargs


def _sides(
    beside: Beside, call: Call, clones: tuple[Clone, Clone], name: str | None, value: Any
) -> tuple[Any, Any, Any]:
    """Return an argument as either side is given it, and as a script is to show it."""
    if type(value) in ATOMS:
        return value, value, value
    call.plain = False
    plan = call.plan
    role = plan.roles.get(name or "")
    if role is not None and callable(value):
        if role == "clock":
            start = plan.clocks[name or ""].start
            recorded = RecordedClock(value, beside.context)
            return recorded, ReplayedClock(recorded, call.stage, start), value
        label = name or "callable"
        called = Recorded(value, label, beside.context)
        return called, Replayed(called, label, call.stage), value
    followed = beside.followed.get(id(value))
    if followed is not None:
        return value, followed, followed
    theirs = copied(value, clones[0])
    # A copy of its own, for whatever changes it may yet be shown as it was.
    kept = value if plan.harmless else copied(value, clones[1])
    return value, theirs, kept


def _lead(beside: Beside, call: Call, lead: Callable[..., Any]) -> None:
    """Let the side that answers do it."""
    context = beside.context
    before = context.inside, context.call
    context.inside, context.call = True, call
    try:
        call.value = lead(*call.args, **call.kwargs)
    except BaseException as error:
        call.raised = error
        if isinstance(error, KeyboardInterrupt | GeneratorExit):
            beside.judge.leave(call, "interrupted")
            raise
        call.answer = Outcome(raised=error, binding=is_binding(error))
        return
    finally:
        context.inside, context.call = before
    if call.plan.gives is not None and not beside.rust_leads:
        try:
            beside.follow(call, call.value)
        except Exception as error:  # noqa: BLE001  # as above
            call.broken = f"what it gave cannot be followed ({type(error).__name__})"


def _told(call: Call, *, over: bool) -> Any:
    """Give the caller the answer, as if nothing stood between; `over`: nobody needs the call."""
    value, error = call.value, call.raised
    if over:
        call.forget()
    if error is not None:
        try:
            raise_again(error, 1)
        finally:
            del error
    return value.stands_for if isinstance(value, Standing) else value
