"""Proxy classes of partial ports: objects are in Rust until it refuses, then in Python.

The class is a subclass of the reference. As long as Rust holds an object, its operations and
attributes are asked of the Rust object; once it is handed over, the reference's own code runs on
it, with the state that Rust gave. Objects of subclasses are Python's from the start: what they
override, Rust would not call.
"""

from __future__ import annotations

from functools import partial
from inspect import iscoroutinefunction
from types import FunctionType
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, Unsupported
from agent.porting.fallback.awaiting import awaited_function, awaited_operation
from agent.porting.fallback.handover import Hold, gives_state
from agent.porting.fallback.own_refusal import require_own
from agent.porting.fallback.ownership import HOLD, Keeper, made_by_new
from agent.porting.fallback.pickling import state_methods
from agent.porting.interpose.classes import HEAP_TYPE
from agent.porting.interpose.descriptors import Attribute, Settable
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import like, method_like
from agent.porting.interpose.layers import layered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["served_class"]

__passes_calls_on__ = True

_MIXINS = {"abc", "collections.abc", "typing"}
"""Modules of bases whose methods only call other operations, wherever those are served."""

_APART = frozenset({
    "__class_getitem__", "__del__", "__delattr__", "__doc__", "__getattr__", "__getattribute__",
    "__getstate__", "__init__", "__init_subclass__", "__module__", "__new__", "__reduce__",
    "__reduce_ex__", "__setattr__", "__setstate__", "__slots__", "__subclasshook__", "__weakref__",
})  # fmt: skip
"""Attributes of the reference that are inherited, or treated one by one."""


def served_class(name: str, python: type, rust: type) -> type:
    """Return a class like `python` whose objects `rust` serves as far as it goes.

    Raises `ContractError` if the state of the reference's objects is not in attributes.
    """
    builtin = [base for base in python.__mro__[:-1] if not base.__flags__ & HEAP_TYPE]
    if builtin:
        message = (
            f"{name} cannot be served partially: {python.__name__} keeps its state as a "
            f"{builtin[0].__name__} does, which Rust cannot hand over"
        )
        raise ContractError(message)
    keeper = Keeper(name, python, rust)
    front = _Body(keeper).attributes()
    keeper.kind = layered(python, (python,), front=front, slots=(HOLD,))
    return keeper.kind  # type: ignore[no-any-return]  # made by whatever metaclass there is


