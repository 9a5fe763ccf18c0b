"""What scripts do with an object beyond its contract: ``probing.pickle(cache)``, for example.

Each method of `Probing` exercises one topic of the object protocol. A method that asks for support
raises what Python or the object raises where there is none.
"""

from __future__ import annotations

import collections.abc
import contextlib
import copy
import inspect
import io
import os
import pickle
import re
import select
import signal
import sys
import threading
import time
import warnings
import weakref
from functools import wraps
from importlib import import_module
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, capture
from agent.porting.interpose.pickling import found_under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PROBING", "Probing", "both_refuse"]

__passes_calls_on__ = True

PROBING = "probing"
"""The name under which scripts have it."""

_MAY_REFUSE = frozenset({
    "pickle", "exchanged", "copy", "deepcopy", "weakly", "attribute", "again", "subclass",
    "overriding", "signature",
})  # fmt: skip
"""Methods by which both sides may refuse support, in whatever words and with whatever class."""

_NEWEST = pickle.HIGHEST_PROTOCOL

_LIMIT = 10.0
"""Seconds after which a thread or a process is taken to hang."""

_ROUNDS = 20
"""How often two threads make the same call at once."""

_ABSTRACT = [
    cls
    for name in collections.abc.__all__
    if isinstance(cls := getattr(collections.abc, name), type)
]

_DEFAULT_REPR = re.compile(r"<(?:\w+\.)*(\w+) object at 0x[0-9a-f]+>")


def both_refuse(method: str | None, python: Outcome, rust: Outcome) -> bool:
    """Return whether neither side supports what a method of `Probing` asks for."""
    raised = python.raised is not None and rust.raised is not None
    return raised and method in _MAY_REFUSE


