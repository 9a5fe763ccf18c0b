"""SQLAlchemy's modules that Cython compiles, loaded from their sources in Python.

Each is what the package would use if it were installed without its compiled parts. Importing it
from ``sqlalchemy`` keeps giving the compiled one.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def uncompiled(name: str) -> ModuleType:
    """Return a module of the source that lies beside the compiled module `name`."""
    compiled = import_module(name)
    path = Path(compiled.__file__ or "")
    spec = spec_from_file_location(name, path.with_name(f"{path.name.partition('.')[0]}.py"))
    if spec is None or spec.loader is None:
        message = f"{name} has no source"
        raise ImportError(message)
    module = module_from_spec(spec)
    sys.modules[name] = module  # where its classes look for themselves
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules[name] = compiled
    return module


collections = uncompiled("sqlalchemy.util._collections_cy")
immutabledict = uncompiled("sqlalchemy.util._immutabledict_cy")
processors = uncompiled("sqlalchemy.engine._processors_cy")
