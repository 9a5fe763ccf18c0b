"""Templates of argument lists: what stands in braces is given at each call.

A placeholder is ``{name}``, or ``{name:kind}`` with one of `KINDS`; ``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.components.tools.arguments import checked_int, checked_text
from agent.components.tools.errors import ArgumentMismatch
from agent.components.tools.names import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["KINDS", "Template"]

KINDS = ("text", "int", "path")

_PART = re.compile(
    r"\{\{|\}\}|\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<kind>text|int|path))?\}|[{}]|[^{}]+", re.ASCII
)
_LOW, _HIGH = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class _Placeholder:
    """Where an argument is put."""

    name: str
    kind: str
    begins: bool
    """Whether it begins an element before which nothing ends the options."""

    def fill(self, value: Any) -> str:
        """Return the text of a value."""
        if self.kind == "int":
            return str(checked_int(self.name, value, _LOW, _HIGH))
        text = checked_text(self.name, value)
        if self.kind == "path" and not text:
            message = f"{self.name} must be a path, not ''"
            raise ValueError(message)
        if not self.begins or not text.startswith("-"):
            return text
        if self.kind == "path":
            return f"./{text}"
        message = (
            f"{self.name} must not begin with -, as {value!r}: it would be taken for an option"
        )
        raise ValueError(message)


class Template:
    """The argument list of a tool."""

    def __init__(self, argv: Sequence[str]) -> None:
        """Read a template; raise `ValueError` for what is none."""
        self.kinds: dict[str, str] = {}
        self._elements: list[list[str | _Placeholder]] = []
        ended = False
        for index, element in enumerate(argv):
            self._elements.append(self._parts(index, element, ended=ended))
            ended |= element == "--"
        if any(isinstance(part, _Placeholder) for part in self._elements[0]):
            message = "argv[0] must not have a placeholder: it is the program"
            raise ValueError(message)

    def _parts(self, index: int, element: str, *, ended: bool) -> list[str | _Placeholder]:
        parts: list[str | _Placeholder] = []
        for found in _PART.finditer(element):
            text, name = found[0], found["name"]
            if name is not None:
                kind = found["kind"] or "text"
                if self.kinds.setdefault(name, kind) != kind:
                    message = f"argv[{index}] has {name} of another kind than before"
                    raise ValueError(message)
                parts.append(_Placeholder(name, kind, begins=not ended and not found.start()))
            elif text in {"{", "}"}:
                message = f"argv[{index}] has a brace that begins or ends no placeholder"
                raise ValueError(message)
            else:
                parts.append(text.replace("{{", "{").replace("}}", "}"))
        return parts

    def fill(self, tool: str, arguments: Mapping[Any, Any]) -> list[str]:
        """Return the argument list for `arguments`."""
        for name in arguments:
            if name not in self.kinds:
                shown = name if isinstance(name, str) and is_name(name) else repr(name)
                message = f"{tool} has no argument {shown}"
                raise ArgumentMismatch(message)
        if missing := [name for name in self.kinds if name not in arguments]:
            message = f"{tool} lacks the argument {missing[0]}"
            raise ArgumentMismatch(message)
        return [
            "".join(
                part if isinstance(part, str) else part.fill(arguments[part.name]) for part in parts
            )
            for parts in self._elements
        ]
