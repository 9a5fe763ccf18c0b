"""A call in the form that a script needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.porting.shadow.operation import ComparedOperation

__all__ = ["Step"]


@dataclass(slots=True, eq=False)
class Step:
    """What a script has to know of a call: it holds on to no object of the caller's or a twin."""

    operation: ComparedOperation
    subject: str | None
    """The name of the object that it is performed on; None for a function or the factory."""
    made: str | None
    """The name of the object that it gives, if that one is followed."""
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    played: list[tuple[str, Any]]
    """By parameter, what callables returned or raised."""
    times: list[float]
    """What the clock showed."""
