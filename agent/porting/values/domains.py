"""What a type annotation allows, as expressions: typical, at the edges, and just outside."""

from __future__ import annotations

import math
from collections import abc
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from types import EllipsisType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import annotated_types as at

from agent.errors import ContractError
from agent.porting.terms import Virtual
from agent.porting.values.pools import BYTES, KEYS, TEXTS, UNHASHABLE, VALUES
from agent.porting.values.words import Journal, words

__all__ = ["CLOCK", "KEY_SLOTS", "VALUE_SLOTS", "Domain", "domain_of", "put_together"]

CLOCK = "clock"
"""The name that a script gives its clock."""

KEY_SLOTS = [f"§{index}" for index in range(5)]
"""Stand for the keys of one run, which are few, so that calls meet the same ones again."""

VALUE_SLOTS = [f"¤{index}" for index in range(4)]
"""Stand for the values of one run."""

_NAMES = words(Journal())


@dataclass(frozen=True)
class Domain:
    """Expressions for the values of a parameter."""

    within: list[str]
    """Allowed, the simplest first, edges included."""
    outside: list[str] = field(default_factory=list)
    """Not allowed; to be refused."""
    risky: list[str] = field(default_factory=list)
    """Of the right type, but not certain to be accepted: an iterator that raises midway."""
    slots: list[str] | None = None
    """What a run draws instead of `within`."""
    parts: tuple[Domain, ...] = ()
    shapes: list[str] = field(default_factory=list)
    """For a value made of others: the texts these are put into.

    One of `parts` means any number of it; several mean one of each.
    """
    joint: str = ", "
    """What stands between the parts."""


def domain_of(annotation: Any, place: str) -> Domain:  # noqa: PLR0911  # one for each kind
    """Return the expressions for `annotation`; `place` names it in errors and spies.

    Raises `ContractError` for a type that no expression is known for.
    """
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], annotation.__metadata__, place)
    if origin in {Union, UnionType}:
        return _union([domain_of(part, place) for part in arguments])
    if origin is Literal:
        return Domain([repr(value) for value in arguments], ["'no such value'", "None"])
    if isinstance(annotation, TypeVar):
        return _type_variable(annotation, place)
    if annotation in _LEAVES:
        return _LEAVES[annotation]
    if origin is abc.Callable or annotation is abc.Callable:
        return _callable(arguments[-1] if arguments else Any, place)
    if origin in _CONTAINERS:
        return _container(origin, arguments, place)
    message = f"{place}: no values are known for {annotation!r}"
    raise ContractError(message)


def _annotated(base: Any, metadata: tuple[Any, ...], place: str) -> Domain:
    if any(isinstance(item, Virtual) for item in metadata):
        spies = domain_of(base, place)
        return Domain([CLOCK], spies.outside, spies.risky)
    domain = domain_of(base, place)
    bounds: list[str] = []
    holds: list[Callable[[Any], bool]] = []
    for item in _flat(metadata):
        test, edges = _constraint(item, base, place)
        holds.append(test)
        bounds += edges
    within: list[str] = []
    outside = list(domain.outside)
    for text in dict.fromkeys(domain.within + bounds):
        allowed = all(test(eval(text, dict(_NAMES))) for test in holds)  # noqa: S307  # our own
        (within if allowed else outside).append(text)
    if not within:
        message = f"{place}: none of the known values is within {metadata}"
        raise ContractError(message)
    return Domain(within, outside, domain.risky)


def _flat(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for item in metadata:
        if isinstance(item, at.GroupedMetadata):
            yield from item
        elif isinstance(item, at.BaseMetadata):
            yield item


def _constraint(  # noqa: PLR0911  # one for each kind
    item: Any, base: Any, place: str
) -> tuple[Callable[[Any], bool], list[str]]:
    """Return the test that `item` stands for, and expressions on both sides of its edge."""
    match item:
        case at.Ge(bound):
            return (lambda value: value >= bound), _around(bound, base)
        case at.Gt(bound):
            return (lambda value: value > bound), _around(bound, base)
        case at.Le(bound):
            return (lambda value: value <= bound), _around(bound, base)
        case at.Lt(bound):
            return (lambda value: value < bound), _around(bound, base)
        case at.MultipleOf(step):
            whole: Any = step
            return (lambda value: value % whole == 0), [repr(whole * 2), repr(whole + 1)]
        case at.MinLen(size):
            return (lambda value: len(value) >= size), _sized(size, base)
        case at.MaxLen(size):
            return (lambda value: len(value) <= size), _sized(size, base)
        case at.Predicate(func):
            return func, []
    message = f"{place}: {item!r} is not a constraint that values can be made for"
    raise ContractError(message)


def _around(bound: Any, base: Any) -> list[str]:
    if base is int:
        return [repr(bound + step) for step in (0, 1, -1, 2, 3)]
    numbers = [bound, math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf)]
    return [repr(number) for number in numbers]


def _sized(size: int, base: Any) -> list[str]:
    sizes = [each for each in (size - 1, size, size + 1) if each >= 0]
    if base is str:
        return [f"'a' * {each}" for each in sizes]
    if base is bytes:
        return [f"b'a' * {each}" for each in sizes]
    return [f"[1] * {each}" for each in sizes]


