"""The views that `keys`, `values` and `items` of either implementation return.

The views of `collections.abc` would read each value through ``[]`` while iterating. That counts as
a use, and fails if the key was removed meanwhile; so iteration is redefined here.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any, TypeVar

__all__ = ["EntriesView", "KeysView", "LiveValuesView"]

K = TypeVar("K")
V = TypeVar("V")

_ABSENT = object()


class LiveValuesView(ValuesView[V]):
    """The values, from the least to the most recently used."""

    _mapping: Any

    def __iter__(self) -> Iterator[V]:
        return iter([value for _, value in self._mapping.snapshot()])

    def __contains__(self, value: object) -> bool:
        return any(value is other or value == other for other in self)


class EntriesView(ItemsView[K, V]):
    """The entries as pairs, from the least to the most recently used."""

    _mapping: Any

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return iter(self._mapping.snapshot())

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, tuple) or len(item) != 2:
            return False
        value = self._mapping.peek(item[0], _ABSENT)
        return bool(value is item[1] or value == item[1])
