"""The twins as modules: ``tests.one_fault.twins.functions.text`` for ``functions/text.py``.

Below ``same``, in ``tests.one_fault.twins.same.functions.text``, is that file's source once more,
without its faults. As with an extension, there is no source to be read.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

from tests.one_fault.corpus import module_names, source, twin_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_SAME = "same."


class _Twins(MetaPathFinder, Loader):
    """Finds and loads the twins."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of twins, or of a package of them."""
        name = fullname.removeprefix(f"{__name__}.")
        if name == fullname:
            return None
        packages = {"same", *(f"{each}{sort}" for each in ("", _SAME) for sort in _SORTS)}
        if name not in packages and name.removeprefix(_SAME) not in module_names():
            return None
        return ModuleSpec(fullname, self, is_package=name in packages)

    def exec_module(self, module: ModuleType) -> None:
        """Run the source of the twins in `module`."""
        name = module.__name__.removeprefix(f"{__name__}.")
        if hasattr(module, "__path__"):
            return
        file = name.removeprefix(_SAME)
        text = source(file) if name.startswith(_SAME) else twin_source(file)
        exec(compile(text, f"<{name}>", "exec"), vars(module))  # noqa: S102  # from this folder


_SORTS = ("functions", "classes")

sys.meta_path.append(_Twins())
