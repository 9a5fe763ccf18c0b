"""Whether a value belongs to an annotated type, its domain included.

A domain that is narrower than its type has to contain what real programs pass: what they do pass
and it does not is told here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import EllipsisType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import annotated_types as at

from agent.porting.script.calls import occurrences
from agent.porting.script.vocabulary import Journal, words

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract

__all__ = ["Outside", "contains", "keeps_domains", "outside_domains"]


@dataclass(frozen=True)
class Outside:
    """A recorded argument that the contract does not allow."""

    label: str
    parameter: str
    expression: str
    line: str

    def __str__(self) -> str:
        return f"{self.label}: {self.parameter} does not allow {self.expression}, in {self.line}"


def outside_domains(scripts: Iterable[list[str]], contract: Contract) -> list[Outside]:
    """Return the arguments in `scripts` that `contract` does not allow, each once."""
    found: dict[tuple[str, str, str], Outside] = {}
    for lines in scripts:
        for each in occurrences(lines, contract):
            for parameter, text in each.arguments:
                place = each.label, parameter.name, text
                if place not in found and not _allowed(parameter.annotation, text):
                    found[place] = Outside(*place, each.text)
    return list(found.values())


def keeps_domains(contract: Contract, script: list[str]) -> Callable[[list[str]], bool]:
    """Return a test whether a simpler script has no argument outside, if `script` has none."""
    if outside_domains([script], contract):
        return lambda _: True
    return lambda lines: not outside_domains([lines], contract)


def _allowed(annotation: Any, text: str) -> bool:
    names = words(Journal())
    try:
        value = eval(text, names)  # noqa: S307  # a script is code
    except NameError:
        return True  # an object of the script itself
    except Exception:  # noqa: BLE001  # a class that cannot be imported here, say
        return False  # the call would never be compared
    try:
        return contains(annotation, value)
    except Exception:  # noqa: BLE001  # a trap, whose items cannot be looked at
        return True


def contains(annotation: Any, value: Any) -> bool:  # noqa: PLR0911  # one for each kind
    """Return whether `value` is of the type `annotation`, and within its domain.

    Items of an iterator are not looked at, nor what is unknown here: both count as allowed.
    """
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return contains(parts[0], value) and all(_holds(item, value) for item in parts[1:])
    if origin in {Union, UnionType}:
        return any(contains(part, value) for part in parts)
    if origin is Literal:
        return any(type(value) is type(each) and value == each for each in parts)
    if isinstance(annotation, TypeVar):
        bound = annotation.__constraints__ or (annotation.__bound__,)
        return any(each is None or contains(each, value) for each in bound)
    if origin is Callable or annotation is Callable:
        return callable(value)
    if annotation in _LEAVES:
        return _LEAVES[annotation](value)
    cls = origin or annotation
    if not isinstance(cls, type):
        return True
    try:
        right = isinstance(value, cls)
    except TypeError:  # a protocol that cannot be asked
        return True
    return right and _holds_items(parts, value)


def _holds_items(parts: tuple[Any, ...], value: Any) -> bool:
    """Look at what a container holds, by the arguments of its type."""
    if isinstance(value, Iterator) or not isinstance(value, Iterable) or not parts:
        return True
    if isinstance(value, Mapping):
        pairs = len(parts) == 2  # as a mapping; as an iterable, it is one of its keys
        keys = all(contains(parts[0], key) for key in value)
        return keys and (not pairs or all(contains(parts[1], item) for item in value.values()))
    if isinstance(value, tuple) and len(parts) > 1 and parts[-1] is not ...:
        return len(parts) == len(value) and all(map(contains, parts, value))
    exact = parts[0] in _EXACT and set(map(type, value)) <= {parts[0]}
    if exact or parts[0] is Any:  # for speed, where there are many
        return True
    return all(contains(parts[0], item) for item in value)


def _holds(item: Any, value: Any) -> bool:  # noqa: PLR0911  # one for each kind
    """Return whether `value` satisfies one piece of metadata; what is none of ours, it does."""
    if isinstance(item, at.GroupedMetadata):
        return all(_holds(part, value) for part in item)
    match item:
        case at.Ge(bound):
            return bool(value >= bound)
        case at.Gt(bound):
            return bool(value > bound)
        case at.Le(bound):
            return bool(value <= bound)
        case at.Lt(bound):
            return bool(value < bound)
        case at.MultipleOf(step):
            return bool(value % step == 0)
        case at.MinLen(size):
            return len(value) >= size
        case at.MaxLen(size):
            return len(value) <= size
        case at.Predicate(func):
            return bool(func(value))
    return True


def _is_number(value: Any) -> bool:
    """Return whether `value` is a float, or an int that a float comes near to."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except Exception:  # noqa: BLE001  # whatever it raises, it is none
        return False
    return True


_EXACT = frozenset({bool, bytes, float, int, str})
"""Classes whose own objects belong to them without a closer look."""

_LEAVES: dict[Any, Callable[[Any], bool]] = {
    Any: lambda _: True,
    object: lambda _: True,
    int: lambda value: isinstance(value, int) and not isinstance(value, bool),
    float: _is_number,
    None: lambda value: value is None,
    NoneType: lambda value: value is None,
    EllipsisType: lambda value: value is ...,
    Hashable: _is_hashable,
}
