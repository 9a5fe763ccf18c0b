"""The templates of a component's skeleton."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from agent.errors import EnvironmentLacking

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["rendered"]


def rendered(template: str, **values: Any) -> str:
    """Return the text of a file, made of `template` with `values`.

    Args:
        template: its path in the folder ``templates``, without ``.jinja``.
        values: what it asks for, all of it.
    """
    return _environment().get_template(f"{template}.jinja").render(values)


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # an extra
    except ImportError as error:
        message = "agent new needs jinja2: install agent-port[check]"
        raise EnvironmentLacking(message) from error
    return Environment(
        loader=PackageLoader("agent.porting.scaffold"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # Rust, Python and TOML, no HTML
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
