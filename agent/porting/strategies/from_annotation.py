"""The domain of a type annotation: typical values, edge values, and values just outside."""

from __future__ import annotations

from collections import Counter, abc
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
from agent.porting.contract.asynchrony import calling_of
from agent.porting.contract.strategy import strategy_in
from agent.porting.contract.terms import Given, Virtual
from agent.porting.strategies.annotated import allower, constrained
from agent.porting.strategies.classes import class_domain
from agent.porting.strategies.containers import CONTAINERS, container_domain
from agent.porting.strategies.domain import CLOCK, Domain
from agent.porting.strategies.draws import Draws
from agent.porting.strategies.from_strategy import strategy_domain
from agent.porting.strategies.scalars import LEAVES

if TYPE_CHECKING:
    from agent.porting.strategies.byte_source import Choices

__all__ = ["domain_of"]

_REENTERING = 6
"""Of so many callbacks that are composed, one uses the object that calls it."""

_DEEPEST = 2
"""Values of a class inside each other, where its fields may hold others of it."""


def domain_of(annotation: Any, place: str, draws: Draws | None = None) -> Domain:
    """Return the expressions for `annotation`; `place` names it in errors and spies.

    `draws` gets to know the strategies in it, by the place of each. Raises `ContractError` for a
    type that no expression is known for.
    """
    return _Reader(Draws() if draws is None else draws).domain(annotation, place)


class _Reader:
    """Reads one annotation."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._named: Counter[str] = Counter()

    def domain(  # noqa: PLR0911  # one for each kind
        self, annotation: Any, place: str, inside: tuple[Any, ...] = ()
    ) -> Domain:
        """Return the domain; `inside` are the classes whose fields are read, which may nest."""
        origin = get_origin(annotation)
        arguments = get_args(annotation)
        if origin is Annotated:
            return self._annotated(arguments[0], annotation.__metadata__, place, inside)
        if origin in {Union, UnionType}:
            parts = [part for part in arguments if inside.count(part) < _DEEPEST] or arguments
            return _union([self.domain(part, place, inside) for part in parts])
        if origin in {Required, NotRequired}:
            return self.domain(arguments[0], place, inside)
        if origin is Literal:
            return _literal(arguments)
        if isinstance(annotation, TypeVar):
            return self._type_variable(annotation, place, inside)
        for renamed in ("__supertype__", "__value__"):  # NewType, and the statement `type`
            if hasattr(annotation, renamed):
                return self.domain(getattr(annotation, renamed), place, inside)
        found = self._of_class(annotation, origin, arguments, place, inside)
        if found is None:
            message = f"{place}: no values are known for {annotation!r}"
            raise ContractError(message)
        return found

    def _of_class(
        self,
        annotation: Any,
        origin: Any,
        arguments: tuple[Any, ...],
        place: str,
        inside: tuple[Any, ...],
    ) -> Domain | None:
        """Return the domain of a class, generic or not; None if none is known."""
        bare = annotation if origin is None else origin
        if bare in LEAVES:
            return LEAVES[bare]
        if bare is abc.Callable:
            calling, answer = calling_of(None, arguments[-1] if arguments else Any)
            spy = "Spy" if calling == "plain" else "AsyncSpy"
            return _callable(self.domain(answer, place, inside), place, spy)
        if bare in CONTAINERS:
            return container_domain(bare, arguments, lambda part: self.domain(part, place, inside))
        if isinstance(bare, type) and inside.count(bare) < _DEEPEST:
            within = (*inside, bare)
            return class_domain(bare, place, lambda part, name: self.domain(part, name, within))
        return None

    def _annotated(
        self, base: Any, metadata: tuple[Any, ...], place: str, inside: tuple[Any, ...]
    ) -> Domain:
        given = [text for item in metadata if isinstance(item, Given) for text in item.expressions]
        if given:  # and nothing else, which could be a place outside of the world
            return Domain(given)
        source = strategy_in(metadata, place)
        if source is not None:
            return self._of_strategy(source, base, metadata, place, inside)
        domain = self.domain(base, place, inside)
        if any(isinstance(item, Virtual) for item in metadata):
            return Domain([CLOCK], domain.outside, domain.risky)
        return constrained(domain, base, metadata, place)

    def _of_strategy(
        self, source: Any, base: Any, metadata: tuple[Any, ...], place: str, inside: tuple[Any, ...]
    ) -> Domain:
        """Return the domain of a strategy, beside what is known of the type that it draws."""
        name = place.replace(": ", ".")
        self._named[name] += 1
        if self._named[name] > 1:
            name = f"{name}#{self._named[name]}"
        self._draws.add(name, source, place)
        origin = get_origin(base)
        domain = None
        if origin is not None or self._of_class(base, None, (), place, inside) is not None:
            domain = constrained(
                self.domain(base, place, inside), base, metadata, place, needed=False
            )
        allows = allower(metadata, place, self._draws.names)
        return strategy_domain(self._draws, name, domain, allows, place)

    def _type_variable(self, variable: TypeVar, place: str, inside: tuple[Any, ...]) -> Domain:
        if variable.__constraints__:
            parts = [self.domain(part, place, inside) for part in variable.__constraints__]
            return _union(parts)
        bound = Any if variable.__bound__ is None else variable.__bound__
        return self.domain(bound, place, inside)


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


def _callable(answers: Domain, place: str, spy: str) -> Domain:
    """Spies that answer in turn, or with what they are given, or raise."""
    name = place.rpartition(" ")[2]
    some = [answers.within[:1], answers.within[:3], answers.within[-1:]]
    within = [f"{spy}({name!r}, {', '.join(texts)})" for texts in some]
    risky = [f"{spy}({name!r}, ValueError({name!r}))"]
    risky += [f"{spy}({name!r}, {answers.within[0]}, LookupError({name!r}))"]
    risky += [f"{spy}({name!r}, StopIteration())"]  # it means an end, wherever it comes from
    risky += [f"{spy}({name!r}, {text})" for text in answers.outside]
    if not answers.outside:
        within += [f"{spy}({name!r}, lambda *given: given[0])", f"{spy}({name!r}, repr)"]
        risky.append(f"{spy}({name!r}, lambda *given: {{reenter}})")

    def reentering(answer: str) -> str:
        """Write what uses the object that calls it, then answers, the last time without."""
        return f"{spy}({name!r}, lambda *given: [{{reenter}}, {answer}].pop(), {answer})"

    within.append(reentering(answers.within[0]))

    def compose(choices: Choices) -> str:
        if choices.one_in(_REENTERING):
            return reentering(answers.write(choices))
        texts = [answers.write(choices) for _ in range(1 + choices.below(4))]
        return f"{spy}({name!r}, {', '.join(texts)})"

    wrong = ["5", "'no function'", "[]", "Numeric(1)"]
    return Domain(within, wrong, risky, compose=compose)
