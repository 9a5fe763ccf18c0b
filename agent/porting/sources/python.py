"""The files of a Python module and its imports, found without importing them."""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.porting.files.reading import read_bytes
from agent.porting.files.trace import noted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["find_source", "sources_of"]


def find_source(module: str) -> Path | None:
    """Return the file that `module` is loaded from; None if there is none, or no such module."""
    whole = ""
    path: Sequence[str] | None = None
    spec = None
    for part in module.split("."):
        whole = f"{whole}.{part}".lstrip(".")
        try:
            spec = find_spec(whole) if path is None else PathFinder.find_spec(whole, path)
        except ValueError:  # one in sys.modules that was not loaded from anywhere
            return None
        if spec is None:
            return None
        path = [noted(folder) for folder in spec.submodule_search_locations or []]
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def sources_of(module: str, without: Collection[str] = ()) -> dict[str, Path]:
    """Return the files of `module` and of those of its package that they import, by module.

    One leads to another; those named in `without` are left out, with what only they lead to. What
    is imported inside of a function, or for type checkers alone, counts too.
    """
    package = module.rpartition(".")[0]
    found: dict[str, Path] = {}
    pending = [module]
    while pending:
        name = pending.pop()
        path = None if name in found or name in without else find_source(name)
        if path is None:
            continue
        found[name] = path
        if path.suffix == ".py" and package:
            pending += [each for each in _imports(path, name) if each.startswith(f"{package}.")]
    return dict(sorted(found.items()))


def _imports(path: Path, module: str) -> list[str]:
    """Return what the file at `path` may import, whenever it does: modules, and what is in them."""
    # Of a package, one level up is the package itself.
    inside = [*module.split("."), ""] if path.name == "__init__.py" else module.split(".")
    names = []
    for node in _statements(read_bytes(noted(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        else:
            around = inside[: -node.level] if node.level else []
            base = ".".join([*around, *filter(None, [node.module])])
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return names


@lru_cache(maxsize=1024)
def _statements(source: bytes) -> list[ast.Import | ast.ImportFrom]:
    """Return the statements of a module that import something; expressions are not looked into."""
    found: list[ast.Import | ast.ImportFrom] = []
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not isinstance(node, ast.expr):
            pending += ast.iter_child_nodes(node)
    return found
