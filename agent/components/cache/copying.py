"""How a pickled or copied cache is made again, whichever implementation it came from."""

from __future__ import annotations

from typing import Any

__all__ = ["construct"]


def construct(cls: type[Any] | None, capacity: int, settings: dict[str, Any]) -> Any:
    """Make the empty cache that ``__setstate__`` then fills.

    `cls` is a subclass of an implementation, or None for an implementation itself: the one that is
    active where the pickle is loaded.
    """
    if cls is None:
        from agent import registry  # noqa: PLC0415  # only when loading: the registry is above

        return registry.resolve("cache")(capacity, **settings)
    return cls(capacity, **settings)
