"""What the checks of the bridge attack: the bridge itself, and stand-ins for it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.async_bridge import BRIDGE

__all__ = ["BRIDGES", "bridge_of"]

BRIDGES = ("bridge",)


def bridge_of(name: str) -> Any:
    """Return what has the functions of the bridge."""
    if name in BRIDGES:
        return BRIDGE
    return import_module(f"tests.torture.seeded.{name}").IMPLEMENTATION
