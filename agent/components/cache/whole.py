"""The reference's operations on the cache as a whole: views, comparison, copies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self

from agent.components.cache.copying import construct
from agent.components.cache.views import EntriesView, LiveValuesView

__all__ = ["Lifetime", "Whole"]

Lifetime = tuple[Any, Any, float | None]
"""An entry as it is copied: key, value and remaining seconds, None without a deadline."""


class Whole(ABC):
    """Operations that need only a snapshot of the entries or their lifetimes."""

    __hash__ = None  # type: ignore[assignment]  # mutable, so not hashable

    @abstractmethod
    def snapshot(self) -> list[tuple[Any, Any]]:
        """Return the entries at one moment."""

    @abstractmethod
    def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
        """Store an entry."""

    @abstractmethod
    def _settings(self) -> dict[str, Any]:
        """Return the constructor's arguments."""

    @abstractmethod
    def _lifetimes(self) -> list[Lifetime]:
        """Return the entries in the order of use, with their remaining time."""

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self.snapshot()])

    def keys(self) -> KeysView[Any]:
        """Return a live view of the keys."""
        return KeysView(self)  # type: ignore[arg-type]

    def values(self) -> ValuesView[Any]:
        """Return a live view of the values."""
        return LiveValuesView(self)  # type: ignore[arg-type]

    def items(self) -> ItemsView[Any, Any]:
        """Return a live view of the entries."""
        return EntriesView(self)  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.snapshot()) == dict(other.items())

    def copy(self) -> Self:
        """Return a cache with the same settings and entries."""
        duplicate = type(self)(**self._settings())
        duplicate.__setstate__(self._lifetimes())
        return duplicate

    __copy__ = copy

    def __reduce__(self) -> tuple[Any, ...]:
        return construct, (self._settings(),), self._lifetimes()

    def __setstate__(self, entries: list[Lifetime]) -> None:
        for key, value, remaining in entries:
            self.set(key, value, ttl=remaining)
