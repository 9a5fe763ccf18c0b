"""Proxies of classes: `isinstance`, `issubclass` and `inspect.signature` see the original."""

from __future__ import annotations

import inspect
from typing import Any

__all__ = ["STANDS_FOR", "ProxyType", "identity", "metaclass_for", "originals_of"]

STANDS_FOR = "__stands_for__"
"""The attribute of a proxy class that holds the classes that it passes for; not inherited."""


def originals_of(cls: Any) -> tuple[type, ...]:
    """Return the classes that `cls` passes for, the one that it is like first; none if no proxy."""
    found: tuple[type, ...] = vars(cls).get(STANDS_FOR, ()) if isinstance(cls, type) else ()
    return found


def identity(cls: type) -> dict[str, Any]:
    """Return the attributes that identify the class `cls` to a program."""
    return {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }


class ProxyType(type):
    """The metaclass of proxy classes; subclasses that a program makes are ordinary classes."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return super().__instancecheck__(instance) or any(
            # An ABC would ask its subclasses, of which a proxy may be one.
            type.__instancecheck__(each, instance)
            if each in cls.__mro__
            else isinstance(instance, each)
            for each in originals_of(cls)
        )

    def __subclasscheck__(cls, subclass: type) -> bool:
        return super().__subclasscheck__(subclass) or any(
            type.__subclasscheck__(each, other) if each in cls.__mro__ else issubclass(other, each)
            for each in originals_of(cls)
            for other in originals_of(subclass) or (subclass,)
        )

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


def metaclass_for(cls: type) -> Any:
    """Return a metaclass for proxies of `cls` that derive from it: its own, and `ProxyType`."""
    if type(cls) is type:
        return ProxyType
    return type(ProxyType.__name__, (ProxyType, type(cls)), {})