class Probing:
    """The object protocol of one side's objects.

    Args:
        note: is called with the name, the arguments and the outcome of a call of an overridden
            method.
    """

    def __init__(self, note: Callable[[str, tuple[Any, ...], Outcome], None]) -> None:
        self._note = note
        self.others: dict[str, Any] = {}
        """What the names of a script are on the other side."""
        self.own: dict[str, Any] = {}
        """What they are on this side."""

    @staticmethod
    def pickle(value: Any, protocol: int = _NEWEST) -> Any:
        """Return what a pickle of `value` loads as."""
        with contextlib.ExitStack() as installed:
            return pickle.loads(_pickled(value, protocol, installed))  # noqa: S301  # made here

    def exchanged(self, name: str, protocol: int = _NEWEST) -> Any:
        """Return what the other side's pickle of the object `name` loads as here.

        None if the two pickles do not refer to the same names: each side then loads its own alone.
        """
        with contextlib.ExitStack() as installed:
            theirs = _pickled(self.others[name], protocol, installed)
        with contextlib.ExitStack() as installed:
            own = _Loading(_pickled(self.own[name], protocol, installed))
            other = _Loading(theirs)
            with contextlib.suppress(Exception):  # loading it alone is another probe
                own.load()
            outcome = capture(other.load)
        return outcome.unwrap() if own.names == other.names else None

    @staticmethod
    def copy(value: Any) -> Any:
        """Return a shallow copy."""
        return copy.copy(value)

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """Return a deep copy."""
        return copy.deepcopy(value)

    @staticmethod
    def weakly(value: Any) -> bool:
        """Return whether a weak reference refers to `value`."""
        return weakref.ref(value)() is value

    @staticmethod
    def attribute(value: Any) -> str:
        """Set, read and delete an attribute that nothing else uses."""
        value.unknown_attribute = 5
        seen = value.unknown_attribute
        del value.unknown_attribute
        return f"set to {seen} and deleted"

    @staticmethod
    def missing(value: Any) -> str:
        """Return what comes of reading an attribute that nothing has."""
        error = capture(getattr, value, "no_such_attribute").raised
        return "read" if error is None else f"raised {type(error).__name__}"

    @staticmethod
    def inside(value: Any, error: BaseException | None = None) -> tuple[bool, str]:
        """Enter `value` and leave it, with an exception within if one is given.

        Return whether entering gives `value` itself, and how it was left; raise what gets out.
        """
        left = "passed over an exception"
        with value as entered:
            if error is not None:
                raise error
            left = "left"
        return entered is value, left

    def initialised(self, name: str, *given: Any, **named: Any) -> Any:
        """Call `__init__` once more on the object `name`, if both sides have one of their own."""
        values = self.own[name], self.others[name]
        if any(type(each).__init__ is object.__init__ for each in values):
            return None
        return type(values[0]).__init__(values[0], *given, **named)

    @staticmethod
    def again(value: Any, name: str) -> str:
        """Set an attribute to the value it has."""
        setattr(value, name, getattr(value, name))
        return "set"

    @staticmethod
    def subclass(base: type) -> type:
        """Return a subclass that adds nothing."""
        return type("Subclass", (base,), {"__module__": PROBING})

    def overriding(self, cls: type, *names: str, shows: tuple[str, ...] = ()) -> type:
        """Return a subclass that overrides the methods `names`, notes their calls, passes them on.

        A call is noted where it comes from, the script or another method of the class, with what
        the attributes `shows` are when it begins.
        """
        methods = {name: self._overridden(cls, name, shows) for name in names if hasattr(cls, name)}
        return type("Overriding", (cls,), {"__module__": PROBING, **methods})

    def _overridden(self, cls: type, name: str, shows: tuple[str, ...]) -> Callable[..., Any]:
        inherited = getattr(cls, name)

        @wraps(inherited)
        def method(*given: Any, **named: Any) -> Any:
            seen = tuple(capture(getattr, given[0], each).value for each in shows if given)
            outcome = capture(inherited, *given, **named)
            self._note(name, (*given[1:], *seen), outcome)
            return outcome.unwrap()

        return method

    @staticmethod
    def kinds(value: Any) -> list[str]:
        """Return the abstract base classes that `value` is an instance of."""
        return [cls.__name__ for cls in _ABSTRACT if isinstance(value, cls)]

    @staticmethod
    def bound(function: Any) -> str:
        """Return what becomes of `function` as an attribute of a class."""
        holder = type("Holder", (), {"attribute": function})()
        owner = getattr(holder.attribute, "__self__", None)
        return "bound to the object" if owner is holder else "not bound"

    @staticmethod
    def through_class(value: Any, name: str, *given: Any, **named: Any) -> Any:
        """Call a method as a function of the class."""
        return getattr(type(value), name)(value, *given, **named)

    @staticmethod
    def signature(function: Any) -> list[tuple[str, str, str]]:
        """Return name, kind and default of each parameter."""
        return [
            (parameter.name, parameter.kind.description, _default(parameter))
            for parameter in inspect.signature(function).parameters.values()
        ]

    @staticmethod
    def found(value: Any) -> bool:
        """Return whether something is found under the name of `value`, as pickles look it up.

        It may be the other side: that is the one which is installed, and names what it replaces.
        """
        return found_under(value) is not None

    @staticmethod
    def documented(value: Any) -> bool:
        """Return whether there is a docstring."""
        return bool(inspect.getdoc(value))

    @staticmethod
    def names(method: Any) -> tuple[str, str]:
        """Return the names of a method, without its class's."""
        return method.__name__, method.__qualname__.rpartition(".")[2]

    @staticmethod
    def thread(function: Callable[[], Any]) -> Any:
        """Return, or raise, what `function` does in a thread of its own."""
        outcomes: list[Outcome] = []
        runner = threading.Thread(target=lambda: outcomes.append(capture(function)), daemon=True)
        runner.start()
        runner.join(_LIMIT)
        return outcomes[0].unwrap() if outcomes else "did not end"

    @staticmethod
    def threads(function: Callable[[], Any]) -> list[str]:
        """Return how the calls of two threads that call `function` at the same time end."""
        barrier = threading.Barrier(2)
        ends: set[str] = set()

        def run() -> None:
            barrier.wait(_LIMIT)
            for _ in range(_ROUNDS):
                error = capture(function).raised
                ends.add("returned" if error is None else f"raised {type(error).__name__}")

        runners = [threading.Thread(target=run, daemon=True) for _ in range(2)]
        pause = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            for runner in runners:
                runner.start()
            for runner in runners:
                runner.join(_LIMIT)
        finally:
            sys.setswitchinterval(pause)
        if any(runner.is_alive() for runner in runners):
            ends.add("did not end")
        return sorted(ends)

    @staticmethod
    def fork(function: Callable[[], Any]) -> str:
        """Return what `function` does in a forked process, as a text."""
        here, there = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads do not matter here
            child = os.fork()
        if child == 0:
            _answer(there, function)
        os.close(there)
        text = _received(here)
        if text is None:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "did not end" if text is None else text


