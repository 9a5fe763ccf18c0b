"""Strategies of Hypothesis in annotations, found without importing Hypothesis."""

from __future__ import annotations

import sys
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from agent.errors import ContractError

__all__ = ["is_strategy", "strategy_in"]


def is_strategy(item: Any) -> bool:
    """Return whether a piece of metadata is a strategy, or a function that returns one."""
    if isinstance(item, FunctionType | MethodType | partial):
        return True
    loaded = sys.modules.get("hypothesis.strategies")
    return loaded is not None and isinstance(item, loaded.SearchStrategy)


def strategy_in(metadata: tuple[Any, ...], place: str) -> Any:
    """Return the strategy among `metadata`, or the function that returns it; None without one.

    Raises `ContractError`, naming `place`, if there are several.
    """
    found = [item for item in metadata if is_strategy(item)]
    if len(found) > 1:
        message = f"{place}: one strategy describes a value, not {len(found)}: join them with |"
        raise ContractError(message)
    return found[0] if found else None
