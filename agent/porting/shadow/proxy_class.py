"""What callers of a class get: a subclass of the reference whose objects have twins beside them.

It adds no state of its own: the objects are laid out as the reference's are, so that those which
operations give can be made its instances, and pickles and copies are the reference's.
"""

from __future__ import annotations

import inspect
import sys
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.shadow.primary import make, operate
from agent.porting.shadow.twins import Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.call import Call
    from agent.porting.shadow.operation import Plan
    from agent.porting.shadow.sides import Beside

__all__ = ["follow", "shadow_class"]

__passes_calls_on__ = True


def shadow_class(beside: Beside, cls: type) -> Any:
    """Return a subclass of `cls` that looks like it, and whose objects a share of are followed."""

    class Shadow(type(cls)):  # type: ignore[misc]  # the metaclass of whatever class that is
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            python = super().__call__
            if self is not shadow or beside.context.inside:
                return python(*args, **kwargs)
            return _construct(beside, shadow, python, args, kwargs)

        # Of the reference itself, `type` is asked: an ABC would ask all its subclasses, this too.
        def __instancecheck__(self, instance: Any) -> bool:
            return super().__instancecheck__(instance) or (
                self is shadow and any(type.__instancecheck__(each, instance) for each in alike)
            )

        def __subclasscheck__(self, subclass: type) -> bool:
            return super().__subclasscheck__(subclass) or (
                self is shadow and any(type.__subclasscheck__(each, subclass) for each in alike)
            )

        @property
        def __signature__(self) -> inspect.Signature:
            if self is shadow:
                return inspect.signature(cls)
            makers = [
                vars(base)[name]
                for base in self.__mro__[:-1]
                for name in ("__new__", "__init__")
                if name in vars(base)
            ]
            parameters = inspect.signature(makers[0]).parameters if makers else {}
            return inspect.Signature(list(parameters.values())[1:])

    # What callers may also hold: what is not followed may be either side's own.
    alike = [cls]
    if beside.rust_leads and isinstance(beside.rust, type):
        alike.append(beside.rust)
    try:
        shadow: Any = _subclass(beside, cls, Shadow)
    except TypeError as error:  # of a compiled class, say
        message = f"{beside.component.name} cannot run in shadow: {error}"
        raise ContractError(message) from error
    return shadow


def _construct(
    beside: Beside, shadow: Any, python: Callable[..., Any], args: Any, kwargs: Any
) -> Any:
    _equip(beside, shadow, beside.contract.name)
    sample = beside.sample
    chosen = sample.chosen(number := sample.number())
    rust = beside.rust_leads and beside.lead is beside.rust
    if chosen and rust is beside.rust_leads:  # not after a demotion
        beside.notes.take(number)
        return make(beside, python, args, kwargs)
    return beside.rust(*args, **kwargs) if rust else python(*args, **kwargs)


def follow(beside: Beside, call: Call, value: Any) -> None:
    """Follow what a call gave, if it is an object of the contract or a part."""
    gives, family = call.plan.gives, call.family
    if gives is None or family is None or type(value).__module__ == "builtins":
        return
    known = beside.followed.get(id(value))
    if known is None and _adopt(beside, value, gives):
        known = beside.followed[id(value)] = Followed(family, gives)
    call.made = known


def _adopt(beside: Beside, value: Any, kind: str) -> bool:
    """Make `value`, which an operation gave, an object that can be followed; tell whether it is."""
    cls = type(value)
    if cls in beside.equipped:
        return True
    shadow = beside.shadows.get(cls)
    if shadow is None:
        try:
            shadow = _subclass(beside, cls, type(cls))
        except TypeError:  # of a class that has no subclasses
            return False
        _equip(beside, shadow, kind)
    try:
        object.__setattr__(value, "__class__", shadow)  # the class may not let anything be set
    except TypeError:  # laid out otherwise
        return False
    return True


