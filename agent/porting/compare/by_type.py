"""Comparison of the values of each type, part by part.

Each function yields pairs of parts, or a `Difference` where it can decide itself.
`agent.porting.compare.comparison` walks the parts and stops at the first difference.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    ItemsView,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from io import IOBase
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any

from agent.porting.compare.difference import Difference, describe, unlike
from agent.porting.compare.introspection import (
    MISSING,
    attributes,
    drained,
    is_exhaustion,
    like,
    memory,
    said,
    state,
    without_addresses,
)
from agent.porting.compare.tiers import item_kinds, value_kinds
from agent.porting.contract.classes import field_kinds

__all__ = [
    "ACROSS_TYPES",
    "HARMLESS",
    "HELD",
    "PASSING",
    "PLAIN",
    "Part",
    "Steps",
    "Way",
    "carried",
    "is_plainly_same",
    "of_entries",
    "of_exceptions",
    "of_mappings",
    "of_objects",
    "of_pairs",
    "of_sets",
    "surely_same_items",
    "way_of",
]

Part = tuple[str, Any, Any, Any]
"""Two values to compare: their place, the value of each side, and their annotation."""

Steps = Iterator[Difference | Part]
"""The parts of a comparison in order, or the difference that it ends with."""

Compare = Callable[[str, Any, Any, Any], Steps]


def of_floats(where: str, python: float, rust: float, _: Any) -> Steps:
    nan = float.__ne__(python, python) and float.__ne__(rust, rust)
    if not nan and struct.pack("<d", python) != struct.pack("<d", rust):
        yield unlike(where, python, rust)
    yield from carried(where, python, rust)


def of_complex(where: str, python: complex, rust: complex, _: Any) -> Steps:
    yield f"{where}.real", python.real, rust.real, Any
    yield f"{where}.imag", python.imag, rust.imag, Any
    yield from carried(where, python, rust)


def of_scalars(where: str, python: Any, rust: Any, _: Any) -> Steps:
    kind: Any = next(kind for kind in _SCALARS if isinstance(python, kind))
    same = kind.__eq__(python, rust)
    if not same and not (kind is str and without_addresses(python) == without_addresses(rust)):
        yield unlike(where, python, rust)
    yield from carried(where, python, rust)


def of_bounds(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare slices and ranges, which may be equal without having the same bounds."""
    for name in ("start", "stop", "step"):
        yield from _of_attribute(where, name, python, rust)


def of_memory(where: str, python: Any, rust: Any, annotation: Any) -> Steps:
    """Compare arrays and memory views: their layout, and each item."""
    left, right = memory(python), memory(rust)
    items = left.pop("items", []), right.pop("items", [])
    yield from of_entries(where, left, right)
    if isinstance(items[0], bytes):
        yield where, items[0], items[1], Any
    else:
        yield from of_items(where, *items, item_kinds(annotation, len(items[0])))
    yield from carried(where, python, rust)


def of_sequences(where: str, python: Any, rust: Any, annotation: Any) -> Steps:
    kind: Any = next(kind for kind in (list, tuple, deque) if isinstance(python, kind))
    left, right = list(kind.__iter__(python)), list(kind.__iter__(rust))
    cls: Any = type(python)
    names = getattr(cls, "_fields", None)
    if kind is tuple and names is not None and len(names) == len(left) == len(right):
        hints = field_kinds(cls)
        for name, one, other in zip(names, left, right, strict=True):
            yield f"{where}.{name}", one, other, hints.get(name, Any)
        return
    kinds = item_kinds(annotation, len(left)) if annotation is not Any else None
    yield from of_items(where, left, right, kinds)
    if kind is deque:
        yield from _of_attribute(where, "maxlen", python, rust)
    yield from carried(where, python, rust)


def of_items(where: str, left: list[Any], right: list[Any], kinds: list[Any] | None) -> Steps:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if kinds is None and _surely_same(one, other):
            continue
        yield f"{where}[{index}]", one, other, Any if kinds is None else kinds[index]
    if len(left) != len(right):
        yield Difference(f"len({where})", f"{len(left)}", f"{len(right)}")


def of_mappings(where: str, python: Any, rust: Any, annotation: Any) -> Steps:
    """Compare mappings item by item: dicts by their own items, whatever a subclass says."""
    if isinstance(python, dict):
        left, right = list(dict.items(python)), list(dict.items(rust))
    else:
        left, right = list(python.items()), list(rust.items())
    yield from of_pairs(where, left, right, annotation)
    yield from _of_attribute(where, "default_factory", python, rust)
    yield from carried(where, python, rust)


