"""Removal of a port's decorator from a module: the reference stays, or Rust replaces it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_ported", "with_reference", "with_rust"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def is_ported(text: str, name: str) -> bool:
    """Return whether the module `text` has a definition decorated as the component `name`."""
    return next(_ported(ast.parse(text), name), None) is not None


def with_reference(text: str, name: str) -> str:
    """Return the module `text` without the decorator of the component `name`."""
    _, decorator = next(_ported(ast.parse(text), name))
    return _without_registry(_replaced(text, decorator, []), decorator)


def with_rust(text: str, name: str, rust: str) -> str:
    """Return the module `text` with an import of `rust` instead of the decorated definition."""
    node, decorator = next(_ported(ast.parse(text), name))
    module, _, attribute = rust.partition(":")
    renamed = "" if attribute == node.name else f" as {node.name}"
    line = f"{' ' * node.col_offset}from {module} import {attribute}{renamed}"
    return _without_registry(_replaced(text, node, [line]), decorator)


def _ported(tree: ast.Module, name: str) -> Iterator[tuple[Definition, ast.expr]]:
    """Yield each definition decorated with ``….port(NAME)``, and the decorator."""
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            for decorator in node.decorator_list:
                match decorator:
                    case ast.Call(
                        func=ast.Attribute(attr="port"), args=[ast.Constant(value=value)]
                    ) if value == name:
                        yield node, decorator


def _replaced(text: str, node: ast.expr | ast.stmt, lines: list[str]) -> str:
    """Return `text` with `lines` instead of a definition and its decorators."""
    decorators = getattr(node, "decorator_list", [])
    first = min(each.lineno for each in [node, *decorators])
    end = "\r\n" if "\r\n" in text else "\n"
    all_lines = text.split(end)
    all_lines[first - 1 : node.end_lineno] = lines
    return end.join(all_lines)


def _without_registry(text: str, decorator: ast.expr) -> str:
    """Remove the import of the decorator's registry if nothing else uses it."""
    bases = [node.id for node in ast.walk(decorator) if isinstance(node, ast.Name)]
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and len(node.names) == 1:
            alias = node.names[0]
            name = alias.asname or alias.name
            if name in bases and name not in used and f'"{name}"' not in text:
                return _replaced(text, node, [])
    return text
