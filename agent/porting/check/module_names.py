"""Public global names of a pair's modules, which calls may bind anew or change in place."""

from __future__ import annotations

import copy
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.sources.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["Held", "Name", "Names", "names_of"]

_SCALARS = frozenset({str, bytes, int, float, complex, bool, type(None)})
_TABLES = frozenset({dict, OrderedDict, defaultdict, Counter})
_CONTAINERS = _TABLES | {list, tuple, set, frozenset, deque, bytearray}

_MOST_ITEMS = 1_000
"""Parts of all values that are watched, at most: they are compared after each script."""

_TOO_MANY = _MOST_ITEMS + 1
_DEEPEST = 6
"""Containers in each other, at most."""

_DATA = _SCALARS | _CONTAINERS

_MISSING = object()


class Name(NamedTuple):
    """A name in the namespace of a module."""

    space: dict[str, Any]
    name: str

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from others."""
        return id(self.space), self.name

    @property
    def value(self) -> Any:
        """What it is bound to."""
        return self.space.get(self.name, _MISSING)


class Held(NamedTuple):
    """What a name is bound to, and a copy of its containers, which does not change with them."""

    value: Any
    copied: Any
    is_plain: bool
    """Whether it consists of plain values alone, which may be asked whether they are equal."""

    def is_now(self, value: Any) -> bool:
        """Return whether `value` is the same, with the same in it."""
        if type(value) is not type(self.value):
            return False
        if self.copied is _MISSING or type(value) not in _DATA:
            return value is self.value
        if type(value) in _SCALARS:
            return value is self.copied or bool(value == self.copied)
        if len(value) != len(self.copied):
            return False
        if self.is_plain and _is_small(value) and _is_plain(value):
            return bool(value == self.copied)
        return _same(value, self.copied)

    @property
    def known(self) -> bool:
        """Whether what was in it is known."""
        return self.copied is not _MISSING


_Change = tuple[Name, Held, Held, bool]


class Names:
    """Names whose values are watched.

    Args:
        names: what they are bound to is looked at.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = list({each.key: each for each in names}.values())
        self._known = [_held(each.value) for each in self._names]

    def look(self) -> list[Held]:
        """Return what the names are bound to; what is as it was before is not copied anew."""
        self._known = [
            held if held.is_now(each.value) else _held(each.value)
            for each, held in zip(self._names, self._known, strict=True)
        ]
        return self._known

    def put(self, held: list[Held], only: Collection[Name] | None = None) -> None:
        """Bind the names, or `only` some, to what they were bound to, with what was in it."""
        for each, old in zip(self._names, held, strict=True):
            chosen = only is None or any(each.key == one.key for one in only)
            if chosen and not old.is_now(each.value):
                _put(each, old)

    def changed(
        self, before: list[Held], after: list[Held], begin: list[Held]
    ) -> dict[str, _Change]:
        """Return by name what was changed: from what, to what, and whether twins were alike.

        Twins are the names of other modules that are called so; `begin` is what they are asked for.
        """
        return {
            name.name: (name, old, new, self._alike(name, old, begin))
            for name, old, new in zip(self._names, before, after, strict=True)
            if old is not new
        }

    def differ(self, before: list[Held], after: list[Held]) -> bool:
        """Return whether one was changed that no twin has, or that is unlike its twin's now."""
        return any(
            not (self.twin(name) and alike and self._alike(name, new, after))
            for name, _, new, alike in self.changed(before, after, before).values()
        )

    def _alike(self, name: Name, held: Held, before: list[Held]) -> bool:
        """Return whether the twins of a name were bound to the same."""
        return all(
            other.is_now(held.copied)
            for each, other in zip(self._names, before, strict=True)
            if each.name == name.name and held.known
        )

    def twin(self, name: Name) -> bool:
        """Return whether the name is watched in another namespace, too."""
        return any(each.name == name.name and each.space is not name.space for each in self._names)


def _put(name: Name, held: Held) -> None:
    value = held.value
    if value is _MISSING:
        name.space.pop(name.name, None)
        return
    if held.known and not held.is_now(value):
        fresh = _copied(held.copied)
        if isinstance(value, list | bytearray):
            value[:] = fresh
        elif type(value) in _CONTAINERS - {tuple, frozenset}:
            value.clear()
            (value.extend if isinstance(value, deque) else value.update)(fresh)
    name.space[name.name] = value


