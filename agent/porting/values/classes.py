"""The domains of classes that say what they hold: dataclasses, enumerations, named and typed."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, Flag
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints, is_typeddict

from agent.errors import ContractError
from agent.porting.sameness.agreement import field_kinds
from agent.porting.values.domain import Domain

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.values.choices import Choices

__all__ = ["class_domain", "classes_in", "is_described"]

_WRONG = ["None", "5", "'a'"]


def class_domain(cls: Any, place: str, read: Callable[[Any, str], Domain]) -> Domain | None:
    """Return the domain of `cls` if it says what it holds; `read` tells about its fields."""
    if isinstance(cls, type) and issubclass(cls, Enum):
        return _members(cls)
    if not _has_fields(cls):
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


def classes_in(*annotations: Any) -> dict[str, type]:
    """Return the classes that expressions for `annotations` name, by name.

    Raises `ContractError` if two of them have the same name.
    """
    found: dict[str, type] = {}
    waiting = list(annotations)
    met: list[Any] = []
    while waiting:
        part = waiting.pop()
        if any(part is other for other in met):
            continue
        met.append(part)
        for renamed in ("__supertype__", "__value__"):  # NewType, and the statement `type`
            waiting += [getattr(part, renamed)] if hasattr(part, renamed) else []
        waiting += get_args(part)
        cls = type(part) if isinstance(part, Enum) else get_origin(part) or part
        if _has_fields(cls):
            waiting += field_kinds(cls).values()
        named = _has_fields(cls) and not is_typeddict(cls)
        if not named and not (isinstance(cls, type) and issubclass(cls, Enum)):
            continue
        if found.setdefault(cls.__name__, cls) is not cls:
            message = f"{cls!r} and {found[cls.__name__]!r} have the same name in scripts"
            raise ContractError(message)
    return found


def is_described(cls: Any) -> bool:
    """Tell whether a class says what its values are: by fields, or as an enumeration."""
    return _has_fields(cls) or (isinstance(cls, type) and issubclass(cls, Enum))


def _has_fields(cls: Any) -> bool:
    named = isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")
    return named or is_typeddict(cls) or (isinstance(cls, type) and is_dataclass(cls))


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
