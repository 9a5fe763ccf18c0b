"""Agreement tiers in annotations: of a result, a field, an item, a union member."""

from __future__ import annotations

import math
from functools import lru_cache
from numbers import Number
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

from agent.porting.compare.difference import Difference, describe, unlike
from agent.porting.contract.classes import field_kinds
from agent.porting.contract.terms import Agreement, Invariant, Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "beyond",
    "broken",
    "is_number",
    "item_kinds",
    "loose",
    "tier_of",
    "value_kinds",
]


def loose(annotation: Any) -> bool:
    """Return whether `annotation` contains a tier."""
    if annotation is Any:
        return False
    try:
        return _loose(annotation)
    except TypeError:  # unhashable metadata
        return True


@lru_cache(maxsize=4096)
def _loose(annotation: Any, inside: tuple[Any, ...] = ()) -> bool:
    if get_origin(annotation) is Annotated:
        tiers = (isinstance(item, Agreement) for item in annotation.__metadata__)
        return any(tiers) or _loose(get_args(annotation)[0], inside)
    parts: tuple[Any, ...] = get_args(annotation)
    if is_typeddict(annotation) and annotation not in inside:
        inside = (*inside, annotation)
        parts = tuple(field_kinds(annotation).values())
    parts = tuple(getattr(annotation, "__value__", part) for part in parts or (annotation,))
    return any(_loose(part, inside) for part in parts if part is not annotation)


def tier_of(annotation: Any, value: Any) -> tuple[Agreement | None, Any]:
    """Return the tier at the top of `annotation`, and the annotation below it.

    For a union, the member that `value` belongs to counts.
    """
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            below = get_args(annotation)[0]
            for item in annotation.__metadata__:
                if isinstance(item, Agreement):
                    return item, below
            annotation = below
        elif origin in {Union, UnionType}:
            annotation = _member(get_args(annotation), value)
        elif hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        else:
            return None, annotation


def _member(members: tuple[Any, ...], value: Any) -> Any:
    """Return the member of a union that `value` belongs to, the most exact one; Any for none."""
    exact, kindred = [], []
    for member in members:
        bare = member
        while get_origin(bare) is Annotated:
            bare = get_args(bare)[0]
        values = get_args(bare) if get_origin(bare) is Literal else ()
        bare = get_origin(bare) or bare
        bare = NoneType if bare is None else dict if is_typeddict(bare) else bare
        if type(value) is bare or any(each is value or each == value for each in values):
            exact.append(member)
        elif isinstance(value, _ACCEPTED.get(bare, bare if isinstance(bare, type) else ())):
            kindred.append(member)
    return next(iter(exact + kindred), Any)


_ACCEPTED: dict[Any, Any] = {float: (float, int), Any: object}
"""Other types whose values belong to a type."""


def item_kinds(annotation: Any, size: int) -> list[Any]:
    """Return the annotations of the `size` items of a sequence, a set or an iterator."""
    below, spread = _spread(annotation)
    arguments = get_args(below)
    if get_origin(below) is tuple and arguments[-1:] != (...,):
        kinds = list(arguments) if len(arguments) == size else [Any] * size
    else:
        kinds = [arguments[0] if arguments else Any] * size
    return [spread(kind) for kind in kinds]


def value_kinds(annotation: Any) -> tuple[Any, Mapping[Any, Any], Any]:
    """Return the annotations of a mapping's keys, of some values by key, and of the others."""
    below, spread = _spread(annotation)
    if is_typeddict(below):
        known = {name: spread(kind) for name, kind in field_kinds(below).items()}
        return Any, known, Any
    arguments = get_args(below)
    key, value = arguments if len(arguments) == 2 else (Any, Any)
    return key, {}, spread(value)


def _spread(annotation: Any) -> tuple[Any, Any]:
    """Return the annotation below `annotation`, with its tolerance applied to the parts."""
    tier, below = None, annotation
    if get_origin(annotation) is Annotated:
        tier, below = tier_of(annotation, None)
    if isinstance(tier, Tolerance):
        return below, lambda kind: Annotated[kind, tier]
    return below, lambda kind: kind


def broken(tier: Invariant, where: str, python: Any, rust: Any) -> Difference | None:
    """Return a difference if `tier` does not hold on one side, or on both."""
    texts = []
    for value in (python, rust):
        try:
            holds = tier.holds(value)
        except Exception as error:  # noqa: BLE001  # it does not hold
            texts.append(f"{describe(value)} breaks the invariant: {describe(error)}")
        else:
            texts.append("" if holds else f"{describe(value)} breaks the invariant")
    if not any(texts):
        return None
    return Difference(where, *(text or "holds" for text in texts)).although(tier.reason)


def beyond(tier: Tolerance, where: str, python: Any, rust: Any) -> Difference | None:
    """Return a difference if two numbers of one type differ by more than `tier` allows."""
    try:
        if python == rust or (python != python and rust != rust):  # noqa: PLR0124  # both are NaN
            return None
        apart, allowed = float(abs(python - rust)), tier.absolute
        if tier.relative:
            allowed = max(allowed, tier.relative * float(abs(python)))
    except ArithmeticError:  # too large for a float
        apart = allowed = math.inf
    # If one side is infinite, any number would be within a relative tolerance.
    if math.isfinite(apart) and apart <= allowed:
        return None
    return unlike(where, python, rust).although(f"more than {allowed} apart: {tier.reason}")


def is_number(value: Any) -> bool:
    """Return whether a tolerance applies to `value` itself, not to its parts."""
    return isinstance(value, Number)
