"""The proxies that a recorded program gets: they call the implementation and record the call.

A proxy does what the original does: it returns its results, raises its exceptions, prints,
compares, iterates, copies and pickles as it. An implementation need not allow subclasses, nor its
methods to be replaced: where objects are made, the program holds a `Recorded` for each, which holds
an original and hands everything on to it. Whatever is handed to an original is an original again.
"""

from __future__ import annotations

import collections.abc
import inspect
import sys
from abc import ABCMeta
from types import ClassMethodDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.callbacks import StandIn
from agent.porting.interpose.classes import STANDS_FOR, ProxyType, identity, originals_of
from agent.porting.interpose.descriptors import property_like
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import function_like, like, named_like
from agent.porting.interpose.pickling import with_class
from agent.porting.recording.capture import Recorded, original_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.porting.recording.capture import Taken, TracePlace
    from agent.porting.recording.plan import PlannedCall, RecordedKind
    from agent.porting.recording.recorder import Recorder

__all__ = ["Proxies"]

__passes_calls_on__ = True

_OWN = {
    "__abstractmethods__", "__class__", "__class_getitem__", "__del__", "__delattr__", "__dict__",
    "__dir__", "__doc__", "__getattr__", "__getattribute__", "__getstate__", "__init__",
    "__init_subclass__", "__module__", "__name__", "__new__", "__qualname__", "__reduce__",
    "__reduce_ex__", "__setattr__", "__slots__", "__subclasshook__", "__weakref__",
}  # fmt: skip
"""What a class of proxies has of its own, or must not have."""

_OF_THE_CLASS = (staticmethod, classmethod, ClassMethodDescriptorType, type)


