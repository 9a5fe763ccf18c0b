"""The stage of a component in its project's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.files.atomic import exclusively_changing, replace_text
from agent.porting.files.reading import read_bytes
from agent.porting.project.table_edit import with_stage

if TYPE_CHECKING:
    from agent.porting.project.project import Project

__all__ = ["set_stage"]


def set_stage(project: Project, name: str, stage: str) -> None:
    """Write the stage of the component `name` into the table; the rest of the file is unchanged.

    Raises `ContractError` for a table in which the stage cannot be found.
    """
    with exclusively_changing(project.table_file):
        text = read_bytes(project.table_file).decode()
        replace_text(project.table_file, with_stage(text, name, stage))
