"""The proxy of a class: a subclass of the reference whose objects have twins.

It adds no state of its own: the objects are laid out as the reference's are, so that those which
operations give can be made its instances, and pickles and copies are the reference's.
"""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.interpose.classes import own
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.layers import LayeredType, layered, member_of, parts
from agent.porting.interpose.pickling import found_under, with_class
from agent.porting.shadow.answering import NESTED
from agent.porting.shadow.members import Members
from agent.porting.shadow.sides import being_imported
from agent.porting.shadow.twins import Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.belonging import Belonging
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.primary import Primary
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import CallSampler
    from agent.porting.shadow.sides import Sides

__all__ = ["Classes"]

__passes_calls_on__ = True


_CONSTRUCT = "__agent_construct__"
"""The attribute of a proxy that makes an object which may be followed."""


class _ShadowType(LayeredType):
    """The metaclass of a proxy, which makes objects that are followed."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # of a metaclass
        construct = own(cls).get(_CONSTRUCT)
        if construct is None:
            return super().__call__(*args, **kwargs)
        return construct(super().__call__, args, kwargs)


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
        belonging: Belonging | None,
    ) -> None:
        self._sides = sides
        self._context = context
        self._sampler = sampler
        self._reporter = reporter
        self._followed = followed
        self._primary = primary
        self._belonging = belonging
        self._made: dict[type, Any] = {}
        """The subclasses, by their base."""
        self._equipped: set[type] = set()
        """Those whose operations compare."""
        self._equipping = Lock()
        self._members = Members(followed, context, primary, belonging, self._changed)
        self._altered: str | None = None
        """Why no object is followed any more."""
        self._early: set[str] = set()
        """Attributes of the classes that were set before the contract was read."""

    def proxy(self, cls: type) -> Any:
        """Return a subclass of `cls` that looks like it, and whose objects a share of are followed.

        Raises `ContractError` for a class that has no subclasses.
        """
        sides = self._sides
        # What callers may also hold: what is not followed may be either side's own.
        both = sides.rust_leads and isinstance(sides.rust, type)
        try:
            shadow = self._subclass(
                cls,
                (cls, sides.rust) if both else (cls,),
                _ShadowType,
                **self._members.of_class(cls, lambda name: self._operation(shadow, name)),
            )
        except TypeError as error:  # of a compiled class, say
            message = f"{sides.component.name} cannot run in shadow: {error}"
            raise ContractError(message) from error

        def construct(python: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            if self._context.inside:
                if self._context.counts:
                    self._reporter.count("skipped", NESTED)
                return python(*args, **kwargs)
            if self._is_loading(shadow):
                self._reporter.count("skipped", "while the module of the class was imported")
                return python(*args, **kwargs)
            return self._construct(shadow, python, args, kwargs)

        type.__setattr__(shadow, _CONSTRUCT, construct)
        return shadow

    def _construct(self, shadow: Any, python: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        sides, sampler = self._sides, self._sampler
        self._equip(shadow, sides.contract.name)
        chosen = sampler.chosen(number := sampler.number())
        rust = sides.rust_leads and sides.lead is sides.rust and self._altered is None
        if chosen and rust is sides.rust_leads:  # not after a demotion
            self._reporter.take(number)
            if self._altered is None:
                return self._primary.make(python, args, kwargs)
            self._reporter.count("skipped", self._altered)
        else:
            self._reporter.passed(number)
        return sides.rust(*args, **kwargs) if rust else python(*args, **kwargs)

    def _operation(self, shadow: Any, name: str) -> ComparedOperation | None:
        """Return the operation of a name that belongs to the class, if the contract has one."""
        if self._is_loading(shadow):
            return None
        kind = self._sides.contract.name
        self._equip(shadow, kind)
        return self._sides.operations[kind].get(name)

    def _is_loading(self, shadow: Any) -> bool:
        """Return whether the module of the class is being imported, which its contract may need."""
        return shadow not in self._equipped and being_imported(shadow)

    def is_of_python(self, value: Any) -> bool:
        """Return whether `value` is an object of the reference or a part, or its class."""
        kinds = value if isinstance(value, type) else type(value)
        return any(type.__subclasscheck__(each, kinds) for each in self._made)

    def follow(self, call: ComparedCall, value: Any) -> None:
        """Follow what a call gave, if it is an object of the contract or a part."""
        gives, family = call.operation.gives, call.family
        if gives is None or family is None or type(value).__module__ == "builtins":
            return
        if call.operation.makes and type(value) not in self._equipped:
            call.broken = f"it made an object of another class, {type(value).__name__}"
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
                shadow = self._subclass(cls, (cls,), LayeredType, __class__=_class_of(cls))
            except TypeError:  # of a class that has no subclasses
                return False
        self._equip(shadow, kind)
        try:
            object.__setattr__(value, "__class__", shadow)  # the class may not let anything be set
        except TypeError:  # laid out otherwise
            return False
        return True

    def _subclass(
        self, cls: type, originals: tuple[type, ...], metaclass: type[LayeredType], **more: Any
    ) -> Any:
        followed, belonging, context = self._followed, self._belonging, self._context
        finish = getattr(cls, "__del__", None)
        reduce: Any = cls.__reduce_ex__

        def end(self: Any) -> None:
            known = followed.pop(id(self), None)
            if known is not None and belonging is not None:
                belonging.part(known)
            if finish is not None:
                finish(self)

        def reduced(self: Any, protocol: Any) -> Any:
            named = shadow if found_under(shadow) is shadow else cls
            twin = None if belonging is None or context.inside else followed.get(id(self))
            if twin is not None and belonging is not None:
                found = belonging.reduced(twin, protocol, named)
                if found is not None:
                    return found
            found = reduce(self, protocol)
            if named is shadow or type(self) is not shadow:
                return found
            return with_class(found, shadow, cls)

        front = {"__del__": end, "__reduce_ex__": reduced, **more}
        shadow = layered(cls, originals, metaclass=metaclass, front=front)
        parts(shadow).changed = partial(self._altering, shadow)
        self._made[cls] = shadow
        return shadow

    def _equip(self, shadow: Any, kind: str) -> None:
        """Put what compares in the place of the operations; the contract is read only now."""
        if shadow in self._equipped:
            return
        with self._equipping:
            if shadow in self._equipped:  # by another thread, meanwhile
                return
            operations = self._sides.operations[kind]
            for name in sorted(self._early.intersection(operations)):
                self._altered = f"the attribute {name} of its class was set"
            layers = parts(shadow)
            found = {
                name: self._members.replacing(operation, member_of(layers.original, name))
                for name, operation in operations.items()
                if name not in own(layers.front)
            }
            if self._belonging is not None:
                found |= self._beyond(
                    layers.original, {*operations, *own(layers.front)}, self._belonging
                )
            layers.replace(shadow, {name: each for name, each in found.items() if each is not None})
            self._equipped.add(shadow)

    def _beyond(self, cls: type, known: set[str], belonging: Belonging) -> dict[str, Any]:
        """Return what takes the place of the methods that the contract does not name."""
        members = {name for base in cls.__mro__ if base is not object for name in own(base)}
        return {
            name: self._members.beyond(name, member_of(cls, name), belonging)
            for name in members - known
        }

    def _changed(self, owner: Any, name: str) -> None:
        """Give up an object of which an attribute is set: the contract has no operation for it."""
        known = self._followed.get(id(owner))
        if known is None or self._context.inside:
            return
        if self._belonging is None:
            known.family.lose(f"its attribute {name} was set")
        else:
            self._belonging.leave(owner, known, f"its attribute {name} was set")

    def _altering(self, shadow: Any, name: str) -> None:
        """Follow no object any more if a program changes the class: Rust's is what it was."""
        if self._context.inside or self._is_loading(shadow):  # its own module defines it
            return
        if not self._equipped:  # it may be being defined still
            self._early.add(name)
            return
        self._altered = f"the attribute {name} of its class was set"
        for known in list(self._followed.values()):
            known.family.lose(self._altered, differs=True)


def _class_of(original: type) -> property:
    """Return the attribute ``__class__`` of objects that were made to be of another class."""
    change = object.__dict__["__class__"].__set__
    return property(lambda _: original, change)


pass_unseen(globals())