def of_pairs(
    where: str, left: list[tuple[Any, Any]], right: list[tuple[Any, Any]], annotation: Any
) -> Steps:
    """Compare the keys and values of mappings."""
    of_keys, known, of_others = value_kinds(annotation)
    keys = [key for key, _ in left], [key for key, _ in right]
    kinds = None if of_keys is Any else [of_keys] * len(left)
    yield from of_items(f"{where}.keys()", *keys, kinds)
    for (key, one), (_, other) in zip(left, right, strict=True):
        kind = known.get(key, of_others) if type(key) is str else of_others
        if kind is Any and _surely_same(one, other):
            continue
        yield f"{where}[{describe(key)}]", one, other, kind


def of_entries(where: str, python: dict[str, Any], rust: dict[str, Any]) -> Steps:
    """Compare by name, in any order."""
    for name in sorted(python.keys() | rust.keys()):
        if name not in python or name not in rust:
            held = ["is there" if name in side else "is not" for side in (python, rust)]
            yield Difference(f"{where}.{name}", *held)
            return
        yield f"{where}.{name}", python[name], rust[name], Any


def of_iterators(where: str, python: Any, rust: Any, annotation: Any) -> Steps:
    """Compare the items of two iterables, which consumes iterators, and how they end."""
    (left, left_end), (right, right_end) = drained(python), drained(rust)
    kinds = item_kinds(annotation, len(left)) if annotation is not Any else None
    yield from of_items(f"list({where})", left, right, kinds)
    yield f"{where} raised", left_end, right_end, Any


def of_views(where: str, python: Any, rust: Any, annotation: Any) -> Steps:
    yield from of_iterators(where, python, rust, annotation)


