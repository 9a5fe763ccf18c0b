"""Facts of the installed distribution: its version, and which extra brings a module."""

from __future__ import annotations

import re
from importlib import metadata

__all__ = ["requirement", "version"]

_NAME = "agent-port"

_DISTRIBUTIONS = {"griffe": "griffelib"}
"""The distribution of a module, where the name is another one."""


def version() -> str:
    """Return the version of the distribution; say so where the package runs without one."""
    try:
        return metadata.version(_NAME)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def requirement(module: str) -> str:
    """Return what to install to get `module`: an extra of this distribution, if one has it."""
    wanted = module.partition(".")[0].replace("_", "-")
    wanted = _DISTRIBUTIONS.get(wanted, wanted)
    try:
        requirements = metadata.requires(_NAME) or ()
    except metadata.PackageNotFoundError:
        requirements = ()
    for line in requirements:
        found = re.match(r"([\w.-]+).*extra\s*==\s*['\"]([\w-]+)['\"]", line)
        if found and found[1].replace("_", "-") == wanted:
            return f"{_NAME}[{found[2]}]"
    return wanted
