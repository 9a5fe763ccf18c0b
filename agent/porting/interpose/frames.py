"""Marks the frames of a traceback that only pass a call on to an implementation.

A module that calls an implementation on a caller's behalf says so in its globals::

    __passes_calls_on__ = True

An error that a call raises before it enters the implementation then has no frames but such ones.
So do the functions that `contextlib` makes of generators: they call these on the caller's behalf.

A warning with a `stacklevel`, and a record of `logging` with one, count frames from where they are
issued. `pass_unseen` lets them pass over the frames of a module.
"""

from __future__ import annotations

import contextlib
import linecache
from functools import partial
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["MARK", "pass_unseen", "passes_on"]

_CONTEXTLIB = vars(contextlib)

MARK = "__passes_calls_on__"
"""The global name that a module sets to True."""


def passes_on(frame: FrameType) -> bool:
    """Return whether `frame` runs code of a module that only passes calls on."""
    return frame.f_globals.get(MARK) is True or frame.f_globals is _CONTEXTLIB


_INTERNAL = ":importlib._bootstrap"
"""What `warnings` and `logging` know the files of the import system by, whose frames they leave out
of account. Nothing else does that, in any version of Python up to 3.14."""


def pass_unseen(module: dict[str, Any]) -> None:
    """Let warnings that count frames pass over those of all functions of a module.

    It is called last in the module, with its ``globals()``. Tracebacks show these frames as ever,
    with their source.
    """
    for function in _functions(module, module["__name__"]):
        code = function.__code__
        if function.__globals__ is module and not code.co_filename.endswith(_INTERNAL):
            function.__code__ = _internal(code)
            # As `linecache.lazycache` does, which asks the loader: not all know their sources.
            linecache.cache[f"{code.co_filename}{_INTERNAL}"] = (
                partial(_source, code.co_filename),
            )


def _source(file: str) -> str:
    return "".join(linecache.getlines(file))


def _functions(members: Any, name: str) -> Iterator[FunctionType]:
    for member in list(members.values()):
        inner = getattr(member, "__func__", getattr(member, "func", member))
        for each in (inner, getattr(member, "fget", None), getattr(member, "fset", None)):
            if isinstance(each, FunctionType):
                yield each
        if isinstance(member, type) and member.__module__ == name:
            yield from _functions(type.__dict__["__dict__"].__get__(member), name)


def _internal(code: CodeType) -> CodeType:
    constants = tuple(
        _internal(each) if isinstance(each, CodeType) else each for each in code.co_consts
    )
    return code.replace(co_filename=f"{code.co_filename}{_INTERNAL}", co_consts=constants)
