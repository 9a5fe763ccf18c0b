"""Where the ledger of a component is, and which sources run."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.porting.shadow.ledger import Ledger, Sources
from agent.porting.table import split

if TYPE_CHECKING:
    from agent.porting.project import Project
    from agent.porting.table import Component

__all__ = ["ledger_of", "parity_of", "sources_of"]


def ledger_of(component: Component) -> Ledger:
    """Return the ledger of a component of the package ``mypkg``.

    It is the file that the variable ``MYPKG_LEDGER`` names; else ``build/shadow/ledger.sqlite`` in
    the project that the package stands in; else one in the user's folder for what programs keep.
    """
    package = split(component.python)[0].partition(".")[0]
    named = os.environ.get(f"{package.upper()}_LEDGER")
    return Ledger(named or _default(package))


def _default(package: str) -> Path:
    project = _project(package)
    if project is not None:
        return project.root / "build" / "shadow" / "ledger.sqlite"
    return _state() / package / "shadow" / "ledger.sqlite"


@lru_cache(maxsize=64)
def _project(package: str) -> Project | None:
    """Return the project that a package stands in, if it does."""
    from agent.porting.project import find_project  # noqa: PLC0415  # reads TOML

    try:
        spec = find_spec(package)
    except ValueError:  # a program that is run by its path has no spec
        spec = None
    origin = None if spec is None else spec.origin
    return None if origin is None else find_project(os.path.dirname(origin))  # noqa: PTH120


def _state() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def sources_of(component: Component) -> Sources:
    """Return digests of the Rust build and of the reference's source, as this process has them."""
    rust = getattr(import_module(split(component.rust)[0]), "__digest__", None)
    return Sources(rust, _digest(split(component.python)[0]))


def _digest(module: str) -> str | None:
    """Return a digest of the source of `module`; None where there is none to be read."""
    spec = import_module(module).__spec__
    read = getattr(getattr(spec, "loader", None), "get_source", None)
    try:
        source = None if read is None else read(module)
    except (ImportError, OSError):
        return None
    return None if source is None else sha256(source.encode()).hexdigest()


def parity_of(component: Component) -> Path | None:
    """Return the folder of examples and of the register of divergences; None outside a project."""
    package = split(component.python)[0].partition(".")[0]
    project = _project(package)
    return None if project is None else project.parity_folder
