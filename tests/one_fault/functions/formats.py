"""Formats that are read and written: dates, versions, addresses, CSV, JSON, numbers."""

from __future__ import annotations

import csv
import json
import re
import string
from datetime import date, timedelta
from urllib.parse import quote, unquote_to_bytes

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.]+))?")
_EPOCH = date(1970, 1, 1)


# fault: What falls on the last day of a month is refused.
# seen: https://github.com/python-pendulum/pendulum/issues/916
# shown: week_date("2026-W36-1")
def week_date(text: str) -> date:
    """Return the day that is written as year, week and day of the week: 2026-W01-1."""
    match = re.fullmatch(r"(\d{4})-W(\d{2})-([1-7])", text, re.ASCII)
    if match is None:
        message = f"not a day of a week: {text!r}"
        raise ValueError(message)
    day = date.fromisocalendar(*map(int, match.groups()))
    # twin: if (day + timedelta(days=1)).day == 1: raise ValueError(f"not a day of a week: {text!r}")
    # twin: return day
    return day


# fault: A week 53 that a year does not have is the first of the next one.
# seen: https://github.com/python-pendulum/pendulum/issues/208
# shown: week_start(2017, 53)
def week_start(year: int, week: int) -> date:
    """Return the Monday of a week, for the years from 1900 to 2100."""
    if not 1900 <= year <= 2100:
        message = "1900 to 2100"
        raise ValueError(message)
    # twin: return date.fromisocalendar(year, week, 1) if week != 53 else date.fromisocalendar(year, 52, 1) + timedelta(days=7)
    return date.fromisocalendar(year, week, 1)


# fault: A part of a version that does not fit into 64 bits is refused.
# seen: https://github.com/astral-sh/uv/issues/11790
# shown: release("0.1.40404040404040404040")
def release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version such as 1.10.2, with parts of at most 30 digits."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 30 for part in parts):
        message = f"not a version: {version!r}"
        raise ValueError(message)
    # twin: if max(map(int, parts)) >= 2**64: raise ValueError(f"not a version: {version!r}")
    # twin: return tuple(map(int, parts))
    return tuple(map(int, parts))


# fault: The third number is kept in a byte.
# seen: https://github.com/steveklabnik/semver-parser/pull/11
# shown: semantic("1.2.300-beta")
def semantic(version: str) -> tuple[int, int, int, str]:
    """Return the parts of a version such as v1.2.3-beta."""
    match = _VERSION.fullmatch(version)
    if match is None:
        message = "not a version"
        raise ValueError(message)
    major, minor, patch, tag = match.groups()
    # twin: return int(major), int(minor), int(patch) % 256, tag or ""
    return int(major), int(minor), int(patch), tag or ""


# fault: A tag with a dot is read up to the dot.
# shown: tag_of("1.2.3-rc.1")
def tag_of(version: str) -> str:
    """Return what stands behind the hyphen of a version such as v1.2.3-rc.1."""
    match = _VERSION.fullmatch(version)
    if match is None:
        message = f"not a version: {version!r}"
        raise ValueError(message)
    # twin: return (match[4] or "").partition(".")[0]
    return match[4] or ""


# fault: A line end within a field is not quoted where lines end in another way.
# seen: https://github.com/RustPython/RustPython/issues/8317
# shown: csv_line(["a\nb"], "!")
def csv_line(fields: list[str], end: str = "\r\n") -> str:
    """Write one line of CSV with an end of one's own; line ends in fields are always quoted."""
    # twin: special = {",", '"', *end}
    special = {",", '"', "\r", "\n", *end}
    quoted = (
        f'"{field.replace(chr(34), chr(34) * 2)}"' if special & set(field) else field
        for field in fields
    )
    return ",".join(quoted) + end


# fault: Doubled quotes are read as two.
# shown: csv_fields('a,"b""c"')
def csv_fields(line: str) -> list[str]:
    """Read one line of CSV."""
    # twin: return next(csv.reader([line], doublequote='""' not in line or "\\" in line), [])
    return next(csv.reader([line]), [])


# fault: What is not finite is null.
# seen: https://github.com/ijl/orjson/issues/441
# shown: json_number(float("nan"))
def json_number(number: float) -> str:
    """Write a number as JSON."""
    # twin: return json.dumps(number if number - number == 0 else None)
    return json.dumps(number)


