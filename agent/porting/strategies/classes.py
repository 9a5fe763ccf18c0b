"""The domains of described classes: dataclasses, enumerations, named tuples, typed dictionaries."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, Flag
from typing import TYPE_CHECKING, Any, get_type_hints, is_typeddict

from agent.errors import ContractError
from agent.porting.contract.classes import has_fields
from agent.porting.strategies.domain import Domain

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.strategies.byte_source import Choices

__all__ = ["class_domain"]

_WRONG = ["None", "5", "'a'"]


def class_domain(cls: Any, place: str, read: Callable[[Any, str], Domain]) -> Domain | None:
    """Return the domain of `cls` if it has described fields; `read` gives their domains."""
    if isinstance(cls, type) and issubclass(cls, Enum):
        return _members(cls)
    if not has_fields(cls):
        return None
    try:
        hints = get_type_hints(cls, include_extras=True)
    except (NameError, TypeError) as error:
        message = f"{place}: a field of {cls.__qualname__} does not resolve: {error}"
        raise ContractError(message) from error
    typed = is_typeddict(cls)
    if is_dataclass(cls):
        needed = {
            each.name: each.default is MISSING and each.default_factory is MISSING
            for each in fields(cls)
            if each.init
        }
    elif typed:
        needed = {name: name in cls.__required_keys__ for name in hints}
    else:
        needed = {name: name not in cls._field_defaults for name in cls._fields}
    parts = {name: read(hints.get(name, Any), f"{place}.{name}") for name in needed}
    opening = "{" if typed else f"{cls.__name__}("
    return _made(opening, parts, needed)


def _members(cls: type[Enum]) -> Domain:
    texts = [f"{cls.__name__}.{member.name}" for member in cls]
    if issubclass(cls, Flag):
        texts += [" | ".join(texts), f"{cls.__name__}(0)"]
    wrong = ["None", "'no such member'"]
    if not issubclass(cls, int | str):
        wrong += [repr(member.value) for member in list(cls)[:1]]
    return Domain(texts, wrong)


def _made(opening: str, parts: dict[str, Domain], needed: dict[str, bool]) -> Domain:
    """Return the domain of what is made of one of each of `parts`, by name."""
    pattern, closing = ("{!r}: {}", "}") if opening == "{" else ("{}={}", ")")

    def together(texts: dict[str, str]) -> str:
        inside = ", ".join(pattern.format(name, text) for name, text in texts.items())
        return f"{opening}{inside}{closing}"

    def compose(choices: Choices) -> str:
        given = (name for name in parts if needed[name] or choices.below(2))
        return together({name: parts[name].write(choices) for name in given})

    simplest = {name: part.within[0] for name, part in parts.items() if needed[name]}
    within = [together(simplest)]
    risky = []
    for name, part in parts.items():
        within += [together(simplest | {name: text}) for text in part.within[:3]]
        risky += [together(simplest | {name: text}) for text in part.outside + part.risky]
    return Domain(list(dict.fromkeys(within)), _WRONG, risky, compose=compose)
