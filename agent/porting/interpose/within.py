"""Objects of given classes within a result: finding them, and replacing them.

They are looked for in tuples, lists, dictionaries, sets and fields of dataclasses, at any depth.
"""

from __future__ import annotations

from gc import get_referents
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.classes import originals_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LEAVES", "holds", "replaced"]

LEAVES = frozenset({bool, bytes, complex, float, int, str, type(None)})
"""Classes of objects that hold no others."""

_PLAIN = frozenset({dict, frozenset, list, set, tuple})
_ROWS = frozenset({list, tuple})


def holds(value: Any, wanted: Callable[[type], bool]) -> bool:
    """Return whether `value` is, or holds, an object whose class is `wanted`.

    Looking takes about 20 ns for each item of a list, and 0.3 µs for each list or tuple in it.
    """
    cls = type(value)
    if wanted(cls):
        return True
    if not _may_hold(cls) or (cls in _ROWS and LEAVES.issuperset(map(type, value))):
        return False
    seen: set[int] = set()
    level = [value]
    while level:
        seen.update(map(id, level))
        found = get_referents(*level)
        classes = set(map(type, found))
        if any(map(wanted, classes)):
            return True
        deeper = set(filter(_may_hold, classes))
        inner = {id(each): each for each in found if type(each) in deeper} if deeper else {}
        level = [each for address, each in inner.items() if address not in seen]
    return False


def replaced(value: Any, wanted: Callable[[type], bool], replace: Callable[[Any], Any]) -> Any:
    """Return `value` with what `replace` returns for each object in it whose class is `wanted`.

    Lists, dictionaries, sets and dataclasses are changed and stay the same objects; tuples that
    hold one are made again. An object that is there twice is replaced by the same one.
    """
    return _Replacement(wanted, replace).of(value) if holds(value, wanted) else value


class _Replacement:
    """Replaces objects in one value."""

    def __init__(self, wanted: Callable[[type], bool], replace: Callable[[Any], Any]) -> None:
        self._wanted = wanted
        self._replace = replace
        self._done: dict[int, tuple[Any, Any]] = {}
        """By address, what was looked at, which keeps it alive, and what takes its place."""

    def of(self, value: Any) -> Any:
        """Return what takes the place of `value`."""
        cls = type(value)
        wanted = self._wanted(cls)
        if not wanted and not _may_hold(cls):
            return value
        known = self._done.get(id(value))
        if known is not None:
            return known[1]
        self._done[id(value)] = value, value  # what holds itself ends here
        new = self._replace(value) if wanted else self._within(value, cls)
        self._done[id(value)] = value, new
        return new

    def _within(self, value: Any, cls: type) -> Any:
        if cls is dict:
            return self._changed(value, [(self.of(k), self.of(v)) for k, v in value.items()])
        if cls is list:
            value[:] = list(map(self.of, value))
        elif cls is set:
            return self._changed(value, list(map(self.of, value)))
        elif issubclass(cls, tuple | frozenset):
            items = list(map(self.of, value))
            same = all(one is other for one, other in zip(value, items, strict=True))
            made: Any = frozenset if cls is frozenset else tuple
            return value if same else made.__new__(cls, items)
        else:
            for name in cls.__dataclass_fields__:  # type: ignore[attr-defined]
                inner = getattr(value, name, None)
                new = self.of(inner)
                if new is not inner:
                    object.__setattr__(value, name, new)  # it may be frozen
        return value

    @staticmethod
    def _changed(value: Any, items: list[Any]) -> Any:
        """Give a dictionary or set other items, in the same order."""
        value.clear()
        value.update(items)
        return value


def _may_hold(cls: type) -> bool:
    """Return whether objects of a class are looked into; an object of a proxy stays as it is."""
    if cls in _PLAIN:
        return True
    holder = issubclass(cls, tuple) or hasattr(cls, "__dataclass_fields__")
    return holder and not originals_of(cls)
