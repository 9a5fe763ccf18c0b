"""Loads a pair in the process that needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.contract.reader import load_contract
from agent.porting.project.table import load, restore_references

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract
    from agent.porting.project.table import Component

__all__ = ["Loaded", "Reload", "reload_component"]


class Loaded(NamedTuple):
    """A pair, loaded in a process."""

    contract: Contract
    python: Any
    rust: Any


Reload = Callable[[], Loaded]
"""Loads the pair in any process; it can be pickled."""


def reload_component(component: Component) -> Loaded:
    """Load both sides of a component of a table, in a process that is only for that."""
    contract = load_contract(component.contract, component.factory, component.world)
    loaded = Loaded(contract, load(component.python), load(component.rust))
    restore_references()
    return loaded
