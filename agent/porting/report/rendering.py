"""Templates of a report, in which all values are escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from agent.porting.report.printable import printable

__all__ = ["read_style", "template"]

_FOLDER = files("agent.porting.report")


def read_style() -> str:
    """Return the style sheet."""
    return _FOLDER.joinpath("report.css").read_text(encoding="utf-8")


@cache
def template(name: str) -> Template:
    """Return the template in ``templates/name``; a name that it does not get is an error."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_shown,
    )  # fmt: skip
    return environment.from_string(_FOLDER.joinpath("templates", name).read_text(encoding="utf-8"))


def _shown(value: object) -> object:
    return printable(value) if type(value) is str else value