class _Body:
    """Makes the attributes of the class that serves."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._python = keeper.python

    def attributes(self) -> dict[str, Any]:
        """Return all that is not as in the reference."""
        python = self._python
        body: dict[str, Any] = {
            "__new__": self._new(),
            "__init__": self._init(),
            "__getattr__": self._getattr(),
            "__setattr__": self._operation(python.__setattr__, self._changing(setattr)),
            "__delattr__": self._operation(python.__delattr__, self._changing(delattr)),
            **state_methods(self._keeper),
        }
        if hasattr(python, "__del__"):
            body["__del__"] = self._del(python.__del__)
        return body | dict(self._operations())

    def _operations(self) -> Iterator[tuple[str, Any]]:
        found: dict[str, Any] = {}
        for base in reversed(self._python.__mro__[:-1]):
            mixin = base.__module__ in _MIXINS
            found |= {k: v for k, v in vars(base).items() if not mixin or k in self._keeper.known}
        for key, value in found.items():
            if key in _APART or isinstance(value, type):
                continue
            if value is None and key.startswith("__"):
                yield key, None  # it is said not to be there: __hash__
            elif isinstance(value, staticmethod):
                yield key, self._static(key, value.__func__)
            elif isinstance(value, classmethod):
                yield key, self._alternative(key, value.__func__)
            elif callable(value) and hasattr(type(value), "__get__"):
                yield key, method_like(value, self._method(value, self._keeper.of_rust(key)))
            elif key == "__dict__" or not key.startswith("__"):
                yield key, self._attribute(key, value)

    def _operation(
        self, python: Callable[..., Any], rust: Callable[..., Any]
    ) -> Callable[..., Any]:
        return self._keeper.operation(python, rust)

    def _method(self, value: Any, rust: Callable[..., Any]) -> Callable[..., Any]:
        """Return the operation in the place of an attribute that is called as a method."""
        if iscoroutinefunction(value):
            return awaited_operation(self._keeper, _unbound(value), rust)
        return self._operation(_unbound(value), rust)

    def _static(self, key: str, python: Callable[..., Any]) -> Any:
        """Return a function of the class."""
        keeper, rust, made = self._keeper, self._keeper.of_rust(key), self._making(key)
        if iscoroutinefunction(python):
            return staticmethod(like(python, self._awaited(python, rust)))

        def serve(*values: Any, **more: Any) -> Any:
            try:
                return made(values, more)
            except Unsupported as refusal:
                require_own(refusal, rust)
                reason = str(refusal)
            keeper.refuse(reason)
            return python(*values, **more)

        return staticmethod(like(python, serve))

    def _alternative(self, key: str, python: Callable[..., Any]) -> Any:
        """Return a constructor other than the class; subclasses take Python's."""
        keeper, rust, made = self._keeper, self._keeper.of_rust(key), self._making(key)
        awaited = iscoroutinefunction(python)

        def make(kind: type, /, *values: Any, **more: Any) -> Any:
            if kind is keeper.kind:
                if awaited:
                    return self._awaited(partial(python, kind), rust)(*values, **more)
                try:
                    return made(values, more)
                except Unsupported as refusal:
                    require_own(refusal, rust)
                    reason = str(refusal)
                keeper.refuse(reason)
            return python(kind, *values, **more)

        return classmethod(like(python, make))

    def _awaited(self, python: Callable[..., Any], rust: Callable[..., Any]) -> Callable[..., Any]:
        """Return a coroutine function of the class."""
        keeper = self._keeper
        return awaited_function(python, rust, refuse=keeper.refuse, adopt=keeper.adopt)

    def _making(self, key: str) -> Callable[..., Any]:
        keeper, function = self._keeper, self._keeper.of_rust(key)
        return lambda values, more: keeper.adopt(
            keeper.made(function, values, more), (*values, *more.values())
        )

    def _attribute(self, key: str, value: Any) -> Attribute:
        get = getattr(type(value), "__get__", None)

        def python(held: Any) -> Any:
            return value if get is None else get(value, held, type(held))

        def rust(held: Any) -> Any:
            return getattr(held, key)

        read = self._operation(
            python, rust if key in self._keeper.known else self._keeper.absent(key)
        )
        return (Settable if hasattr(type(value), "__set__") else Attribute)(value, read)

    def _new(self) -> Callable[..., Any]:
        keeper, python = self._keeper, self._python
        create: Any = python.__new__
        plain = create is object.__new__

        def new(kind: type, /, *values: Any, **more: Any) -> Any:
            fresh = create(kind) if plain else create(kind, *values, **more)
            keeper.hold(fresh, None)
            return fresh

        # `inspect.signature` looks here first, and follows what is wrapped.
        new.__wrapped__ = python.__init__ if plain else create  # type: ignore[attr-defined,misc]
        return new

    def _init(self) -> Callable[..., None]:
        keeper, python = self._keeper, self._python
        construct: Callable[..., None] = python.__init__  # type: ignore[misc]
        keeps = not gives_state(keeper.rust)
        by_new = made_by_new(python)

        def init(held: Any, /, *values: Any, **more: Any) -> None:
            if by_new and getattr(held, HOLD) is not None:
                return  # it was made, and Python's class makes none again
            reason = f"{type(held).__name__} is a subclass of {python.__name__}"
            if type(held) is keeper.kind:
                try:
                    made = keeper.made(keeper.rust, values, more)
                except Unsupported as refusal:
                    require_own(refusal, keeper.rust)
                    reason = str(refusal)
                else:
                    keeper.hold(held, Hold(made, (values, more) if keeps else None))
                    return
            keeper.refuse(reason)
            if not by_new:
                construct(held, *values, **more)

        return like(construct, init)

    def _getattr(self) -> Callable[[Any, str], Any]:
        """Return what finds an attribute that the class has not: Rust's, or an object's own."""
        keeper, python = self._keeper, self._python
        # Not what finds attributes of a class that it extends, and that is ported too.
        specials = (vars(base).get("__getattr__") for base in python.__mro__)
        special: Callable[[Any, str], Any] | None = next(filter(None, specials), None)

        def own(held: Any, key: str) -> Any:
            if special is None or key in _attributes(held):
                return object.__getattribute__(held, key)
            return special(held, key)

        def rust(held: Any, key: str) -> Any:
            return getattr(held, key) if key in self._keeper.known else keeper.absent(key)()

        asked = self._operation(own, rust)

        def find(held: Any, key: str) -> Any:
            if key == HOLD:  # of an object that old pickles make without asking its class
                return None
            # Protocols are asked for by names like this; an answer must not cost the object Rust.
            if key.startswith("__") and special is None:
                return object.__getattribute__(held, key)
            return asked(held, key)

        return find

    def _changing(self, change: Callable[..., None]) -> Callable[..., None]:
        """Return what sets or deletes an attribute of Rust's object, where its class has it."""

        def rust(held: Any, key: str, *value: Any) -> None:
            if key not in self._keeper.known:
                self._keeper.absent(key)()
            change(held, key, *value)

        return rust

    def _del(self, python: Callable[[Any], None]) -> Callable[[Any], None]:
        def finalize(held: Any) -> None:
            if getattr(held, HOLD, None) is None:  # Rust drops what is Rust's
                python(held)

        return finalize


def _attributes(held: Any) -> Any:
    """Return the attributes of an object by name: none where it has only slots."""
    try:
        return object.__getattribute__(held, "__dict__")
    except AttributeError:
        return ()


def _unbound(value: Any) -> Callable[..., Any]:
    """Return what calls an attribute of a class as a method."""
    if isinstance(value, FunctionType):
        return value
    return lambda held, *values, **more: value.__get__(held, type(held))(*values, **more)


pass_unseen(globals())
