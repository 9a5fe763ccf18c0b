"""One object for each instance, made when it is first asked for, gone with the instance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PerInstance"]

T = TypeVar("T")


class PerInstance(Generic[T]):
    """Returns the object of an instance; the first call for an instance makes it.

    Instances are told apart by identity, so they need not be hashable, and are not kept alive. They
    must allow weak references: a class with ``__slots__`` has ``__weakref__`` among them. An object
    that refers to its instance keeps both alive. Copies and pickles of an instance begin anew.

    Args:
        make: makes the object of an instance, without arguments.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[int, tuple[ref[Any], T]] = {}

    def __call__(self, instance: Any, /) -> T:
        """Return the object of `instance`.

        Raises:
            TypeError: `instance` cannot be referred to weakly.
        """
        number = id(instance)
        made = self._made.get(number)
        if made is None:
            gone = partial(_remove, self._made, number)
            made = self._made.setdefault(number, (ref(instance, gone), self._make()))
        return made[1]


def _remove(made: dict[int, Any], number: int, _: ref[Any]) -> None:
    made.pop(number, None)
