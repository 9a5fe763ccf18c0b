"""Classes with described values: dataclasses, enumerations, named tuples, typed dictionaries."""

from __future__ import annotations

import sys
from dataclasses import is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints, is_typeddict

from agent.errors import ContractError
from agent.porting.contract.strategy import is_strategy

__all__ = ["classes_in", "field_kinds", "has_fields", "is_described"]


def classes_in(*annotations: Any) -> dict[str, type]:
    """Return the classes that expressions for values of `annotations` use, by name.

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
        made = cls is Annotated and any(map(is_strategy, part.__metadata__))
        if made:
            cls = get_origin(part.__origin__) or part.__origin__
        if has_fields(cls):
            waiting += field_kinds(cls).values()
        if not (is_described(cls) and not is_typeddict(cls)) and not (made and _is_own(cls)):
            continue
        if found.setdefault(cls.__name__, cls) is not cls:
            message = f"{cls!r} and {found[cls.__name__]!r} have the same name in scripts"
            raise ContractError(message)
    return found


def _is_own(cls: Any) -> bool:
    """Return whether `cls` is a user-defined class, not one of the standard library's."""
    return isinstance(cls, type) and cls.__module__ not in sys.stdlib_module_names


def is_described(cls: Any) -> bool:
    """Return whether a class describes its values: by fields, or as an enumeration."""
    return has_fields(cls) or (isinstance(cls, type) and issubclass(cls, Enum))


def has_fields(cls: Any) -> bool:
    """Return whether a class has named fields: dataclass, named tuple or typed dictionary."""
    named = isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")
    return named or is_typeddict(cls) or (isinstance(cls, type) and is_dataclass(cls))


@lru_cache(maxsize=256)
def field_kinds(cls: Any) -> dict[str, Any]:
    """Return the annotations of the fields of `cls`; empty if they do not resolve."""
    try:
        return get_type_hints(cls, include_extras=True)
    except Exception:  # noqa: BLE001  # names that only a type checker knows
        return {}