def _pickled(value: Any, protocol: int, installed: contextlib.ExitStack) -> bytes:
    """Return a pickle of `value`; what it refers to stays found under its name in `installed`."""
    file = io.BytesIO()
    _Pickling(file, protocol, installed).dump(value)
    return file.getvalue()


class _Pickling(pickle.Pickler):
    """Pickles one side's object, with the classes and functions of this side that it refers to.

    Pickle refuses what is not found under its name. Of a pair, one side is installed there.
    """

    def __init__(self, file: io.BytesIO, protocol: int, installed: contextlib.ExitStack) -> None:
        super().__init__(file, protocol)
        self._installed = installed

    def reducer_override(self, value: Any) -> Any:
        """Have a class or a function found under its name; leave the rest to pickle."""
        if isinstance(value, type | FunctionType | BuiltinFunctionType):
            self._installed.enter_context(_found(value))
        return NotImplemented


@contextlib.contextmanager
def _found(value: Any) -> Iterator[None]:
    """Have `value` found under its name, if the other side's namesake is."""
    with contextlib.suppress(Exception):  # pickle tells why
        import_module(value.__module__)
    there = found_under(value)
    place = sys.modules.get(value.__module__)
    if there is None or there is value or place is None or "." in value.__qualname__:
        yield
        return
    setattr(place, value.__qualname__, value)
    try:
        yield
    finally:
        setattr(place, value.__qualname__, there)


class _Loading(pickle.Unpickler):
    """Loads a pickle of either side, and keeps the names it looks up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.names: set[tuple[str, str]] = set()

    def find_class(self, module: str, name: str) -> Any:
        """Return what is called so."""
        self.names.add((module, name))
        return super().find_class(module, name)


def _default(parameter: inspect.Parameter) -> str:
    """Return the default as a text; ``…`` for one that an extension cannot express."""
    default = parameter.default
    if default is parameter.empty:
        return "none"
    plain = isinstance(default, bool | int | float | str | bytes | tuple | type(None))
    return repr(default) if plain else "…"


def _answer(there: int, function: Callable[[], Any]) -> None:
    """Write what `function` does to the pipe `there`, and end this process."""
    try:
        text = _DEFAULT_REPR.sub(r"<\1 object>", str(capture(function)))
        os.write(there, text.encode("utf-8", "backslashreplace")[: select.PIPE_BUF])
    finally:
        os._exit(0)


def _received(here: int) -> str | None:
    """Return what comes through the pipe `here`; None if it does not end in time."""
    parts: list[bytes] = []
    until = time.monotonic() + _LIMIT
    try:
        while select.select([here], [], [], max(0.0, until - time.monotonic()))[0]:
            part = os.read(here, select.PIPE_BUF)
            if not part:
                return b"".join(parts).decode() or "ended without an answer"
            parts.append(part)
    finally:
        os.close(here)
    return None