def _union(parts: list[Domain]) -> Domain:
    within = [text for part in parts for text in part.within]
    allowed = set(within)
    outside = [text for part in parts for text in part.outside if text not in allowed]
    if any(not part.outside for part in parts):
        outside = []
    risky = [text for part in parts for text in part.risky]
    return Domain(within, list(dict.fromkeys(outside)), risky, parts=tuple(parts))


def _type_variable(variable: TypeVar, place: str) -> Domain:
    if variable.__constraints__:
        return _union([domain_of(part, place) for part in variable.__constraints__])
    return domain_of(Any if variable.__bound__ is None else variable.__bound__, place)


def _callable(answer: Any, place: str) -> Domain:
    """Spies that answer in turn, or raise."""
    name = place.rpartition(" ")[2]
    answers = domain_of(answer, place)
    some = [answers.within[:1], answers.within[:3], answers.within[-1:]]
    within = [f"Spy({name!r}, {', '.join(texts)})" for texts in some]
    risky = [f"Spy({name!r}, ValueError({name!r}))"]
    risky += [f"Spy({name!r}, {answers.within[0]}, LookupError({name!r}))"]
    risky += [f"Spy({name!r}, {text})" for text in answers.outside]
    if not answers.outside:
        risky.append(f"Spy({name!r}, lambda *given: {{reenter}})")
    return Domain(within, ["5", "'no function'", "[]", "Numeric(1)"], risky)


def _container(origin: Any, arguments: tuple[Any, ...], place: str) -> Domain:
    shapes, fixed = _CONTAINERS[origin]
    wrong = ["5", "None", "1.5", "Numeric(1)"]
    if origin is tuple and arguments[-1:] != (...,):
        parts = tuple(domain_of(part, place) for part in arguments)
        simplest = ", ".join(part.within[0] for part in parts)
        text = f"({simplest},)" if len(parts) == 1 else f"({simplest})"
        return Domain([text], [*wrong, "()", "[]", "'ab'"], parts=parts, shapes=["(%s)"])
    if issubclass(origin, abc.Mapping):
        keys, values = (domain_of(part, place) for part in arguments)
        item = Domain(
            [f"{keys.within[0]}: {values.within[0]}"],
            parts=(keys, values), shapes=["%s"], joint=": ",
        )  # fmt: skip
    else:
        item = domain_of(arguments[0] if arguments else Any, place)
    several = ", ".join(dict.fromkeys(item.within[:3]))
    within = [
        put_together(shape, text) for shape in shapes for text in (item.within[0], several, "")
    ]
    risky = [put_together(shape, item.within[0]) for shape in fixed]
    risky += [put_together(shapes[0], f"{item.within[0]}, {text}") for text in item.outside]
    return Domain(within, wrong, risky, parts=(item,), shapes=shapes + fixed)


def put_together(shape: str, items: str) -> str:
    """Put the text of `items` into that of a container."""
    return shape.replace("%s", items) if items else shape.replace("%s,", "").replace("%s", "")


_INTS = ["2", "1", "0", "3", "-1", "Whole(2)", "2**31", "-2**63", "2**63 - 1", "2**64"]
_FLOATS = [
    "1.0",
    "0.5",
    "2",
    "0.25",
    "0.0",
    "-0.0",
    "-1.0",
    "5e-324",
    "1e308",
    "nan",
    "inf",
    "-inf",
]
_NO_INTS = ["1.0", "True", "'1'", "None", "Numeric(1)", "nan", "[]"]
_NO_FLOATS = ["True", "'1.0'", "None", "Numeric(1)", "1j", "[]", "10**400"]

_LEAVES: dict[Any, Domain] = {
    int: Domain(_INTS, _NO_INTS),
    float: Domain(_FLOATS, _NO_FLOATS),
    bool: Domain(["True", "False"], ["1", "0", "None", "'yes'"]),
    str: Domain(TEXTS, ["1", "None", "b'a'", "['a']"]),
    bytes: Domain(BYTES, ["'a'", "None", "1"]),
    NoneType: Domain(["None"], ["0", "False", "''"]),
    None: Domain(["None"], ["0", "False", "''"]),
    EllipsisType: Domain(["..."], ["None"]),
    Hashable: Domain(KEYS, UNHASHABLE, slots=KEY_SLOTS),
    object: Domain(VALUES, slots=VALUE_SLOTS + KEY_SLOTS),
    Any: Domain(VALUES, slots=VALUE_SLOTS),
}

_CONTAINERS: dict[Any, tuple[list[str], list[str]]] = {
    abc.Iterable: (["[%s]", "(%s,)", "iter([%s])", "(item for item in [%s])"], ["broken(%s)"]),
    abc.Iterator: (["iter([%s])"], ["broken(%s)"]),
    abc.Collection: (["[%s]", "(%s,)"], []),
    abc.Sequence: (["[%s]", "(%s,)"], []),
    abc.Mapping: (["{%s}"], []),
    dict: (["{%s}"], []),
    list: (["[%s]"], []),
    tuple: (["(%s,)"], []),
    set: (["set([%s])"], []),
}
"""For each container, the texts its items are put into, and those that raise midway."""
