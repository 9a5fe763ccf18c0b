"""Argument checks of the reference. Both languages use the same error messages."""

from __future__ import annotations

from math import isfinite
from typing import Any

from agent.components.metrics.contract import MAX_SUM, MAX_TOTAL
from agent.components.metrics.errors import LabelMismatch
from agent.components.metrics.names import is_label, is_name, is_text

__all__ = [
    "checked_clock",
    "checked_finite",
    "checked_float",
    "checked_growth",
    "checked_int",
    "checked_labels",
    "checked_name",
    "checked_percent",
    "checked_steps",
    "checked_text",
    "checked_time",
    "expect_one_form",
]


def checked_int(name: str, value: Any, low: int, high: int) -> int:
    """Return `value` if it is an int from `low` to `high`."""
    number: int = value
    if type(value) is not int:  # the common case
        if not isinstance(value, int) or isinstance(value, bool):
            message = f"{name} must be an int, not {type(value).__name__}"
            raise TypeError(message)
        number = int.__int__(value)
    if not low <= number <= high:
        message = f"{name} must be from {low} to {high}, not {value!r}"
        raise ValueError(message)
    return number


def _number(rule: str, value: Any) -> int | float:
    """Return `value` as a plain int or float if it is a number, subclasses included."""
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)
    message = f"{rule}, not {type(value).__name__}"
    raise TypeError(message)


def _float(rule: str, value: Any) -> float | None:
    """Return `value` as a float, or None if it is too large for one."""
    number = _number(rule, value)
    try:
        return float(number)
    except OverflowError:
        return None


def checked_float(value: Any) -> float:
    """Return `value` as a float if a gauge can hold it."""
    if type(value) is float:
        return value
    number = _float("value must be a float or an int", value)
    if number is None:
        message = f"value is too large for a float: {value!r}"
        raise ValueError(message)
    return number


def _finite(rule: str, finite: str, value: Any) -> float:
    """Return `value` as a float that is neither infinite nor NaN."""
    number = _float(rule, value)
    if number is None or not isfinite(number):
        message = f"{finite}, not {value!r}"
        raise ValueError(message)
    return number


def checked_finite(value: Any) -> float:
    """Return `value` as a float if it may be added to a gauge."""
    if type(value) is float and isfinite(value):
        return value
    return _finite("amount must be a float or an int", "amount must be finite", value)


def checked_growth(value: Any) -> float:
    """Return `value` as a float if it may be added to a counter that adds floats."""
    number = _float("amount must be a float or an int", value)
    if number is None or not 0 <= number <= MAX_SUM:
        message = f"amount must be from 0 to {MAX_SUM}, not {value!r}"
        raise ValueError(message)
    return number


def checked_time(value: Any) -> float:
    """Return `value` as seconds if it is a valid clock reading."""
    if type(value) is float and isfinite(value):
        return value
    rule = "clock must return a float or an int"
    return _finite(rule, "clock must return a finite number", value)


def checked_percent(value: Any) -> float:
    """Return `value` if it is from 0 to 100."""
    number = _number("percent must be a float or an int", value)
    if not 0 <= number <= 100:
        message = f"percent must be from 0 to 100, not {value!r}"
        raise ValueError(message)
    return float(number)


def checked_steps(value: Any, steps: int) -> int:
    """Return an observation in whole steps, where one unit has `steps` steps."""
    number: float = value
    if type(value) is not float:
        number = _number("value must be a float or an int", value)
    scaled = number * steps
    if not 0 <= scaled <= MAX_TOTAL:
        message = f"value must be from 0 to {MAX_TOTAL} steps of 1/{steps}, not {value!r}"
        raise ValueError(message)
    whole = round(scaled)
    if steps == 1 and whole != scaled:
        message = f"value must be whole in a histogram of steps=1, not {value!r}"
        raise ValueError(message)
    return whole


def checked_clock(value: Any) -> Any:
    """Return `value` if it is callable."""
    if not callable(value):
        message = f"clock must be callable, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_text(name: str, value: Any) -> str:
    """Return `value` if it is a text that an exposition can contain."""
    if not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise TypeError(message)
    text = str.__str__(value)
    if not is_text(text):
        message = f"{name} must not hold lone surrogates, as {value!r}"
        raise ValueError(message)
    return text


def checked_name(value: Any, ending: str = "") -> str:
    """Return the name of a metric, without the `ending` of its kind's sample name."""
    text = checked_text("name", value).removesuffix(ending)
    if not is_name(text):
        message = f"name must be letters, digits, _ and :, no digit first, not {value!r}"
        raise ValueError(message)
    return text


def checked_labels(value: Any) -> tuple[str, ...]:
    """Return the label names of a metric if they are valid and distinct."""
    if not isinstance(value, list | tuple):
        message = f"labels must be a list or a tuple, not {type(value).__name__}"
        raise TypeError(message)
    names: list[str] = []
    for each in value:
        name = checked_text("a label", each)
        if not is_label(name) or name in names:
            message = f"a label must be letters, digits and _, and be there once, not {each!r}"
            raise ValueError(message)
        names.append(name)
    return tuple(names)


def expect_one_form(values: tuple[Any, ...]) -> None:
    """Raise `LabelMismatch` if there are `values` by position: others are given by name."""
    if values:
        message = "label values are given by position or by name, not both"
        raise LabelMismatch(message)
