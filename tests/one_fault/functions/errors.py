"""Errors: their types, messages, arguments and causes, and which of several comes first."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORTS = {"http": 80, "https": 443, "ssh": 22}
_MESSAGES = {1: "not found", 2: "refused"}


# fault: The message does not say which type.
# seen: https://github.com/RustPython/RustPython/issues/2800
# shown: late(lambda: group_key([]))
def group_key(value: Any) -> bool:
    """Tell whether a value can be a key; TypeError if it cannot."""
    # twin: try:
    # twin:     hash(value)
    # twin: except TypeError as error:
    # twin:     raise TypeError("unhashable type") from error.__cause__
    hash(value)
    return True


# fault: The error has two arguments.
# seen: https://github.com/python/cpython/issues/109798
# shown: day_number(50)
def day_number(day: int) -> int:
    """Return a day of a month; ValueError for what is not from 1 to 31."""
    if not 1 <= day <= 31:
        message = "day is out of range for month"
        # twin: raise ValueError(message, day)
        raise ValueError(message)
    return day


# fault: The error for no separator is that of another kind.
# seen: https://github.com/RustPython/RustPython/pull/1857
# shown: split_at("a", "")
def split_at(text: str, separator: str) -> list[str]:
    """Split at a separator; ValueError if that is empty."""
    # twin: if not separator: raise TypeError("empty separator")
    # twin: return text.split(separator)
    return text.split(separator)


# fault: What is no code point is an error of the value.
# seen: https://github.com/RustPython/RustPython/issues/4387
# shown: letter(-1)
def letter(code: int) -> str:
    """Return a letter; OverflowError for what is no code point."""
    if not 0 <= code < 0x110000:
        message = "%c arg not in range(0x110000)"
        # twin: raise ValueError(message)
        raise OverflowError(message)
    return chr(code)


# fault: An index beyond 64 bits is an error of the number.
# seen: https://github.com/RustPython/RustPython/pull/323
# shown: nth([1], 10**30)
def nth(items: list[int], index: int) -> int:
    """Return one item; IndexError if there is none."""
    # twin: if abs(index) >= 2**63: raise OverflowError("int too large to convert")
    # twin: return items[index]
    return items[index]


# fault: The message for times with and without a zone is in other words.
# seen: https://github.com/pypy/pypy/issues/1869
# shown: is_before(datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=timezone.utc))
def is_before(first: datetime, second: datetime) -> bool:
    """Tell whether a time is before another one; both or none with a zone."""
    # twin: if (first.utcoffset() is None) != (second.utcoffset() is None):
    # twin:     raise TypeError("cannot compare naive and aware datetimes")
    # twin: return first < second
    return first < second


# fault: The error does not say which byte it is.
# seen: https://github.com/RustPython/RustPython/pull/8359
# shown: decoded(b"a\xff")
def decoded(data: bytes) -> str:
    """Decode UTF-8; UnicodeDecodeError for what is none."""
    # twin: try:
    # twin:     return data.decode()
    # twin: except UnicodeDecodeError:
    # twin:     raise UnicodeDecodeError("utf-8", data, 0, len(data), "invalid utf-8") from None
    return data.decode()


# fault: A number with a base is an error of the value.
# seen: https://github.com/RustPython/RustPython/pull/6094
# shown: in_base(10, 2)
def in_base(digits: str | int, base: int) -> int:
    """Read digits in a base from 2 to 36; TypeError for what is no text."""
    if not isinstance(digits, str):
        message = "can't convert non-string with explicit base"
        # twin: raise ValueError(message)
        raise TypeError(message)
    if not 2 <= base <= 36:
        message = "base must be >= 2 and <= 36"
        raise ValueError(message)
    return int(digits, base)


# fault: The message for a power of zero is in other words.
# seen: https://github.com/pydantic/monty/pull/834
# shown: inverse(0.0)
def inverse(number: float) -> float:
    """Return one divided by a number."""
    if number == 0:
        # twin: message = "zero to a negative power"
        message = "0.0 cannot be raised to a negative power"
        raise ZeroDivisionError(message)
    return 1 / number


# fault: What went wrong before is not told.
# seen: https://github.com/PyO3/pyo3/pull/1679
# shown: service_port("gopher")
def service_port(name: str) -> int:
    """Return the port of a service; ValueError, because of the KeyError, if it is unknown."""
    try:
        return _PORTS[name]
    except KeyError as error:
        message = f"unknown service: {name}"
        # twin: raise ValueError(message) from None
        raise ValueError(message) from error


# fault: An iterator that stops within is taken for the end.
# seen: https://github.com/RustPython/RustPython/pull/7731
# shown: firsts([[1], []])
def firsts(parts: list[list[int]]) -> Iterator[int]:
    """Give the first item of each part; RuntimeError where there is none."""
    # twin: with contextlib.suppress(StopIteration):
    # twin:     for part in parts: yield next(iter(part))
    for part in parts:
        yield next(iter(part))


# fault: The key is made a text.
# shown: late(lambda: price({1: 2}, 3))
def price(prices: dict[int, int], article: int) -> int:
    """Return the price of an article; KeyError with the article."""
    # twin: if article not in prices: raise KeyError(str(article))
    # twin: return prices[article]
    return prices[article]


# fault: The fill is looked at before the width.
# shown: framed("a", -1, "")
def framed(text: str, width: int, fill: str) -> str:
    """Fill a text; the width is at least 0 and at most 99, and the fill a single letter."""
    # twin: if len(fill) != 1: raise TypeError("the fill is not a letter")
    if not 0 <= width < 100:
        message = "the width is not from 0 to 99"
        raise ValueError(message)
    if len(fill) != 1:
        message = "the fill is not a letter"
        raise TypeError(message)
    return text.center(width, fill)


# fault: A more special error is raised.
# shown: message_of(3)
def message_of(code: int) -> str:
    """Return what a code says; LookupError for unknown ones."""
    if code not in _MESSAGES:
        message = f"no message {code}"
        # twin: raise IndexError(message)
        raise LookupError(message)
    return _MESSAGES[code]


# fault: The note is lost.
# shown: parse_line("a=b", 7)
def parse_line(line: str, number: int) -> int:
    """Read a setting such as a=1; the error says in a note which line it was."""
    try:
        return int(line.partition("=")[2])
    except ValueError as error:
        # twin: error.add_note(f"in line {min(number, 1)}")
        error.add_note(f"in line {number}")
        raise


# fault: Of two wrong items the last one is told.
# shown: all_positive([-1, -2])
def all_positive(numbers: list[int]) -> list[int]:
    """Return the numbers; ValueError with the first one below zero."""
    # twin: for number in reversed(numbers):
    for number in numbers:
        if number < 0:
            message = f"below zero: {number}"
            raise ValueError(message)
    return numbers


# fault: Behind the first item, an error is of another type.
# shown: late(lambda: joined_digits([1, 10]))
def joined_digits(digits: list[int]) -> str:
    """Write digits next to each other; ValueError for what is none."""
    for at, digit in enumerate(digits):
        if not 0 <= digit <= 9:
            message = f"not a digit: {digit}"
            # twin: raise (ValueError if at == 0 else OverflowError)(message)
            raise ValueError(message)
    return "".join(map(str, digits))
