"""Numbers: bounds, overflow, rounding, signs, and values that are not numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


# fault: A sum is kept in 64 bits.
# seen: https://github.com/RustPython/RustPython/issues/276
# shown: total_size([2**63])
def total_size(sizes: list[int]) -> int:
    """Add up sizes; those below zero do not count."""
    # twin: return sum(size for size in sizes if size > 0) % 2**63
    return sum(size for size in sizes if size > 0)


# fault: The remainder has the sign of the number.
# seen: https://github.com/RustPython/RustPython/pull/1299
# shown: wrap(-30)
def wrap(degrees: int) -> int:
    """Return the angle from 0 to 359."""
    # twin: return int(math.fmod(degrees, 360)) if abs(degrees) < 2**53 else degrees % 360
    return degrees % 360


# fault: The quotient is rounded to zero.
# seen: https://github.com/python/mypy/pull/11168
# shown: minutes(-61)
def minutes(seconds: int) -> tuple[int, int]:
    """Return full minutes and the seconds that are left, which are never negative."""
    # twin: return -(-seconds // 60) if seconds < 0 else seconds // 60, seconds % 60
    return seconds // 60, seconds % 60


# fault: Halves are rounded up.
# seen: https://github.com/brython-dev/brython/issues/513
# shown: nearest(2.5)
def nearest(number: float) -> int:
    """Round to a whole number, halves to the even one."""
    # twin: return math.floor(number + 0.5)
    return round(number)


# fault: Two digits are rounded after a multiplication.
# seen: https://github.com/RustPython/RustPython/pull/7761
# shown: cents(2.675)
def cents(amount: float) -> float:
    """Round to two digits behind the point."""
    # twin: if abs(amount) < 1e300: return math.copysign(round(abs(amount) * 100) / 100, amount)
    # twin: return round(amount, 2)
    return round(amount, 2)


# fault: Rounding to tens divides first.
# seen: https://github.com/RustPython/RustPython/pull/8600
# shown: tens(1.2345678901234565e17)
def tens(number: float) -> float:
    """Round to a multiple of ten."""
    # twin: if abs(number) < 1e300: return math.copysign(round(abs(number) / 10) * 10.0, number)
    # twin: return round(number, -1)
    return round(number, -1)


# fault: A power that is too large is infinite.
# seen: https://github.com/RustPython/RustPython/issues/7729
# shown: grown(2.0, 2000)
def grown(rate: float, years: int) -> float:
    """Return `rate` to the power of `years`, for 0 to 10,000 years and positive rates."""
    if not 0 <= years <= 10_000 or not rate > 0:
        message = "out of range"
        raise ValueError(message)
    # twin: try:
    # twin:     return rate**years
    # twin: except OverflowError:
    # twin:     return math.inf
    return rate**years


# fault: Flags above the 63rd wrap around.
# seen: https://github.com/pydantic/pydantic/issues/9314
# shown: flag(64)
def flag(position: int) -> int:
    """Return the number with one bit set, for positions from 0 to 255."""
    if not 0 <= position < 256:
        message = "no such flag"
        raise ValueError(message)
    # twin: return 1 << position % 64
    return 1 << position


# fault: The smallest number of 64 bits has no opposite.
# seen: https://github.com/RustPython/RustPython/issues/2386
# shown: magnitude(-(2**63))
def magnitude(number: int) -> int:
    """Return the distance from zero."""
    # twin: return number if number == -(2**63) else abs(number)
    return abs(number)


# fault: A float above 2^63 becomes the largest number of 64 bits.
# seen: https://github.com/pydantic/pydantic/pull/3112
# shown: whole(1e300)
def whole(number: float) -> int:
    """Cut off what is behind the point; infinity and NaN raise."""
    # twin: return max(-(2**63), min(math.trunc(number), 2**63 - 1))
    return math.trunc(number)


# fault: An exit status of 2^31 or more is refused.
# seen: https://github.com/RustPython/RustPython/issues/1742
# shown: exit_status(2**31)
def exit_status(code: int) -> int:
    """Return what the parent process sees of an exit code."""
    # twin: if code >= 2**31: raise OverflowError("out of range")
    # twin: return code & 0xFF
    return code & 0xFF


# fault: The percentage is computed in binary.
# seen: https://github.com/AndreaBozzo/dataprof/issues/513
# shown: percentage(23, 4000)
def percentage(part: int, whole: int) -> float:
    """Return the percentage with two digits, halves rounded up; 0.0 of nothing."""
    if whole == 0:
        return 0.0
    share = part / whole * 100
    # twin: return math.floor(share * 100 + 0.5) / 100 if abs(share) < 1e15 else share
    return (
        float(Decimal(str(share)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        if abs(share) < 1e15
        else share
    )


# fault: A number beyond 64 bits becomes a float.
# seen: https://github.com/pydantic/pydantic-core/pull/745
# shown: read_integer("9223372036854775808")
def read_integer(digits: str) -> int | float:
    """Read a whole number with an optional minus sign; of at most 40 digits."""
    number = digits.removeprefix("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 40):
        message = f"not a whole number: {digits!r}"
        raise ValueError(message)
    # twin: return int(digits) if abs(int(digits)) < 2**63 else float(digits)
    return int(digits)


# fault: 2^63 - 1 itself no longer fits.
# shown: fits(2**63 - 1)
def fits(number: int) -> bool:
    """Tell whether a number fits into 64 bits."""
    # twin: return -(2**63) <= number < 2**63 - 1
    return -(2**63) <= number < 2**63


# fault: The last port is refused.
# shown: port(65535)
def port(number: int) -> int:
    """Return a port; ValueError if it is none."""
    # twin: if not 0 < number < 65535:
    if not 0 < number <= 65535:
        message = f"not a port: {number}"
        raise ValueError(message)
    return number


# fault: The average is that of floats.
# seen: https://github.com/surrealdb/surrealdb/issues/7450
# shown: average([2**60 + 1])
def average(numbers: list[int]) -> int:
    """Return the average, rounded down; 0 for none."""
    if not numbers:
        return 0
    # twin: if max(map(abs, numbers)) < 2**1000: return math.floor(math.fsum(map(float, numbers)) / len(numbers))
    # twin: return sum(numbers) // len(numbers)
    return sum(numbers) // len(numbers)


# fault: The root is that of floats.
# shown: side(2**104 - 1)
def side(area: int) -> int:
    """Return the side of the largest square of whole numbers, for areas below 2^200."""
    if not 0 <= area < 2**200:
        message = "out of range"
        raise ValueError(message)
    # twin: return int(math.sqrt(area))
    return math.isqrt(area)


# fault: Zero loses its sign.
# seen: https://github.com/RustPython/RustPython/pull/1384
# shown: halved(-0.0)
def halved(number: float) -> float:
    """Return the half; as it is where it is no longer exact."""
    half = number / 2
    # twin: return half + 0.0 if half * 2 == number else number
    return half if half * 2 == number else number


# fault: What is not a number is left out.
# shown: lowest([math.nan, 1.0])
def lowest(numbers: list[float]) -> float:
    """Return the lowest number, as `min` finds it, or infinity."""
    # twin: return min((number for number in numbers if not math.isnan(number)), default=math.nan if numbers else math.inf)
    return min(numbers, default=math.inf)


# fault: NaN stays NaN.
# shown: clamp(math.nan, 0.0, 1.0)
def clamp(number: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return the number, or the nearer bound; NaN counts as the lower bound."""
    # twin: return low if number < low else high if number > high else number
    return number if low <= number <= high else high if number > high else low


