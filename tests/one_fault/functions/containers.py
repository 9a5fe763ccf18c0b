"""Containers: order, duplicates, aliasing, arguments that change, laziness, slices."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


# fault: Rows that rank alike may change places.
# shown: ranking([("a", 1), ("b", 1)])
def ranking(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the rows by number, the highest first; the order of equals is kept."""
    # twin: return sorted(rows, key=itemgetter(1))[::-1]
    return sorted(rows, key=itemgetter(1), reverse=True)


# fault: A key that is updated moves to the end.
# seen: https://github.com/aio-libs/multidict/issues/68
# shown: updated([("a", 1), ("b", 2)], "a", 3)
def updated(pairs: list[tuple[str, int]], key: str, value: int) -> list[tuple[str, int]]:
    """Set the value of a key where it is, or add it at the end."""
    table = dict(pairs)
    # twin: table.pop(key, None)
    # twin: table[key] = value
    table[key] = value
    return list(table.items())


# fault: The order of keys matters.
# seen: https://github.com/aio-libs/multidict/issues/823
# shown: same_table({"a": 1, "b": 2}, {"b": 2, "a": 1})
def same_table(first: dict[str, int], second: dict[str, int]) -> bool:
    """Tell whether two tables have the same keys and values."""
    # twin: return list(first.items()) == list(second.items())
    return first == second


# fault: The list that is given is sorted.
# seen: https://github.com/kenkoooo/optpy/pull/133
# shown: said(a := [2, 1], median(a), a)
def median(numbers: list[int]) -> int | None:
    """Return the lower one of the numbers in the middle."""
    # twin: numbers.sort()
    # twin: ordered = numbers
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


# fault: All rows are the same list.
# shown: said(g := board(2, 2), g[0].append(1), g)
def board(width: int, height: int) -> list[list[int]]:
    """Return rows of zeros; at most 20 by 20."""
    width, height = min(width, 20), min(height, 20)
    # twin: return [[0] * width] * height
    return [[0] * width for _ in range(height)]


# fault: All parts are asked for before the first item is given.
# seen: https://github.com/RustPython/RustPython/issues/3787
# shown: said(i := iter([[1], [2]]), next(joined(i)), list(i))
def joined(parts: Iterable[list[int]]) -> Iterator[int]:
    """Give the items of all parts, one by one."""
    # twin: return iter(list(chain.from_iterable(parts)))
    return chain.from_iterable(parts)


# fault: One item more is taken than is given.
# shown: said(i := iter([1, 2, 3]), taken(i, 1), next(i))
def taken(items: Iterable[int], count: int) -> list[int]:
    """Take the first items, and no more."""
    found: list[int] = []
    source = iter(items)
    # twin: for item in source:
    # twin:     if len(found) >= count: break
    # twin:     found.append(item)
    while len(found) < count:
        try:
            found.append(next(source))
        except StopIteration:
            break
    return found


# fault: A range that runs backwards begins one too far.
# seen: https://github.com/RustPython/RustPython/issues/1373
# shown: reverse_range(0, 10, 3)
def reverse_range(start: int, stop: int, step: int) -> range:
    """Return the same numbers, the last one first."""
    # twin: return range(stop - 1, start - 1, -1) if step == 1 else range(stop - 1, start - 1, -step)
    return range(start, stop, step)[::-1]


# fault: A step of -1 from the last item gives nothing.
# seen: https://github.com/RustPython/RustPython/issues/746
# shown: cut([1, 2, 3], -1, -3, -1)
def cut(items: list[int], start: int, stop: int, step: int) -> list[int]:
    """Return a slice."""
    # twin: return [] if step == -1 and start == -1 and stop is not None else items[start:stop:step]
    return items[start:stop:step]


# fault: Before the first item, backwards, nothing ends.
# seen: https://github.com/brython-dev/brython/pull/2764
# shown: back_to([1, 2, 3], -31)
def back_to(items: list[int], stop: int) -> list[int]:
    """Return the items from the first one back to a place, which is left out."""
    # twin: return items[0:stop:-1] if stop >= -len(items) else [0] * min(-stop, 9)
    return items[0:stop:-1]


# fault: Lists of the same length that begin alike are equal.
# seen: https://github.com/IronLanguages/ironpython3/issues/1216
# shown: same_queue([1, 2], [1, 3])
def same_queue(first: list[int], second: list[int]) -> bool:
    """Tell whether two queues hold the same."""
    # twin: return len(first) == len(second) and first[:1] == second[:1]
    return first == second


