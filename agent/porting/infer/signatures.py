"""The common signature of both sides of a pair, and where their signatures differ."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from inspect import Parameter
from typing import Any

from agent.porting.infer.docstrings import signature_in

__all__ = ["Common", "common_signature"]

_VARIADIC = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
_UNKNOWN = [
    Parameter("arguments", Parameter.VAR_POSITIONAL),
]


@dataclass
class Common:
    """The common signature of both sides."""

    parameters: list[Parameter]
    one_sided: list[str] = field(default_factory=list)
    """What only one side accepts."""
    guessed: str | None = None
    """The source of the signature if neither side has one."""


def common_signature(place: str, python: Any, rust: Any, *, unbound: bool = False) -> Common:
    """Return the common part of two signatures; for `unbound` methods, without the first parameter.

    The Python side takes precedence: the other often has no signature or no annotations.
    """
    skipped = 1 if unbound else 0
    leading, other = (_parameters(each, skipped) for each in (python, rust))
    if _is_special(place) and leading is not None and other is not None:
        names = [[(each.name, each.kind) for each in side] for side in (leading, other)]
        if names[0] != names[1]:
            leading, other = _as_passed(leading, other), _as_passed(other, leading)
    if leading is None and other is None:
        signature = signature_in(python) or signature_in(rust)
        if signature is None:
            return Common(list(_UNKNOWN), guessed="neither side has a signature")
        found = list(signature.parameters.values())
        return Common(_ordered(found), guessed="a docstring begins with that")
    if leading is None or other is None:
        found = [_by_position(each) for each in leading or other or ()]
        side = "Python" if leading is None else "Rust"
        told = f"{side} has no signature: arguments are passed by position" if found else None
        return Common(_ordered(found), guessed=told)
    one_sided: list[str] = []
    parameters = _merged(leading, other, place, one_sided)
    return Common(_ordered(parameters), one_sided)


def _parameters(described: Any, skipped: int) -> list[Parameter] | None:
    """Return the parameters of a callable after the first `skipped`; None without a signature."""
    try:
        return list(inspect.signature(described).parameters.values())[skipped:]
    except (ValueError, TypeError):
        return None


def _as_passed(parameters: list[Parameter], others: list[Parameter]) -> list[Parameter]:
    """Return the parameters of a special method to which operators pass something: by position.

    That is so of those without a default, and of those that both sides have.
    """
    return [
        _by_position(each)
        for index, each in enumerate(parameters)
        if each.default is Parameter.empty or index < len(others)
    ]


def _by_position(parameter: Parameter) -> Parameter:
    named = parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
    return parameter.replace(kind=Parameter.POSITIONAL_ONLY) if named else parameter


def _is_special(name: str) -> bool:
    """Return whether `name` is that of a method that operators call, which know no names."""
    return name.startswith("__") and name.endswith("__") and name != "__call__"


def _merged(
    leading: list[Parameter], other: list[Parameter], place: str, one_sided: list[str]
) -> list[Parameter]:
    named = {parameter.name: parameter for parameter in other if parameter.kind not in _VARIADIC}
    variadic = {parameter.kind for parameter in other} & _VARIADIC
    positions = [one for one in other if one.kind in _BY_POSITION]
    merged = []
    for index, parameter in enumerate(leading):
        twin = named.pop(parameter.name, None)
        renamed = positions[index] if index < len(positions) else None
        if parameter.kind in _VARIADIC:
            if parameter.kind in variadic:
                merged.append(parameter)
            else:
                one_sided.append(f"{place}: only Python takes {_stars(parameter)}{parameter.name}")
        elif twin is not None:
            merged.append(_both(parameter, twin, place, one_sided))
        elif renamed is not None and parameter.kind in _BY_POSITION:
            named.pop(renamed.name, None)
            if Parameter.POSITIONAL_ONLY not in {parameter.kind, renamed.kind}:
                one_sided.append(f"{place}: {parameter.name!r} is called {renamed.name!r} in Rust")
            merged.append(parameter.replace(kind=Parameter.POSITIONAL_ONLY))
        elif variadic:
            by_position = parameter.kind in _BY_POSITION and Parameter.VAR_POSITIONAL in variadic
            kind = Parameter.POSITIONAL_ONLY if by_position else Parameter.KEYWORD_ONLY
            merged.append(parameter.replace(kind=kind))
        else:
            one_sided.append(f"{place}: only Python has the parameter {parameter.name!r}")
            if parameter.default is Parameter.empty:
                merged.append(parameter)
    takes = {parameter.kind for parameter in leading}
    if not takes & _VARIADIC:
        one_sided += [f"{place}: only Rust has the parameter {name!r}" for name in named]
    return merged


_BY_POSITION = {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}


def _both(parameter: Parameter, twin: Parameter, place: str, one_sided: list[str]) -> Parameter:
    kinds = {parameter.kind, twin.kind}
    if len(kinds) > 1:
        narrow = (kinds - {Parameter.POSITIONAL_OR_KEYWORD}).pop()
        side = "Python" if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD else "Rust"
        way = "name" if narrow is Parameter.POSITIONAL_ONLY else "position"
        one_sided.append(f"{place}: only {side} takes {parameter.name!r} by {way}")
        parameter = parameter.replace(kind=narrow)
    one, two = parameter.default, twin.default
    if (one is Parameter.empty) != (two is Parameter.empty):
        side = "Rust" if one is Parameter.empty else "Python"
        one_sided.append(f"{place}: only {side} has a default for {parameter.name!r}")
        parameter = parameter.replace(default=Parameter.empty)
    elif type(one) is type(two) and _shown(one) != _shown(two) and " at 0x" not in repr(one):
        one_sided.append(
            f"{place}: the default of {parameter.name!r} is {one!r} in Python, {two!r} in Rust"
        )
    return parameter


def _shown(default: Any) -> str:
    """Write a default; a class by its name, as each side may have its own."""
    return default.__qualname__ if isinstance(default, type) else repr(default)


def _stars(parameter: Parameter) -> str:
    return "*" if parameter.kind is Parameter.VAR_POSITIONAL else "**"


def _ordered(parameters: list[Parameter]) -> list[Parameter]:
    """Return the parameters with all those before a positional-only one positional-only."""
    last = max(
        (
            index
            for index, parameter in enumerate(parameters)
            if parameter.kind is Parameter.POSITIONAL_ONLY
        ),
        default=-1,
    )
    ordered = [
        parameter.replace(kind=Parameter.POSITIONAL_ONLY)
        if index < last and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
        else parameter
        for index, parameter in enumerate(parameters)
    ]
    ordered.sort(key=lambda parameter: parameter.kind)
    # A parameter without a default cannot follow one with a default.
    seen = False
    for index, parameter in enumerate(ordered):
        if parameter.kind not in _BY_POSITION:
            break
        seen = seen or parameter.default is not Parameter.empty
        if seen and parameter.default is Parameter.empty:
            ordered[index] = parameter.replace(default=...)
    return ordered
