"""The reference cache without its refusal of subclasses, for tests that change one thing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.components.cache.reference import Cache

__all__ = ["Reference"]

if TYPE_CHECKING:
    Reference = Cache
else:
    dropped = {"__init_subclass__", "__dict__", "__weakref__"}
    kept = {name: member for name, member in vars(Cache).items() if name not in dropped}
    Reference = type("Cache", Cache.__bases__, kept)
