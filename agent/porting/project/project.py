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
import stat
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import ContractError, UsageError
from agent.porting.project.import_path import append
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
        return load_table(self._table_path)

    def component(self, name: str) -> Component:
        """Return the row of the component `name`; raise `UnknownComponent`, listing the known."""
        return find_component(self.components, name)

    def make_importable(self) -> None:
        """Put the folder of the table's package at the end of the path.

        Raises `UsageError` if a package of that name is imported from outside the project.
        """
        folder, name = os.path.split(os.path.dirname(self._table_path))  # noqa: PTH120
        if not os.path.isfile(f"{folder}/{name}/__init__.py"):  # noqa: PTH113
            append(os.path.join(folder, name))  # noqa: PTH118
            return
        while os.path.isfile(f"{folder}/__init__.py"):  # noqa: PTH113
            folder, name = os.path.split(folder)
        append(folder)
        spec = find_spec(name)
        if spec is None or spec.origin is None or self.is_installed:
            return
        origin = os.path.realpath(spec.origin)
        if not origin.startswith(os.path.join(os.path.realpath(self.folder), "")):  # noqa: PTH118
            message = (
                f"{name} is imported from {origin}, and not from {self.folder}: "
                "install the project in editable mode, or set PYTHONPATH"
            )
            raise UsageError(message)

    @property
    def is_installed(self) -> bool:
        """Whether the table is outside the folder: of an installed package without sources."""
        return not self._table_path.startswith(os.path.join(self.folder, ""))  # noqa: PTH118

    @property
    def _table_path(self) -> str:
        return os.path.join(self.folder, self.table)  # noqa: PTH118  # as above

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

    A file above `start` that another user owns is passed over, as that user could choose what code
    runs.

    Raises `UsageError` for an invalid declaration.
    """
    folder = start = os.path.abspath(start)  # noqa: PTH100
    while True:
        text = _text(f"{folder}/pyproject.toml", trusted=folder == start)
        if _TITLE in text and (found := _read(folder, text)) is not None:
            return found
        folder, below = os.path.dirname(folder), folder  # noqa: PTH120
        if folder == below:
            return None


def _text(path: str, *, trusted: bool) -> str:
    """Return the text of a pyproject.toml; empty if there is none to be read.

    Unless it is `trusted`, it must belong to this user or to the system's administrator.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a FIFO does not block
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or not (trusted or _is_ours(status.st_uid)):
                return ""
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _is_ours(owner: int) -> bool:
    return not hasattr(os, "geteuid") or owner in {0, os.geteuid()}


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
