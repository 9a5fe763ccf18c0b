"""A class that takes the place of another: a subclass of it that stands where it stood.

Code knows a class by its name: where the proxy has the name, ``super(Point, self)`` in a method of
the original is asked of the proxy, and has to go on after the original, not to it. So the order of
bases is: what replaces attributes (the front), the original, the proxy, what follows. Nobody sees
the layers: `vars`, ``__mro__`` and ``__bases__`` answer as of the original, and an attribute that
is set on the proxy is set on the original. See docs/adr/0025-the-proxy-behind-its-original.md.
"""

# ruff: noqa: N805  # the methods of a metaclass are given a class
from __future__ import annotations

import copyreg
from abc import ABCMeta
from dataclasses import dataclass, field
from enum import EnumType
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.classes import STANDS_FOR, ProxyType, identity, own
from agent.porting.interpose.descriptors import Attribute
from agent.porting.interpose.pickling import found_under

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LayeredType", "Layers", "kept_by_reading", "layered", "layers_of", "parts"]

_LAYERS = "__agent_layers__"

_OF_ITSELF = {
    _LAYERS, STANDS_FOR, "__abstractmethods__", "__bases__", "__slotnames__", "_abc_impl",
}  # fmt: skip
"""Attributes that the interpreter and `abc` keep for each class."""

_NAMES = {"__doc__", "__module__", "__name__", "__qualname__"}
"""Attributes by which a class is known, which the proxy has of its own."""


@dataclass(eq=False)
class Layers:
    """What a proxy class consists of."""

    original: type
    front: type
    """Goes before the original: its attributes replace the original's."""
    replaced: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """By name, what was put in the front later, and what it replaces."""
    changed: Callable[[str], None] | None = None
    """Called with the name of an attribute of the class before a program sets or deletes it."""

    def replace(self, proxy: type, attributes: dict[str, Any]) -> None:
        """Put `attributes` in the place of the original's."""
        for name, value in attributes.items():
            self.replaced[name] = value, vars(self.original).get(name)
            type.__setattr__(self.front, name, value)
        _refresh(proxy)


class _Behind:
    """Follows the proxy: the original's bases are not told of a subclass that is none."""

    __slots__ = ()

    def __init_subclass__(cls, **more: Any) -> None:
        if layers_of(cls) is None:
            super().__init_subclass__(**more)


class LayeredType(ProxyType):
    """The metaclass of proxies that stand where their originals stood."""

    def mro(cls) -> list[type]:
        """Return the order in which attributes are looked up."""
        order = super().mro()
        layers = layers_of(cls)
        if layers is None:
            return order
        rest = order[1:]
        after = rest.index(layers.original) + 1
        behind = () if _Behind in rest else (_Behind,)
        return [layers.front, *rest[:after], cls, *behind, *rest[after:]]

    def __getattribute__(cls, name: str) -> Any:
        # A property __dict__ would hide what subclasses have from inspect.getattr_static.
        return cls._shown() if name == "__dict__" else super().__getattribute__(name)

    def _shown(cls) -> Any:
        """Return what the class is shown to have, by name."""
        layers = layers_of(cls)
        if layers is None:
            return own(cls)
        # A method in place of a method; what is no function is shown as the original has it.
        replaced = {name: value for name, (value, _) in layers.replaced.items() if callable(value)}
        return MappingProxyType(
            {name: replaced.get(name, value) for name, value in vars(layers.original).items()}
        )

    @property
    def __mro__(cls) -> tuple[type, ...]:
        order = _MRO(cls)
        hidden: list[type] = [_Behind]
        for each in order:
            layers = layers_of(each)
            hidden += [] if layers is None else [layers.front, layers.original]
        return tuple(each for each in order if not any(each is other for other in hidden))

    @property
    def __bases__(cls) -> tuple[type, ...]:
        layers = layers_of(cls)
        return _BASES.__get__(cls) if layers is None else layers.original.__bases__

    @__bases__.setter
    def __bases__(cls, bases: tuple[type, ...]) -> None:
        _BASES.__set__(cls, bases)

    @property
    def __base__(cls) -> type | None:
        layers = layers_of(cls)
        return _BASE(cls) if layers is None else layers.original.__base__

    def __dir__(cls) -> list[str]:
        layers = layers_of(cls)
        return sorted(super().__dir__() if layers is None else dir(layers.original))

    def __setattr__(cls, name: str, value: Any) -> None:
        layers = layers_of(cls)
        if layers is None or name in _OF_ITSELF:
            super().__setattr__(name, value)
            return
        if name in _NAMES:  # a program may call the proxy otherwise
            type.__setattr__(cls, name, value)
            if name in own(layers.front):
                type.__setattr__(layers.front, name, value)
            return
        made, before = layers.replaced.get(name, (None, None))
        if made is not None and value is made:  # put back by whoever had put another in its place
            setattr(layers.original, name, before)
            type.__setattr__(layers.front, name, made)
            _refresh(cls)
            return
        _give_way(cls, layers, name)
        setattr(layers.original, name, value)

    def __delattr__(cls, name: str) -> None:
        layers = layers_of(cls)
        if layers is None or name in _OF_ITSELF:
            super().__delattr__(name)
            return
        _give_way(cls, layers, name)
        delattr(layers.original, name)