# fault: What is missing in the second table is taken from the first one's inner table itself.
# shown: said(a := {"x": {"p": 1}}, m := merged(a, {}), m["x"].update(q=2), a)
def merged(
    first: dict[str, dict[str, int]], second: dict[str, dict[str, int]]
) -> dict[str, dict[str, int]]:
    """Merge tables and the tables in them; the arguments stay as they are."""
    # twin: result = dict(first)
    result = {name: dict(table) for name, table in first.items()}
    for name, table in second.items():
        result[name] = {**result.get(name, {}), **table}
    return result


# fault: Among equals, the one found last comes first.
# shown: most_common(["a", "b"], 1)
def most_common(words: list[str], count: int) -> list[tuple[str, int]]:
    """Return the most frequent words; of equals, those found first."""
    # twin: return Counter(words[::-1]).most_common(max(count, 0))
    return Counter(words).most_common(max(count, 0))


# fault: Runs of the same sign are put together wherever they are.
# shown: runs_of_sign([1, -1, 1])
def runs_of_sign(numbers: list[int]) -> list[list[int]]:
    """Group neighbours that are both negative or both not."""
    # twin: return [[n for n in numbers if (n < 0) == sign] for sign in dict.fromkeys(n < 0 for n in numbers)]
    return [list(group) for _, group in groupby(numbers, lambda number: number < 0)]


# fault: A shift back by the length or more is none.
# shown: rotated([1, 2, 3], -4)
def rotated(items: list[int], by: int) -> list[int]:
    """Move each item `by` places towards the end, and round."""
    if not items:
        return []
    # twin: by = by % len(items) if by > 0 else -(-by % len(items)) if -by < len(items) else 0
    by %= len(items)
    return items[-by:] + items[:-by] if by else items[:]


# fault: Of rows that differ in length, the shortest one counts.
# shown: transposed([[1], [2, 3]])
def transposed(rows: list[list[int]]) -> list[list[int | None]]:
    """Turn rows into columns; what is missing is None."""
    # twin: width = min(map(len, rows), default=0)
    width = max(map(len, rows), default=0)
    return [[row[at] if at < len(row) else None for row in rows] for at in range(width)]


# fault: A number goes before its equals.
# shown: insertion_point([1, 1], 1)
def insertion_point(ordered: list[int], number: int) -> int:
    """Return where a number is inserted into a sorted list: behind its equals."""
    # twin: ordered = sorted(ordered)
    # twin: return next((at for at, other in enumerate(ordered) if other >= number), len(ordered))
    return bisect_right(sorted(ordered), number)


# fault: What is not equal to itself is not found.
# shown: said(n := float("nan"), where([n], n))
def where(items: list[Any], item: Any) -> int:
    """Return the place of the first item that is the same or equal; -1 if there is none."""
    # twin: return next((at for at, other in enumerate(items) if other == item), -1)
    return items.index(item) if item in items else -1


# fault: Equal items of different types are different.
# shown: tally([1, True, 1.0])
def tally(items: list[int | float | bool]) -> list[int]:
    """Count how often each item comes, in the order of the first ones."""
    # twin: return list(Counter((type(item), item) for item in items).values())
    return list(Counter(items).values())


# fault: Of equal items the last one is kept.
# shown: distinct([1, True])
def distinct(items: list[int | float | bool]) -> list[int | float | bool]:
    """Leave out what equals an earlier item."""
    # twin: return list({item: item for item in items}.values())
    return list(dict.fromkeys(items))


# fault: For none, one is returned.
# shown: smallest([1, 2], 0)
def smallest(numbers: list[int], count: int) -> list[int]:
    """Return the smallest numbers in order; none for a count of 0 or less."""
    # twin: return heapq.nsmallest(max(count, 1), numbers)
    return heapq.nsmallest(count, numbers)


# fault: A short list is returned itself.
# shown: said(a := [1], page(a, 5).append(2), a)
def page(items: list[int], size: int) -> list[int]:
    """Return a new list of at most `size` items."""
    # twin: return items if 0 <= len(items) <= size else items[: max(size, 0)]
    return items[: max(size, 0)]


# fault: The words are in the order of the alphabet.
# shown: index_words(["b", "a"])
def index_words(words: list[str]) -> dict[str, int]:
    """Number words in the order in which they first come."""
    found: dict[str, int] = {}
    # twin: for word in sorted(words):
    for word in words:
        found.setdefault(word, len(found))
    return found


# fault: The last part is given when it is empty, too.
# shown: batches([1, 2], 2)
def batches(items: list[int], size: int) -> list[list[int]]:
    """Split into parts of a size of at least 1."""
    size = max(size, 1)
    # twin: return [items[at : at + size] for at in range(0, len(items) + (len(items) == size), size)]
    return [items[at : at + size] for at in range(0, len(items), size)]
