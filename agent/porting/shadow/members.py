"""What compares, in the place of the members of a class that the contract names."""

from __future__ import annotations

from functools import partial
from types import ClassMethodDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.descriptors import Attribute, InstanceAttribute, Settable
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import METHODS, PlainFunction, like
from agent.porting.interpose.layers import layers_of
from agent.porting.shadow.callbacks import AT_WORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.belonging import Belonging
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.primary import Primary
    from agent.porting.shadow.twins import Followed

__all__ = ["Members"]

__passes_calls_on__ = True


_FRAMES = {"_getframe", "_getframemodulename", "currentframe", "extract_stack", "stack"}
"""Functions of `sys`, `inspect` and `traceback` that show the frames of callers."""

_MACHINERY = {"__class_getitem__", "__init_subclass__", "__new__", "__subclasshook__"}
"""What the language calls, not a program."""

_STATE = {
    "__del__", "__delattr__", "__getattr__", "__getattribute__", "__getstate__", "__init__",
    "__reduce__", "__reduce_ex__", "__setattr__", "__setstate__",
}  # fmt: skip
"""What makes or pickles an object or is asked for its attributes, which is noticed otherwise."""

_UNCHANGING = {
    "__copy__", "__deepcopy__", "__dir__", "__eq__", "__format__", "__ge__", "__gt__", "__hash__",
    "__le__", "__lt__", "__ne__", "__repr__", "__sizeof__", "__str__",
}  # fmt: skip
"""What changes nothing by all conventions."""

_OF_THE_CLASS = (classmethod, staticmethod, ClassMethodDescriptorType)
"""What can be called on the class alone."""


class Members:
    """Makes them, for one component.

    Args:
        followed: the objects that have twins, by their addresses.
        context: where each thread is. What a reference makes for itself, with an object that is not
            followed or with none, it may also change unseen: that is not followed either.
        primary: performs the operations.
        belonging: which side objects belong to; None unless Rust answers for a class.
        changed: called with an object and a name before such an attribute is set or deleted.
    """

    def __init__(
        self,
        followed: dict[int, Followed],
        context: Context,
        primary: Primary,
        belonging: Belonging | None,
        changed: Callable[[Any, str], None],
    ) -> None:
        self._followed = followed
        self._context = context
        self._primary = primary
        self._belonging = belonging
        self._changed = changed

    def replacing(self, operation: ComparedOperation, found: Any) -> Any:
        """Return what takes the place of the member `found`; None if that stays.

        None stands for a member that the class itself has not. What belongs to the class, such as a
        constant, stays: only what is done with an object is compared. So does what looks at the
        frames of its caller, which would find others.
        """
        if operation.spec.kind == "property":
            if found is None:
                found = InstanceAttribute(operation.spec.name)
            return self._attribute(operation, found) if hasattr(type(found), "__get__") else None
        if found is None or isinstance(found, type) or _looks_at_frames(found):
            return None
        if isinstance(found, METHODS):
            return self._method(operation, found)
        if callable(_bound(found, None, object)):
            return _Called(self, lambda: operation, found)
        return None

    def of_class(
        self, cls: type, find: Callable[[str], ComparedOperation | None]
    ) -> dict[str, Any]:
        """Return what takes the place of the class methods and static methods of `cls`.

        `find` reads the contract and returns the operation of a name, which may be none.
        """
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__[:-1]):
            found |= vars(base)
        plain = {
            # What a class that it extends compares, as a component of its own, is not this one's.
            name: member.original if isinstance(member, _Called) else member
            for name, member in found.items()
        }
        return {
            name: _Called(self, partial(find, name), member)
            for name, member in plain.items()
            if isinstance(member, _OF_THE_CLASS)
            and name not in _MACHINERY
            and not _looks_at_frames(member)
        }

    def beyond(self, name: str, original: Any, belonging: Belonging) -> Callable[..., Any] | None:
        """Return what takes the place of a method that no contract names; None if it stays.

        While Rust answers, Rust does it if it can, and otherwise Python goes on.
        """
        if not isinstance(original, METHODS) or name in _MACHINERY | _STATE:
            return None
        followed, context = self._followed, self._context

        def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            function: Callable[..., Any] = partial(original, self)
            known = followed.get(id(self))
            if known is not None and not context.inside:
                changes = name not in _UNCHANGING
                function = belonging.beyond(name, function, self, known, changes=changes)
            with context.within():
                return function(*args, **kwargs)

        return like(original, method)

    def _method(self, operation: ComparedOperation, original: Any) -> Callable[..., Any]:
        followed, operate, context = self._followed, self._primary.operate, self._context
        belonging = self._belonging

        def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            known = followed.get(id(self))
            if known is not None:
                return operate(operation, original, self, known, args, kwargs)
            if belonging is not None and not context.inside:
                belonging.require_python((*args, *kwargs.values()))
            before, context.inside = context.inside, context.inside or AT_WORK
            try:
                return original(self, *args, **kwargs)
            finally:
                context.inside = before

        return like(original, method)

    def _attribute(self, operation: ComparedOperation, original: Any) -> Attribute:
        followed, operate = self._followed, self._primary.operate

        def read(held: Any) -> Any:
            return original.__get__(held, type(held))

        def get(held: Any) -> Any:
            known = followed.get(id(held))
            if known is None:
                return read(held)
            return operate(operation, read, held, known, (), {})

        if not (hasattr(type(original), "__set__") or hasattr(type(original), "__delete__")):
            return Attribute(original, get)
        return Settable(original, get, lambda held: self._changed(held, operation.spec.name))

    def called(
        self,
        find: Callable[[], ComparedOperation | None],
        held: Any,
        function: Any,
        *,
        of_class: bool,
    ) -> Any:
        """Return what calls `function`, an attribute of `held` or of the class, and compares that.

        It does if `find` returns an operation.

        Args:
            find: returns the operation.
            held: the object, or None.
            function: the attribute.
            of_class: whether it was asked of the very class that is compared.
        """
        known = self._followed.get(id(held))
        context, operate, apart = self._context, self._primary.operate, self._primary.apart

        def python(_: Any, /, *args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        def call(*args: Any, **kwargs: Any) -> Any:
            operation = None if context.inside else find()
            if operation is not None and known is not None:
                return operate(operation, python, held, known, args, kwargs)
            if operation is not None and of_class:
                return apart(operation, function, args, kwargs)
            with context.within():
                return function(*args, **kwargs)

        return PlainFunction(call, function)


class _Called:
    """A method of the class, a static one, or whatever else an object gives to be called."""

    def __init__(
        self, members: Members, find: Callable[[], ComparedOperation | None], original: Any
    ) -> None:
        self._members = members
        self._find = find
        self.original = original
        self._front: type | None = None
        self.__doc__ = getattr(original, "__doc__", None)

    def __set_name__(self, front: type, _: str) -> None:
        self._front = front

    def __get__(self, held: Any, kind: type | None = None) -> Any:
        found = _bound(self.original, held, kind)
        if held is None and not isinstance(self.original, _OF_THE_CLASS):
            return found
        layers = None if kind is None else layers_of(kind)
        of_class = held is None and layers is not None and layers.front is self._front
        return self._members.called(self._find, held, found, of_class=of_class)


def _looks_at_frames(member: Any) -> bool:
    code = getattr(getattr(member, "__func__", member), "__code__", None)
    return code is not None and not _FRAMES.isdisjoint(code.co_names)


def _bound(member: Any, held: Any, kind: type | None) -> Any:
    get = getattr(type(member), "__get__", None)
    return member if get is None else get(member, held, kind)


pass_unseen(globals())
