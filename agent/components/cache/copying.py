"""How a pickled or copied cache is made again, whichever implementation it came from."""

from __future__ import annotations

from typing import Any

__all__ = ["construct"]


def construct(settings: dict[str, Any]) -> Any:
    """Make the empty cache that ``__setstate__`` then fills.

    It is of the implementation that is active where the pickle is loaded.
    """
    from agent import registry  # noqa: PLC0415  # only when loading: the registry is above

    return registry.resolve("cache")(**settings)