def of_unawaited(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare objects still to be awaited, iterated or entered, only by what they support."""
    for kind in _ASYNCHRONOUS:
        yield f"{where} is {kind.__name__}", isinstance(python, kind), isinstance(rust, kind), Any


def of_exceptions(where: str, python: BaseException, rust: BaseException, _: Any) -> Steps:
    """Compare the messages, attributes and causes of exceptions.

    Contexts are compared where both sides have one: what another exception was being handled on
    the way is seldom the same in another language. In which words the interpreter says that its
    stack is used up depends on what was called last.
    """
    if all(is_exhaustion(side) for side in (python, rust)):
        return
    yield f"{where}.args", python.args, rust.args, Any
    yield f"str({where})", said(python), said(rust), Any
    yield f"{where}.__cause__", python.__cause__, rust.__cause__, Any
    if python.__context__ is not None and rust.__context__ is not None:
        yield from _of_attribute(where, "__suppress_context__", python, rust)
        if not python.__suppress_context__:  # otherwise a traceback does not show it
            yield f"{where}.__context__", python.__context__, rust.__context__, Any
    if isinstance(python, OSError):
        yield from _of_attribute(where, "filename", python, rust)
        yield from _of_attribute(where, "filename2", python, rust)
    yield from carried(where, python, rust)


def of_dataclasses(where: str, python: Any, rust: Any, _: Any) -> Steps:
    cls: Any = type(python)
    hints = field_kinds(cls)
    names = [part.name for part in fields(cls)]
    for name in names:
        yield from _of_attribute(where, name, python, rust, hints.get(name, Any))
    left, right = (
        {key: value for key, value in attributes(side).items() if key not in names}
        for side in (python, rust)
    )
    yield from of_entries(where, left, right)


def of_functions(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare functions by their code: each side evaluates the script's own functions.

    A compiled function is compared by name only.
    """
    kind: Any = type(python) if type(python) is type(rust) else None
    if kind is MethodType:
        yield f"{where}.__func__", python.__func__, rust.__func__, Any
    elif kind is not FunctionType:
        yield f"{where}.__name__", python.__name__, rust.__name__, Any
    elif python.__qualname__ != rust.__qualname__ or not like(python.__code__, rust.__code__):
        yield unlike(where, python, rust)
    else:
        for name in ("__defaults__", "__kwdefaults__", "__dict__"):
            yield from _of_attribute(where, name, python, rust)
        cells = zip(python.__closure__ or (), rust.__closure__ or (), strict=True)
        for one, other in cells:
            yield f"{where}.__closure__", one, other, Any
    if kind is not None and kind is not FunctionType:
        yield from _of_attribute(where, "__self__", python, rust)


def of_cells(where: str, python: CellType, rust: CellType, _: Any) -> Steps:
    """Compare the variables that inner functions capture, once they are set."""
    empty, other = (repr(side).endswith("empty>") for side in (python, rust))
    yield f"{where}.empty", empty, other, Any
    if not empty:
        yield f"{where}.cell_contents", python.cell_contents, rust.cell_contents, Any


def of_objects(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare objects of an unknown class."""
    yield from of_entries(where, state(python), state(rust))


def carried(where: str, python: Any, rust: Any) -> Steps:
    """Compare the attributes of an instance of a subclass, besides its value."""
    left, right = attributes(python), attributes(rust)
    if left or right:
        yield from of_entries(where, left, right)


def of_identities(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare by identity: classes and modules."""
    if python is not rust:
        yield unlike(where, python, rust)


def of_members(where: str, python: Enum, rust: Enum, _: Any) -> Steps:
    """Compare members of an enumeration, which each side may have a class of its own for."""
    if type(python) is type(rust):
        yield from of_identities(where, python, rust, Any)
    else:
        for name in ("_name_", "_value_"):
            yield from _of_attribute(where, name, python, rust)


def of_sets(where: str, python: Any, rust: Any, _: Any) -> Steps:
    """Compare the attributes of sets; their items are matched elsewhere."""
    yield from carried(where, python, rust)


def _surely_same(one: Any, other: Any) -> bool:
    """Return quickly whether two common values are identical; False may be wrong."""
    cls = type(one)
    if cls is not type(other):
        return False
    return (cls in PLAIN or (cls is float and one != 0.0)) and bool(one == other)


def is_plainly_same(python: Any, rust: Any, annotation: Any) -> bool:
    """Return quickly whether two common values agree exactly; False may be wrong."""
    return annotation is Any and _surely_same(python, rust)


def surely_same_items(python: Any, rust: Any) -> bool:
    """Return quickly whether two common sets have identical items; False may be wrong."""
    if not {type(python), type(rust)} <= {set, frozenset}:
        return False
    left, right = ({(type(item), item) for item in side} for side in (python, rust))
    return left == right and all(cls in PLAIN for cls, _ in left)


def _of_attribute(where: str, name: str, python: Any, rust: Any, kind: Any = Any) -> Steps:
    values = getattr(python, name, MISSING), getattr(rust, name, MISSING)
    yield f"{where}.{name}", values[0], values[1], kind


@dataclass(frozen=True)
class Way:
    """The way in which values of a class are compared."""

    compare: Compare
    """The comparing function."""
    simple: bool
    """Whether values contain no others, so they need not be tracked."""
    changes: bool
    """Whether values are mutable, so their identity matters."""


@lru_cache(maxsize=4096)
def way_of(cls: Any) -> Way:
    """Return the way in which values of `cls` are compared."""
    compare = next((compare for kind, compare in _BY_KIND if issubclass(cls, kind)), None)
    if compare is None:
        compare = of_dataclasses if is_dataclass(cls) else of_objects
    params: Any = getattr(cls, "__dataclass_params__", None)
    frozen = params is not None and params.frozen
    changes = issubclass(cls, _CHANGING) or (
        compare in {of_dataclasses, of_objects} and cls.__dictoffset__ != 0 and not frozen
    )
    simple = compare in _SIMPLE and not changes
    return Way(compare, simple, changes)


PLAIN = frozenset({int, str, bytes, bool, type(None), type(...)})
"""Classes whose values are identical if they are equal."""

_SCALARS = (int, str, bytes, bytearray, type(None), type(...), type(NotImplemented))
_SIMPLE = {of_scalars, of_floats, of_complex, of_identities, of_members}

_CHANGING = (list, dict, set, bytearray, deque, array)

_ASYNCHRONOUS = (Awaitable, AsyncIterable, AbstractAsyncContextManager)

ACROSS_TYPES = {of_iterators, of_functions, of_unawaited}
"""Types that correspond although they differ, because one side is compiled."""

PASSING = {of_iterators, of_views}
"""Types that are compared by iterating."""

HARMLESS = frozenset({type({}.keys()), type({}.values()), type({}.items())})
"""Views that iterating does not change."""

HELD: tuple[Any, ...] = (dict, set, frozenset, MappingProxyType, *HARMLESS)
"""Mappings and sets whose items are all in memory."""

_BY_KIND: list[tuple[Any, Compare]] = [
    (Enum, of_members),
    (type | ModuleType, of_identities),
    (float, of_floats),
    (complex, of_complex),
    (_SCALARS, of_scalars),
    (range | slice, of_bounds),
    (BaseException, of_exceptions),
    (list | tuple | deque, of_sequences),
    (dict, of_mappings),
    (array | memoryview, of_memory),
    (IOBase, of_objects),
    (_ASYNCHRONOUS, of_unawaited),
    (Iterator, of_iterators),
    (KeysView | ItemsView | ValuesView, of_views),
    (Mapping, of_mappings),
    (AbstractSet, of_sets),
    (FunctionType | BuiltinFunctionType | MethodType, of_functions),
    (CellType, of_cells),
]
"""The comparing function of each kind of value; the first match applies."""
