"""Finds the world of a contract, and the names and steps that scripts may use."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, UsageError
from agent.porting.contract.reader import read_operation
from agent.porting.project.table import load
from agent.porting.worlds.driven import DrivenWorld
from agent.porting.worlds.world import World

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec

__all__ = [
    "WORLD",
    "cuts_operations",
    "load_world",
    "names_given",
    "points_of",
    "require_world",
    "steps_of",
]

WORLD = "world"
"""The name by which scripts take the steps of their world."""


@lru_cache(maxsize=64)
def load_world(reference: str) -> type[World]:
    """Import the world that ``"package.module:World"`` names.

    Raises `ContractError` for what is no world, and for what cannot be imported.
    """
    try:
        found: Any = load(reference)
    except (ImportError, AttributeError) as error:
        message = f"the world {reference} cannot be loaded: {error}"
        raise ContractError(message) from error
    if not (isinstance(found, type) and issubclass(found, World)):
        message = f"{reference} is not a world: a class that extends agent.porting.worlds.World"
        raise ContractError(message)
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        message = f"the world {reference} cannot be opened: it does not define {missing}"
        raise ContractError(message)
    return found


@lru_cache(maxsize=64)
def steps_of(world: type[World]) -> dict[str, OperationSpec]:
    """Return the steps of a world by name, base classes' first, in the order of their definition.

    Raises `ContractError` for a step whose annotations cannot be read.
    """
    found: dict[str, OperationSpec] = {}
    for cls in reversed(world.__mro__):
        for name, method in vars(cls).items():
            if getattr(method, "__world_step__", False):
                found[name] = read_operation(world, name, getattr(world, name))
    return found


def names_given(contract: Contract) -> tuple[str, ...]:
    """Return the names that scripts may use of the contract's world; none without a world."""
    return () if contract.world is None else load_world(contract.world).gives


def points_of(contract: Contract) -> tuple[Any, ...]:
    """Return the points at which the contract's world holds operations; none without a world."""
    world = None if contract.world is None else load_world(contract.world)
    return world.points if world is not None and issubclass(world, DrivenWorld) else ()


def cuts_operations(contract: Contract) -> bool:
    """Return whether drawn scripts cancel the contract's operations, and limit their time."""
    return contract.world is None or load_world(contract.world).cuts


def require_world(contract: Contract) -> type[World] | None:
    """Return the world of `contract`, or None if it has none and needs none.

    Raises `UsageError`, naming the operations, where some are external and there is no world, and
    `ContractError` for a world that cannot be used.
    """
    if contract.world is not None:
        if any(name.lower() == WORLD for name in contract.everything):
            message = (
                f"{contract.name}: scripts call their world {WORLD!r}, and a part is called so too"
            )
            raise ContractError(message)
        world = load_world(contract.world)
        steps_of(world)
        return world
    if not contract.external:
        return None
    touched = ", ".join(contract.external)
    message = (
        f"{contract.name}: {touched} would touch the outside world, on both sides, and there is no "
        'world to do it in: name one, as world = "package.module:World" in the table of components,'
        " @in_world(…) on the contract, or --world for a pair that is not in the table"
    )
    raise UsageError(message)
