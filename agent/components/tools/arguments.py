"""Argument checks of the reference. Both languages use the same error messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from agent.components.tools.names import is_name
from agent.components.tools.terms import MAX_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "checked_argv",
    "checked_argvs",
    "checked_bytes",
    "checked_choice",
    "checked_delimiter",
    "checked_environment",
    "checked_flag",
    "checked_folder",
    "checked_int",
    "checked_name",
    "checked_stream",
    "checked_text",
    "checked_timeout",
]


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


def checked_flag(name: str, value: Any) -> bool:
    """Return `value` if it is a bool."""
    if not isinstance(value, bool):
        message = f"{name} must be a bool, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_text(name: str, value: Any) -> str:
    """Return `value` as a plain `str` if it can be passed to a program."""
    if not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise TypeError(message)
    text = str.__str__(value)
    if "\0" in text:
        message = f"{name} must not hold a null character, as {value!r}"
        raise ValueError(message)
    os.fsencode(text)  # raises what a lone surrogate raises
    return text


def checked_argv(value: Any) -> list[str]:
    """Return a program and its arguments."""
    if not isinstance(value, list | tuple):
        message = f"argv must be a list or a tuple, not {type(value).__name__}"
        raise TypeError(message)
    argv = [checked_text(f"argv[{index}]", each) for index, each in enumerate(value)]
    if not argv or not argv[0]:
        message = "argv must begin with a program"
        raise ValueError(message)
    return argv


def checked_argvs(value: Any) -> list[list[str]]:
    """Return programs and their arguments, at least one."""
    if not isinstance(value, list | tuple):
        message = f"argvs must be a list or a tuple, not {type(value).__name__}"
        raise TypeError(message)
    argvs = [checked_argv(each) for each in value]
    if not argvs:
        message = "argvs must not be empty"
        raise ValueError(message)
    return argvs


def checked_name(value: Any) -> str:
    """Return the name of a tool."""
    if not isinstance(value, str):
        message = f"name must be a str, not {type(value).__name__}"
        raise TypeError(message)
    name = str.__str__(value)
    if not is_name(name):
        message = f"name must be small letters, digits and _, a letter first, not {value!r}"
        raise ValueError(message)
    return name


def checked_bytes(name: str, value: Any) -> bytes:
    """Return `value` if it is `bytes`."""
    if not isinstance(value, bytes):
        message = f"{name} must be bytes, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_delimiter(value: Any) -> bytes:
    """Return what output is read up to."""
    if not checked_bytes("delimiter", value):
        message = "delimiter must not be empty"
        raise ValueError(message)
    return bytes(value)


def checked_choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """Return a text that is one of some."""
    if not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise TypeError(message)
    text = str.__str__(value)
    if text not in choices:
        message = f"{name} must be {' or '.join(choices)}, not {value!r}"
        raise ValueError(message)
    return text


def checked_stream(value: Any) -> str:
    """Return the name of a stream that a program writes."""
    return checked_choice("stream", value, ("stdout", "stderr"))


def checked_timeout(value: Any) -> float | None:
    """Return a timeout in seconds; None for none."""
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        message = f"timeout must be a float or an int, not {type(value).__name__}"
        raise TypeError(message)
    number = float.__float__(value) if isinstance(value, float) else int.__int__(value)
    if not 0 < number <= MAX_TIMEOUT:
        message = f"timeout must be above 0 and at most {MAX_TIMEOUT}, not {value!r}"
        raise ValueError(message)
    return float(number)


def checked_folder(value: Any) -> str | None:
    """Return the folder to start in; None for that of this process."""
    return None if value is None else checked_text("cwd", value)


def checked_environment(value: Any) -> dict[str, str] | None:
    """Return an environment; None for that of this process."""
    if value is None:
        return None
    if not isinstance(value, dict):
        message = f"env must be a dict, not {type(value).__name__}"
        raise TypeError(message)
    found = {}
    for key, each in value.items():
        name = checked_text("a name in env", key)
        if not name or "=" in name:
            message = f"a name in env must not be empty or hold =, as {key!r}"
            raise ValueError(message)
        found[name] = checked_text("a value in env", each)
    return found
