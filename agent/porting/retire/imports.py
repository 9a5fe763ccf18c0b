"""The import statements of golden tests, for the names that they use."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import TYPE_CHECKING

from agent.porting.script.vocabulary import Journal, words

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract

__all__ = ["Imports"]

_PUBLIC = {"_io": "io", "_decimal": "decimal"}
"""The real location of classes that report another module."""


class Imports:
    """The imports of tests.

    Args:
        contract: its classes may be used.
        own: the name of the implementation in scripts.
        place: where that is imported from, ``"module:attribute"``.
    """

    def __init__(self, contract: Contract, own: str, place: str) -> None:
        module, _, attribute = place.partition(":")
        renamed = "" if attribute == own else f" as {own}"
        self._lines = {"import pytest", f"from {module} import {attribute}{renamed}"}
        self._known = words(Journal()) | contract.classes
        self.spied = False
        """Whether a spy is used, which records its calls in a journal."""

    def use(self, text: str) -> None:
        """Add the names in a piece of Python."""
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Name) and node.id in self._known:
                self._lines.add(self._import(node.id))

    def _import(self, name: str) -> str:
        found = self._known[name]
        if name == "Spy":
            self.spied = True
            return f"from {words.__module__} import Journal, Spy as _Spy"
        if isinstance(found, ModuleType):
            return f"import {found.__name__}"
        module = "math" if isinstance(found, float) else found.__module__
        return f"from {_PUBLIC.get(module, module)} import {name}"

    def raised(self, kind: type[BaseException]) -> str:
        """Return the name of an exception class in a test."""
        if kind.__module__ == "builtins":
            return kind.__qualname__
        self._lines.add(f"import {kind.__module__}")
        return f"{kind.__module__}.{kind.__qualname__}"

    def text(self) -> str:
        """Return the statements, and a blank line."""
        return "\n".join(sorted(self._lines)) + "\n"
