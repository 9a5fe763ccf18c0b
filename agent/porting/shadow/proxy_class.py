"""The proxy of a class: a subclass of the reference whose objects have twins.

It adds no state of its own: the objects are laid out as the reference's are, so that those which
operations give can be made its instances, and pickles and copies are the reference's.
"""

from __future__ import annotations

import inspect
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.interpose.classes import STANDS_FOR, identity, metaclass_for
from agent.porting.interpose.descriptors import InstanceAttribute, property_like
from agent.porting.interpose.functions import like
from agent.porting.interpose.pickling import found_under, with_class
from agent.porting.shadow.twins import Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.primary import Primary
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import CallSampler
    from agent.porting.shadow.sides import Sides

__all__ = ["Classes"]

__passes_calls_on__ = True


class Classes:
    """Makes the subclasses whose objects can be followed, for one component."""

    def __init__(  # noqa: PLR0913, PLR0917  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        sampler: CallSampler,
        reporter: Reporter,
        followed: dict[int, Followed],
        primary: Primary,
    ) -> None:
        self._sides = sides
        self._context = context
        self._sampler = sampler
        self._reporter = reporter
        self._followed = followed
        self._primary = primary
        self._made: dict[type, Any] = {}
        """The subclasses, by their base."""
        self._equipped: set[type] = set()
        """Those whose operations compare."""
        self._equipping = Lock()

    def proxy(self, cls: type) -> Any:
        """Return a subclass of `cls` that looks like it, and whose objects a share of are followed.

        Raises `ContractError` for a class that has no subclasses.
        """
        context, construct = self._context, self._construct

        class Shadow(metaclass_for(cls)):  # type: ignore[misc]  # of whatever class that is
            def __call__(self, *args: Any, **kwargs: Any) -> Any:
                python = super().__call__
                if self is not shadow or context.inside:
                    return python(*args, **kwargs)
                return construct(shadow, python, args, kwargs)

        sides = self._sides
        # What callers may also hold: what is not followed may be either side's own.
        both = sides.rust_leads and isinstance(sides.rust, type)
        try:
            shadow: Any = self._subclass(cls, Shadow, (cls, sides.rust) if both else (cls,))
        except TypeError as error:  # of a compiled class, say
            message = f"{sides.component.name} cannot run in shadow: {error}"
            raise ContractError(message) from error
        return shadow

    def _construct(self, shadow: Any, python: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        sides, sampler = self._sides, self._sampler
        self._equip(shadow, sides.contract.name)
        chosen = sampler.chosen(number := sampler.number())
        rust = sides.rust_leads and sides.lead is sides.rust
        if chosen and rust is sides.rust_leads:  # not after a demotion
            self._reporter.take(number)
            return self._primary.make(python, args, kwargs)
        return sides.rust(*args, **kwargs) if rust else python(*args, **kwargs)

    def follow(self, call: ComparedCall, value: Any) -> None:
        """Follow what a call gave, if it is an object of the contract or a part."""
        gives, family = call.operation.gives, call.family
        if gives is None or family is None or type(value).__module__ == "builtins":
            return
        known = self._followed.get(id(value))
        if known is None and self._adopt(value, gives):
            known = self._followed[id(value)] = Followed(family, gives)
        call.made = known

    def _adopt(self, value: Any, kind: str) -> bool:
        """Make `value`, which an operation gave, one that can be followed; return whether it is."""
        cls = type(value)
        if cls in self._equipped:
            return True
        shadow = self._made.get(cls)
        if shadow is None:
            try:
                shadow = self._subclass(cls, type(cls), ())
            except TypeError:  # of a class that has no subclasses
                return False
            self._equip(shadow, kind)
        try:
            object.__setattr__(value, "__class__", shadow)  # the class may not let anything be set
        except TypeError:  # laid out otherwise
            return False
        return True

    def _subclass(self, cls: type, metaclass: Any, originals: tuple[type, ...]) -> Any:
        followed = self._followed

        class Beneath:
            """Precedes the reference, which may forbid subclasses."""

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
            found = super(shadow, self).__reduce_ex__(protocol)
            known = found_under(shadow) is shadow
            return found if known or type(self) is not shadow else with_class(found, shadow, cls)

        made: list[Any] = []
        names = {
            **identity(cls), "__slots__": (), "__del__": end, "__reduce_ex__": reduced,
            STANDS_FOR: originals,
        }  # fmt: skip
        shadow: Any = Layered(cls.__name__, (cls,), names)
        made.append(shadow)
        self._made[cls] = shadow
        return shadow

    def _equip(self, shadow: Any, kind: str) -> None:
        """Put what compares in the place of the operations; the contract is read only now."""
        if shadow in self._equipped:
            return
        with self._equipping:
            if shadow in self._equipped:  # by another thread, meanwhile
                return
            for name, operation in self._sides.operations[kind].items():
                original = inspect.getattr_static(shadow, name, None)
                if operation.spec.kind == "property":
                    found = original or InstanceAttribute(name)
                    setattr(shadow, name, self._property(operation, found))
                elif original is not None:
                    setattr(shadow, name, self._method(operation, getattr(shadow, name)))
            self._equipped.add(shadow)

    def _method(
        self, operation: ComparedOperation, original: Callable[..., Any]
    ) -> Callable[..., Any]:
        followed, operate = self._followed, self._primary.operate

        def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            known = followed.get(id(self))
            if known is None:
                return original(self, *args, **kwargs)
            return operate(operation, original, self, known, args, kwargs)

        return like(original, method)

    def _property(self, operation: ComparedOperation, original: Any) -> property:
        followed, operate = self._followed, self._primary.operate

        def read(held: Any) -> Any:
            return original.__get__(held, type(held))

        def get(held: Any) -> Any:
            known = followed.get(id(held))
            if known is None:
                return read(held)
            return operate(operation, read, held, known, (), {})

        def write(held: Any, value: Any) -> None:
            self._changed(held, operation.spec.name)
            original.__set__(held, value)

        def remove(held: Any) -> None:
            self._changed(held, operation.spec.name)
            original.__delete__(held)

        return property_like(original, get, write, remove)

    def _changed(self, owner: Any, name: str) -> None:
        """Give up an object of which an attribute is set: the contract has no operation for it."""
        known = self._followed.get(id(owner))
        if known is not None and not self._context.inside:
            known.family.lose(f"its attribute {name} was set")
