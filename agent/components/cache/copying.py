"""Reconstruction of a pickled or copied cache, independent of its implementation."""

from __future__ import annotations

from typing import Any

__all__ = ["construct"]


def construct(settings: dict[str, Any]) -> Any:
    """Return an empty cache for ``__setstate__`` to fill.

    The implementation is the one that is active where the pickle is loaded.
    """
    from agent import registry  # noqa: PLC0415  # only on loading: the registry is an upper layer

    return registry.resolve("cache")(**settings)
