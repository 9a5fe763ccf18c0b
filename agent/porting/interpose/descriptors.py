"""Attributes of proxied objects, which behave like the original's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import pass_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Attribute", "InstanceAttribute", "Settable", "property_like"]


class Attribute:
    """What a class has under a name, and one of its objects may have otherwise.

    Args:
        value: what the original's class has, which the class itself gives.
        read: returns what an object gives; one that has the attribute itself never asks.
    """

    def __init__(self, value: Any, read: Callable[[Any], Any]) -> None:
        self._value = value
        self._read = read
        self.__doc__ = getattr(value, "__doc__", None)

    def __get__(self, held: Any, kind: type | None = None) -> Any:
        if held is None:
            get = getattr(type(self._value), "__get__", None)
            return self._value if get is None else get(self._value, None, kind)
        return self._read(held)


class Settable(Attribute):
    """One whose setting is the original's own: a property, a slot.

    `change`, if given, is called with the object before it is set or deleted.
    """

    def __init__(
        self,
        value: Any,
        read: Callable[[Any], Any],
        change: Callable[[Any], None] = lambda _: None,
    ) -> None:
        super().__init__(value, read)
        self._change = change

    def __set__(self, held: Any, value: Any) -> None:
        self._change(held)
        self._value.__set__(held, value)

    def __delete__(self, held: Any) -> None:
        self._change(held)
        self._value.__delete__(held)


class InstanceAttribute:
    """What objects hold in their ``__dict__``, without anything in their class."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        try:
            return object.__getattribute__(owner, "__dict__")[self._name]
        except (KeyError, AttributeError):
            raise self._lacking(owner, kind) from None

    def __set__(self, owner: Any, value: Any) -> None:
        object.__getattribute__(owner, "__dict__")[self._name] = value

    def __delete__(self, owner: Any) -> None:
        try:
            del object.__getattribute__(owner, "__dict__")[self._name]
        except KeyError:
            raise self._lacking(owner, None) from None

    def _lacking(self, owner: Any, kind: type | None) -> AttributeError:
        of = (
            f"type object {kind.__name__!r}"
            if owner is None and kind is not None
            else (f"{type(owner).__name__!r} object")
        )
        message = f"{of} has no attribute {self._name!r}"
        return AttributeError(message, name=self._name, obj=kind if owner is None else owner)


def property_like(
    original: Any,
    read: Callable[[Any], Any],
    write: Callable[[Any, Any], None] | None = None,
    remove: Callable[[Any], None] | None = None,
) -> property:
    """Return a property with the documentation of `original`, settable if that is."""
    doc = getattr(original, "__doc__", None)
    if hasattr(type(original), "__set__"):
        return property(read, write, remove, doc)
    return property(read, doc=doc)


pass_unseen(globals())
