"""The names below a world's root that file operations are checked with, odd ones included."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["DISK", "NAMES", "PATHS", "ROOTS", "Folder", "Name"]

Name = Literal[
    "a", "b.txt", "sub", "sub/c", "sub/deep/d", "é", "\udcff.bin", ".hidden", " new\nline "
]
"""Where steps put files and folders; ``sub`` and ``sub/deep`` may be either."""

Folder = Literal["", "sub/", "sub/deep/"]
"""The root, and folders that steps make."""

DISK = "disk"
"""A link to a disk, which a step makes."""

NAMES: tuple[str, ...] = get_args(Name)

PATHS = (
    "root + '/a'",
    "root + '/b.txt'",
    "root + '/sub'",
    "root + '/sub/c'",
    "root + '/sub/deep/d'",
    "root + '/é'",
    "root + '/\\udcff.bin'",
    "root + '/.hidden'",
    "root + '/ new\\nline '",
    "root + '/' + 'n' * 255",
    "root + '/' + 'n' * 256",
    "root + '/sub/../a'",
    "root + '/a/'",
    "root + '/disk/old'",
    "root + '/disk/new'",
    "root",
    "root + '/a\\0b'",
    "root + '/\\ud800'",
)
"""Where operations look, as expressions of a script: steps make some, and others cannot be."""

ROOTS = ("root", "root", "root", "root + '/sub'", "root + '/a'", "root + '/disk'", "root + '/none'")
"""Where walks begin; three of these may be no folder."""
