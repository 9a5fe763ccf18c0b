"""Attributes of an object that Rust may hold, read and set where the object is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Attribute", "Settable"]


class Attribute:
    """What the reference's class has under a name and an object may have otherwise.

    An object that Python serves finds what it has itself before this.
    """

    def __init__(self, value: Any, read: Callable[[Any], Any]) -> None:
        self._value = value
        self._read = read
        self.__doc__ = getattr(value, "__doc__", None)

    def __get__(self, held: Any, kind: type | None = None) -> Any:
        if held is None:
            return self._value
        return self._read(held)


class Settable(Attribute):
    """One whose setting is the reference's own: a property, a slot."""

    def __set__(self, held: Any, value: Any) -> None:
        self._value.__set__(held, value)

    def __delete__(self, held: Any) -> None:
        self._value.__delete__(held)
