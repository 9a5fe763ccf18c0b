"""Caches that keep to the contract but for one thing."""

from __future__ import annotations

from typing import Any

from tests.subclassable import Reference


def twin(cls: type) -> type:
    """Give `cls` the name of the class it replaces, which ``repr`` shows."""
    cls.__name__ = cls.__qualname__ = "Cache"
    return cls


@twin
class EvictsOneLate(Reference):
    """Holds one entry too many."""

    def _evict(self, gone: Any) -> None:
        self._capacity += 1
        try:
            super()._evict(gone)
        finally:
            self._capacity -= 1


@twin
class IgnoresTtl(Reference):
    """Keeps entries for ever."""

    def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
        super().set(key, value, ttl=None)


@twin
class SaysTrueForOne(Reference):
    """Gives back another type that is equal."""

    def get(self, key: Any, /, default: Any = None) -> Any:
        value = super().get(key, default)
        return True if type(value) is int and value == 1 else value


@twin
class LosesTheSignOfZero(Reference):
    """Gives back another zero."""

    def __getitem__(self, key: Any, /) -> Any:
        value = super().__getitem__(key)
        return value + 0.0 if type(value) is float else value


@twin
class WordsAnErrorOtherwise(Reference):
    """Raises with another message."""

    def popitem(self) -> tuple[Any, Any]:
        try:
            return super().popitem()
        except KeyError:
            message = "cache is empty"
            raise KeyError(message) from None


@twin
class ChangesAnArgument(Reference):
    """Reverses the caller's list."""

    def get_many(self, keys: Any, /, default: Any = None) -> list[Any]:
        values = super().get_many(keys, default)
        if isinstance(keys, list):
            keys.reverse()
        return values


@twin
class UsesWhatItPeeksAt(Reference):
    """Leaves a trace where none belongs."""

    def peek(self, key: Any, /, default: Any = None) -> Any:
        value = super().peek(key, default)
        if key in self:
            self._entries.move_to_end(key)
        return value


@twin
class TellsAnotherCause(Reference):
    """Passes another cause to the callback."""

    def __init__(self, capacity: Any, *, on_delete: Any = None, **settings: Any) -> None:
        def tell(key: Any, value: Any, cause: str) -> None:
            on_delete(key, value, "deleted" if cause == "replaced" else cause)

        heard = tell if callable(on_delete) else on_delete
        super().__init__(capacity, on_delete=heard, **settings)


@twin
class ReadsTheClockTwice(Reference):
    """Calls back once more than it should."""

    def __init__(self, capacity: Any, *, clock: Any = None, **settings: Any) -> None:
        twice = (lambda: (clock(), clock())[1]) if callable(clock) else clock
        super().__init__(capacity, clock=twice, **settings)


WRONG = [
    EvictsOneLate,
    IgnoresTtl,
    SaysTrueForOne,
    LosesTheSignOfZero,
    WordsAnErrorOtherwise,
    ChangesAnArgument,
    UsesWhatItPeeksAt,
]
SUBTLE = [TellsAnotherCause, ReadsTheClockTwice]
