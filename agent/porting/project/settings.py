"""Settings of a component in the table: shadow and thresholds.

They are named tuples, like all classes that `agent.registry` imports: importing `dataclasses` takes
as long as starting Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from agent.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Shadow", "Thresholds", "read_settings", "require_known", "require_value"]


class Shadow(NamedTuple):
    """Settings of shadow, and of verification while Rust answers."""

    sample: float = 1.0
    """Share of calls that stage ``shadow`` compares; of objects, for a class."""
    budget: float = 1.0
    """Share of time that comparing may take; further calls are skipped."""
    worker: bool = False
    """Whether a separate thread compares, instead of the caller's."""
    clone: str | None = None
    """Reference to a function that copies arguments for each side; None for deep copies."""
    redact: str | None = None
    """Reference to a function that changes or drops the arguments of a call before they are noted;
    what the sides returned is not noted then."""
    skip: tuple[str, ...] = ()
    """Operations that are not compared, such as ``get``, or ``Counter.inc`` of a part."""
    differences: int = 10
    """The number of differences after which a verified Rust is replaced by Python."""


class Thresholds(NamedTuple):
    """The evidence that a stage requires; 0 disables a threshold."""

    calls: int = 10_000
    """The number of calls compared by the check, without a difference."""
    share: float = 1.0
    """The share of those accepted by both sides that Rust served itself, if the port is partial."""
    branches: float = 0.9
    """The share of the reference's branches that the check reached, where that is known."""
    mutation: float = 0.9
    """The mutation score: the share of mutants killed by a compared difference."""
    mutants: int = 0
    """The number of mutants to run, drawn at random but always the same; 0 for all."""
    equivalent: float = 0.05
    """The largest share of these that may be explained as equivalent, which leaves them out of the
    score."""
    shadow_calls: int = 1_000
    """The number of calls compared in stage ``shadow``, without a difference."""
    shadow_reason: str = ""
    """The reason why `shadow_calls` is 0; required for a component that has a world."""
    world_calls: int = 50_000
    """The number of external calls compared in worlds, where no shadow calls are required."""
    speedup: float = 1.0
    """The speedup over Python, at the lower end of the interval."""
    memory: float = 1.5
    """The largest ratio of bytes held by Rust to bytes held by Python."""


S = TypeVar("S", Shadow, Thresholds)

_SHARES = {"branches", "budget", "equivalent", "mutation", "sample", "share", "verify"}
"""Settings that are at most 1."""

_LEAST = {"differences": 1}
"""The least value of settings that cannot be 0."""

_LEAST_SAMPLE = 150
"""Of fewer mutants the score says little: its interval is wider than 5 % on each side."""


def read_settings(settings: type[S], row: object, place: str) -> S:
    """Return `settings` updated from `row`, a table of a TOML file.

    Raises `ContractError`, beginning with `place`, for an invalid key or value.
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
    """Raise `ContractError`, beginning with `place`, for an unknown key of `row`."""
    if unknown := row.keys() - set(known):
        keys = ", ".join(sorted(known))
        message = f"{place}: unknown {', '.join(sorted(unknown))}; the keys are {keys}"
        raise ContractError(message)


def require_value(key: str, default: object, value: object, place: str) -> None:
    """Raise `ContractError` for a `value` that has not the type of the key's `default`.

    Numbers are also checked for the key's range. The message begins with `place`.
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
    if kind is str:
        if not isinstance(value, str) or not value.strip():
            message = f"{place} is not a string that says something"
            raise ContractError(message)
        return
    if kind is bool:
        if not isinstance(value, bool):
            message = f"{place} is neither true nor false"
            raise ContractError(message)
        return
    least, most = _LEAST.get(key, 0), 1 if key in _SHARES else float("inf")
    numbers = int if kind is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, numbers) or not least <= value <= most:
        kinds = "a whole number" if kind is int else "a number"
        limit = f"of at least {least}" if most == float("inf") else f"from {least} to {most}"
        message = f"{place} is not {kinds} {limit}"
        raise ContractError(message)
    if key == "mutants" and 0 < value < _LEAST_SAMPLE:
        message = f"{place} is neither 0, which is all of them, nor at least {_LEAST_SAMPLE}"
        raise ContractError(message)
