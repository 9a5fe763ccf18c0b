"""Subinterpreters, where compiled modules are not loaded."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec

__all__ = ["in_subinterpreter", "require_loadable"]

_INTERPRETERS = ("_interpreters", "_xxsubinterpreters")
"""The module that knows the interpreters; the latter is its name up to Python 3.12."""


def in_subinterpreter() -> bool:
    """Return whether this is not the interpreter that the process began with.

    False where Python is built without the module that can tell.
    """
    for name in _INTERPRETERS:
        with suppress(ImportError):
            interpreters = import_module(name)
            return _number(interpreters.get_current()) != _number(interpreters.get_main())
    return False


def require_loadable(module: str) -> None:
    """Raise `ImportError` for a compiled module in a subinterpreter, before any of its code runs.

    The classes that it keeps belong to the interpreter that loaded it first: what it raises and
    returns in another one would be of classes that nobody there knows. Some versions of Python let
    that happen, others raise `ImportError` themselves. This imports the packages that contain the
    module, and raises what they raise.
    """
    if not in_subinterpreter():
        return
    spec = find_spec(module)
    if spec is not None and isinstance(spec.loader, ExtensionFileLoader):
        message = "this is a subinterpreter, and it is for the process's main interpreter alone"
        raise ImportError(message, name=module)


def _number(interpreter: object) -> object:
    """Return an interpreter's number; since Python 3.13 it comes with where it is from."""
    return interpreter[0] if isinstance(interpreter, tuple) else interpreter
