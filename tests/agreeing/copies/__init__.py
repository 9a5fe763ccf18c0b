"""Modules loaded twice, as ``tests.agreeing.copies.first.heapq`` and as ``…copies.second.heapq``.

Both are Python alone: what a module would import from an extension is not there for it.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.agreeing.pairs import PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_COPIES = ("first", "second")
_MODULES = {module for module, _ in PAIRS}

_EXTENSIONS = (
    "_bisect", "_collections", "_datetime", "_decimal", "_heapq", "_json", "_operator",
    "_statistics",
)  # fmt: skip
"""What has a fallback in Python."""


class _Copies(MetaPathFinder, Loader):
    """Finds and loads the copies, and the packages above them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a copy, or of a package above copies."""
        copy, _, name = fullname.removeprefix(f"{__name__}.").partition(".")
        if not fullname.startswith(f"{__name__}.") or copy not in _COPIES:
            return None
        if name in _MODULES:
            return ModuleSpec(fullname, self)
        if not name or any(module.startswith(f"{name}.") for module in _MODULES):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the source of the module once more, without extensions."""
        name = module.__name__.removeprefix(f"{__name__}.").partition(".")[2]
        if name not in _MODULES:
            return
        file = Path(_origin(name))
        hidden = {each: sys.modules.get(each) for each in _EXTENSIONS}
        sys.modules |= dict.fromkeys(_EXTENSIONS)  # type: ignore[arg-type]  # None: not to be had
        try:
            exec(compile(file.read_bytes(), file, "exec"), vars(module))  # noqa: S102  # installed
        finally:
            for each, before in hidden.items():
                if before is None:
                    del sys.modules[each]
                else:
                    sys.modules[each] = before


def _origin(name: str) -> str:
    """Return the file of a module: of its version in Python where it is a module of its own."""
    head, _, last = name.rpartition(".")
    spec = None if head else importlib.util.find_spec(f"_py{last}")
    file = import_module(spec.name if spec else name).__file__
    if file is None:
        raise ImportError(name)
    return file


sys.meta_path.append(_Copies())
