"""Reading of files that may be damaged, or be none: nothing waits and nothing overflows."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["parse_json", "parse_toml", "read_bytes", "read_text"]


def read_bytes(path: Path | str) -> bytes:
    """Return the content of the file at `path`.

    Raises `OSError` if it cannot be read; a FIFO, which would wait for its other end, is no file.
    """
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(file, "rb") as stream:  # noqa: PTH123  # start-up does without pathlib
        if not stat.S_ISREG(os.fstat(file).st_mode):
            message = f"{path} is not a regular file"
            raise OSError(message)
        return stream.read()


def read_text(path: Path | str) -> str:
    """Return the text of the file at `path`, with line feeds at the ends of lines.

    Raises `OSError` if it cannot be read, and `ValueError` if it is not UTF-8.
    """
    return read_bytes(path).decode().replace("\r\n", "\n")


def parse_json(text: str | bytes) -> Any:
    """Return what JSON says; raise `ValueError` if it is none, or nested too deeply."""
    import json  # noqa: PLC0415  # start-up does without

    return _parsed(json.loads, text)


def parse_toml(text: str) -> dict[str, Any]:
    """Return what TOML says; raise `ValueError` if it is none, or nested too deeply."""
    import tomllib  # noqa: PLC0415  # start-up does without

    content: dict[str, Any] = _parsed(tomllib.loads, text)
    return content


def _parsed(parse: Callable[[Any], Any], text: str | bytes) -> Any:
    try:
        return parse(text)
    except RecursionError as error:
        message = "it is nested too deeply"
        raise ValueError(message) from error
