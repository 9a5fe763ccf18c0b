"""Instrumented builds of the extension, which are never shipped.

The bench build adds a call that does nothing and runs of the core alone; the heap build counts its
allocations. Each is a shared library of its own, loaded by path beside the shipped module.
"""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import ImplementationUnavailable
from agent.porting.sources.build import source_root

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["find_extra", "load_extra"]


def find_extra(module: ModuleType, kind: str) -> Path | None:
    """Return the `kind` build, ``"bench"`` or ``"heap"``, of the sources `module` was built from.

    It is looked for in ``build/KIND`` beside the sources; None when there is none, or it was built
    from others.
    """
    root = source_root(module)
    if root is None:
        return None
    stem = module.__name__.rpartition(".")[2]
    for suffix in EXTENSION_SUFFIXES:
        path = Path(root, "build", kind, f"{stem}{suffix}")
        if path.is_file():
            digest = getattr(load_extra(path), "__digest__", None)
            if digest is not None and digest == getattr(module, "__digest__", None):
                return path
    return None


def load_extra(path: Path) -> ModuleType:
    """Load the shared library at `path`, under a name that is not the shipped module's."""
    name = f"{path.parent.name}_build.{path.name.partition('.')[0]}"
    loader = ExtensionFileLoader(name, str(path))
    spec = spec_from_file_location(name, path, loader=loader)
    if spec is None:
        message = f"{path} is not an extension module"
        raise ImplementationUnavailable(message)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
