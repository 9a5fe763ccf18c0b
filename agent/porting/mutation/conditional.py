"""Code that is not compiled: items under a false ``#[cfg(…)]``, and tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.errors import AgentError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["holds", "is_left_out"]

_WORDS = re.compile(r'\s*(?:("[^"]*")|(\w+)|(\S))')
_ATTRIBUTE = re.compile(r"#\s*!?\s*\[\s*cfg\s*\((.*)\)\s*\]", re.DOTALL)
_TEST = re.compile(r"#\s*\[\s*(?:\w+::)*test\s*\]")


def is_left_out(attribute: str, settings: AbstractSet[str]) -> bool:
    """Return whether an item with this attribute is not compiled, or a test.

    `settings` are those of ``rustc --print cfg``, and ``feature="NAME"`` for each feature.
    """
    if _TEST.fullmatch(attribute):
        return True
    match = _ATTRIBUTE.fullmatch(attribute)
    return match is not None and not holds(match[1], settings)


def holds(predicate: str, settings: AbstractSet[str]) -> bool:
    """Evaluate what is between the parentheses of ``cfg(…)``."""
    words = [string or word or sign for string, word, sign in _WORDS.findall(predicate)]
    value = _read(words, settings)
    if words:
        message = f"cfg({predicate}) is not understood"
        raise AgentError(message)
    return value


def _read(words: list[str], settings: AbstractSet[str]) -> bool:
    name = words.pop(0)
    if words[:1] == ["("]:
        words.pop(0)
        parts = []
        while words[0] != ")":
            parts.append(_read(words, settings))
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        return {"all": all(parts), "any": any(parts), "not": not all(parts)}[name]
    if words[:1] == ["="]:
        words.pop(0)
        return f"{name}={words.pop(0)}" in settings
    return name == "true" or name in settings
