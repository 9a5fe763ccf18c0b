"""Puts the decorator before a definition, and leaves the rest of the module as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decorated", "decorator_lines"]


def decorator_lines(package: str, name: str, registry: str = "registry") -> tuple[str, str]:
    """Return the import and the decorator of the component `name`, a line each."""
    renamed = "" if registry == "registry" else f" as {registry}"
    return f"from {package}._port import registry{renamed}", f'@{registry}.port("{name}")'


def decorated(text: str, defined: str, package: str, name: str) -> str:
    """Return the module `text` with the definition of `defined` decorated.

    The decorator comes first, so that it has whatever other decorators make of the definition.
    Raises `UsageError` unless there is just one definition, not counting overloads.
    """
    tree = ast.parse(text)
    node = _definition(tree, defined)
    taken = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    taken |= set(_imported(tree))
    given = decorator_lines(package, name)[0] in text.splitlines()
    registry = "registry" if given or "registry" not in taken else "port_registry"
    imported, decorator = decorator_lines(package, name, registry)
    lines = text.split("\n")
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    lines.insert(first, " " * node.col_offset + decorator)
    if imported not in lines:
        last = _last_import(tree)
        at = 0 if last is None else last.end_lineno or 0
        own = isinstance(last, ast.ImportFrom) and (last.module or "").startswith(package)
        lines[at:at] = [imported] if own else ["", imported] if at else [imported, ""]
    return "\n".join(lines)


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef | ast.ClassDef:
    found = [each for each in _defined(tree.body) if each.name == name and not _overloads(each)]
    if len(found) == 1:
        return found[0]
    count = "no definition" if not found else f"{len(found)} definitions"
    message = f"there are {count} of {name}: decorate it yourself, and say --no-decorate"
    raise UsageError(message)


def _defined(statements: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield what a module defines, in its conditions too."""
    for each in statements:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            yield each
        elif isinstance(each, ast.If | ast.Try):
            handlers = [body for handler in getattr(each, "handlers", ()) for body in handler.body]
            yield from _defined([*each.body, *handlers, *each.orelse])


def _overloads(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(each).rpartition(".")[2] == "overload" for each in node.decorator_list)


def _imported(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in each.names)


def _last_import(tree: ast.Module) -> ast.stmt | None:
    """Return the last of the imports that a module begins with; else its docstring, or None."""
    last: ast.stmt | None = None
    for index, each in enumerate(tree.body):
        string = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        if not isinstance(each, ast.Import | ast.ImportFrom) and not (index == 0 and string):
            break
        last = each
    return last
