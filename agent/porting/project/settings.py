"""What the table may say of a component beyond where it stands: its shadow, and what it owes."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from agent.errors import ContractError

if TYPE_CHECKING:
    from dataclasses import Field

__all__ = ["Shadow", "Thresholds", "read_settings", "require_known", "require_value"]

S = TypeVar("S")


def _number(default: float, least: float = 0, most: float = float("inf")) -> Any:
    """Declare a number, whole if its default is, from `least` to `most`."""
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Shadow:
    """How Rust is compared while Python answers, or while Rust does and is verified."""

    sample: float = _number(1.0, most=1)
    """Share of the calls that are compared in stage ``shadow``; of the objects, for a class."""
    budget: float = _number(1.0, most=1)
    """Share of the time that comparing may take; calls beyond that are skipped."""
    worker: bool = False
    """Whether a thread of its own compares, instead of the caller's."""
    clone: str | None = None
    """Reference of what copies arguments, so that each side has its own; None for deep copies."""
    skip: tuple[str, ...] = ()
    """Operations that are not compared, as ``get``, or ``Counter.inc`` of a part."""
    differences: int = _number(10, least=1)
    """How many differences it takes for a verified Rust to be left for Python."""


@dataclass(frozen=True)
class Thresholds:
    """What evidence a stage has to rest on; a number of 0 asks for nothing."""

    calls: int = _number(10_000)
    """Calls that a check compared, none with a difference."""
    share: float = _number(1.0, most=1)
    """Part of them that Rust served itself, where the port is partial."""
    mutation: float = _number(0.9, most=1)
    """Part of the mutants of the Rust side that a compared difference kills."""
    shadow_calls: int = _number(1_000)
    """Calls compared in stage ``shadow``, none with a difference."""
    speedup: float = _number(1.0)
    """How many times as fast as Python, at the lower end of the interval."""
    memory: float = _number(1.5)
    """Bytes that Rust holds, at most, for one that Python does."""


def read_settings(settings: type[S], row: object, place: str) -> S:
    """Return `settings` with what `row`, a table of a TOML file, says.

    Raises `ContractError`, beginning with `place`, for a key or a value that is none.
    """
    if not isinstance(row, dict):
        message = f"{place} is not a table"
        raise ContractError(message)
    known = {each.name: each for each in fields(settings)}  # type: ignore[arg-type]
    require_known(row, known, place)
    for key, value in row.items():
        require_value(known[key], value, f"{place}: {key} {value!r}")
    return settings(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    )


def require_known(row: dict[str, Any], known: Any, place: str) -> None:
    """Raise `ContractError`, beginning with `place`, for a key of `row` that is not `known`."""
    if unknown := row.keys() - set(known):
        message = f"{place}: unknown {', '.join(sorted(unknown))}; the keys are {_listed(known)}"
        raise ContractError(message)


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))


def require_value(expected: Field[Any], value: object, place: str) -> None:
    """Raise `ContractError`, beginning with `place`, for a value that a field does not accept."""
    if expected.default is MISSING or expected.default is None:
        return  # a reference, which the table looks at
    kind = type(expected.default)
    if kind is tuple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            message = f"{place} is not a list of texts"
            raise ContractError(message)
        return
    if kind is bool:
        if not isinstance(value, bool):
            message = f"{place} is neither true nor false"
            raise ContractError(message)
        return
    least, most = expected.metadata["least"], expected.metadata["most"]
    numbers = int if kind is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, numbers) or not least <= value <= most:
        kinds = "a whole number" if kind is int else "a number"
        limit = f"of at least {least}" if most == float("inf") else f"from {least} to {most}"
        message = f"{place} is not {kinds} {limit}"
        raise ContractError(message)
