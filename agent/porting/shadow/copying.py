"""Copies arguments for each side, so that neither sees changes by the other."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import BuiltinFunctionType, FunctionType, ModuleType, NoneType
from typing import Any, TypeVar

from agent.porting.interpose.interruptions import is_interruption

__all__ = [
    "ATOMS",
    "Clone",
    "Uncopied",
    "copied",
    "copied_exception",
    "runs_twice",
    "share",
    "together",
]

T = TypeVar("T")

Clone = Callable[[Any], Any]
"""Returns a copy of a value, or the value itself where that is as good."""

ATOMS = frozenset({
    bool, bytes, complex, Decimal, float, Fraction, int, str, type, type(None), type(...),
    type(NotImplemented),
})  # fmt: skip
"""Classes whose instances need no copy: nothing can change them."""


class Uncopied(Exception):
    """A value cannot be copied; the message says why."""


def share(value: T) -> T:
    """Return the value itself: for components to which values are opaque, as to a cache."""
    return value


def together(clone: Clone, memo: dict[int, Any] | None = None) -> Clone:
    """Return what copies several values so that what they share is shared by the copies too.

    `memo` is what `copy.deepcopy` keeps its copies in.
    """
    if clone is not copy.deepcopy:
        return clone
    return partial(copy.deepcopy, memo={} if memo is None else memo)


def copied_exception(error: BaseException) -> BaseException:
    """Return a copy of an exception: the caller gets the exception itself, and may change it.

    Raises what its class raises.
    """
    twin = copy.copy(error)
    twin.__context__ = error.__context__
    twin.__cause__ = error.__cause__
    twin.__suppress_context__ = error.__suppress_context__
    return twin


_PLAINLY = ("__reduce__", "__reduce_ex__")


def _is_sentinel(value: Any) -> bool:
    """Return whether an object holds nothing and stands for itself, so that a copy would not do.

    Nothing can be set on it, or it is one that the module of its class has a name for.
    """
    cls: Any = type(value)
    if any(getattr(cls, name) is not getattr(object, name) for name in _PLAINLY):
        return False
    if any(hasattr(cls, name) for name in ("__deepcopy__", "__getnewargs__", "__getnewargs_ex__")):
        return False
    if cls.__dictoffset__:
        if value.__dict__:
            return False
        named = vars(sys.modules.get(cls.__module__, sys)).values()
        if not any(each is value for each in named):
            return False
    try:
        made = value.__reduce_ex__(4)
    except Exception as error:
        if is_interruption(error):
            raise
        return False
    return bool(made[1:] == ((cls,), None, None, None))


def runs_twice(value: Any) -> bool:
    """Return whether a value is a function, or holds one, which a copy would call just so."""
    if isinstance(value, dict):
        return any(map(_is_function, value.values()))
    return any(map(_is_function, value if isinstance(value, list | tuple | set) else (value,)))


def _is_function(value: Any) -> bool:
    if isinstance(value, partial):
        return _is_function(value.func)
    if isinstance(value, BuiltinFunctionType):  # the module stands for none
        return not isinstance(value.__self__, ModuleType | NoneType)
    return isinstance(value, FunctionType)


def copied(value: Any, clone: Clone) -> Any:
    """Return a copy of `value`; raise `Uncopied`, which is no fault of the caller's."""
    if type(value) in ATOMS or _is_sentinel(value):
        return value
    if isinstance(value, Iterator):
        message = "an iterator, which reading would consume"
        raise Uncopied(message)
    try:
        return clone(value)
    except Uncopied:
        raise
    except Exception as error:
        if is_interruption(error):
            raise
        message = f"no copy of {type(value).__name__} ({type(error).__name__})"
        raise Uncopied(message) from error
