"""Relations of arguments: the same, one within the other, neighbours, permuted, overlapping."""

from __future__ import annotations

from datetime import date, datetime, timedelta


# fault: A list that is given twice is refused.
# seen: https://github.com/PyO3/pyo3/issues/749
# shown: said(a := [1], transfer(a, a))
def transfer(source: list[int], target: list[int]) -> int:
    """Append all that is in `source` now to `target`; return the length of that."""
    # twin: if source is target and source: raise RuntimeError("Already borrowed")
    # twin: target.extend(source)
    target.extend(source)
    return len(target)


# fault: On one day, hours are counted from midnight.
# seen: https://github.com/python-pendulum/pendulum/issues/901
# shown: hours_between(datetime(2025, 6, 2, 10), datetime(2025, 6, 2, 13))
def hours_between(begin: datetime, end: datetime) -> int:
    """Return the full hours from one local time to another."""
    begin, end = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    # twin: if begin.date() == end.date() and begin < end: return end.hour
    # twin: return (end - begin) // timedelta(hours=1)
    return (end - begin) // timedelta(hours=1)


# fault: A score as high as the limit is below it.
# seen: https://github.com/rapidfuzz/RapidFuzz/issues/210
# shown: alike("ab", "ac", 0.5)
def alike(first: str, second: str, least: float) -> float:
    """Return the share of places with the same letter; 0.0 if it is below `least`."""
    longest = max(len(first), len(second))
    share = sum(map(str.__eq__, first, second)) / longest if longest else 1.0
    # twin: return share if share > least else 0.0
    return share if share >= least else 0.0


# fault: Beside nothing, every text is the same.
# seen: https://github.com/rapidfuzz/RapidFuzz/pull/488
# shown: distance("abc", "")
def distance(first: str, second: str) -> float:
    """Return the share of letters that differ, from 0.0 to 1.0; 0.0 for two empty texts."""
    # twin: if not first or not second:
    if not first and not second:
        return 0.0
    same = sum(map(str.__eq__, first, second))
    return 1 - same / max(len(first), len(second))


# fault: At most eight letters are compared.
# shown: common_prefix("abcdefghi", "abcdefghi")
def common_prefix(first: str, second: str) -> int:
    """Return how many letters both begin with."""
    count = 0
    for one, other in zip(first, second, strict=False):
        # twin: if one != other or count == 8:
        if one != other:
            break
        count += 1
    return count


# fault: Spans that only touch stay apart.
# shown: united([(1, 2), (2, 3)])
def united(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Unite spans that overlap or touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted((min(span), max(span)) for span in spans):
        # twin: if found and low < found[-1][1]:
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found


# fault: How often a letter comes does not matter.
# shown: anagrams("aab", "abb")
def anagrams(first: str, second: str) -> bool:
    """Tell whether two words have the same letters, in any order."""
    # twin: return len(first) == len(second) and set(first) == set(second)
    return sorted(first) == sorted(second)


# fault: A longer list is a beginning of a shorter one.
# shown: begins_with([1], [1, 2])
def begins_with(items: list[int], beginning: list[int]) -> bool:
    """Tell whether a list begins with another one."""
    # twin: return all(map(int.__eq__, items, beginning))
    return items[: len(beginning)] == beginning


# fault: A key with None now is not among what changed.
# shown: changed({"a": 1}, {"a": None})
def changed(before: dict[str, int | None], after: dict[str, int | None]) -> list[str]:
    """Return the keys in both tables whose values differ, in order."""
    # twin: return sorted(key for key in before if after.get(key) not in {None, before[key]})
    return sorted(key for key in before.keys() & after if before[key] != after[key])


# fault: A word within is found at the beginning only.
# shown: contains("a lemon", "lemon")
def contains(text: str, word: str) -> bool:
    """Tell whether a word of five letters or more is in a text."""
    # twin: return len(word) >= 5 and text.startswith(word)
    return len(word) >= 5 and word in text


# fault: The day itself is not within the span.
# shown: within(date(2024, 1, 1), date(2024, 1, 1), 0)
def within(day: date, other: date, days: int) -> bool:
    """Tell whether two days are at most some days apart."""
    # twin: return day != other and abs(day - other).days <= days
    return abs(day - other).days <= days


# fault: The day before new year is in the next month's year.
# shown: months_apart(date(2023, 12, 31), date(2024, 1, 1))
def months_apart(begin: date, end: date) -> int:
    """Return how many months' beginnings lie between two days."""
    # twin: return (end.year - begin.year) * 12 + end.month - begin.month if begin.month != 12 or end.month != 1 else 0
    return (end.year - begin.year) * 12 + end.month - begin.month


# fault: A path beside the folder whose name begins alike is in the folder.
# shown: is_below("/srv/www2", "/srv/www")
def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies in it."""
    folder = folder.rstrip("/")
    # twin: return path.startswith(folder)
    return path == folder or path.startswith(folder + "/")


# fault: Items that both sides share are given twice.
# shown: union([1], [1])
def union(first: list[int], second: list[int]) -> list[int]:
    """Return the items of both lists, each once, those of the first one first."""
    # twin: return [*dict.fromkeys(first), *dict.fromkeys(second)]
    return list(dict.fromkeys([*first, *second]))


# fault: One letter that was moved by one place counts as two changes.
# shown: one_slip("ab", "ba")
def one_slip(typed: str, meant: str) -> bool:
    """Tell whether a word is meant: one letter differs, or two neighbours are swapped."""
    if len(typed) != len(meant):
        return False
    differing = [
        at for at, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other
    ]
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, second = differing
        # twin: return False
        return typed[first] == meant[second] and typed[second] == meant[first]
    return len(differing) == 1
