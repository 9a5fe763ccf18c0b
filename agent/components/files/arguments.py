"""Argument checks of the reference."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from agent.components.files.contract import MAX_PATTERN

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "checked_bytes",
    "checked_flag",
    "checked_globs",
    "checked_int",
    "checked_newline",
    "checked_path",
    "checked_paths",
    "checked_pattern",
    "checked_text",
    "checked_word",
    "listed",
]


def checked_path(name: str, value: Any) -> str:
    """Return a path as a text that the system can be given."""
    given = value
    if not isinstance(value, str):
        if not isinstance(value, os.PathLike):
            message = f"{name} must be a str or an os.PathLike, not {type(value).__name__}"
            raise TypeError(message)
        given = os.fspath(value)
        if not isinstance(given, str):
            message = f"{name} must lead to a str, not {type(given).__name__}"
            raise TypeError(message)
    path = str.__str__(given)
    os.fsencode(path)  # raises for what is in no name
    if "\0" in path:
        message = f"{name} must not hold a null character, as {value!r}"
        raise ValueError(message)
    return path


def listed(name: str, value: Any) -> list[Any]:
    """Return the items of a list or tuple."""
    if not isinstance(value, list | tuple):
        message = f"{name} must be a list or a tuple, not {type(value).__name__}"
        raise TypeError(message)
    return list(value)


def checked_paths(value: Any) -> list[str]:
    """Return the paths of a list or tuple."""
    return [checked_path("a path", each) for each in listed("paths", value)]


def checked_globs(value: Any) -> list[bytes]:
    """Return the globs of a list or tuple as the bytes of names."""
    found = []
    for each in listed("globs", value):
        glob = os.fsencode(checked_text("a glob", each))
        if b"\0" in glob:
            message = f"a glob must not hold a null character, as {each!r}"
            raise ValueError(message)
        found.append(glob)
    return found


def checked_text(name: str, value: Any) -> str:
    """Return `value` if it is a text."""
    if not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise TypeError(message)
    return str.__str__(value)


def checked_pattern(value: Any) -> str:
    """Return `value` if it is a pattern of lines."""
    text = checked_text("pattern", value)
    if len(text) > MAX_PATTERN:
        message = f"pattern must have at most {MAX_PATTERN} characters, not {len(text)}"
        raise ValueError(message)
    if "\n" in text:
        message = f"pattern must not hold a line feed, as {value!r}"
        raise ValueError(message)
    text.encode()  # raises for lone surrogates
    return text


def checked_bytes(name: str, value: Any) -> bytes:
    """Return `value` if it is of bytes."""
    if not isinstance(value, bytes):
        message = f"{name} must be bytes, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_word(name: str, value: Any, known: Sequence[str]) -> str:
    """Return `value` if it is one of `known`."""
    text = checked_text(name, value)
    if text not in known:
        message = f"{name} must be one of {', '.join(known)}, not {value!r}"
        raise ValueError(message)
    return text


def checked_newline(value: Any, known: Sequence[str]) -> str | None:
    r"""Return `value` if it is None, or a newline that files may have."""
    if value is None:
        return None
    text = checked_text("newline", value)
    if text not in known:
        message = rf"newline must be None, '', '\n', '\r' or '\r\n', not {value!r}"
        raise ValueError(message)
    return text


def checked_flag(name: str, value: Any) -> bool:
    """Return `value` if it is a bool."""
    if not isinstance(value, bool):
        message = f"{name} must be a bool, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_int(name: str, value: Any, low: int, high: int) -> int:
    """Return `value` if it is an int from `low` to `high`."""
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} must be an int, not {type(value).__name__}"
        raise TypeError(message)
    number = int.__int__(value)
    if not low <= number <= high:
        message = f"{name} must be from {low} to {high}, not {value!r}"
        raise ValueError(message)
    return number
