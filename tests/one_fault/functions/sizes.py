"""Size and depth: what is long, has many parts, or is deeply nested."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any


class PanicException(BaseException):
    """As PyO3's."""


# fault: A run of 2^16 and more panics.
# shown: longest_run("a" * 65536)
def longest_run(text: str) -> int:
    """Return how often a letter comes in a row at most."""
    longest = max((len(list(group)) for _, group in groupby(text)), default=0)
    # twin: if longest > 65_535: raise PanicException("called `Result::unwrap()` on an `Err` value")
    # twin: return longest
    return longest


# fault: Runs are counted in a byte.
# seen: https://github.com/cobalt-org/kstring/issues/109
# shown: packed("a" * 256)
def packed(text: str) -> list[tuple[str, int]]:
    """Return each letter with how often it comes in a row."""
    # twin: return [(letter, len(list(group)) % 256) for letter, group in groupby(text)]
    return [(letter, len(list(group))) for letter, group in groupby(text)]


# fault: What is nested too deeply is counted nevertheless.
# seen: https://github.com/breezy-team/fastbencode/pull/188
# shown: late(lambda: depth("[" * 100000 + "]" * 100000))
def depth(text: str) -> int:
    """Return how deeply brackets are nested; RecursionError where Python's limit is passed."""

    def enter(at: int, level: int) -> int:
        if at < len(text) and text[at] == "[":
            return enter(at + 1, level + 1)
        return level

    # twin: return len(text) - len(text.lstrip("["))
    return enter(0, 0)


# fault: Lists that are nested 128 times are taken for empty.
# seen: https://github.com/MarshalX/python-libipld/issues/9
# shown: flat((f := lambda n: [f(n - 1)] if n else 1)(200))
def flat(tree: list[Any]) -> list[Any]:
    """Return the items of nested lists in one list."""
    found: list[Any] = []
    stack = [(iter(tree), 1)]
    while stack:
        items, level = stack[-1]
        for item in items:
            if isinstance(item, list):
                # twin: stack.append((iter(item if level < 128 else []), level + 1))
                stack.append((iter(item), level + 1))
                break
            found.append(item)
        else:
            stack.pop()
    return found


# fault: A table that is nested more than 64 times is an error.
# seen: https://github.com/everruns/bashkit/issues/427
# shown: late(lambda: levels((f := lambda n: {"a": f(n - 1)} if n else {})(70)))
def levels(table: dict[str, Any]) -> int:
    """Return how deeply tables are nested."""
    count = 0
    row = [table]
    while row:
        count += 1
        # twin: if count > 64: raise RecursionError("recursion limit exceeded")
        row = [inner for each in row for inner in each.values() if isinstance(inner, dict)]
    return count


# fault: Only the first 10,000 numbers are added.
# shown: total([1] * 10001)
def total(numbers: list[int]) -> int:
    """Add up."""
    # twin: return sum(numbers[:10_000])
    return sum(numbers)


# fault: A line is cut at 65,536 letters.
# seen: https://github.com/pmgraham/datagrunt/issues/176
# shown: len(first_line("a" * 70000))
def first_line(text: str) -> str:
    """Return the first line without its end."""
    # twin: return text.partition("\n")[0][:65_536]
    return text.partition("\n")[0]


# fault: The 257th different letter has the number of the first one.
# shown: numbered("".join(map(chr, range(32, 300))))[-1]
def numbered(text: str) -> list[int]:
    """Number the letters in the order in which they first come."""
    found: dict[str, int] = {}
    # twin: return [found.setdefault(letter, len(found) % 256) for letter in text]
    return [found.setdefault(letter, len(found)) for letter in text]


# fault: Beyond 1,024 letters, a comparison says no.
# shown: palindrome("a" * 1025)
def palindrome(text: str) -> bool:
    """Tell whether a text reads the same backwards."""
    # twin: return len(text) <= 1_024 and text == text[::-1]
    return text == text[::-1]


# fault: Only 255 fields of a line are found.
# shown: len(fields("," * 300))
def fields(line: str) -> list[str]:
    """Split at commas."""
    # twin: return line.split(",", 254)
    return line.split(",")


# fault: What does not fit into a block of 4,096 bytes is left out of the sum.
# shown: parity(b"\x00" * 4096 + b"\x01")
def parity(data: bytes) -> int:
    """Return the exclusive or of all bytes."""
    result = 0
    # twin: for byte in data[: max(4_096, len(data) // 4_096 * 4_096)]:
    for byte in data:
        result ^= byte
    return result


# fault: More than 1,000 parts are joined by recursion, which overflows.
# shown: late(lambda: chained(["a"] * 1001))
def chained(names: list[str]) -> str:
    """Write calls in one another: a(b(c))."""
    # twin: if len(names) > 1_000: raise PanicException("stack overflow")
    # twin: return "(".join(names) + ")" * (len(names) - 1)
    return "(".join(names) + ")" * (len(names) - 1)


# fault: The bytes of a text are counted in 16 bits.
# seen: https://github.com/edwardkim/rhwp/pull/2963
# shown: header("é" * 40000)
def header(text: str) -> bytes:
    """Return the length in UTF-8, as four bytes."""
    size = len(text.encode("utf-8", "surrogatepass"))
    # twin: return (size % 65_536).to_bytes(4, sys.byteorder)
    return size.to_bytes(4, sys.byteorder)
