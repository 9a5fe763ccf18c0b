"""Pickling and copying of proxied objects, under the class found by its name."""

from __future__ import annotations

import copyreg
import sys
from operator import methodcaller
from typing import Any

__all__ = ["found_under", "with_class"]


def found_under(named: Any) -> Any:
    """Return what a pickle finds under the name of a class or function; None for nothing."""
    found: Any = sys.modules.get(named.__module__)
    for name in named.__qualname__.split("."):
        found = getattr(found, name, None)
    return found


def with_class(reduced: Any, old: type, new: type) -> Any:
    """Return what ``__reduce_ex__`` gave, for an object of the class `new` instead of `old`."""
    if not isinstance(reduced, tuple):
        return reduced
    make, args, *rest = reduced
    make = new if make is old else make
    args = tuple(new if part is old else part for part in args)
    # Pickle takes the functions of `copyreg` for an object of the very class, and would look.
    if make is copyreg.__newobj__:  # type: ignore[attr-defined]
        make, args = methodcaller("__new__", *args), args[:1]
    elif make is copyreg.__newobj_ex__:  # type: ignore[attr-defined]
        cls, positional, named = args
        make, args = methodcaller("__new__", cls, *positional, **named), (cls,)
    return make, args, *rest
