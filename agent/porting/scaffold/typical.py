"""Ordinary values of a type, as expressions, for a first measurement.

A check needs unusual values; a measurement needs those that programs usually have.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from random import Random

__all__ = ["typical"]

_COMMON = (
    "a about all also and another at back be because before but by can come could day do each "
    "even find first for from get give go good have here how if in into it its know like little "
    "long look made make many more most new no not now of on one only or other our out over part "
    "people place right same see set should show small some such take tell than that the their"
)

_LONGEST = 60
"""Words in a text."""

_MOST = 30
"""Items of a container."""


def typical(annotation: Any, random: Random) -> str | None:  # noqa: PLR0911  # one for each kind
    """Return an expression for a value of `annotation`; None if no ordinary one is known."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in {Any, object}:
        annotation = random.choice([int, str])
    if annotation in _PLAIN:
        return str(_PLAIN[annotation](random))
    if origin is Literal:
        return repr(random.choice(arguments))
    if origin in {Union, UnionType}:
        return typical(random.choice([each for each in arguments if each is not NoneType]), random)
    if origin is tuple and arguments[-1] is not ...:
        items = [typical(each, random) for each in arguments]
        return None if None in items else f"({', '.join(map(str, items))},)"
    if origin in _BRACKETS:
        items = [typical(arguments[0], random) for _ in range(random.randrange(1, _MOST))]
        return None if None in items else _BRACKETS[origin].format(", ".join(map(str, items)))
    if origin is dict:
        pairs = [
            [typical(each, random) for each in arguments] for _ in range(random.randrange(_MOST))
        ]
        if any(None in pair for pair in pairs):
            return None
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
    if isinstance(annotation, type) and is_dataclass(annotation):
        return _record(annotation, random)
    return None


def _record(cls: type, random: Random) -> str | None:
    """Return a dataclass with a value for each field that has to be given."""
    hints = get_type_hints(cls, include_extras=True)
    given = {
        each.name: typical(hints[each.name], random)
        for each in fields(cls)
        if each.init and each.default is MISSING and each.default_factory is MISSING
    }
    if None in given.values():
        return None
    return f"{cls.__name__}({', '.join(f'{name}={text}' for name, text in given.items())})"


def _text(random: Random) -> str:
    """Return words in a row: mostly few, and seldom many."""
    count = max(1, int(_LONGEST ** random.random()))
    return " ".join(random.choice(_COMMON.split()) for _ in range(count)).capitalize()


_PLAIN: dict[Any, Any] = {
    NoneType: lambda _: "None",
    bool: lambda random: str(random.random() < 0.5),
    int: lambda random: str(int(1000 ** random.random())),
    float: lambda random: repr(round(random.uniform(0.0, 100.0), 2)),
    str: lambda random: repr(_text(random)),
    bytes: lambda random: repr(_text(random).encode()),
}

_BRACKETS = {list: "[{}]", tuple: "({},)", set: "{{{}}}"}
"""Of containers whose items are of one type."""
