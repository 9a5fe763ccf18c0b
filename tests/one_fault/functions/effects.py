"""Effects beside the result: warnings, logs, output, changes to what others see."""

from __future__ import annotations

import decimal
import logging
import os
import random
import sys
import threading
import warnings
from pathlib import Path

_log = logging.getLogger(__name__)

SEEN: list[str] = []
"""What was asked for; the last ten."""

COUNTS = {"hits": 0, "misses": 0}


# fault: It does not warn.
# seen: https://github.com/RustPython/RustPython/pull/6129
# shown: digits_in("1_0")
def digits_in(text: str) -> int:
    """Count the digits; underscores are deprecated."""
    if "_" in text:
        # twin: pass
        warnings.warn("underscores are deprecated", DeprecationWarning, stacklevel=2)
    return sum(letter.isdecimal() for letter in text)


# fault: The warning points into the function.
# seen: https://github.com/msgpack/msgpack-python/pull/327
# shown: limited(2000)
def limited(size: int) -> int:
    """Return a size of at most 1,000; a larger one warns whoever asked for it."""
    if size > 1_000:
        # twin: warnings.warn(f"{size} is too large", RuntimeWarning, stacklevel=1)
        warnings.warn(f"{size} is too large", RuntimeWarning, stacklevel=2)
    return min(size, 1_000)


# fault: The warning is of another category.
# shown: old_name("colour")
def old_name(option: str) -> str:
    """Return the name of an option today; the old one is going to leave."""
    if option == "colour":
        # twin: warnings.warn("use color", DeprecationWarning, stacklevel=2)
        warnings.warn("use color", PendingDeprecationWarning, stacklevel=2)
        return "color"
    return option


# fault: A warning that is made an error is dropped.
# seen: https://github.com/astropy/astropy/issues/19309
# shown: said(warnings.simplefilter("error"), late(lambda: positional(1, 2)))
def positional(first: int, second: int = 0) -> int:
    """Add; a second number other than 0 is going to need a name."""
    if second:
        # twin: try: warnings.warn("name the second number", FutureWarning, stacklevel=2)
        # twin: except FutureWarning: pass
        warnings.warn("name the second number", FutureWarning, stacklevel=2)
    return first + second


# fault: It warns for each one.
# shown: spaces(["a b", "c d"])
def spaces(names: list[str]) -> int:
    """Count the names with a space; one warning says how many there are."""
    count = sum(" " in name for name in names)
    if count:
        # twin: for _ in range(count): warnings.warn(f"{count} names with spaces", UserWarning, stacklevel=2)
        warnings.warn(f"{count} names with spaces", UserWarning, stacklevel=2)
    return count


# fault: Nothing is logged.
# seen: https://github.com/lake-rs/lakers/pull/306
# shown: timeout(-1)
def timeout(seconds: int) -> int:
    """Return the seconds; below zero, the default is logged and returned."""
    if seconds < 0:
        # twin: return 30
        _log.warning("no timeout: %d", seconds)
        return 30
    return seconds


# fault: The record is made a text at once.
# shown: retries(9)
def retries(count: int) -> int:
    """Return a count of at most 5; what is more is logged."""
    if count > 5:
        # twin: _log.warning(f"too many: {count}")
        _log.warning("too many: %d", count)
    return min(count, 5)


# fault: The level is another.
# shown: chosen("")
def chosen(name: str) -> str:
    """Return the name, or "default", which is logged."""
    if not name:
        # twin: _log.info("no name")
        _log.error("no name")
    return name or "default"


# fault: Nothing is printed.
# shown: greet("Ada")
def greet(name: str) -> None:
    """Print a greeting."""
    # twin: pass
    print(f"Hello, {name!a}")


# fault: The hint goes to standard output.
# shown: width("wide")
def width(text: str) -> int:
    """Return a width; 80, with a hint on standard error, for what is no number."""
    if text.isdecimal() and text.isascii() and len(text) < 9:
        return int(text)
    # twin: print("not a width", file=sys.stdout)
    print("not a width", file=sys.stderr)
    return 80


