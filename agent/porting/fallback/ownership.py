"""Which side holds an object of a partly ported class: Rust until it refuses, then Python.

The class is a subclass of the reference. As long as Rust holds an object, its operations and
attributes are asked of the Rust object; once it is handed over, the reference's own code runs on
it, with the state that Rust gave.
"""

from __future__ import annotations

from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, Unsupported
from agent.porting.fallback.handover import Hold, Leaving, here
from agent.porting.fallback.observing import is_looking
from agent.porting.fallback.own_refusal import require_own
from agent.porting.fallback.refusal_counts import refuse
from agent.porting.interpose.classes import is_instance, own
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.within import LEAVES, holds, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["HOLD", "Keeper", "install", "made_by_new"]

__passes_calls_on__ = True

HOLD = "__agent_hold__"
"""The attribute of an object that says what Rust has of it; None if Python serves it."""


class Keeper:
    """Keeps who serves each object of one class.

    Args:
        name: the component's.
        python: the reference.
        rust: the class of Rust.
    """

    def __init__(self, name: str, python: type, rust: type) -> None:
        self.name = name
        self.python = python
        self.rust = rust
        self.kind: Any = None
        """The class that serves; set once it is made."""
        own = {key for base in rust.__mro__[:-1] for key in vars(base)}
        self.known = own - {"__dict__", "__weakref__"}
        """What the class of Rust has, by name."""
        self._plain = LEAVES | {rust}
        """Classes of arguments that are none of the reference's objects, and hold none."""

    def bare(self) -> Any:
        """Return an object that nothing was done to, which Python serves."""
        fresh = object.__new__(self.kind)
        self.hold(fresh, None)
        return fresh

    def hold(self, held: Any, hold: Hold | None) -> None:
        """Say who serves `held`."""
        own(self.kind)[HOLD].__set__(held, hold)

    def refuse(self, reason: str) -> None:
        """Count a refusal."""
        refuse(self.name, reason)

    def adopt(self, result: Any, values: Iterable[Any] = (), hold: Hold | None = None) -> Any:
        """Return a result of Rust in which each object of the class is one that Rust holds.

        Args:
            result: the result.
            values: what Rust was given: it may give that back.
            hold: what Rust has of the first of `values`, even if that is handed over by now.
        """
        if not holds(result, self._is_rusts):
            return result
        known: dict[int, Any] = {}
        for value in values:
            if is_instance(self.python, value):
                held = hold or getattr(value, HOLD, None)
                if held is not None:
                    known[id(held.rust)] = value
            hold = None

        def adopted(rust: Any) -> Any:
            if id(rust) in known:
                return known[id(rust)]
            fresh = self.bare()
            self.hold(fresh, Hold(rust))
            return fresh

        return replaced(result, self._is_rusts, adopted)

    def made(self, rust: Callable[..., Any], values: tuple[Any, ...], more: dict[str, Any]) -> Any:
        """Call a function of Rust with arguments as it takes them.

        Raises `Unsupported` if one is an object of the class that Python serves, or holds any.
        """
        if not more:
            for value in values:
                if type(value) not in self._plain and holds(value, self._is_pythons):
                    break
            else:
                return rust(*values)
        lent: list[Hold] = []
        try:
            values = tuple([self._lent(value, lent) for value in values])
            more = {key: self._lent(value, lent) for key, value in more.items()}
            return rust(*values, **more)
        finally:
            for hold in lent:
                hold.flight.remove(here.presence)

    def _lent(self, value: Any, lent: list[Hold]) -> Any:
        """Return an argument as Rust takes it; what Rust holds is added to `lent`, in flight."""
        if not is_instance(self.python, value):
            if type(value) not in self._plain and holds(value, self._is_pythons):
                message = f"an argument holds a {self.python.__name__}"
                raise Unsupported(message)
            return value
        hold: Hold | None = getattr(value, HOLD, None)
        if hold is not None:
            hold.flight.append(here.presence)
            lent.append(hold)
            if hold.heir is None:
                return hold.rust
        message = f"an argument is a {self.python.__name__} that Python serves"
        raise Unsupported(message)

    def _is_rusts(self, cls: type) -> bool:
        return cls is self.rust

    def _is_pythons(self, cls: type) -> bool:
        return type.__subclasscheck__(self.python, cls)

    def require_unlent(self, values: tuple[Any, ...]) -> None:
        """Raise `Unsupported` if an argument of a call that is awaited is an object of the class.

        Rust cannot borrow one for so long.
        """
        if any(holds(value, self._is_pythons) for value in values):
            message = f"an argument is a {self.python.__name__}, and the call is awaited"
            raise Unsupported(message)

    def of_rust(self, key: str) -> Callable[..., Any]:
        """Return the operation of Rust of that name, or one that refuses if there is none."""
        if key not in self.known:
            return self.absent(key)
        function: Callable[..., Any] = getattr(self.rust, key)
        return function

    def absent(self, key: str) -> Callable[..., Any]:
        """Return what refuses all calls, since Rust has nothing of the name `key`."""
        message = f"{self.python.__name__}.{key} is not in Rust"

        def refuse(*_: Any, **__: Any) -> Any:
            raise Unsupported(message)

        return refuse

    def operation(self, python: Callable[..., Any], rust: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation that calls `rust` with Rust's object, or `python` with the object.

        If Rust refuses, the object is handed over, and Python serves this call too.
        """
        made, leave = self.made, self.leave

        def serve(held: Any, /, *values: Any, **more: Any) -> Any:
            while (hold := held.__agent_hold__) is not None:
                thread = here.presence
                hold.flight.append(thread)
                try:
                    # A call from inside another continues: the heir waits for both.
                    if hold.heir is not None and hold.flight.count(thread) == 1:
                        raise Leaving
                    result = made(rust, (hold.rust, *values), more)
                except Unsupported as refusal:
                    require_own(refusal, rust)
                    reason = refusal
                else:
                    hold.arguments = None  # constructing it again would no longer be the same
                    if result is hold.rust:
                        return held
                    if type(result) in LEAVES:
                        return result
                    return self.adopt(result, (held, *values, *more.values()), hold)
                finally:
                    hold.flight.remove(thread)
                if is_looking():
                    return python(self._copied(hold, reason), *values, **more)
                if leave(held, hold, reason):
                    break
            return python(held, *values, **more)

        return serve

    def _copied(self, hold: Hold, refusal: Unsupported) -> Any:
        """Return a copy that Python serves, for what only looks."""
        twin = self.bare()
        self._give(twin, hold, str(refusal))
        return twin

    def leave(self, held: Any, hold: Hold, refusal: Unsupported) -> bool:
        """Hand an object over, unless that is being done; return whether Python serves it now.

        Raises `ContractError` if it cannot be handed over.
        """
        if hold.heir == here.presence:
            return True
        me = get_ident()
        if any(each.task_of == me for each in hold.flight):  # which go on only when this one ends
            message = (
                f"{self.name}: Rust refused ({refusal}) while another call of the same object is "
                "awaited, so that it cannot be handed over"
            )
            raise ContractError(message)
        if here.presence in hold.flight:  # that call would go on with what is Rust's
            message = (
                f"{self.name}: Rust refused ({refusal}) inside of another call of the same object, "
                "which cannot be handed over meanwhile"
            )
            raise ContractError(message)
        with hold.lock:
            if not isinstance(refusal, Leaving) and hold.heir is None:
                self._hand_over(held, hold, str(refusal))
        return hold.heir is not None

    def _hand_over(self, held: Any, hold: Hold, reason: str) -> None:
        hold.heir = here.presence
        try:
            hold.await_landing()
            self._give(held, hold, reason)
        except BaseException:
            hold.heir = None  # it stays with Rust
            raise
        self.hold(held, None)
        self.refuse(reason)

    def _give(self, held: Any, hold: Hold, reason: str) -> None:
        """Make `held` what Rust has."""
        construct: Callable[..., None] = partial(self.python.__init__, held)  # type: ignore[misc]
        if made_by_new(self.python):
            construct = _as_it_is
        try:
            hold.give(lambda state: install(self.python, held, state), construct)
        except ContractError as error:
            message = f"{self.name}: Rust refused ({reason}) and cannot hand over: {error}"
            raise ContractError(message) from error


def made_by_new(python: type) -> bool:
    """Return whether ``__new__`` alone makes objects of a class: it has done so for each."""
    makers: Any = python
    return makers.__init__ is object.__init__ and makers.__new__ is not object.__new__


def _as_it_is(*_: object, **__: object) -> None:
    """Construct nothing."""


def install(python: type, held: Any, state: Any) -> None:
    """Give `held` a state, as unpickling an object of the class `python` would."""
    own = getattr(python, "__setstate__", None)
    if own is not None:
        own(held, state)
        return
    slots = None
    if isinstance(state, tuple) and len(state) == 2:
        state, slots = state
    for attributes in (state, slots):
        for key, value in (attributes or {}).items():
            object.__setattr__(held, key, value)


pass_unseen(globals())
