"""The project that a command is about: the one around the working directory, else the package."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.porting.project import Project

__all__ = ["current"]


def current() -> Project:
    """Return the project around the working directory, or else this package's own components.

    Raises `UsageError` for a pyproject.toml that speaks of a port and cannot be read.
    """
    return _project_of(os.getcwd())  # noqa: PTH109  # start-up does without pathlib


@cache
def _project_of(folder: str) -> Project:
    from agent.porting.project import Project, find_project  # noqa: PLC0415  # not for --help

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    own = Project(folder, f"{package}/components.toml", "AGENT_IMPL")
    return find_project(folder) or find_project(package) or own
