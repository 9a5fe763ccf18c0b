"""Classes whose objects the program holds instead of an implementation's.

An implementation need not allow subclasses, nor its methods to be replaced: each object of such a
class holds an original and hands everything on to it.
"""

from __future__ import annotations

import collections.abc
import copyreg
import functools
import inspect
from abc import ABCMeta
from operator import methodcaller
from types import ClassMethodDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.recording.capture import Recorded, original_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.recording.plan import Call, Kind
    from agent.porting.recording.standins import StandIns

__all__ = ["stand_in_class"]

__passes_calls_on__ = True

_OWN = {
    "__abstractmethods__", "__class__", "__class_getitem__", "__del__", "__delattr__", "__dict__",
    "__dir__", "__doc__", "__getattr__", "__getattribute__", "__getstate__", "__init__",
    "__init_subclass__", "__module__", "__name__", "__new__", "__qualname__", "__reduce__",
    "__reduce_ex__", "__setattr__", "__slots__", "__subclasshook__", "__weakref__",
}  # fmt: skip
"""What a class of stand-ins has of its own, or must not have."""


class _Kind(type):
    """The class of classes of stand-ins: what one does with the class concerns the original."""

    stands_for: type
    makers: StandIns

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any
    ) -> Any:
        """Make a class of stand-ins; a subclass that the program makes is one of the original."""
        originals = tuple(base.stands_for if isinstance(base, _Kind) else base for base in bases)
        if originals == bases:
            return super().__new__(cls, name, bases, body)
        made_by: Any = type(originals[0])
        return made_by(name, originals, body, **options)

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> None:
        super().__init__(name, bases, body)

    def __call__(cls, *args: Any, **named: Any) -> Any:
        return cls.makers.make(cls, cls.stands_for, args, named)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.stands_for)

    def __subclasscheck__(cls, other: type) -> bool:
        original = other.stands_for if isinstance(other, _Kind) else other
        return issubclass(original, cls.stands_for)

    @property
    def __signature__(cls) -> inspect.Signature:
        return inspect.signature(cls.stands_for)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.stands_for, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        setattr(cls.stands_for, name, value)

    def __delattr__(cls, name: str) -> None:
        delattr(cls.stands_for, name)

    def __dir__(cls) -> list[str]:
        return dir(cls.stands_for)

    def __repr__(cls) -> str:
        return repr(cls.stands_for)


def stand_in_class(makers: StandIns, original: type, kind: Kind) -> type:
    """Return a class whose objects hand everything on to those of `original`, and are recorded."""

    def make(_: type, *args: Any, **named: Any) -> Any:
        return makers.shown(original.__new__(original, *args, **named))

    body: dict[str, Any] = {
        "__slots__": (),
        "__module__": original.__module__,
        "__qualname__": original.__qualname__,
        "__doc__": original.__doc__,
        "__class__": property(lambda _: original),
        "__new__": make,
        "__getattr__": lambda held, name: getattr(held.recorded_original, name),
        "__setattr__": lambda held, name, value: setattr(held.recorded_original, name, value),
        "__delattr__": lambda held, name: delattr(held.recorded_original, name),
        "__dir__": lambda held: dir(held.recorded_original),
        "__reduce_ex__": _reduced,
        "__hash__": None,
        "stands_for": original,
        "makers": makers,
    }
    for name in {*dir(original), *kind.operations}:
        member = inspect.getattr_static(original, name, None)
        call = kind.operations.get(name)
        if call is not None and call.reads:
            body[name] = property(_recorded(makers, call, _reader(name)))
        elif name not in _OWN and _is_method(member):
            function = getattr(original, name)
            forward = _forwarded(makers, function)
            method = forward if call is None else _recorded(makers, call, function)
            body[name] = functools.wraps(function)(method)
    stand_in = _Kind(original.__name__, (Recorded,), body)
    for name in collections.abc.__all__:
        abstract: Any = getattr(collections.abc, name)
        virtual = isinstance(abstract, ABCMeta) and abstract.__subclasscheck__(original)
        if virtual:
            abstract.register(stand_in)
    return stand_in


def _is_method(member: Any) -> bool:
    return callable(member) and not isinstance(member, _OF_THE_CLASS)


_OF_THE_CLASS = (staticmethod, classmethod, ClassMethodDescriptorType, type)


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda original: getattr(original, name)


def _recorded(makers: StandIns, call: Call, function: Any) -> Callable[..., Any]:
    def recorded(held: Any, /, *args: Any, **named: Any) -> Any:
        return makers.call(call, function, args, named, held)

    return recorded


def _forwarded(makers: StandIns, function: Any) -> Callable[..., Any]:
    def forwarded(held: Any, /, *args: Any, **named: Any) -> Any:
        given = [original_of(value) for value in args]
        given_by_name = {name: original_of(value) for name, value in named.items()}
        return makers.shown(function(original_of(held), *given, **given_by_name))

    return forwarded


def _reduced(held: Any, protocol: Any) -> Any:
    """Reduce the original so that it is found under the name of its class, as others find it."""
    original, stand_in = held.recorded_original, type(held)
    reduced = original.__reduce_ex__(protocol)
    if not isinstance(reduced, tuple):
        return reduced
    function, args, *rest = reduced
    args = tuple(stand_in if value is type(original) else value for value in args)
    if function is type(original):
        function = stand_in
    if function is copyreg.__newobj__:  # type: ignore[attr-defined]
        # Pickle takes this for an object of the class it is told, and would look.
        function, args = methodcaller("__new__", *args), args[:1]
    return function, args, *rest
