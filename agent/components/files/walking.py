"""The files below a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.components.files.contract import FileError, Listing
from agent.components.files.globs import Glob, Rule, read_rules
from agent.components.files.opened import failed, named, read

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Selection", "sorted_errors", "walk"]

_IGNORE = ".gitignore"
_GIT = ".git"


@dataclass(frozen=True)
class Selection:
    """Which files of a tree are wanted."""

    globs: Sequence[Glob]
    ignore: bool
    hidden: bool


@dataclass(frozen=True)
class _Folder:
    """A folder that is still to be looked at."""

    path: str
    """Relative to the root, with ``/`` at its end; empty for the root itself."""
    entries: Sequence[os.DirEntry[str]]
    above: Sequence[tuple[int, list[Rule]]]
    """The rules of each folder that leads here, with the length of its path in bytes."""
    inside: bool
    """Whether a glob matches the folder, and so all in it."""


def walk(root: str, selection: Selection) -> Listing:
    """List the files below `root` that are wanted."""
    with named(root):
        entries = _entries(root)
    found = _Walk(root, selection)
    found.go(_Folder("", entries, (), inside=not selection.globs))
    return Listing(sorted(found.paths, key=os.fsencode), sorted_errors(found.errors))


def sorted_errors(errors: Sequence[FileError]) -> tuple[FileError, ...]:
    """Return errors in the order of the bytes of their paths."""
    return tuple(sorted(errors, key=lambda error: os.fsencode(error.path)))


def _entries(path: str) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return list(entries)


@dataclass
class _Walk:
    root: str
    selection: Selection
    paths: list[str] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)

    def go(self, first: _Folder) -> None:
        """Take what is in a folder and below."""
        pending = [first]
        while pending:
            folder = pending.pop()
            above = [*folder.above, *self._rules(folder)]
            for entry in folder.entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                if not self._is_taken(entry, above, folder.path, is_folder=is_folder):
                    continue
                below = folder.path + entry.name
                inside = folder.inside or self._matches(below, entry.name, is_folder=is_folder)
                if is_folder:
                    pending += self._opened(below, above, inside=inside)
                elif inside:
                    self.paths.append(below)

    def _is_taken(
        self,
        entry: os.DirEntry[str],
        above: Sequence[tuple[int, list[Rule]]],
        folder: str,
        *,
        is_folder: bool,
    ) -> bool:
        if not is_folder and not entry.is_file(follow_symlinks=False):
            return False
        if entry.name.startswith(".") and not self.selection.hidden:
            return False
        if not self.selection.ignore:
            return True
        below = folder + entry.name
        return entry.name != _GIT and not _ignored(above, below, entry.name, is_folder=is_folder)

    def _opened(
        self, path: str, above: Sequence[tuple[int, list[Rule]]], *, inside: bool
    ) -> list[_Folder]:
        try:
            return [_Folder(f"{path}/", _entries(f"{self.root}/{path}"), above, inside)]
        except OSError as error:
            self.errors.append(failed(error, path))
            return []

    def _rules(self, folder: _Folder) -> list[tuple[int, list[Rule]]]:
        """Return the rules of the ignore file in a folder; git takes none that is a link."""
        found = [each for each in folder.entries if each.name == _IGNORE]
        if not self.selection.ignore or not found or not found[0].is_file(follow_symlinks=False):
            return []
        path = folder.path + _IGNORE
        try:
            content = read(f"{self.root}/{path}")
        except OSError as error:
            self.errors.append(failed(error, path))
            return []
        return [(len(os.fsencode(folder.path)), read_rules(content))]

    def _matches(self, path: str, name: str, *, is_folder: bool) -> bool:
        given, last = os.fsencode(path), os.fsencode(name)
        return any(glob.matches(given, last, is_folder=is_folder) for glob in self.selection.globs)


def _ignored(
    above: Sequence[tuple[int, list[Rule]]], path: str, name: str, *, is_folder: bool
) -> bool:
    """Return what the last rule says that matches, from the nearest folder that has one."""
    given, last = os.fsencode(path), os.fsencode(name)
    for length, rules in reversed(above):
        for rule in reversed(rules):
            if rule.glob.matches(given[length:], last, is_folder=is_folder):
                return rule.ignores
    return False