class _Registering:
    """The method ``register`` of a metaclass, which a class that is not abstract has not."""

    def __get__(self, cls: Any, metaclass: type) -> Any:
        if cls is None:
            return ABCMeta.register
        layers = layers_of(cls)
        if layers is None:
            return ABCMeta.register.__get__(cls)
        return layers.original.register  # type: ignore[attr-defined]  # or what is said if it has none


_MRO = type.__dict__["__mro__"].__get__
_BASES: Any = type.__dict__["__bases__"]
_BASE = type.__dict__["__base__"].__get__

_metaclasses: dict[tuple[type, type], Any] = {}


def layers_of(cls: type) -> Layers | None:
    """Return what `cls` consists of; None if it is no proxy, but a subclass of one, say."""
    found: Layers | None = own(cls).get(_LAYERS)
    return found


def parts(proxy: type) -> Layers:
    """Return what a proxy consists of."""
    found: Layers = own(proxy)[_LAYERS]
    return found


def member_of(cls: type, name: str) -> Any:
    """Return what `cls` has or inherits under a name, as it is; None for nothing.

    What is in front of a class that it extends counts, if that is a proxy.
    """
    return next((own(base)[name] for base in _MRO(cls) if name in own(base)), None)


def kept_by_reading(cls: type) -> set[str]:
    """Return the attributes of a proxy that an object may keep once they are read, by name.

    They are read when a program does so, and never only to compare them.
    """
    layers = layers_of(cls)
    replaced = {} if layers is None else layers.replaced
    return {name for name, (value, _) in replaced.items() if type(value) is Attribute}


def layered(
    original: type,
    passes_for: tuple[type, ...],
    *,
    metaclass: type[LayeredType] = LayeredType,
    front: dict[str, Any],
    slots: tuple[str, ...] = (),
) -> Any:
    """Return a proxy of the class `original` in which the attributes in `front` replace its own.

    The metaclass and ``__init_subclass__`` of the original hear nothing of it. Raises `TypeError`
    for a class that has no subclasses.

    Args:
        original: the class.
        passes_for: the classes whose objects are taken for the proxy's.
        metaclass: of the proxy, which is derived from the original's too.
        front: the attributes that replace the original's.
        slots: further slots of objects.
    """
    if isinstance(original, EnumType):
        message = f"the members of the enumeration {original.__name__} exist already"
        raise TypeError(message)
    names = identity(original)
    before = type(original.__name__, (), {**names, "__slots__": (), **front})
    theirs = vars(original)
    replaced = {name: (front[name], theirs[name]) for name in front if name in theirs}
    layers = Layers(original, before, replaced)
    body = {**names, "__slots__": slots, _LAYERS: layers, STANDS_FOR: passes_for}
    for name in ("__annotations__", "__type_params__"):  # which no class inherits
        if name in vars(original):
            body[name] = vars(original)[name]
    kind = _metaclass_for(original, metaclass)
    make: Any = ABCMeta if issubclass(kind, ABCMeta) else type
    proxy = make.__new__(kind, original.__name__, (original,), body)
    for cls in (before, proxy):
        type.__delattr__(cls, "__slots__")
    if "_abc_impl" in own(proxy):  # the original's would be found first
        type.__setattr__(before, "_abc_impl", own(proxy)["_abc_impl"])
    return proxy


def _metaclass_for(original: type, kind: type[LayeredType]) -> Any:
    """Return a metaclass of `kind` that derives from the original's, too: one for each pair."""
    theirs = type(original)
    if issubclass(theirs, kind):  # the original extends a proxy of this kind
        return theirs
    found = _metaclasses.get((kind, theirs))
    if found is None:
        body: dict[str, Any] = {"__module__": theirs.__module__}
        base = ABCMeta if theirs is type else theirs  # one that goes with abstract classes, too
        if issubclass(base, ABCMeta):
            body["register"] = _Registering()
        found = type(theirs.__name__, (kind, base), body)
        copyreg.pickle(found, _reduced)
        _metaclasses[kind, theirs] = found
    return found


def _reduced(cls: Any) -> Any:
    """Return how a class is pickled: as the one that is found under its name."""
    layers = layers_of(cls)
    if layers is None or found_under(cls) is cls:
        return cls.__qualname__
    # By the standard library alone: who reads the pickle may not have this package.
    return itemgetter(0), ((layers.original,),)


def _give_way(cls: type, layers: Layers, name: str) -> None:
    """Let the original's attribute be found under a name that is set or deleted."""
    if layers.changed is not None:
        layers.changed(name)
    if name in own(layers.front):
        type.__delattr__(layers.front, name)
        _refresh(cls)


def _refresh(proxy: type) -> None:
    """Let the interpreter look up operators and cached attributes of the proxy again."""
    _BASES.__set__(proxy, _BASES.__get__(proxy))