def _held(value: Any) -> Held:
    if type(value) in _SCALARS:
        return Held(value, value, is_plain=True)
    if not _is_small(value):
        return Held(value, _MISSING, is_plain=False)
    return Held(value, _copied(value), _is_plain(value))


def _is_plain(value: Any) -> bool:
    return all(type(each) in _SCALARS for each in _leaves(value))


def _is_small(value: Any) -> bool:
    """Return whether a value is no container, or has few parts."""
    return _size(value, 0) <= _MOST_ITEMS


def _size(value: Any, depth: int) -> int:
    """Return of how many parts a value consists; too many if containers are nested deeply."""
    if type(value) not in _CONTAINERS:
        return 1
    if len(value) > _MOST_ITEMS or depth == _DEEPEST:
        return _TOO_MANY
    return 1 + sum(_size(each, depth + 1) for each in _parts(value))


def _parts(value: Any) -> Iterable[Any]:
    if type(value) in _TABLES:
        return [each for pair in value.items() for each in pair]
    found: Iterable[Any] = value
    return found


def _leaves(value: Any) -> Iterator[Any]:
    if type(value) not in _CONTAINERS:
        yield value
        return
    for each in _parts(value):
        yield from _leaves(each)


def _copied(value: Any) -> Any:
    """Return a copy of the containers that a value consists of; other objects are kept."""
    kind = type(value)
    if kind not in _CONTAINERS:
        return value
    made = copy.copy(value)
    if kind in _TABLES:
        for key, held in value.items():
            made[key] = _copied(held)
    elif kind in {list, deque}:
        made.clear()
        made.extend(map(_copied, value))
    elif kind is tuple:
        made = tuple(map(_copied, value))
    return made  # what is in a set has a hash, and does not change


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, or containers with the same in them."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind in _SCALARS:
        return bool(one == other)
    if kind not in _CONTAINERS:
        return one is other
    if len(one) != len(other):
        return False
    if kind in {set, frozenset}:
        return {id(each) for each in one} == {id(each) for each in other} or (
            all(type(each) in _SCALARS for each in one) and bool(one == other)
        )
    return all(_same(*pair) for pair in zip(_parts(one), _parts(other), strict=True))


def names_of(*implementations: Any) -> Names:
    """Return the public global names that implementations use and that are bound to data.

    Of compiled code, which does not say what it uses, these are all of its module, and what the
    others use under the same name.
    """
    try:
        return _names_of(*implementations)
    except TypeError:  # an object without a hash
        return _names_of.__wrapped__(*implementations)


@lru_cache(maxsize=32)
def _names_of(*implementations: Any) -> Names:
    found = {
        (id(space), name): Name(space, name)
        for implementation in implementations
        for space, names in _used(implementation)
        for name in names
        if not name.startswith("_") and type(space.get(name, _MISSING)) in _DATA
    }
    used = {name for _, name in found}
    for module in filter(None, map(_module_of, implementations)):
        space = vars(module)
        found |= {(id(space), name): Name(space, name) for name in used if name in space}
    left = _MOST_ITEMS
    kept = []
    for size, each in sorted(((_size(name.value, 0), name) for name in found.values()), key=_first):
        left -= size
        if left < 0:
            break
        kept.append(each)
    return Names(kept)


def _first(pair: tuple[int, Name]) -> tuple[int, str]:
    return pair[0], pair[1].name


def _used(implementation: Any) -> Iterator[tuple[dict[str, Any], Iterable[str]]]:
    """Yield namespaces, each with names that are used in it."""
    scope = scope_of(implementation)
    module = _module_of(implementation)
    if not scope.places and module is not None:
        yield vars(module), list(vars(module))
    for space, names in zip(scope.spaces, scope.named, strict=True):
        yield dict_of(space), names
        for name in names:
            value = space.get(name)
            if isinstance(value, ModuleType) and _is_beside(value, space):
                yield vars(value), names


def dict_of(space: Any) -> dict[str, Any]:
    """Return a namespace as what it is."""
    found: dict[str, Any] = space
    return found


def _is_beside(module: ModuleType, space: Any) -> bool:
    """Return whether a module is of the package whose module has the names `space`."""
    own = str(space.get("__name__", "")).partition(".")[0]
    return module.__name__.partition(".")[0] == own


def _module_of(implementation: Any) -> ModuleType | None:
    if isinstance(implementation, ModuleType):
        return implementation
    return sys.modules.get(str(getattr(implementation, "__module__", "")))
