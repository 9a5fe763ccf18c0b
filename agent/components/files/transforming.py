"""Transforming the texts of many files."""

from __future__ import annotations

import errno
import os
from difflib import unified_diff
from io import StringIO
from typing import TYPE_CHECKING, Any

from agent.components.files.arguments import checked_text, listed
from agent.components.files.atomic import write
from agent.components.files.contract import (
    MAX_GROWTH,
    NEWLINES,
    Change,
    DropLines,
    FileError,
    KeepLines,
    Newlines,
    Replace,
    TrimLines,
)
from agent.components.files.opened import failed, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Step = Callable[[str], str]

__all__ = ["Codec", "checked_steps", "transform"]

_ILLEGAL = errno.EILSEQ


class Codec:
    """How files become texts, and texts files."""

    def __init__(self, encoding: str, errors: str, to: str | None) -> None:
        self._encoding = encoding
        self._errors = errors
        self._to = encoding if to is None else to

    def changed(self, content: bytes, steps: Sequence[Step]) -> tuple[str, str, bytes]:
        """Return the text of `content` before and after `steps`, and its new bytes."""
        before = after = content.decode(self._encoding, self._errors)
        for step in steps:
            after = step(after)
        return before, after, after.encode(self._to, self._errors)


def checked_steps(value: Any) -> list[Step]:
    """Return the functions that steps stand for."""
    return [_checked_step(step) for step in listed("steps", value)]


def _checked_step(step: Any) -> Step:
    if isinstance(step, Replace):
        old, new = _word("old", step.old), checked_text("new", step.new)
        growth = len(new.encode()) - len(old.encode())  # raises for lone surrogates
        return lambda text: _replaced(text, old, new, growth)
    if isinstance(step, Newlines):
        newline = _ending(step.newline)
        return lambda text: _universal(text).replace("\n", newline)
    if isinstance(step, TrimLines):
        return lambda text: "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    if isinstance(step, KeepLines | DropLines):
        containing, keep = _word("containing", step.containing), isinstance(step, KeepLines)
        return lambda text: "".join([line for line in lines(text) if (containing in line) is keep])
    message = f"a step must be one of the contract's, not {type(step).__name__}"
    raise TypeError(message)


def _replaced(text: str, old: str, new: str, growth: int) -> str:
    """Return `text` with `new` for `old`, each of which makes it longer by `growth` bytes."""
    if growth > 0:
        grown = growth * text.count(old)
        if grown > MAX_GROWTH and grown > len(text.encode()):
            raise OSError(errno.EFBIG, "")
    return text.replace(old, new)


def _word(name: str, value: Any) -> str:
    text = checked_text(name, value)
    if not text:
        message = f"{name} must not be empty"
        raise ValueError(message)
    text.encode()  # raises for lone surrogates
    return text


def _ending(value: Any) -> str:
    text = checked_text("newline", value)
    if text not in NEWLINES[1:]:
        message = rf"newline must be '\n', '\r' or '\r\n', not {value!r}"
        raise ValueError(message)
    return text


def _universal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines(text: str) -> list[str]:
    """Return the lines of a text, each with the line feed that it ends with."""
    return StringIO(text, newline="\n").readlines()


def transform(
    paths: Sequence[str], steps: Sequence[Step], codec: Codec, *, dry_run: bool, sync: bool
) -> list[Change | FileError]:
    """Change the files at `paths`, or tell what would change."""
    planned = [_planned(path, steps, codec, dry_run=dry_run) for path in paths]
    return [
        _written(change, content, sync=sync) if content is not None else change
        for change, content in planned
    ]


def _planned(
    path: str, steps: Sequence[Step], codec: Codec, *, dry_run: bool
) -> tuple[Change | FileError, bytes | None]:
    """Return what becomes of a file, and what is to be written."""
    try:
        content = read(path)
        before, after, new = codec.changed(content, steps)
    except OSError as error:
        return failed(error, path), None
    except UnicodeError:
        return FileError(path, _ILLEGAL, os.strerror(_ILLEGAL)), None
    if new == content:
        return Change(path, changed=False, diff=""), None
    if dry_run:
        return Change(path, changed=True, diff=_diff(before, after)), None
    return Change(path, changed=True, diff=""), new


def _written(change: Change | FileError, content: bytes, *, sync: bool) -> Change | FileError:
    try:
        write(change.path, content, sync=sync, links="follow")
    except OSError as error:
        return failed(error, change.path)
    return change


def _diff(before: str, after: str) -> str:
    """Return the hunks of a unified diff."""
    told = list(unified_diff(lines(before), lines(after)))[2:]
    return "".join([_ended(line) for line in told])


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
