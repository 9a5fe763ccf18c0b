"""Searching lines in the files below a folder."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.components.files.contract import BINARY_WITHIN, FileError, Found
from agent.components.files.dialect import literal, translated
from agent.components.files.opened import read_or_error
from agent.components.files.walking import sorted_errors, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.components.files.walking import Selection

    Finder = Callable[[bytes, int], tuple[int, int] | None]
    """Returns the span of the first match from a place on; None if there is none."""

__all__ = ["finder_of", "search"]


@dataclass(frozen=True)
class _Row:
    line: int
    start: int
    stop: int
    text: bytes


def finder_of(pattern: str, *, regex: bool, ignore_case: bool) -> Finder:
    """Return what finds a pattern."""
    if not regex and not ignore_case and pattern:
        word = pattern.encode()

        def find(data: bytes, start: int) -> tuple[int, int] | None:
            at = data.find(word, start)
            return None if at < 0 else (at, at + len(word))

        return find
    written = translated if regex else literal
    search_in = re.compile(written(pattern, ignore_case=ignore_case)).search

    def match(data: bytes, start: int) -> tuple[int, int] | None:
        found = search_in(data, start)
        return None if found is None else found.span()

    return match


def search(root: str, finder: Finder, context: int, selection: Selection, *, binary: bool) -> Found:
    """Find lines in the files below `root` that are wanted."""
    listing = walk(root, selection)
    errors = list(listing.errors)
    paths, offsets, rows = [], array("q", [0]), []
    for path in listing.paths:
        content = read_or_error(f"{root}/{path}")
        if isinstance(content, FileError):
            errors.append(FileError(path, content.errno, content.message))
            continue
        if not binary and b"\0" in content[:BINARY_WITHIN]:
            continue
        found = list(_rows(content, finder))
        if found:
            rows += _with_context(content, found, context) if context else found
            paths.append(path)
            offsets.append(len(rows))
    return Found(
        paths,
        offsets,
        array("q", [row.line for row in rows]),
        array("q", [row.start for row in rows]),
        array("q", [row.stop for row in rows]),
        [row.text for row in rows],
        sorted_errors(errors),
    )


def _rows(data: bytes, finder: Finder) -> Iterator[_Row]:
    """Yield the lines that hold a match, with the first in each."""
    line, counted, at = 1, 0, 0
    while at < len(data) and (found := finder(data, at)) is not None:
        start, stop = found
        if start == len(data) and data.endswith(b"\n"):
            return  # there is no line after the last line feed
        begin = data.rfind(b"\n", counted, start) + 1 or counted
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line += data.count(b"\n", counted, begin)
        counted = begin
        yield _Row(line, start - begin, stop - begin, data[begin:end])
        at = end + 1


def _with_context(data: bytes, found: list[_Row], context: int) -> list[_Row]:
    """Return the rows with the lines around them, in the order of the file."""
    lines = data.removesuffix(b"\n").split(b"\n")
    by_line = {row.line: row for row in found}
    wanted = sorted({
        near
        for line in by_line
        for near in range(max(line - context, 1), min(line + context, len(lines)) + 1)
    })  # fmt: skip
    return [by_line.get(line) or _Row(line, -1, -1, lines[line - 1]) for line in wanted]
