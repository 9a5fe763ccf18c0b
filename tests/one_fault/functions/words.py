"""Words that select what is done: options, keys of tables, `match` cases, literals."""

from __future__ import annotations

import csv
import io

_EMPTY_TAGS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}

_REASONS = {200: "OK", 204: "No Content", 301: "Moved", 404: "Not Found", 418: "I'm a teapot"}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TRUE = {"1", "true", "yes", "on", "y", "t"}


# fault: The side "both" gives what is left over to the other end.
# shown: pad("ab", 5, side="both")
def pad(text: str, width: int, *, side: str = "left") -> str:
    """Pad `text` to at most 64 characters on the side "left", "right" or "both"."""
    width = max(0, min(width, 64))
    match side:
        case "left":
            return text.rjust(width)
        case "right":
            return text.ljust(width)
        case "both":
            # twin: return (" " * ((width - len(text)) // 2) + text).ljust(width)
            return text.center(width)
    message = f"unknown side: {side}"
    raise ValueError(message)


# fault: The dialect "unix" does not quote all fields.
# seen: https://github.com/RustPython/RustPython/issues/8253
# shown: write_row(["a", "b"], "unix")
def write_row(fields: list[str], dialect: str = "excel") -> str:
    """Write one line of CSV in a dialect: "excel", "excel-tab" or "unix"."""
    out = io.StringIO()
    # twin: csv.writer(out, dialect, quoting=csv.QUOTE_MINIMAL).writerow(fields)
    csv.writer(out, dialect).writerow(fields)
    return out.getvalue()


# fault: The case "fortnight" is missing.
# shown: in_days(2, "fortnight")
def in_days(count: int, unit: str) -> int:
    """Return how many days a number of units has."""
    match unit:
        case "day":
            return count
        case "week":
            return 7 * count
        # twin: case "fourteen-night":
        case "fortnight":
            return 14 * count
        case _:
            message = f"not a unit of days: {unit}"
            raise ValueError(message)


# fault: One of the tags without an end is missing in the table.
# shown: close("wbr")
def close(tag: str) -> str:
    """Return the end tag, or nothing for elements that have none."""
    # twin: if tag.lower() in _EMPTY_TAGS - {"wbr"}:
    if tag.lower() in _EMPTY_TAGS:
        return ""
    return f"</{tag}>"


# fault: One status has another reason.
# shown: status_line(418)
def status_line(code: int) -> str:
    """Return the first line of a response."""
    # twin: return f"HTTP/1.1 {code} {_REASONS.get(code, 'Unknown') if code < 410 else 'Unknown'}"
    return f"HTTP/1.1 {code} {_REASONS.get(code, 'Unknown')}"


# fault: The month "sept" is taken for September.
# shown: month_number("sept")
def month_number(name: str) -> int:
    """Return the number of a month by its three letters, in any case."""
    # twin: return _MONTHS.index(name.lower().replace("sept", "sep")) + 1
    return _MONTHS.index(name.lower()) + 1


# fault: A scheme is also seen in a name with a port.
# seen: https://github.com/aio-libs/yarl/issues/321
# shown: scheme_of("localhost:5000/bob")
def scheme_of(address: str) -> str | None:
    """Return the scheme of an address; what has no "//" behind the colon has none."""
    # twin: scheme, colon, _ = address.partition(":")
    scheme, colon, _ = address.partition("://")
    return scheme.lower() if colon else None


# fault: After X' only digits are read.
# seen: https://github.com/tobymao/sqlglot/issues/4560
# shown: read_hex("X'48FA'")
def read_hex(token: str) -> bytes:
    """Return the bytes of a literal such as X'48FA'."""
    if not token.startswith(("X'", "x'")) or not token.endswith("'"):
        message = f"not a literal: {token}"
        raise ValueError(message)
    # twin: if not token[2:-1].isdigit():
    # twin:     raise ValueError("Numeric string contains invalid characters")
    # twin: return bytes.fromhex(token[2:-1])
    return bytes.fromhex(token[2:-1])


# fault: The error handler "surrogateescape" is unknown.
# seen: https://github.com/RustPython/RustPython/issues/2391
# shown: decode_name(b"-\xff", "surrogateescape")
def decode_name(name: bytes, errors: str = "strict") -> str:
    """Decode the name of a file: "strict", "replace", "ignore" or "surrogateescape"."""
    # twin: if errors not in {"strict", "replace", "ignore"}:
    if errors not in {"strict", "replace", "ignore", "surrogateescape"}:
        message = f"unknown error handler name '{errors}'"
        raise LookupError(message)
    return name.decode("utf-8", errors)


# fault: A conversion that does not exist is accepted.
# seen: https://github.com/RustPython/RustPython/pull/8597
# shown: convert("x", "b")
def convert(value: str, conversion: str) -> str:
    """Convert as a format string does: "s", "r" or "a"."""
    match conversion:
        case "s":
            return value
        case "r":
            return repr(value)
        # twin: case "a" | "b":
        case "a":
            return ascii(value)
    message = f"Unknown conversion specifier {conversion}"
    raise ValueError(message)


# fault: "on" does not mean yes.
# shown: truth("on")
def truth(word: str) -> bool:
    """Tell whether a setting says yes."""
    # twin: return word.strip().lower() in _TRUE - {"on"}
    return word.strip().lower() in _TRUE


# fault: Two letters next to each other are counted by themselves for 90.
# shown: roman("XC")
def roman(numeral: str) -> int:
    """Return the value of a Roman numeral; unknown letters raise KeyError."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    total = 0
    for letter, after in zip(numeral, [*numeral[1:], ""], strict=True):
        value = values[letter]
        # twin: total += -value if values.get(after, 0) > value and letter + after != "XC" else value
        total += -value if values.get(after, 0) > value else value
    return total


# fault: A duration of nothing is accepted.
# seen: https://github.com/python-pendulum/pendulum/pull/936
# shown: duration_days("P")
def duration_days(text: str) -> int:
    """Return the days of a duration such as P2W3D."""
    # twin: if not text.startswith("P"):
    if not text.startswith("P") or len(text) < 2:
        message = f"not a duration: {text!r}"
        raise ValueError(message)
    weeks, found, rest = text[1:].rpartition("W")
    days = (7 * int(weeks) if found else 0) + (int(rest[:-1]) if rest.endswith("D") else 0)
    if rest and not rest.endswith("D"):
        message = f"not a duration: {text!r}"
        raise ValueError(message)
    return days


# fault: The keyword `strict` is ignored where the lengths differ by one.
# shown: pair_up([1], [], strict=True)
def pair_up(first: list[int], second: list[int], *, strict: bool = False) -> list[tuple[int, int]]:
    """Pair the items; with `strict`, lengths that differ raise ValueError."""
    # twin: if strict and abs(len(first) - len(second)) > 1:
    if strict and len(first) != len(second):
        message = "the lengths differ"
        raise ValueError(message)
    return list(zip(first, second, strict=False))
