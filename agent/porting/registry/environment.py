"""The environment variables that select implementations.

For the prefix ``AGENT_IMPL``: ``AGENT_IMPL_CACHE`` applies to the component ``cache`` only,
``AGENT_IMPL`` to all, and ``PURE_PYTHON=1``, which other packages honour too, selects Python for
all. The first of these that is set decides; an empty variable counts as unset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent.errors import UnknownComponent, UnknownStage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Environment", "Request"]

_PURE = "PURE_PYTHON"


class Request(NamedTuple):
    """A request for one side of a component."""

    value: str
    """The value as written; it may be unknown."""
    asker: str
    """The source of the request, as the subject of a sentence."""
    personal: bool
    """Whether a person asked, so that there is no fallback."""


class Environment:
    """The variables of a prefix, read when this object is created."""

    def __init__(self, prefix: str, variables: Mapping[str, str]) -> None:
        self._prefix = prefix
        self._variables = {
            variable: value
            for variable, value in variables.items()
            if value and (variable in {prefix, _PURE} or variable.startswith(f"{prefix}_"))
        }

    def request(self, name: str) -> Request | None:
        """Return the request for the component `name`, or None.

        Raises `UnknownStage` for a ``PURE_PYTHON`` that decides and is neither 0 nor 1.
        """
        for variable in (self._variable(name), self._prefix):
            if value := self._variables.get(variable):
                return Request(value, variable, personal=True)
        pure = self._variables.get(_PURE, "0")
        if pure not in {"0", "1"}:
            message = f"{_PURE}={pure} is neither 0 nor 1"
            raise UnknownStage(message)
        return Request("python", f"{_PURE}=1", personal=True) if pure == "1" else None

    def require_known(self, names: Collection[str]) -> None:
        """Raise `UnknownComponent` for a variable that applies to none of `names`."""
        known = {self._variable(name) for name in names} | {self._prefix, _PURE}
        for variable in self._variables:
            if variable not in known:
                message = (
                    f"the variable {variable} applies to no component; "
                    f"the known ones are {', '.join(sorted(names))}"
                )
                raise UnknownComponent(message)

    def _variable(self, name: str) -> str:
        return f"{self._prefix}_{name.upper()}"