def _subclass(beside: Beside, cls: type, metaclass: Any) -> Any:
    followed = beside.followed

    class Beneath:
        """Stands before the reference, which may not want to have subclasses."""

        __slots__ = ()

        def __init_subclass__(cls, **more: Any) -> None:
            if made:
                super().__init_subclass__(**more)

    class Layered(metaclass):  # type: ignore[misc]
        # As a base, `Beneath` would make instances be laid out otherwise than the reference's.
        def mro(self) -> list[type]:
            order: list[type] = super().mro()
            return order if made else [order[0], Beneath, *order[1:]]

    def end(self: Any) -> None:
        followed.pop(id(self), None)
        finish = getattr(super(shadow, self), "__del__", None)
        if finish is not None:
            finish()

    def reduced(self: Any, protocol: Any) -> Any:
        return _renamed(super(shadow, self).__reduce_ex__(protocol), shadow, cls)

    made: list[Any] = []
    names = {
        "__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__, "__del__": end, "__reduce_ex__": reduced,
    }  # fmt: skip
    shadow: Any = Layered(cls.__name__, (cls,), names)
    made.append(shadow)
    beside.shadows[cls] = shadow
    return shadow


def _renamed(reduced: Any, shadow: type, cls: type) -> Any:
    """Return how an object is pickled, by the class that is found under the class's name."""
    if not isinstance(reduced, tuple):
        return reduced
    found: Any = sys.modules.get(cls.__module__)
    for name in cls.__qualname__.split("."):
        found = getattr(found, name, None)
    make, args, *more = reduced
    if found is shadow or shadow not in args:
        return reduced
    if getattr(make, "__name__", "") == "__newobj__":  # which pickle allows for its own class alone
        make = cls.__new__
    return make, tuple(cls if part is shadow else part for part in args), *more


def _equip(beside: Beside, shadow: Any, kind: str) -> None:
    """Put what compares in the place of the operations; the contract is read only now."""
    if shadow in beside.equipped:
        return
    with beside.equipping:
        if shadow in beside.equipped:  # by another thread, meanwhile
            return
        for name, plan in beside.plans[kind].items():
            original = inspect.getattr_static(shadow, name, None)
            if plan.spec.kind == "property":
                setattr(shadow, name, _property(beside, plan, original or _Held(name)))
            elif original is not None:
                setattr(shadow, name, _method(beside, plan, getattr(shadow, name)))
        beside.equipped.add(shadow)


def _method(beside: Beside, plan: Plan, original: Callable[..., Any]) -> Callable[..., Any]:
    followed = beside.followed

    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        known = followed.get(id(self))
        if known is None:
            return original(self, *args, **kwargs)
        return operate(beside, plan, original, self, known, args, kwargs)

    return update_wrapper(method, original)


class _Held:
    """An attribute that objects hold themselves, without anything in their class."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, _: Any = None) -> Any:
        try:
            return owner.__dict__[self._name]
        except KeyError:
            message = f"{type(owner).__name__!r} object has no attribute {self._name!r}"
            raise AttributeError(message, name=self._name, obj=owner) from None

    def __set__(self, owner: Any, value: Any) -> None:
        owner.__dict__[self._name] = value

    def __delete__(self, owner: Any) -> None:
        del owner.__dict__[self._name]


def _property(beside: Beside, plan: Plan, original: Any) -> property:
    followed = beside.followed

    def read(self: Any) -> Any:
        return original.__get__(self, type(self))

    def get(self: Any) -> Any:
        known = followed.get(id(self))
        if known is None:
            return read(self)
        return operate(beside, plan, read, self, known, (), {})

    def write(self: Any, value: Any) -> None:
        _changed(beside, self, plan.spec.name)
        original.__set__(self, value)

    def remove(self: Any) -> None:
        _changed(beside, self, plan.spec.name)
        original.__delete__(self)

    doc = getattr(original, "__doc__", None)
    if hasattr(type(original), "__set__"):
        return property(get, write, remove, doc)
    return property(get, doc=doc)


def _changed(beside: Beside, owner: Any, name: str) -> None:
    """Give up an object of which an attribute is set, for which the contract has no operation."""
    known = beside.followed.get(id(owner))
    if known is not None and not beside.context.inside:
        known.family.lose(f"its attribute {name} was set")
