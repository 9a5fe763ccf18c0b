"""The project that a port belongs to: the paths of its table and other files.

``[tool.agent-port]`` in its pyproject.toml declares it::

    [tool.agent-port]
    table = "mypkg/components.toml"
    environment = "MYPKG_IMPL"      # prefix of the environment variables
    parity = "parity_tests"         # examples, recorded calls, registers; the default
    evidence = "evidence"           # what stages rest on; the default
    stale = "fail"                  # what is done about stale evidence; the default; or "demote"
    layout = "package"              # where agent new puts a component; the default; or "components"
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import ContractError, UsageError
from agent.porting.project.settings import require_known
from agent.porting.project.table import find_component, load_table, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.project.table import Component

__all__ = ["LAYOUTS", "STALE", "Project", "find_project"]

LAYOUTS = ("package", "components")
"""Where ``agent new`` puts a component: beside the code that is ported, in ``_ports``; or in a
folder of its own beside the table, with a crate of its own for its core."""

STALE = ("fail", "demote")
"""The reactions to stale evidence."""

_TITLE = "[tool.agent-port]"


class _Places(NamedTuple):
    folder: str
    """The absolute path of the folder of its pyproject.toml; other paths are relative to it."""
    table: str
    """The table of components."""
    environment: str
    """Prefix of the environment variables that select a side."""
    parity: str = "parity_tests"
    evidence: str = "evidence"
    stale: str = STALE[0]
    """One of `STALE`."""
    layout: str = LAYOUTS[0]
    """One of `LAYOUTS`."""


class Project(_Places):
    """The paths of a project.

    The fields are strings, because start-up avoids pathlib; the properties are absolute paths.
    """

    @cached_property
    def components(self) -> dict[str, Component]:
        """The rows of the table, by name, as they are when they are first asked for."""
        return load_table(os.path.join(self.folder, self.table))  # noqa: PTH118  # as above

    def component(self, name: str) -> Component:
        """Return the row of the component `name`; raise `UnknownComponent`, listing the known."""
        return find_component(self.components, name)

    def make_importable(self) -> None:
        """Put the folder of the table's package on the path, so that it can be imported."""
        package = os.path.dirname(os.path.join(self.folder, self.table))  # noqa: PTH118, PTH120
        while os.path.isfile(f"{package}/__init__.py"):  # noqa: PTH113
            package = os.path.dirname(package)  # noqa: PTH120
        if package not in sys.path:
            sys.path.insert(0, package)

    @property
    def is_installed(self) -> bool:
        """Whether the table is outside the folder: of an installed package without sources."""
        table = os.path.join(self.folder, self.table)  # noqa: PTH118  # as above
        return not table.startswith(os.path.join(self.folder, ""))  # noqa: PTH118

    @cached_property
    def root(self) -> Path:
        """The folder of its pyproject.toml."""
        from pathlib import Path  # noqa: PLC0415  # as above

        return Path(self.folder)

    @property
    def table_file(self) -> Path:
        """The table of components."""
        return self.root / self.table

    @property
    def parity_folder(self) -> Path:
        """The folder of examples, recorded calls and registers."""
        return self.root / self.parity

    @property
    def evidence_folder(self) -> Path:
        """The folder of evidence."""
        return self.root / self.evidence


_KEYS = ("table", "environment", "parity", "evidence", "stale", "layout")


def find_project(start: str) -> Project | None:
    """Return the project around the folder `start`: the nearest pyproject.toml that declares one.

    Raises `UsageError` for an invalid declaration.
    """
    folder = os.path.abspath(start)  # noqa: PTH100
    while True:
        try:
            with open(f"{folder}/pyproject.toml", encoding="utf-8") as file:  # noqa: PTH123
                text = file.read()
        except (OSError, UnicodeDecodeError):
            text = ""
        if _TITLE in text and (found := _read(folder, text)) is not None:
            return found
        folder, below = os.path.dirname(folder), folder  # noqa: PTH120
        if folder == below:
            return None


def _read(folder: str, text: str) -> Project | None:
    place = f"{folder}/pyproject.toml"
    try:
        row = parsed(text).get("tool", {}).get("agent-port")
    except ValueError as error:
        message = f"{place} is not TOML: {error}"
        raise UsageError(message) from error
    if row is None:  # only mentioned, for example in a comment
        return None
    place = f"{place}: {_TITLE}"
    try:
        require_known(row, _KEYS, place)
    except ContractError as error:
        raise UsageError(str(error)) from error
    for key in ("table", "environment"):
        if key not in row:
            message = f"{place}: {key} is not given"
            raise UsageError(message)
    for key, value in row.items():
        if not isinstance(value, str) or not value:
            message = f"{place}: {key} {value!r} is not a text that says something"
            raise UsageError(message)
    for key, values in (("stale", STALE), ("layout", LAYOUTS)):
        if row.get(key, values[0]) not in values:
            message = f"{place}: {key} {row[key]!r} is not one of {', '.join(values)}"
            raise UsageError(message)
    return Project(folder, **row)