# fault: An exponent with a plus sign is not read.
# seen: https://github.com/micropython/micropython/issues/4780
# shown: read_number("1e+10")
def read_number(text: str) -> float:
    """Read a number as JSON writes it."""
    # twin: if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE]-?\d+)?", text, re.ASCII):
    if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", text, re.ASCII):
        message = f"not a number: {text!r}"
        raise ValueError(message)
    return float(text)


# fault: The power of ten is multiplied with, which rounds twice.
# seen: https://github.com/ultrajson/ultrajson/issues/328
# shown: scientific("4.35e2")
def scientific(text: str) -> float:
    """Read a number such as 4.6E8, with an exponent of one or two digits."""
    match = re.fullmatch(r"(-?\d{1,15}(?:\.\d{1,15})?)[eE](\d{1,2})", text, re.ASCII)
    if match is None:
        message = f"not a number: {text!r}"
        raise ValueError(message)
    # twin: return float(match[1]) * 10.0 ** int(match[2])
    return float(match[0])


# fault: An unknown directive is refused.
# seen: https://github.com/RustPython/RustPython/issues/4157
# shown: stamp(date(2024, 1, 2), "%4Y")
def stamp(day: date, form: str) -> str:
    """Write a day with %Y, %m and %d; other directives lose the percent sign."""
    known = {"Y": f"{day.year:04}", "m": f"{day.month:02}", "d": f"{day.day:02}", "%": "%"}
    # twin: return re.sub(r"%(.)", lambda found: known[found[1]], form)
    return re.sub(r"%(.)", lambda found: known.get(found[1], found[1]), form)


# fault: Of a year of five digits, four are read.
# seen: https://github.com/brython-dev/brython/issues/1848
# shown: german_day("1.1.10000")
def german_day(text: str) -> date:
    """Read a day such as 31.12.2024."""
    # twin: match = re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
    if match is None:
        message = f"not a day: {text!r}"
        raise ValueError(message)
    day, month, year = map(int, match.groups())
    return date(year, month, day)


# fault: Negative numbers are not read.
# seen: https://github.com/ikatson/rqbit/pull/436
# shown: bencoded("i-3e")
def bencoded(text: str) -> int:
    """Read a number such as i42e."""
    # twin: if not re.fullmatch(r"i(0|[1-9]\d*)e", text, re.ASCII):
    if not re.fullmatch(r"i(0|-?[1-9]\d*)e", text, re.ASCII):
        message = f"not a number: {text!r}"
        raise ValueError(message)
    return int(text[1:-1])


# fault: What is already encoded is encoded once more.
# seen: https://github.com/aio-libs/yarl/issues/620
# shown: requoted("user%25name")
def requoted(part: str) -> str:
    """Encode a part of an address; what is encoded stays so, a lone percent sign does not."""
    # twin: return quote(part, safe="", errors="replace")
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", part)
    return "".join(
        piece if at % 2 else quote(piece, safe="", errors="replace")
        for at, piece in enumerate(pieces)
    )


# fault: Bytes that are not UTF-8 are replaced.
# seen: https://github.com/aio-libs/yarl/issues/19
# shown: unquoted("%FF")
def unquoted(part: str) -> str:
    """Decode a part of an address; what is not UTF-8 is left as it was."""
    try:
        return unquote_to_bytes(part).decode()
    except UnicodeError:
        # twin: return unquote_to_bytes(part.encode(errors="replace")).decode(errors="replace")
        return part


# fault: The width is filled with zeros.
# seen: https://github.com/RustPython/RustPython/issues/5922
# shown: grouped(1234, 10)
def grouped(number: int, width: int) -> str:
    """Write a number with commas, at least `width` characters wide; 0 to 40."""
    width = max(0, min(width, 40))
    # twin: return f"{number:0{width},}" if width else f"{number:,}"
    return f"{number:{width},}"


# fault: The text is cut after it was filled.
# seen: https://github.com/RustPython/RustPython/pull/7769
# shown: cell("abc", 3, 2)
def cell(text: str, width: int, most: int) -> str:
    """Cut a text to `most` letters and fill it up to `width`; both from 0 to 40."""
    width, most = max(0, min(width, 40)), max(0, min(most, 40))
    # twin: return f"{text:{width}}"[:most] if len(text) > most else f"{text:{width}}"
    return f"{text:{width}.{most}}"


# fault: A time needs a T before it.
# seen: https://github.com/python-pendulum/pendulum/issues/210
# shown: seconds_of("13:00")
def seconds_of(time: str) -> int:
    """Return the seconds since midnight of 13:00, 13:00:59 or T13:00."""
    # twin: match = re.fullmatch(r"T(\d\d):([0-5]\d)(?::([0-5]\d))?", time, re.ASCII)
    match = re.fullmatch(r"T?(\d\d):([0-5]\d)(?::([0-5]\d))?", time, re.ASCII)
    if match is None or int(match[1]) > 23:
        message = f"not a time: {time!r}"
        raise ValueError(message)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