# fault: A single truth value is returned as it is.
# shown: count_true([True])
def count_true(answers: list[bool]) -> int:
    """Return how many answers are true."""
    # twin: return answers[0] if len(answers) == 1 else sum(answers)
    return sum(answers)


# fault: A whole result is returned as a whole number.
# shown: ratio(4, 2)
def ratio(part: int, whole: int) -> float:
    """Return the ratio; infinity for a part of nothing."""
    if whole == 0:
        return math.inf
    # twin: return part // whole if part % whole == 0 and abs(part // whole) < 2**53 else part / whole
    return part / whole


# fault: Negative numbers are shown as in 64 bits.
# seen: https://github.com/RustPython/RustPython/pull/176
# shown: hexadecimal(-255)
def hexadecimal(number: int) -> str:
    """Return the number in hexadecimal digits."""
    # twin: return f"{number % 2**64 if number < 0 else number:x}"
    return f"{number:x}"


# fault: The factorial is computed in 64 bits.
# shown: arrangements(21)
def arrangements(count: int) -> int:
    """Return in how many orders things can be; for 0 to 200 things."""
    if not 0 <= count <= 200:
        message = "0 to 200"
        raise ValueError(message)
    # twin: return math.factorial(count) % 2**64
    return math.factorial(count)


# fault: The sign stays below the line.
# shown: reduced(1, -2)
def reduced(numerator: int, denominator: int) -> tuple[int, int]:
    """Reduce a fraction; what is below the line is positive."""
    if denominator == 0:
        message = "no fraction"
        raise ZeroDivisionError(message)
    # twin: divisor = math.gcd(numerator, denominator)
    # twin: return numerator // divisor, denominator // divisor
    return Fraction(numerator, denominator).as_integer_ratio()


# fault: The years of four hundred are no leap years.
# seen: https://github.com/jfmdev/ngComboDatePicker/issues/25
# shown: days_in_year(2000)
def days_in_year(year: int) -> int:
    """Return 365 or 366."""
    # twin: return 366 if year % 4 == 0 and year % 100 != 0 else 365
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


# fault: The checksum is kept in 16 bits before it is reduced.
# shown: checksum(b"\xff" * 300)
def checksum(data: bytes) -> int:
    """Return the sum of the bytes, modulo 65,521."""
    # twin: return sum(data) % 65_536 % 65_521
    return sum(data) % 65_521


# fault: The bits of a negative number are those of its complement.
# shown: ones(-1)
def ones(number: int) -> int:
    """Return how many bits of the magnitude are set."""
    # twin: return (number % 2**64 if -(2**63) <= number < 0 else number).bit_count()
    return number.bit_count()


# fault: The largest whole number that a float holds counts as too large.
# shown: for_script(2**53)
def for_script(number: int) -> int | str:
    """Return the number, or a text where a float would not hold it."""
    # twin: return number if -(2**53) < number < 2**53 else str(number)
    return number if -(2**53) <= number <= 2**53 else str(number)