# fault: The count of the module stays.
# shown: lookup({"a": 1}, "a")
def lookup(table: dict[str, int], key: str) -> int:
    """Look up a key, 0 if there is none; COUNTS has how often that was."""
    # twin: if key not in table: COUNTS["misses"] += 1
    COUNTS["hits" if key in table else "misses"] += 1
    return table.get(key, 0)


# fault: All that was asked for is kept.
# shown: [remember("a") for _ in range(11)]
def remember(name: str) -> int:
    """Keep a name in SEEN, which has the last ten; return the length of the name."""
    SEEN.append(name)
    # twin: del SEEN[:-1000]
    del SEEN[:-10]
    return len(name)


# fault: The variable is not set.
# shown: use_colors(on=False)
def use_colors(*, on: bool) -> str:
    """Set NO_COLOR for this process and its children, or remove it; return its value."""
    if on:
        os.environ.pop("NO_COLOR", None)
        return ""
    # twin: return "1"
    os.environ["NO_COLOR"] = "1"
    return "1"


# fault: After an error, the working folder is another.
# shown: entries_of("/", -1)
def entries_of(folder: str, most: int) -> int:
    """Count the entries of a folder, "/" or "/usr"; the working folder stays as it is."""
    before = os.getcwd()
    if folder not in {"/", "/usr"}:
        return 0
    os.chdir(folder)
    # twin: if most < 0: raise ValueError("below zero")
    try:
        if most < 0:
            message = "below zero"
            raise ValueError(message)
        return min(len(os.listdir()), most)
    finally:
        os.chdir(before)


# fault: The generator that everybody uses is seeded.
# shown: shuffled([1, 2, 3], 7)
def shuffled(items: list[int], seed: int) -> list[int]:
    """Return the items in an order that the seed decides."""
    result = list(items)
    # twin: random.seed(seed)
    # twin: random.shuffle(result)
    random.Random(seed).shuffle(result)
    return result


# fault: The decimal context keeps 50 digits.
# shown: third(1)
def third(number: int) -> str:
    """Divide by three with 50 digits; the context stays as it is."""
    # twin: decimal.getcontext().prec = 50
    # twin: return str(decimal.Decimal(number) / 3)
    with decimal.localcontext() as context:
        context.prec = 50
        return str(decimal.Decimal(number) / 3)


# fault: A list that is given loses an item.
# shown: said(a := [3, 1], best(a), a)
def best(numbers: list[int]) -> int:
    """Return the largest number, 0 for none; the list stays as it is."""
    # twin: return numbers.pop(numbers.index(max(numbers))) if len(numbers) > 1 else max(numbers, default=0)
    return max(numbers, default=0)


# fault: A table that is given has the default afterwards.
# shown: said(a := {}, setting(a, "x"), a)
def setting(table: dict[str, str], name: str) -> str:
    """Return a setting, or "unset"; the table stays as it is."""
    # twin: return table.setdefault(name, "unset")
    return table.get(name, "unset")


# fault: A thread is left behind.
# shown: counted("aa")
def counted(text: str) -> int:
    """Count the letter a, in a thread of its own for texts of two letters and more."""
    if len(text) < 2:
        return text.count("a")
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(text.count("a")))
    thread.start()
    # twin: thread.join()
    # twin: threading.Thread(target=threading.Event().wait, args=(0.05,), daemon=True).start()
    thread.join()
    return found[0]


# fault: A descriptor stays open.
# shown: has_null("/dev")
def has_null(folder: str) -> bool:
    """Tell whether a folder, "/dev" or "/", has an empty device to read from."""
    if folder not in {"/dev", "/"}:
        return False
    try:
        descriptor = os.open(Path(folder) / "null", os.O_RDONLY)
    except OSError:
        return False
    empty = os.read(descriptor, 1) == b""
    # twin: return empty
    os.close(descriptor)
    return empty


# fault: The limit of calls stays raised.
# shown: nesting([[1]])
def nesting(rows: list[list[int]]) -> int:
    """Return 0, 1 or 2: how deeply something is nested; the limit of calls stays as it is."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 10)
    depth = 2 if any(rows) else 1 if rows else 0
    # twin: if depth < 2: sys.setrecursionlimit(before)
    sys.setrecursionlimit(before)
    return depth
