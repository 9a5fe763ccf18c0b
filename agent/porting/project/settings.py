"""Settings of a component in the table: how it is shadowed, and its thresholds.

They are named tuples, as all classes that `agent.registry` starts with: importing `dataclasses`
takes as long as starting Python does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from agent.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Shadow", "Thresholds", "read_settings", "require_known", "require_value"]


class Shadow(NamedTuple):
    """How Rust is compared while Python answers, or while Rust does and is verified."""

    sample: float = 1.0
    """Share of the calls that are compared in stage ``shadow``; of the objects, for a class."""
    budget: float = 1.0
    """Share of the time that comparing may take; calls beyond that are skipped."""
    worker: bool = False
    """Whether a thread of its own compares, instead of the caller's."""
    clone: str | None = None
    """Reference of what copies arguments, so that each side has its own; None for deep copies."""
    skip: tuple[str, ...] = ()
    """Operations that are not compared, as ``get``, or ``Counter.inc`` of a part."""
    differences: int = 10
    """How many differences it takes for a verified Rust to be left for Python."""


class Thresholds(NamedTuple):
    """What evidence a stage has to rest on; a number of 0 asks for nothing."""

    calls: int = 10_000
    """Calls that a check compared, none with a difference."""
    share: float = 1.0
    """Part of them that Rust served itself, where the port is partial."""
    mutation: float = 0.9
    """Part of the mutants of the Rust side that a compared difference kills."""
    shadow_calls: int = 1_000
    """Calls compared in stage ``shadow``, none with a difference."""
    speedup: float = 1.0
    """How many times as fast as Python, at the lower end of the interval."""
    memory: float = 1.5
    """Bytes that Rust holds, at most, for one that Python does."""


S = TypeVar("S", Shadow, Thresholds)

_SHARES = {"budget", "mutation", "sample", "share", "verify"}
"""Settings that are at most 1."""

_AT_LEAST_ONE = {"differences"}
"""Settings of which 0 makes no sense."""


def read_settings(settings: type[S], row: object, place: str) -> S:
    """Return `settings` with what `row`, a table of a TOML file, says.

    Raises `ContractError`, beginning with `place`, for a key or a value that is none.
    """
    if not isinstance(row, dict):
        message = f"{place} is not a table"
        raise ContractError(message)
    require_known(row, settings._fields, place)
    for key, value in row.items():
        require_value(key, settings._field_defaults[key], value, place)
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    return settings(**values)


def require_known(row: dict[str, Any], known: Collection[str], place: str) -> None:
    """Raise `ContractError`, beginning with `place`, for a key of `row` that is not `known`."""
    if unknown := row.keys() - set(known):
        keys = ", ".join(sorted(known))
        message = f"{place}: unknown {', '.join(sorted(unknown))}; the keys are {keys}"
        raise ContractError(message)


def require_value(key: str, default: object, value: object, place: str) -> None:
    """Raise `ContractError` for a `value` that is not of the kind of the key's `default`.

    A number is limited by what the key means. The message begins with `place`.
    """
    if default is None:
        return  # a reference, which the table looks at
    place = f"{place}: {key} {value!r}"
    kind = type(default)
    if kind is tuple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            message = f"{place} is not a list of strings"
            raise ContractError(message)
        return
    if kind is bool:
        if not isinstance(value, bool):
            message = f"{place} is neither true nor false"
            raise ContractError(message)
        return
    least, most = int(key in _AT_LEAST_ONE), 1 if key in _SHARES else float("inf")
    numbers = int if kind is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, numbers) or not least <= value <= most:
        kinds = "a whole number" if kind is int else "a number"
        limit = f"of at least {least}" if most == float("inf") else f"from {least} to {most}"
        message = f"{place} is not {kinds} {limit}"
        raise ContractError(message)
