"""Where modules are imported from, in this process and in those that it starts.

A project's folder comes last, behind the standard library and the installed packages, as
``python -P`` has it: a ``json.py`` in it is nobody's ``json``.
"""

from __future__ import annotations

import os
import sys

__all__ = ["append", "worker_command", "worker_environment"]


def append(folder: str) -> None:
    """Make the modules in `folder` importable, unless others of their names are so already."""
    if folder not in sys.path:
        sys.path.append(folder)


def worker_command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs `module` with this interpreter.

    The working directory is not searched for modules.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def worker_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a process that imports from where this one does, in that order."""
    path = os.pathsep.join(filter(None, sys.path))
    return {**os.environ, **variables, "PYTHONPATH": path}
