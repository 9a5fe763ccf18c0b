"""The path of a component's ledger, and the sources that run.

Telling that there is none takes no more than the modules that a program starts with.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from agent.porting.files.trace import noted
from agent.porting.project.table import split

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    from agent.porting.files.digest_cache import DigestCache
    from agent.porting.ledger.ledger import Ledger, Sources
    from agent.porting.ledger.sums import ShadowCounts
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["ledger_of", "parity_of", "shadowed_so_far", "sources_of"]


def ledger_of(component: Component) -> Ledger:
    """Return the ledger of a component of the package ``mypkg``.

    It is the file that the variable ``MYPKG_LEDGER`` names; else ``build/shadow/ledger.sqlite`` in
    the project that contains the package; else one in the user's state folder.
    """
    from agent.porting.ledger.ledger import Ledger  # noqa: PLC0415  # SQLite, where there is need

    return Ledger(_ledger_path(component))


def _ledger_path(component: Component) -> str:
    package = split(component.python)[0].partition(".")[0]
    named = os.environ.get(f"{package.upper()}_LEDGER")
    if named:
        return named
    project = _project(package)
    folder = f"{_state()}/{package}" if project is None else f"{project.folder}/build"
    return f"{folder}/shadow/ledger.sqlite"


def _state() -> str:
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")  # noqa: PTH111
    return os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111


@lru_cache(maxsize=64)
def _project(package: str) -> Project | None:
    """Return the project that contains a package, or None."""
    from agent.porting.project.project import find_project  # noqa: PLC0415  # reads TOML

    spec = _spec(package)
    origin = None if spec is None else spec.origin
    return None if origin is None else find_project(os.path.dirname(origin))  # noqa: PTH120


def shadowed_so_far(component: Component, cache: DigestCache | None = None) -> ShadowCounts | None:
    """Return what the ledger says of a component, as its sources are now; None for nothing.

    With a `cache`, a ledger that has not changed since it was written is not read. Raises
    `EnvironmentLacking` if the ledger cannot be read.
    """
    path = _ledger_path(component)
    if not (os.path.exists(path) or os.path.exists(f"{path}.runs")):  # noqa: PTH110
        return None
    # Running processes write into mapped memory, which shows in no time stamp.
    if cache is None or _is_written_to(path):
        return _shadowed(component)

    def compute() -> Any:
        for each in (path, f"{path}-wal", f"{path}.runs"):
            noted(each)
        for reference in (component.rust, component.python):
            if (spec := find_spec(split(reference)[0])) and spec.origin:
                noted(spec.origin)
        return _shadowed(component)

    from agent.porting.ledger.sums import Demotion, ShadowCounts, Sums  # noqa: PLC0415  # as above

    found = cache.result(f"shadow of {component.name}", (path, component), compute)
    if found is None:
        return None
    (matched, mismatched, ignored, skipped, refused), demotions = found
    sums = Sums(matched, mismatched, ignored, Counter(skipped), Counter(refused))
    return ShadowCounts(sums, [Demotion(*each) for each in demotions])


def _is_written_to(path: str) -> bool:
    """Return whether processes have written what the ledger at `path` has not gathered."""
    try:
        return bool(os.listdir(f"{path}.runs"))  # noqa: PTH208  # start-up does without pathlib
    except FileNotFoundError:
        return False


def _shadowed(component: Component) -> ShadowCounts | None:
    from agent.porting.ledger.sums import ShadowCounts  # noqa: PLC0415  # as above

    ledger = ledger_of(component)
    try:
        sources = sources_of(component)
    except ImportError:  # one side is not there, so that nothing ran of these sources
        return None
    sums = ledger.sums(component.name, sources)
    return ShadowCounts(sums, ledger.demotions(component.name, sources)) if sums.calls else None


def sources_of(component: Component) -> Sources:
    """Return digests of the Rust build and of the reference's source, as this process has them.

    A build that does not say which sources it was made from goes by what it consists of.
    """
    from agent.porting.ledger.ledger import Sources  # noqa: PLC0415  # as above

    rust, python = split(component.rust)[0], split(component.python)[0]
    named: str | None = getattr(import_module(rust), "__digest__", None)
    return Sources(named or _digest(rust), _digest(python))


def _spec(module: str) -> ModuleSpec | None:
    try:
        return find_spec(module)
    except ValueError:  # a program that is run by its path has no spec
        return None


def _digest(module: str) -> str | None:
    """Return a digest of the file of `module`; None where there is none to be read."""
    from hashlib import sha256  # noqa: PLC0415  # as above

    spec = _spec(module)
    read = getattr(getattr(spec, "loader", None), "get_data", None)
    if spec is None or spec.origin is None or read is None:
        return None
    try:
        return sha256(read(spec.origin)).hexdigest()
    except OSError:
        return None


def parity_of(component: Component) -> Path | None:
    """Return the folder of examples and of the register of divergences; None outside a project."""
    package = split(component.python)[0].partition(".")[0]
    project = _project(package)
    return None if project is None else project.parity_folder
