"""The Rust files that belong to a component."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import PurePath

__all__ = ["is_own"]


def is_own(path: PurePath, crate: PurePath, component: str, sources: Collection[str] = ()) -> bool:
    """Return whether the file `path` of a crate is a component's own.

    Args:
        path: the file, from the workspace's root.
        crate: the folder of its crate, from there too.
        component: the name of the component.
        sources: what the table names as its sources, from the workspace's root: files, folders with
            all that is in them, and patterns, in which ``*`` matches any characters. Where it
            names none, they are the module of the component's name at the top of the crate:
            ``src/NAME.rs``, and the folder ``src/NAME``.
    """
    if sources:
        text = path.as_posix()
        return any(fnmatchcase(text, each) or path.is_relative_to(each) for each in sources)
    inside = path.relative_to(crate).parts
    return inside == ("src", f"{component}.rs") or (
        len(inside) > 2 and inside[:2] == ("src", component)
    )
