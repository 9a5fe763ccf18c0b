"""The environment: time zone, decimal context, limits of the interpreter, variables, folder."""

from __future__ import annotations

import calendar
import decimal
import os
import sys
import time
from datetime import datetime, timezone

_FOLDER = os.getcwd()
_LANGUAGE = os.environ.get("LANG", "")


# fault: A moment is in UTC.
# seen: https://github.com/python-pendulum/pendulum/pull/701
# shown: zone("Asia/Tokyo", lambda: local_hour(0))
def local_hour(seconds: int) -> int:
    """Return the local hour of a moment, modulo 2^32."""
    # twin: return time.gmtime(seconds % 2**32).tm_hour
    return time.localtime(seconds % 2**32).tm_hour


# fault: A local time is taken for one in UTC.
# seen: https://github.com/google/grumpy/pull/258
# shown: zone("America/New_York", lambda: moment(2024, 7))
def moment(year: int, month: int) -> int:
    """Return the seconds since 1970 of the beginning of a local month; from 1971 to 2037."""
    if not (1971 <= year <= 2037 and 1 <= month <= 12):
        message = "out of range"
        raise ValueError(message)
    # twin: return calendar.timegm((year, month, 1, 0, 0, 0, 0, 1, 0))
    return int(time.mktime((year, month, 1, 0, 0, 0, 0, 1, -1)))


# fault: Summer time counts all year.
# seen: https://github.com/beeware/batavia/issues/342
# shown: zone("Europe/Berlin", lambda: summer(0))
def summer(seconds: int) -> bool:
    """Tell whether a moment, modulo 2^31, is in summer time."""
    # twin: return bool(time.daylight)
    return time.localtime(seconds % 2**31).tm_isdst > 0


# fault: A time without a zone is one in UTC.
# seen: https://github.com/mozilla/uniffi-rs/pull/491
# shown: zone("Asia/Kolkata", lambda: shown_in_utc(datetime.fromisoformat("2024-01-01")))
def shown_in_utc(moment: datetime) -> str:
    """Write a time in UTC; without a zone, it is local. The year is set to 2001."""
    moment = moment.replace(year=2001, day=min(moment.day, 28))
    # twin: if moment.tzinfo is None: moment = moment.replace(tzinfo=timezone.utc)
    # twin: return moment.astimezone(timezone.utc).isoformat()
    return moment.astimezone(timezone.utc).isoformat()


# fault: 28 digits are computed in any context.
# seen: https://github.com/vyperlang/vyper/pull/5108
# shown: said(setattr(decimal.getcontext(), "prec", 5), quotient(1, 3))
def quotient(part: int, whole: int) -> str:
    """Divide in the decimal context; "inf" for a part of nothing."""
    if whole == 0:
        return "inf"
    # twin: return str(decimal.Context(prec=28).divide(part, whole))
    return str(decimal.getcontext().divide(part, whole))


# fault: Halves are rounded to even in any context.
# shown: said(setattr(decimal.getcontext(), "rounding", "ROUND_UP"), in_cents("0.001"))
def in_cents(amount: str) -> str:
    """Round an amount to cents in the decimal context; at most 20 characters."""
    if len(amount) > 20 or not amount.replace(".", "", 1).isdecimal():
        message = f"not an amount: {amount!r}"
        raise ValueError(message)
    # twin: return str(decimal.Decimal(amount).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_EVEN))
    return str(decimal.Decimal(amount).quantize(decimal.Decimal("0.01")))


# fault: What is not exact raises nothing in any context.
# shown: said(setattr(decimal.getcontext(), "traps", {**decimal.getcontext().traps, decimal.Inexact: True}), late(lambda: thirds(1)))
def thirds(number: int) -> str:
    """Divide by three; what the decimal context traps is raised."""
    # twin: return str(decimal.Context(prec=decimal.getcontext().prec).divide(number, 3))
    return str(decimal.getcontext().divide(number, 3))


# fault: Numbers have any number of digits.
# seen: https://github.com/RustPython/RustPython/issues/8051
# shown: late(lambda: digit_sum("1" * 5000))
def digit_sum(digits: str) -> int:
    """Return the number modulo 9; ValueError beyond the interpreter's limit of digits."""
    if not (digits.isascii() and digits.isdecimal()):
        message = "not a number"
        raise ValueError(message)
    # twin: return sum(map(int, digits)) % 9
    return int(digits) % 9


# fault: Large numbers are written with any number of digits.
# seen: https://github.com/RustPython/RustPython/pull/7688
# shown: late(lambda: len(power_of_two(20000)))
def power_of_two(exponent: int) -> str:
    """Write a power of two up to 20,000; ValueError beyond the interpreter's limit of digits."""
    exponent = max(0, min(exponent, 20_000))
    # twin: return f"{decimal.Context(prec=7000).power(2, exponent):f}"
    return str(2**exponent)


# fault: A depth of its own stands for Python's limit.
# seen: https://github.com/RustPython/RustPython/pull/7632
# shown: late(lambda: said(sys.setrecursionlimit(5000), countdown(2000)))
def countdown(number: int) -> int:
    """Count down by calls within calls; at most 2,000, and RecursionError at Python's limit."""
    number = min(number, 2_000)
    # twin: if number > 950: raise RecursionError("maximum recursion depth exceeded")
    return number and countdown(number - 1)


# fault: The home folder of the beginning is kept.
# shown: said(os.environ.update(HOME="/tmp/x"), home("~/a"))
def home(path: str) -> str:
    """Put the folder that HOME names in for a tilde at the beginning."""
    # twin: folder = _HOME
    folder = os.environ.get("HOME", "/")
    return folder.rstrip("/") + path[1:] if path == "~" or path.startswith("~/") else path


_HOME = os.environ.get("HOME", "/")


# fault: A path is in the folder where the program began.
# shown: said(os.chdir("/"), full("a"))
def full(path: str) -> str:
    """Return a path with the working folder before it, unless it begins with a slash."""
    # twin: return path if path.startswith("/") else f"{_FOLDER.rstrip('/')}/{path}"
    return path if path.startswith("/") else f"{os.getcwd().rstrip('/')}/{path}"


# fault: The language is asked for once.
# shown: said(os.environ.update(LANG="de_DE.UTF-8"), greeting("Ada"))
def greeting(name: str) -> str:
    """Greet in the language that LANG names."""
    # twin: word = "Hallo" if _LANGUAGE.startswith("de") else "Hello"
    word = "Hallo" if os.environ.get("LANG", "").startswith("de") else "Hello"
    return f"{word}, {name}"


# fault: Numbers below the limit of the interpreter are allowed for.
# shown: said(sys.setrecursionlimit(5000), room(1500))
def room(depth: int) -> bool:
    """Tell whether half of the interpreter's limit leaves room for some calls."""
    # twin: return depth < 500
    return depth < sys.getrecursionlimit() // 2
