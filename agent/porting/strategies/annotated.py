"""The metadata of `typing.Annotated`: expressions inside and outside of a domain."""

from __future__ import annotations

import math
from collections import abc
from functools import partial
from typing import TYPE_CHECKING, Any, get_origin

import annotated_types as at

from agent.errors import ContractError
from agent.porting.contract.classes import classes_in
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.containers import CONTAINERS
from agent.porting.strategies.domain import Domain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agent.porting.strategies.byte_source import Choices

__all__ = ["allower", "constrained", "tester"]

_NAMES = words(Journal())

_EXACT = {int, str, bytes, list, abc.Sequence, abc.MutableSequence}
"""Where values that are composed within bounds keep to them; a set may turn out smaller."""

_BOUNDED = _EXACT | set(CONTAINERS) - {tuple}


def constrained(
    domain: Domain, base: Any, metadata: tuple[Any, ...], place: str, *, needed: bool = True
) -> Domain:
    """Return `domain`, that of `base`, as far as `metadata` allows; the rest is outside.

    Raises `ContractError`, naming `place`, for a constraint that nothing is known about, or if
    nothing is left that is `needed`.
    """
    items = list(_flat(metadata))
    if not items:
        return domain
    bounds = [text for item in items for text in _edges(item, base, domain.within[0])]
    allows = allower(metadata, place, _NAMES | classes_in(base))
    within: list[str] = []
    outside = list(domain.outside)
    for text in dict.fromkeys(domain.within + bounds):
        (within if allows(text) else outside).append(text)
    far = domain.far.union(domain.within).difference(within, bounds)
    if not within and needed:
        message = f"{place}: none of the known values is within {metadata}"
        raise ContractError(message)
    compose = domain.compose
    if compose is not None:
        bare = get_origin(base) or base
        limits = _limits(items, bare)
        if limits is not None:
            compose = partial(compose, **limits)
        if limits is None or bare not in _EXACT:
            compose = partial(_kept, compose, allows, within)
    return Domain(within, outside, domain.risky, compose=compose, far=far)


def allower(
    metadata: tuple[Any, ...], place: str, names: Mapping[str, Any]
) -> Callable[[str], bool]:
    """Return a test whether the value of an expression, among `names`, is as `metadata` says.

    Raises `ContractError`, naming `place`, for a constraint that nothing is known about.
    """
    holds = tester(metadata, place)
    if holds is None:
        return lambda _: True

    def allows(text: str) -> bool:
        try:
            value = eval(text, dict(names))  # noqa: S307  # our own
        except Exception:  # noqa: BLE001  # a slot, which has no value yet
            return False
        return holds(value)

    return allows


def tester(metadata: tuple[Any, ...], place: str) -> Callable[[Any], bool] | None:
    """Return a test whether a value is as `metadata` says; None if that says nothing.

    Raises `ContractError`, naming `place`, for a constraint that nothing is known about.
    """
    tests = [_test(item, place) for item in _flat(metadata)]

    def holds(value: Any) -> bool:
        try:
            return all(test(value) for test in tests)
        except Exception:  # noqa: BLE001  # an object without length: it cannot be tested
            return False

    return holds if tests else None


def _kept(
    compose: Callable[[Choices], str],
    allows: Callable[[str], bool],
    within: list[str],
    choices: Choices,
) -> str:
    """Compose a value; one that is not allowed is replaced by one that is."""
    text = compose(choices)
    return text if allows(text) else choices.of(within)


def _flat(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for item in metadata:
        if isinstance(item, at.GroupedMetadata):
            yield from item
        elif isinstance(item, at.BaseMetadata):
            yield item


def _test(item: Any, place: str) -> Callable[[Any], bool]:  # noqa: PLR0911  # one for each kind
    match item:
        case at.Ge(bound):
            return lambda value: value >= bound
        case at.Gt(bound):
            return lambda value: value > bound
        case at.Le(bound):
            return lambda value: value <= bound
        case at.Lt(bound):
            return lambda value: value < bound
        case at.MultipleOf(step):
            whole: Any = step
            return lambda value: value % whole == 0
        case at.MinLen(size):
            return lambda value: len(value) >= size
        case at.MaxLen(size):
            return lambda value: len(value) <= size
        case at.Predicate(func):
            return func
    message = f"{place}: {item!r} is not a constraint that values can be made for"
    raise ContractError(message)


def _edges(item: Any, base: Any, simplest: str) -> list[str]:
    """Return expressions on both sides of the edge that `item` draws."""
    match item:
        case at.Ge(bound) | at.Gt(bound) | at.Le(bound) | at.Lt(bound):
            return _around(bound, base)
        case at.MultipleOf(step):
            whole: Any = step
            return [repr(whole * 2), repr(whole + 1)]
        case at.MinLen(size) | at.MaxLen(size):
            return _sized(size, base, simplest)
    return []


def _around(bound: Any, base: Any) -> list[str]:
    if base is int:
        return [repr(bound + step) for step in (0, 1, -1, 2, 3)]
    numbers = [bound, math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf)]
    return [repr(number) for number in numbers]


def _sized(size: int, base: Any, simplest: str) -> list[str]:
    sizes = [each for each in (size - 1, size, size + 1) if each >= 0]
    one = {str: "'a'", bytes: "b'a'"}.get(base, simplest)
    return [f"{one} * {each}" for each in sizes] if one[-1] in "'])" else []


def _limits(items: list[Any], base: Any) -> dict[str, int] | None:
    """Return the bounds that values are to be composed within; None if `items` say more."""
    if base not in _BOUNDED:
        return None
    limits: dict[str, int] = {}

    def keep(name: str, bound: int, tighter: Callable[[int, int], int]) -> None:
        limits[name] = tighter(limits.get(name, bound), bound)

    for item in items:
        match item:
            case at.Ge(int(bound)) if base is int:
                keep("lowest", bound, max)
            case at.Gt(int(bound)) if base is int:
                keep("lowest", bound + 1, max)
            case at.Le(int(bound)) if base is int:
                keep("highest", bound, min)
            case at.Lt(int(bound)) if base is int:
                keep("highest", bound - 1, min)
            case at.MinLen(int(size)):
                keep("shortest", size, max)
            case at.MaxLen(int(size)):
                keep("longest", size, min)
            case _:
                return None
    return limits