class Proxies:
    """Makes proxies, for one recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._classes: dict[type, type] = {}
        self._functions: list[Any] = []

    def function(self, original: Callable[..., Any], call: PlannedCall) -> Any:
        """Return a proxy of a function; one that is a proxy already stays."""
        if any(original is each for each in self._functions):
            return original

        def recorded(*args: Any, **named: Any) -> Any:
            return self.call(call, original, args, named)

        made = function_like(original, recorded)
        self._functions.append(made)
        return made

    def of_class(self, original: type, kind: RecordedKind) -> type:
        """Return a proxy of a class, which records the calls on its objects."""
        if original in self._classes.values():
            return original
        if original not in self._classes:
            self._classes[original] = _proxy_class(self, original, kind)
        return self._classes[original]

    def make(self, proxy: type, original: type, args: Any, named: Any) -> Any:
        """Make an object of the class `original`, as the program asked for."""
        call = self._recorder.root.make
        if call is None or self._classes.get(original) is not proxy:
            return original(*args, **named)
        return self.call(call, original, args, named)

    def call(
        self,
        call: PlannedCall,
        function: Any,
        args: Any,
        named: Any,
        holder: Recorded | None = None,
    ) -> Any:
        """Call `function`, on the original of `holder` if it is a method, and record the call."""
        taken = self._recorder.take(call, args, named, holder)
        on = () if holder is None else (holder.recorded_original,)
        try:
            result = function(*on, *taken.args, **taken.named)
        except BaseException:
            self._recorder.keep(taken, holder)
            raise
        if call.awaited and inspect.iscoroutine(result):
            return named_like(function, self._awaited(result, taken, holder))
        return self._kept(result, taken, holder)

    async def _awaited(self, result: Awaitable[Any], taken: Taken, holder: Recorded | None) -> Any:
        """Await what a call gave, and record the call once it has ended."""
        try:
            value = await result
        except (GeneratorExit, _cancelled()):
            taken.dropped = "cancelled"
            self._recorder.keep(taken, holder)
            raise
        except BaseException:
            self._recorder.keep(taken, holder)
            raise
        return self._kept(value, taken, holder)

    def _kept(self, result: Any, taken: Taken, holder: Recorded | None) -> Any:
        """Record a call that returned; return what the program sees of its result."""
        recorder, call = self._recorder, taken.call
        known = recorder.held.get(id(result))
        makes = known is None and result is not None
        place = recorder.keep(taken, holder, made=makes)
        return self.shown(result, place, recorder.plan.kinds.get(call.returns or ""))

    def shown(
        self, result: Any, place: TracePlace | None = None, kind: RecordedKind | None = None
    ) -> Any:
        """Return what the program sees of a result: never an original."""
        if isinstance(result, StandIn):
            return result.stands_for
        known = self._recorder.held.get(id(result))
        if known is not None:
            return known
        if place is not None and kind is not None:
            proxy = self.of_class(type(result), kind)
        elif type(result) in self._classes:
            proxy = self._classes[type(result)]
        else:
            return result
        held: Recorded = object.__new__(proxy)
        self._recorder.hold(held, result, place)
        return held

    async def shown_later(self, result: Awaitable[Any]) -> Any:
        """Await `result`, and return what the program sees of what that gives."""
        return self.shown(await result)


class _RecordedType(ProxyType):
    """The class of proxy classes: what a program does with one concerns the original."""

    makers: Proxies

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any
    ) -> Any:
        """Make a class of proxies; a subclass that the program makes is one of the original."""
        originals = tuple(original for base in bases for original in originals_of(base) or (base,))
        if originals == bases:
            return super().__new__(cls, name, bases, body)
        made_by: Any = type(originals[0])
        return made_by(name, originals, body, **options)

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> None:
        super().__init__(name, bases, body)

    def __call__(cls, *args: Any, **named: Any) -> Any:
        return cls.makers.make(cls, _original(cls), args, named)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_original(cls), name)

    def __setattr__(cls, name: str, value: Any) -> None:
        setattr(_original(cls), name, value)

    def __delattr__(cls, name: str) -> None:
        delattr(_original(cls), name)

    def __dir__(cls) -> list[str]:
        return dir(_original(cls))

    def __repr__(cls) -> str:
        return repr(_original(cls))


def _cancelled() -> type[BaseException]:
    """Return what a task of asyncio that is cancelled raises, where the program uses asyncio."""
    asyncio = sys.modules.get("asyncio")
    return GeneratorExit if asyncio is None else asyncio.CancelledError


def _original(proxy: type) -> type:
    return originals_of(proxy)[0]


def _proxy_class(makers: Proxies, original: type, kind: RecordedKind) -> type:
    """Return a class whose objects hand everything on to those of `original`, and are recorded."""

    def make(_: type, *args: Any, **named: Any) -> Any:
        return makers.shown(original.__new__(original, *args, **named))

    body: dict[str, Any] = {
        **identity(original),
        "__slots__": (),
        "__class__": property(lambda _: original),
        "__new__": make,
        "__getattr__": lambda held, name: getattr(held.recorded_original, name),
        "__setattr__": lambda held, name, value: setattr(held.recorded_original, name, value),
        "__delattr__": lambda held, name: delattr(held.recorded_original, name),
        "__dir__": lambda held: dir(held.recorded_original),
        "__reduce_ex__": _reduced,
        "__hash__": None,
        STANDS_FOR: (original,),
        "makers": makers,
    }
    for name in {*dir(original), *kind.operations}:
        member = inspect.getattr_static(original, name, None)
        call = kind.operations.get(name)
        if call is not None and call.reads:
            body[name] = property_like(None, _recorded(makers, call, _reader(name)))
        elif name not in _OWN and callable(member) and not isinstance(member, _OF_THE_CLASS):
            function = getattr(original, name)
            forward = _forwarded(makers, function)
            method = forward if call is None else _recorded(makers, call, function)
            body[name] = like(function, method)
    proxy = _RecordedType(original.__name__, (Recorded,), body)
    for name in collections.abc.__all__:
        abstract: Any = getattr(collections.abc, name)
        virtual = isinstance(abstract, ABCMeta) and abstract.__subclasscheck__(original)
        if virtual:
            abstract.register(proxy)
    return proxy


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda original: getattr(original, name)


def _recorded(makers: Proxies, call: PlannedCall, function: Any) -> Callable[..., Any]:
    def recorded(held: Any, /, *args: Any, **named: Any) -> Any:
        return makers.call(call, function, args, named, held)

    return recorded


def _forwarded(makers: Proxies, function: Any) -> Callable[..., Any]:
    def forwarded(held: Any, /, *args: Any, **named: Any) -> Any:
        given = [original_of(value) for value in args]
        given_by_name = {name: original_of(value) for name, value in named.items()}
        result = function(original_of(held), *given, **given_by_name)
        if inspect.iscoroutine(result):
            return named_like(function, makers.shown_later(result))
        return makers.shown(result)

    return forwarded


def _reduced(held: Any, protocol: Any) -> Any:
    """Reduce the original so that it is found under the name of its class, as others find it."""
    original = held.recorded_original
    # The oldest protocols make an object without asking its class, which could hold no original.
    reduced = original.__reduce_ex__(max(protocol, 2))
    return with_class(reduced, type(original), type(held))


pass_unseen(globals())
