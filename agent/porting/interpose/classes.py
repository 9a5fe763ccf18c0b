"""Proxies of classes: `isinstance`, `issubclass` and `inspect.signature` see the original."""

from __future__ import annotations

import inspect
from threading import local
from typing import Any

__all__ = ["HEAP_TYPE", "STANDS_FOR", "ProxyType", "identity", "is_instance", "originals_of", "own"]

STANDS_FOR = "__stands_for__"
"""The attribute of a proxy class that holds the classes that it passes for; not inherited."""


HEAP_TYPE = 1 << 9
"""The flag of classes that are not built into the interpreter."""

own = type.__dict__["__dict__"].__get__
"""Returns what a class itself has, by name, whatever its metaclass says."""

is_instance = type.__instancecheck__
"""Returns whether a class, given first, is one of those of an object, whatever metaclasses say."""


def originals_of(cls: Any) -> tuple[type, ...]:
    """Return the classes that `cls` passes for, the one that it is like first; none if no proxy."""
    found: tuple[type, ...] = own(cls).get(STANDS_FOR, ()) if isinstance(cls, type) else ()
    return found


def identity(cls: type) -> dict[str, Any]:
    """Return the attributes that identify the class `cls` to a program."""
    return {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }


class _Asked(local):
    """The proxies whose originals are being asked: an ABC asks its subclasses, proxies too."""

    def __init__(self) -> None:
        self.classes: list[type] = []


_asked = _Asked()


class ProxyType(type):
    """The metaclass of proxy classes; subclasses that a program makes are ordinary classes."""

    def __instancecheck__(cls, instance: Any) -> bool:
        originals = originals_of(cls)
        if not originals:
            return super().__instancecheck__(instance)
        return type.__instancecheck__(cls, instance) or any(
            isinstance(instance, each) for each in originals
        )

    def __subclasscheck__(cls, subclass: type) -> bool:
        originals = originals_of(cls)
        if not originals:
            return super().__subclasscheck__(subclass)
        if type.__subclasscheck__(cls, subclass):
            return True
        asked = _asked.classes
        if cls in asked:
            return False
        asked.append(cls)
        try:
            return any(
                issubclass(other, each)
                for each in originals
                for other in originals_of(subclass) or (subclass,)
            )
        finally:
            asked.remove(cls)

    @property
    def __signature__(cls) -> inspect.Signature:
        originals = originals_of(cls)
        if originals:
            return inspect.signature(originals[0])
        makers = [
            vars(base)[name]
            for base in cls.__mro__[:-1]
            for name in ("__new__", "__init__")
            if name in vars(base)
        ]
        parameters = inspect.signature(makers[0]).parameters if makers else {}
        return inspect.Signature(list(parameters.values())[1:])
