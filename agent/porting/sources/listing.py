"""The lines of a Rust file with a list of modules that concern one component."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["without_others"]

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<inner>\#!\[[^\]]*\])
    |r(?P<hashes>\#*)"(?P<raw>.*?)"(?P=hashes)
    |"(?P<text>(?:\\.|[^"\\])*)"
    |(?P<char>'(?:\\.|[^'\\])')
    |(?P<word>\w+)
    |(?P<space>\s+)
    |(?P<end>[;{}])
    |.""",
    re.DOTALL | re.VERBOSE,
)

_DECLARATION = re.compile(r"(#\[cfg\([^\]]*\] ?)?(pub(\([^)]*\))? )?mod \w+ ?;")
"""A module that is said to be there: what it holds counts by itself."""


def without_others(text: str, component: str, others: AbstractSet[str]) -> str:
    """Return the statements of a Rust file, without those that name `others` and not `component`.

    Comments and declarations of modules are left out too. A statement ends with ``;`` or a brace.
    """
    kept: list[str] = []
    statement = ""
    named: set[str] = set()
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "comment":
            continue
        statement += " " if kind == "space" else token[0]
        named.update(filter(None, (token["word"], token["text"], token["raw"])))
        if kind in {"end", "inner"}:
            statement = statement.strip()
            foreign = named & others and component not in named
            if not foreign and not _DECLARATION.fullmatch(statement):
                kept.append(statement)
            statement, named = "", set()
    return "\n".join([*kept, statement.strip()])
