"""Values that are nested as deeply as a script says, which no literal can be."""

from __future__ import annotations

from typing import Any

__all__ = ["nested"]


def nested(levels: int, value: Any) -> Any:
    """Return a list, tuple or dict within `levels` others, each of its kind with one item.

    ``nested(2, [1])`` is ``[[[1]]]``, and ``nested(2, {"a": 1})`` is ``{"a": {"a": {"a": 1}}}``.
    """
    key = next(iter(value), "a") if isinstance(value, dict) else None
    for _ in range(levels):
        if isinstance(value, dict):
            value = {key: value}
        else:
            value = (value,) if isinstance(value, tuple) else [value]
    return value
