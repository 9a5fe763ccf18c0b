"""The constants in the sources of a compiled side: its own bounds, words and sizes."""

from __future__ import annotations

import ast
import os
import re
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.porting.files.reading import read_text
from agent.porting.sources.build import source_root

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["constants_in_rust", "constants_of"]

_MOST = 60
"""Files that are read."""

_COMPILED = tuple(EXTENSION_SUFFIXES)

_PASSED_OVER = {"benches", "build", "target", "tests"}
"""Folders that hold no sources of what runs."""

_LEFT_OUT = re.compile(
    r"//[^\n]*|/\*.*?\*/|#!?\[[^\]\n]*\]|^\s*(?:use|mod) [^;]*;", re.DOTALL | re.MULTILINE
)
"""Comments, attributes and imports."""

_TEXT = re.compile(r'(b?)"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\[^u]|\\u\{[0-9a-fA-F]+\}))\'')
_NUMBER = re.compile(
    r"(?<![\w.])(0x[\da-fA-F_]+|0b[01_]+|0o[0-7_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?)"
    r"(?:_?[iu](?:8|16|32|64|128|size)|_?f(?:32|64))?(?![\w.])"
)


def constants_of(implementation: Any, name: str) -> Iterator[Any]:
    """Yield the constants in the Rust sources of an implementation."""
    for path in _sources(implementation, name):
        try:
            yield from constants_in_rust(read_text(path))
        except (OSError, UnicodeDecodeError):
            continue


def constants_in_rust(text: str) -> Iterator[Any]:
    """Yield the texts, characters and numbers that are written in a Rust source."""
    code = _LEFT_OUT.sub(" ", text)
    for match in _TEXT.finditer(code):
        octets, quoted, letter = match.groups()
        try:
            value = ast.literal_eval(f"'''{_as_python(letter or quoted)} '''")[:-1]
            yield value.encode("latin-1") if octets else value
        except (SyntaxError, ValueError):
            continue
    for match in _NUMBER.finditer(_TEXT.sub(" ", code)):
        value = match.group(1).replace("_", "")
        if value[:2] in {"0x", "0b", "0o"}:
            yield int(value, 0)
        else:
            yield float(value) if "." in value or "e" in value else int(value)


def _sources(implementation: Any, name: str) -> list[Path]:
    """Return the Rust files that a compiled implementation was built from; none if not known.

    Those that are named after `name`, or lie in a folder that is, or else all.
    """
    owner = implementation if hasattr(implementation, "__module__") else type(implementation)
    module = sys.modules.get(str(owner.__module__))
    place = getattr(module, "__file__", None) or ""
    root = source_root(module) if module and place.endswith(_COMPILED) else None
    if root is None or not Path(root, "Cargo.toml").is_file():
        return []
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _PASSED_OVER and each[0] != ".")
        found += [Path(folder, each) for each in sorted(files) if each.endswith(".rs")]
    own = [path for path in found if name in {path.stem, *path.relative_to(root).parts[:-1]}]
    return (own or found)[:_MOST]


def _as_python(text: str) -> str:
    """Write the escapes of a Rust literal as Python does."""
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: f"\\U{match.group(1):0>8}", text)
