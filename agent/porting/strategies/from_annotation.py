"""What a type annotation allows, as expressions: typical, at the edges, and just outside."""

from __future__ import annotations

from collections import abc
from enum import Enum
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from agent.errors import ContractError
from agent.porting.contract.terms import Given, Virtual
from agent.porting.strategies.annotated import constrained
from agent.porting.strategies.classes import class_domain
from agent.porting.strategies.containers import CONTAINERS, container_domain
from agent.porting.strategies.domain import CLOCK, Domain
from agent.porting.strategies.scalars import LEAVES

if TYPE_CHECKING:
    from agent.porting.strategies.byte_source import Choices

__all__ = ["domain_of"]

_DEEPEST = 2
"""Values of a class inside each other, where its fields may hold others of it."""


def domain_of(  # noqa: PLR0911  # one for each kind
    annotation: Any, place: str, inside: tuple[Any, ...] = ()
) -> Domain:
    """Return the expressions for `annotation`; `place` names it in errors and spies.

    `inside` are the classes whose fields are being read, which may contain themselves.
    Raises `ContractError` for a type that no expression is known for.
    """
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], annotation.__metadata__, place, inside)
    if origin in {Union, UnionType}:
        parts = [part for part in arguments if inside.count(part) < _DEEPEST] or list(arguments)
        return _union([domain_of(part, place, inside) for part in parts])
    if origin in {Required, NotRequired}:
        return domain_of(arguments[0], place, inside)
    if origin is Literal:
        return _literal(arguments)
    if isinstance(annotation, TypeVar):
        return _type_variable(annotation, place, inside)
    for renamed in ("__supertype__", "__value__"):  # NewType, and the statement `type`
        if hasattr(annotation, renamed):
            return domain_of(getattr(annotation, renamed), place, inside)
    return _of_class(annotation, origin, arguments, place, inside)


def _of_class(
    annotation: Any, origin: Any, arguments: tuple[Any, ...], place: str, inside: tuple[Any, ...]
) -> Domain:
    """Return the domain of a class, generic or not."""
    bare = annotation if origin is None else origin
    if bare in LEAVES:
        return LEAVES[bare]
    if bare is abc.Callable:
        return _callable(domain_of(arguments[-1] if arguments else Any, place, inside), place)
    if bare in CONTAINERS:
        return container_domain(bare, arguments, lambda part: domain_of(part, place, inside))
    if isinstance(bare, type) and inside.count(bare) < _DEEPEST:
        within = (*inside, bare)
        found = class_domain(bare, place, lambda part, name: domain_of(part, name, within))
        if found is not None:
            return found
    message = f"{place}: no values are known for {annotation!r}"
    raise ContractError(message)


def _annotated(base: Any, metadata: tuple[Any, ...], place: str, inside: tuple[Any, ...]) -> Domain:
    given = [text for item in metadata if isinstance(item, Given) for text in item.expressions]
    if given:  # and nothing else, which could be a place outside of the world
        return Domain(given)
    domain = domain_of(base, place, inside)
    if any(isinstance(item, Virtual) for item in metadata):
        return Domain([CLOCK], domain.outside, domain.risky)
    return constrained(domain, base, metadata, place)


def _literal(values: tuple[Any, ...]) -> Domain:
    texts = [
        f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)
        for value in values
    ]
    likeness = [f"Str({value!r})" for value in values if type(value) is str]
    return Domain(texts, ["'no such value'", "None"], likeness[:1])


def _union(parts: list[Domain]) -> Domain:
    within = list(dict.fromkeys(text for part in parts for text in part.within))
    allowed = set(within)
    outside = [text for part in parts for text in part.outside if text not in allowed]
    if any(not part.outside for part in parts):
        outside = []
    risky = [text for part in parts for text in part.risky]
    often = [part for part in parts if len(part.within) > 1] or parts
    driven = [CLOCK] if [CLOCK] in [part.within for part in parts] else None  # or time would pass

    def compose(choices: Choices) -> str:
        return choices.of(parts if choices.one_in(4) else often).write(choices)

    return Domain(
        within,
        list(dict.fromkeys(outside)),
        risky,
        driven,
        compose=None if driven else compose,
        kinds=tuple(often),
        far=frozenset().union(*(part.far for part in parts)),
    )


def _type_variable(variable: TypeVar, place: str, inside: tuple[Any, ...]) -> Domain:
    if variable.__constraints__:
        return _union([domain_of(part, place, inside) for part in variable.__constraints__])
    return domain_of(Any if variable.__bound__ is None else variable.__bound__, place, inside)


def _callable(answers: Domain, place: str) -> Domain:
    """Spies that answer in turn, or with what they are given, or raise."""
    name = place.rpartition(" ")[2]
    some = [answers.within[:1], answers.within[:3], answers.within[-1:]]
    within = [f"Spy({name!r}, {', '.join(texts)})" for texts in some]
    risky = [f"Spy({name!r}, ValueError({name!r}))"]
    risky += [f"Spy({name!r}, {answers.within[0]}, LookupError({name!r}))"]
    risky += [f"Spy({name!r}, {text})" for text in answers.outside]
    if not answers.outside:
        within += [f"Spy({name!r}, lambda *given: given[0])", f"Spy({name!r}, repr)"]
        risky.append(f"Spy({name!r}, lambda *given: {{reenter}})")

    def compose(choices: Choices) -> str:
        texts = [answers.write(choices) for _ in range(1 + choices.below(4))]
        return f"Spy({name!r}, {', '.join(texts)})"

    wrong = ["5", "'no function'", "[]", "Numeric(1)"]
    return Domain(within, wrong, risky, compose=compose)
