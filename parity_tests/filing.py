"""What the tests of the file operations share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Stop", "names", "outcome", "posix", "refused"]

posix = pytest.mark.skipif(os.name != "posix", reason="the modes and links of POSIX")


class Stop(Exception):
    """Raised by a signal handler."""


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208  # texts


def refused(number: int, path: object, call: Any, *arguments: Any, **more: Any) -> None:
    """Assert that a call raises what `os` would for this number and path."""
    with pytest.raises(OSError) as caught:  # noqa: PT011  # it is looked at here
        call(*arguments, **more)
    expected = OSError(number, os.strerror(number), path)
    assert type(caught.value) is type(expected)
    assert caught.value.args == expected.args
    assert (caught.value.errno, caught.value.filename) == (number, path)
    assert caught.value.filename2 is None


def outcome(call: Any, *arguments: Any, **options: Any) -> Any:
    """Return a result, or the arguments of what a codec raised."""
    try:
        return call(*arguments, **options)
    except UnicodeError as error:
        return error.args
