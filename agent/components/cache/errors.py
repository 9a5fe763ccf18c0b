"""The cache's own exceptions."""

from __future__ import annotations

from agent.errors import AgentError

__all__ = ["CacheError", "EntryTooHeavy", "RecursiveFactory", "ReentrantCall"]


class CacheError(AgentError):
    """Base of the cache's own exceptions."""


class EntryTooHeavy(CacheError, ValueError):
    """An entry weighs more than the whole cache may hold; nothing was changed."""


class ReentrantCall(CacheError, RuntimeError):
    """A key's ``__hash__`` or ``__eq__``, while the cache was calling it, used the same cache."""


class RecursiveFactory(CacheError, RuntimeError):
    """A ``get_or_set`` factory waits, directly or through other threads, for its own result."""
