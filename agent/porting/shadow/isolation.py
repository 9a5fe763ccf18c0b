"""Isolates the arguments of both sides before either is called."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.call import ComparedCall
from agent.porting.shadow.callbacks import (
    Stage,
    recorded,
    recorded_clock,
    replayed,
    replayed_clock,
)
from agent.porting.shadow.copying import ATOMS, Uncopied, copied, runs_twice, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.sampling import TimeShare
    from agent.porting.shadow.twins import Family, Followed

__all__ = ["Isolation"]


_APART = "an argument is an object that is not followed"


class _Memo(dict[int, Any]):
    """What `copy.deepcopy` has copied: inside another value, a twin stands for its object.

    Not while Rust answers, for the copy is then Python's.
    """

    def __init__(self, followed: dict[int, Followed], *, rust_leads: bool) -> None:
        super().__init__()
        self._followed = followed
        self._rust_leads = rust_leads

    @property
    def copied(self) -> list[Any]:
        """What was copied that can change; `copy.deepcopy` keeps it alive so long."""
        kept: list[Any] = super().get(id(self), [])
        return kept

    def get(self, address: int, default: Any = None) -> Any:
        """Return the copy of what is at an address; raise `Uncopied` if its twin is not known."""
        known = self._followed.get(address)
        if known is None:
            return super().get(address, default)
        known.family.touch()
        if known.twin is None or known.family.lost is not None or self._rust_leads:
            raise Uncopied(_APART)
        return known.twin


class Isolation:
    """Prepares the calls of one component.

    Args:
        context: where each thread is.
        share: how much time comparing may take.
        clone: copies arguments.
        followed: the objects that have twins, by their addresses.
        is_of_python: whether a value is an object of the reference, which Rust cannot be given.
        candidate: counts the calls that cannot be compared.
        rust_leads: whether Rust answers.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is a part of its own
        self,
        context: Context,
        share: TimeShare,
        clone: Clone,
        followed: dict[int, Followed],
        is_of_python: Callable[[Any], bool],
        candidate: Candidate,
        *,
        rust_leads: bool,
    ) -> None:
        self._context = context
        self._share = share
        self._clone = clone
        self._followed = followed
        self._is_of_python = is_of_python
        self._candidate = candidate
        self._rust_leads = rust_leads

    def prepared(
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
            with self._context.compared():  # copying an argument may make calls
                self._isolate(call, stage or Stage())
        except Uncopied as why:
            self._candidate.leave(call, f"{operation.name}: {why}")
            return None
        except BaseException as error:
            if is_interruption(error):
                self._candidate.leave(call, "interrupted")
                raise
            self._candidate.fail(call, error)
            return None
        return call

    def _isolate(self, call: ComparedCall, stage: Stage) -> None:
        """Give each side arguments of its own."""
        operation = call.operation
        memo = _Memo(self._followed, rust_leads=self._rust_leads)
        clones = together(call.clone, memo), together(call.clone)
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
        if any(map(self._is_of_python, memo.copied)):
            raise Uncopied(_APART)
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
            followed.family.touch()
            # While Rust answers, it is given the twin when it is called, and Python the object.
            return value, value if self._rust_leads else followed, followed
        if self._is_of_python(value):
            raise Uncopied(_APART)
        if self._clone is copy.deepcopy and runs_twice(value):
            message = "a function that the contract does not know as one: both sides would call it"
            raise Uncopied(message)
        theirs = copied(value, clones[0])
        # A copy of its own, for whatever changes it may yet be shown as it was.
        kept = value if operation.harmless else copied(value, clones[1])
        return value, theirs, kept
