"""Read by mypy alone: both caches are made as the contract says, and do what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent._native import Cache as RustCache  # noqa: TID251  # its stub; nothing is loaded
    from agent.components.cache.contract import Cache, CacheFactory
    from agent.components.cache.reference import Cache as PythonCache

    python_factory: CacheFactory = PythonCache
    rust_factory: CacheFactory = RustCache

    python_cache: Cache[str, int] = PythonCache(1)
    rust_cache: Cache[str, int] = RustCache[str, int](1)
