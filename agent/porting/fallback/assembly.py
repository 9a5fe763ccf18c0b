"""Combines two sides into one implementation, with Python as fallback."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from agent.porting.fallback.proxy_class import served_class
from agent.porting.fallback.proxy_function import lacking, served_function

__all__ = ["served"]


def served(name: str, python: Any, rust: Any) -> Any:
    """Return one implementation of the component `name`, by Rust as far as it goes.

    What Rust refuses with `Unsupported`, or has not, Python serves, which is counted (see
    `refusals`). It looks like `python`: its signature, name, module and documentation.

    - A function calls Rust, and Python with the same arguments if Rust refuses.
    - A module is that for each of its functions and classes; everything else in it is Python's.
    - An object of a class is Rust's until Rust refuses; from then on it is Python's.

    Raises:
        ContractError: `python` is a class whose objects cannot be handed over.
    """
    if isinstance(python, type):
        return served_class(name, python, rust)
    if isinstance(python, ModuleType):
        return _served_module(name, python, rust)
    return served_function(name, python, rust)


def _served_module(name: str, python: ModuleType, rust: Any) -> ModuleType:
    """Return a module that is `python` except for the functions and classes that it defines."""
    module = ModuleType(python.__name__, python.__doc__)
    for attribute, value in vars(python).items():
        if callable(value) and getattr(value, "__module__", None) == python.__name__:
            other = getattr(rust, attribute, None)
            if other is not None:
                value = served(name, value, other)  # noqa: PLW2901  # the same under both names
            elif not isinstance(value, type):
                value = lacking(name, value)  # noqa: PLW2901
        setattr(module, attribute, value)
    return module
