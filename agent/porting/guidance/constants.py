"""The constants that a program names: words to try as arguments, or to put into them."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from agent.porting.files.reading import read_bytes
from agent.porting.guidance.patterns import choices_of
from agent.porting.strategies.sampler import Sampler, numbered_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Constants", "constants_in", "examples_of", "shown_in"]

_MOST = 400
"""Constants of one class that are kept, those of the first files first."""

_LONGEST = 200
"""Characters of a text that is taken for a word."""

_ITEMS = 200
"""Items of a table whose keys and values are taken."""

_EXAMPLES = 8
"""Texts that are drawn for a pattern."""

_QUOTED = re.compile(r"``([^`\n]{1,80})``|`([^`\n]{1,80})`|\"([^\"\n]{1,80})\"|'([^'\n]{1,80})'")
"""What a docstring shows as code or quotes."""

_SPECIAL = re.compile(r"\S{0,80}?[^\sA-Za-z]\S{0,80}")
"""A word of a docstring that is no plain word, such as 2024-02-29 or $name."""

_PUNCTUATION = ".,:;!?()"
"""What is about such a word in a sentence."""

_PROMPT = re.compile(r"^\s*>>> (.*(?:\n\s*\.\.\. .*)*)", re.MULTILINE)
"""An example in a docstring, as doctest reads it."""


class Constants:
    """Constants by their class, each once, the most telling first."""

    def __init__(self) -> None:
        self._by_class: dict[type, dict[Any, None]] = {str: {}, bytes: {}, int: {}, float: {}}

    def add(self, value: Any) -> None:
        """Take note of a value, or of what a container of plain values holds."""
        kind = type(value)
        if kind in self._by_class and not (kind in {str, bytes} and len(value) > _LONGEST):
            kept = self._by_class[kind]
            if len(kept) < _MOST:
                kept.setdefault(value)
        elif kind in {tuple, list, set, frozenset}:
            for each in islice(_in_order(value), _ITEMS):
                self.add(each)
        elif kind is dict:
            for pair in islice(value.items(), _ITEMS):
                self.add(pair)
        elif kind is re.Pattern:
            for each in examples_of(value):
                self.add(each)

    def of(self, kind: type) -> list[Any]:
        """Return the constants of a class."""
        return list(self._by_class.get(kind, ()))


def constants_in(files: Iterable[Path], spaces: Iterable[Mapping[str, Any]] = ()) -> Constants:
    """Return the constants of Python sources, and of the tables that their functions name.

    Args:
        files: the sources; what cannot be parsed has none.
        spaces: the global names of their modules.
    """
    found = Constants()
    trees = [tree for path in files if (tree := _parsed(path)) is not None]
    for each in chain(map(_shown_in, trees), map(_written_in, trees), map(_tables, spaces)):
        for value in each:
            found.add(value)
    return found


@lru_cache(maxsize=1024)
def examples_of(pattern: re.Pattern[Any]) -> tuple[Any, ...]:
    """Return texts that a compiled pattern matches as a whole, or that hold such a part."""
    from hypothesis import strategies as st  # noqa: PLC0415  # an extra

    found: dict[Any, None] = dict.fromkeys(choices_of(pattern))
    with suppress(Exception):  # a pattern that Hypothesis cannot draw for
        for whole in (True, False):
            sampler = Sampler(st.from_regex(pattern, fullmatch=whole), "a pattern of the source")
            for number in range(_EXAMPLES):
                drawn = sampler.draw(numbered_row(number))
                if drawn is not None and len(drawn[0]) <= _LONGEST:
                    found[drawn[0]] = None
    return tuple(found)


def _in_order(values: Any) -> Iterator[Any]:
    """Yield the items of a container; of a set, in an order that is the same each time."""
    if isinstance(values, set | frozenset):
        return iter(sorted(values, key=repr))
    return iter(values)


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(read_bytes(path))
    except (OSError, SyntaxError, ValueError):
        return None


def _shown_in(tree: ast.Module) -> Iterator[Any]:
    """Yield what the docstrings of a module show."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            yield from shown_in(ast.get_docstring(node) or "")


def _written_in(tree: ast.Module) -> Iterator[Any]:
    """Yield the constants in the code of a module."""
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    documentation = {id(node.value) for node in statements}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            yield node.value


def _tables(names: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the containers and patterns among global names."""
    for name, value in list(names.items()):
        kind = type(value)
        if kind in {tuple, list, set, frozenset, dict, re.Pattern} and not name.startswith("__"):
            yield value


def shown_in(text: str) -> Iterator[Any]:
    """Yield what a docstring shows: quotes, constants of examples, and words that are not plain."""
    for example in _PROMPT.finditer(text):
        try:
            tree = ast.parse(re.sub(r"\n\s*\.\.\. ", "\n", example.group(1)))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                yield node.value
    for match in _QUOTED.finditer(text):
        word = next(filter(None, match.groups()))
        yield word
        try:
            yield ast.literal_eval(word)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
    for word in _SPECIAL.findall(text):
        yield word.strip(_PUNCTUATION)
