"""Contents and ranking of objects, for which Python has no single interface."""

from __future__ import annotations

import re
from collections.abc import (
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MappingView,
    Sequence,
    ValuesView,
)
from collections.abc import Set as AbstractSet
from copyreg import dispatch_table
from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.porting.compare.difference import describe
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.interpose.pickling import found_under

if TYPE_CHECKING:
    from types import CodeType

__all__ = [
    "MISSING",
    "are_views",
    "attributes",
    "contents_of",
    "drained",
    "is_exhaustion",
    "like",
    "made_alike",
    "memory",
    "printed",
    "rank",
    "said",
    "seen_from_outside",
    "special",
    "state",
    "without_addresses",
]

_LONGEST = 10_000
"""The largest number of compared items of an iterator, which may be infinite."""

_USED_UP = "maximum recursion depth exceeded"

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def without_addresses(text: str) -> str:
    """Return `text` without the addresses of printed objects, which always differ."""
    return _ADDRESS.sub(" at …", text)


def printed(value: Any) -> Any:
    """Return how `value` is printed, without addresses, or the exception that its repr raises."""
    try:
        return without_addresses(repr(value))
    except BaseException as error:
        if is_interruption(error):
            raise
        return error


def special(value: Any, name: str) -> Any:
    """Return the special method `name` of `value` as Python finds it: in its class alone.

    What `value` itself has under that name, or the class of its class, is none. Raises
    `AttributeError` where there is no such method.
    """
    cls = type(value)
    for base in cls.__mro__:
        if name in vars(base):
            member = vars(base)[name]
            bind = getattr(type(member), "__get__", None)
            return member if bind is None else bind(member, value, cls)
    message = f"{cls.__qualname__!r} object has no attribute {name!r}"
    raise AttributeError(message)


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()
"""The value of an unset attribute."""


def attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of the object `value`, slots included."""
    found = dict(getattr(value, "__dict__", None) or {})
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if name in {"__dict__", "__weakref__"}:
                continue
            private = name.startswith("__") and not name.endswith("__")
            own = f"_{cls.__name__.lstrip('_')}{name}" if private else name
            held = getattr(value, own, MISSING)
            if held is not MISSING:
                found[own] = held
    return found


def seen_from_outside(value: Any) -> dict[str, Any]:
    """Return what a caller can see of an object: its items, public attributes and repr.

    Where its repr raises, the exception stands in its place, and where an item does, behind the
    others. An object that refuses to be iterated has no items.
    """
    seen: dict[str, Any] = {}
    if isinstance(value, Iterable) and not isinstance(value, Iterator):
        items, end = drained(value)
        if items or end is None:
            seen |= {"items": items, "items raised": end}
    for name in dir(value):
        held = MISSING if name.startswith("_") else getattr(value, name, MISSING)
        if held is not MISSING and not callable(held) and type(held) is not type(value):
            seen[name] = held
    return {**seen, "repr()": printed(value)}


def state(value: Any) -> dict[str, Any]:
    """Return the contents of an object of an unknown class, or else its repr.

    Its pickle state takes precedence: other attributes then only cache computed values.
    """
    classes = type(value).__mro__[:-1]
    if any("__getstate__" in vars(cls) for cls in classes):
        return {"__getstate__()": value.__getstate__()}
    reduces = any("__reduce__" in vars(cls) or "__reduce_ex__" in vars(cls) for cls in classes)
    if reduces or type(value) in dispatch_table:
        try:
            reducer: Any = dispatch_table.get(type(value), _reduced)
            reduced = reducer(value)
        except BaseException as error:
            if is_interruption(error):
                raise
            # It is not picklable: its attributes are used.
        else:
            if isinstance(reduced, str):
                return {"__reduce__()": reduced}
            parts = [
                list(part) if index > 2 and part else part for index, part in enumerate(reduced)
            ]
            return {"__reduce__()": parts}
    held = attributes(value)
    prints: Any = type(value).__repr__
    if not held and prints is not object.__repr__:
        held["__repr__()"] = printed(value)
    return held


def _reduced(value: Any) -> Any:
    return value.__reduce_ex__(4)


def drained(values: Iterable[Any]) -> tuple[list[Any], BaseException | None]:
    """Return the items of `values`, and the exception that iterating it ends with."""
    items: list[Any] = []
    try:
        items.extend(islice(values, _LONGEST))
    except BaseException as error:
        if is_interruption(error):
            raise
        return items, error
    return items, None


def memory(value: Any) -> dict[str, Any]:
    """Return the layout and the items of an array or memory view."""
    if not isinstance(value, memoryview):
        return {"typecode": value.typecode, "items": value.tolist()}
    try:
        kept = {"format": value.format, "shape": value.shape, "readonly": value.readonly}
    except ValueError:
        return {"released": True}
    try:
        return kept | {"items": value.tolist()}
    except NotImplementedError:  # a format with several fields
        return kept | {"items": value.tobytes()}


def rank(value: Any) -> tuple[str, str]:
    """Return the sort key of `value` among the items of a set."""
    return type(value).__qualname__, without_addresses(describe(value))


def said(error: BaseException) -> str:
    """Return the message of `error`."""
    try:
        return str(error)
    except BaseException as within:
        if is_interruption(within):
            raise
        return f"<its message raises {type(within).__name__}>"


def is_exhaustion(error: BaseException | None) -> bool:
    """Return whether `error` is the interpreter's own word that its stack is used up."""
    return isinstance(error, RecursionError) and said(error).startswith(_USED_UP)


def like(one: CodeType, other: CodeType) -> bool:
    """Return whether two functions have the same code."""
    if one.co_code != other.co_code or one.co_names != other.co_names:
        return False
    if len(one.co_consts) != len(other.co_consts):
        return False
    return all(
        like(left, right) if hasattr(left, "co_code") and hasattr(right, "co_code")
        else type(left) is type(right) and repr(left) == repr(right)
        for left, right in zip(one.co_consts, other.co_consts, strict=True)
    )  # fmt: skip


def made_alike(python: type, rust: type) -> bool:
    """Return whether two classes are made by one piece of code that ran twice.

    An import finds neither of them, as if a function makes a named tuple whenever it is called.
    """
    if python is rust:
        return True
    return (
        (python.__module__, python.__qualname__) == (rust.__module__, rust.__qualname__)
        and type(python) is type(rust)
        and len(python.__bases__) == len(rust.__bases__)
        and not any(found_under(python) is each for each in (python, rust))
        and all(map(made_alike, python.__bases__, rust.__bases__))
    )


def are_views(python: type, rust: type) -> bool:
    """Return whether two classes are those of views of the same kind, whatever they are called.

    Compiled code makes views of its own, of classes that no import finds under their names.
    """
    sides = python, rust
    for kind in (KeysView, ValuesView, ItemsView):
        if all(issubclass(side, kind) for side in sides):
            return True
    known = (Mapping, MappingView, Sequence, AbstractSet)
    return all(
        hasattr(side, "__iter__") and hasattr(side, "__len__") and not issubclass(side, known)
        for side in sides
    ) and any(found_under(side) is not side for side in sides)


def contents_of(cls: type) -> dict[str, Any]:
    """Return what a class defines, but for special names."""
    return {name: value for name, value in vars(cls).items() if not name.startswith("__")}
