"""What an object holds, to tell whether a program changed it between two calls."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.classes import own
from agent.porting.shadow.copying import ATOMS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Held", "changed_since", "held_by"]

Held = dict[str, tuple[type, Any]]
"""By attribute, the class of its value, and the value itself or, if it can change, its address."""


def held_by(owner: Any) -> Held:
    """Return what `owner` holds, without asking it or keeping alive what it holds."""
    try:
        values = object.__getattribute__(owner, "__dict__")
        found = {name: _held(value) for name, value in values.items()}
    except (AttributeError, TypeError):  # it has none, or one of its own making
        found = {}
    cls: Any = type(owner)
    for name, read in _slots(cls):
        try:
            found[name] = _held(read(owner))
        except AttributeError:  # it is not set
            continue
    return found


def changed_since(before: Held, owner: Any) -> str | None:
    """Return an attribute of `owner` that was set or deleted since `held_by` gave `before`.

    One that the class does not know may be set: it is the program's own note, or was computed.
    """
    now = held_by(owner)
    if now == before:
        return None
    for name in before.keys() | now.keys():
        if name in before and now.get(name) != before[name]:
            return name
        if name not in before and _has_plainly(type(owner), name):
            return name
    return None


def _held(value: Any) -> tuple[type, Any]:
    cls = type(value)
    return cls, value if cls in ATOMS else id(value)


@lru_cache(maxsize=256)
def _slots(cls: type) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple(
        (name, member.__get__)
        for base in type.mro(cls)
        for name, member in own(base).items()
        if isinstance(member, MemberDescriptorType)
    )


def _has_plainly(cls: type, name: str) -> bool:
    """Return whether the class has a value or a function under a name, which is hidden now."""
    for base in type.__dict__["__mro__"].__get__(cls):
        if name in own(base):
            found = own(base)[name]
            return isinstance(found, FunctionType) or not hasattr(type(found), "__get__")
    return False
