"""The project that a command is about: the one around the working directory, else the package."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.porting.project.project import Project
    from agent.porting.registry.registry import Registry

__all__ = ["current", "current_registry"]


def current() -> Project:
    """Return the project around the working directory, or else this package's own components.

    What its table names can be imported from then on.

    Raises `UsageError` for a pyproject.toml that declares a port and cannot be read.
    """
    return _project_of(os.getcwd())  # noqa: PTH109  # start-up does without pathlib


def current_registry() -> Registry:
    """Return the registry of that project's components."""
    return _registry_of(current())


@cache
def _registry_of(project: Project) -> Registry:
    from agent.porting.registry.registry import Registry  # noqa: PLC0415  # not for --help

    return Registry.of_project(project)


@cache
def _project_of(folder: str) -> Project:
    from agent.porting.project.project import Project, find_project  # noqa: PLC0415  # not for --help

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    own = Project(folder, f"{package}/components.toml", "AGENT_IMPL")
    found = find_project(folder)
    if found is None:
        # A package that is installed in a project, as in its .venv, does not belong to it.
        around = find_project(package)
        theirs = around is not None and os.path.join(around.folder, around.table) == own.table  # noqa: PTH118
        found = around if around is not None and theirs else own
    found.make_importable()
    return found
