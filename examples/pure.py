"""The standard library's modules in pure Python, loaded without their compiled parts.

Each is what the interpreter would use if the compiled part were missing. ``import heapq`` keeps
giving the usual module.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def without(name: str, *compiled: str) -> ModuleType:
    """Import a fresh copy of the module `name` as if the modules `compiled` did not exist."""
    hidden: dict[str, Any] = {key: sys.modules.pop(key, None) for key in (name, *compiled)}
    sys.modules.update(dict.fromkeys(compiled))  # type: ignore[arg-type]  # None: not to be found
    package, _, attribute = name.rpartition(".")
    try:
        return import_module(name)
    finally:
        for key, module in hidden.items():
            sys.modules.pop(key, None)
            if module is not None:
                sys.modules[key] = module
        if package:
            setattr(sys.modules[package], attribute, import_module(name))


bisect = without("bisect", "_bisect")
collections = without("collections", "_collections")
functools = without("functools", "_functools")
heapq = without("heapq", "_heapq")
datetime = without("datetime", "_datetime")
etree = without("xml.etree.ElementTree", "_elementtree")
operator = without("operator", "_operator")
quopri = without("quopri", "binascii")
stat = without("stat", "_stat")
statistics = without("statistics", "_statistics")
