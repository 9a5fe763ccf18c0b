"""The domains of common types of the standard library."""

from __future__ import annotations

import array
import calendar
import datetime as dt
import decimal
import fractions
import io
import pathlib
import re
import typing
import uuid
from typing import TYPE_CHECKING, Any

from agent.porting.strategies.domain import Domain
from agent.porting.strategies.numbers import compose_float, compose_int

if TYPE_CHECKING:
    from agent.porting.strategies.byte_source import Choices

__all__ = ["LIBRARY"]

_DAYS = ("2024, 2, 29", "2024, 1, 1", "2023, 12, 31", "2025, 3, 30")
"""Days that values share, so that many are on the same one."""

_YEARS = (2024, 2023, 1900, 2000, 1970, 2100, 1, 9999)

_OFFSETS = (
    "timezone.utc",
    "timezone(timedelta(hours=5, minutes=45))",
    "timezone(-timedelta(hours=8))",
)


def _day(choices: Choices) -> str:
    """Write a year, a month and a day: often one of a few days, or the end of a month."""
    if choices.below(2) == 0:
        return choices.of(_DAYS)
    year = choices.of(_YEARS) if choices.below(2) == 0 else 1 + choices.below(9999)
    month = 1 + choices.below(12)
    last = calendar.monthrange(year, month)[1]
    day = last if choices.one_in(4) else 1 + choices.below(last)
    return f"{year}, {month}, {day}"


def _clock(choices: Choices) -> str:
    """Write hours, and often minutes, seconds and microseconds."""
    fields = (24, 60, 60, 65_536)[: 1 + choices.below(4)]
    return ", ".join(str(choices.below(most)) for most in fields)


def _moment(choices: Choices) -> str:
    zone = f", tzinfo={choices.of(_OFFSETS)}" if choices.one_in(4) else ""
    return f"datetime({_day(choices)}, {_clock(choices)}{zone})"


def _span(choices: Choices) -> str:
    unit = choices.of(("days", "hours", "seconds", "microseconds", "minutes", "milliseconds"))
    count = choices.below(100) - 20 if choices.below(4) else choices.number(3) - 2**23
    return f"timedelta({unit}={count})"


LIBRARY: dict[Any, Domain] = {
    dt.datetime: Domain(
        [
            *("datetime(2024, 2, 29)", "datetime(1970, 1, 1)", "datetime(1, 1, 1)"),
            "datetime(2024, 3, 31, 2, 30, tzinfo=timezone.utc)",
            "datetime(2024, 10, 27, 2, 30, fold=1)",
            "datetime(9999, 12, 31, 23, 59, 59, 999999)",
            "datetime(2038, 1, 19, 3, 14, 8, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))",
            "datetime(1969, 12, 31, 23, 59, 59, 999999)",
        ],
        ["'2024-02-29'", "None", "date(2024, 2, 29)", "0"],
        compose=_moment,
    ),
    dt.date: Domain(
        [
            *("date(2024, 2, 29)", "date(1970, 1, 1)", "date(1, 1, 1)", "date(9999, 12, 31)"),
            *("date(1900, 2, 28)", "date(2020, 12, 31)", "datetime(2024, 2, 29, 1)"),
        ],
        ["'2024-02-29'", "None", "0"],
        compose=lambda choices: f"date({_day(choices)})",
    ),
    dt.time: Domain(
        ["time(1, 2, 3)", "time()", "time(23, 59, 59, 999999)", "time(2, 30, tzinfo=timezone.utc)"],
        ["'01:02'", "None", "0"],
        compose=lambda choices: f"time({_clock(choices)})",
    ),
    dt.timedelta: Domain(
        [
            *("timedelta(seconds=1)", "timedelta()", "timedelta(microseconds=-1)"),
            *("timedelta(days=1, microseconds=1)", "timedelta.max", "timedelta.min"),
        ],
        ["2", "None", "1.0"],
        compose=_span,
    ),
    dt.timezone: Domain(["timezone.utc", "timezone(timedelta(hours=-3, minutes=-30))"]),
    dt.tzinfo: Domain(["timezone.utc", "timezone(timedelta(hours=-3, minutes=-30))"]),
    decimal.Decimal: Domain(
        [
            *("Decimal('1')", "Decimal('0.1')", "Decimal('-0')", "Decimal('1.10')"),
            *("Decimal('NaN')", "Decimal('sNaN')", "Decimal('Infinity')", "Decimal('1E+400')"),
            *("Decimal('2.675')", "Decimal(10)**30 + 1", "Decimal('1E-400')", "Decimal('2.5')"),
        ],
        ["'1'", "None"],
        compose=lambda choices: f"Decimal('{compose_float(choices)}')",
    ),
    fractions.Fraction: Domain(
        ["Fraction(1, 2)", "Fraction(0)", "Fraction(-7, 3)", "Fraction(2**64, 3)", "Fraction(2)"],
        ["'1/2'", "None"],
        compose=lambda choices: f"Fraction({compose_int(choices)}, {1 + choices.below(99)})",
    ),
    pathlib.Path: Domain(
        [
            *("Path('a')", "Path()", "Path('a/b.txt')", "Path('/')", "Path('../a/./b')"),
            *("Path('a.tar.gz')", "Path('.hidden')", "Path('a\\udcff')", "Path('a b/é')"),
        ],
        ["None", "5"],
    ),
    pathlib.PurePath: Domain(
        ["PurePosixPath('a/b.txt')", "PurePosixPath()", "PurePosixPath('/')", "Path('a')"],
        ["None", "5"],
    ),
    re.Pattern: Domain(
        ["re.compile('a')", "re.compile('')", "re.compile('(a)|(b)')", "re.compile(r'\\w+', re.I)"],
        ["None", "5"],
    ),
    uuid.UUID: Domain(["UUID(int=1)", "UUID(int=0)", "UUID(int=2**128 - 1)"], ["None", "'a'"]),
    io.StringIO: Domain(["StringIO('a\\nb')", "StringIO()"]),
    io.BytesIO: Domain(["BytesIO(b'a\\nb')", "BytesIO()"]),
    typing.TextIO: Domain(["StringIO('a\\nb')", "StringIO()", "StringIO('a\\r\\nb', newline='')"]),
    typing.BinaryIO: Domain(["BytesIO(b'a\\nb')", "BytesIO()", "BytesIO(b'\\xff\\x00')"]),
    array.array: Domain(["array('d', [1.0, -0.0])", "array('i', [1, 2])", "array('B')"]),
}
"""By the annotation."""