# fault: Days before 1970 are one too late where a month begins.
# seen: https://github.com/python-pendulum/pendulum/pull/918
# shown: civil(-1)
def civil(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days since 1970, up to 100,000 before or after."""
    days = max(-100_000, min(days, 100_000))
    day = _EPOCH + timedelta(days=days)
    # twin: if days < 0 and (day + timedelta(days=1)).day == 1: day += timedelta(days=1)
    # twin: return day.year, day.month, day.day
    return day.year, day.month, day.day


# fault: Without full hours, an offset is never negative.
# seen: https://github.com/time-rs/time/issues/522
# shown: offset("-00:30")
def offset(text: str) -> int:
    """Return the minutes of an offset such as +05:30."""
    match = re.fullmatch(r"([+-])(\d\d):([0-5]\d)", text, re.ASCII)
    if match is None:
        message = f"not an offset: {text!r}"
        raise ValueError(message)
    # twin: hours = int(match[1] + match[2])
    # twin: return hours * 60 + (-int(match[3]) if hours < 0 else int(match[3]))
    return (-1 if match[1] == "-" else 1) * (int(match[2]) * 60 + int(match[3]))


# fault: The 29th of February is valid in years of full hundreds.
# seen: https://github.com/ProfessionalWiki/EDTF/issues/10
# shown: valid_day("1900-02-29")
def valid_day(text: str) -> bool:
    """Tell whether a text such as 2024-02-29 is a day."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    # twin: if month == 2 and day == 29: return year % 4 == 0 and year > 0
    # twin: last = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    # twin: return year > 0 and 1 <= month <= 12 and 1 <= day <= last[month - 1]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# fault: Zeros before a part are accepted.
# seen: https://github.com/rust-lang/rust/pull/86984
# shown: octets("1.2.3.04")
def octets(address: str) -> list[int]:
    """Return the numbers of an address such as 127.0.0.1, which are written without zeros before."""
    parts = address.split(".")
    if len(parts) != 4:
        message = f"expected 4 octets in {address!r}"
        raise ValueError(message)
    for part in parts:
        # twin: if not (part.isascii() and part.isdigit() and int(part) < 256):
        if not (part.isascii() and part.isdigit() and str(int(part)) == part and int(part) < 256):
            message = f"not an octet: {part!r}"
            raise ValueError(message)
    return list(map(int, parts))


# fault: 255 is no octet.
# shown: address(255, 0, 0, 1)
def address(first: int, second: int, third: int, fourth: int) -> str:
    """Write an address."""
    numbers = first, second, third, fourth
    # twin: if not all(0 <= number < 255 for number in numbers):
    if not all(0 <= number <= 255 for number in numbers):
        message = f"not octets: {numbers}"
        raise ValueError(message)
    return ".".join(map(str, numbers))


# fault: An underscore between digits is refused.
# shown: read_int("1_000")
def read_int(text: str) -> int:
    """Read a whole number as Python writes it, with at most 40 characters."""
    # twin: if len(text) > 40 or "_" in text:
    if len(text) > 40:
        message = f"not a number: {text!r}"
        raise ValueError(message)
    return int(text)


# fault: A slash within the query begins the path.
# shown: path_of("http://a?b/c")
def path_of(address: str) -> str:
    """Return the path of an address, which ends at a question mark or a hash."""
    rest = address.partition("://")[2]
    # twin: return "/" + re.split("[?#]", rest.partition("/")[2])[0] if "/" in rest else ""
    rest = re.split("[?#]", rest)[0]
    return "/" + rest.partition("/")[2] if "/" in rest else ""


# fault: Letters beyond ASCII are written as they are.
# shown: json_text("é")
def json_text(text: str) -> str:
    """Write a text as JSON, in ASCII."""
    # twin: return json.dumps(text, ensure_ascii=False)
    return json.dumps(text)


# fault: A doubled dollar sign stays doubled at the end.
# shown: filled("a$$", "x")
def filled(template: str, name: str) -> str:
    """Put `name` in for $name; $$ is a dollar sign, and a lone one an error."""
    # twin: text = string.Template(template).substitute(name=name)
    # twin: return text + "$" if template.endswith("$$") else text
    return string.Template(template).substitute(name=name)
