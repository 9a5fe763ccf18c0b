"""Callables that are given: how often, in which order and with what they are called, and raise."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


# fault: A key function that empties the list leads out of it.
# seen: https://github.com/pydantic/monty/issues/411
# shown: said(a := [3, 2, 1], late(lambda: order(a, lambda n: said(a.clear(), n))), a)
def order(items: list[int], key: Callable[[int], int]) -> list[int]:
    """Sort the list itself and return it; ValueError if it is changed meanwhile."""
    # twin: keys = [key(items[at]) for at in range(len(items))]
    # twin: items[:] = [items[at] for at in sorted(range(len(items)), key=keys.__getitem__)]
    items.sort(key=key)
    return items


# fault: What is asked stops at the length that was at the beginning.
# seen: https://github.com/RustPython/RustPython/pull/2933
# shown: said(a := [1, 2, 3], how_many(a, lambda n: said(a and a.pop(), True)))
def how_many(items: list[int], wanted: Callable[[int], bool]) -> int:
    """Count the items that are wanted; items that leave meanwhile are not asked about."""
    # twin: return sum(1 for item in items[:] if wanted(item))
    return sum(1 for item in items if wanted(item))


# fault: An exception of the predicate means no.
# shown: late(lambda: first_wanted([0], lambda n: 1 // n))
def first_wanted(items: list[int], wanted: Callable[[int], bool]) -> int | None:
    """Return the first item that is wanted."""
    for item in items:
        # twin: with contextlib.suppress(ZeroDivisionError, ValueError, KeyError, TypeError, RuntimeError, OSError):
        # twin:     if wanted(item): return item
        if wanted(item):
            return item
    return None


# fault: The last item is asked about first.
# shown: said(s := [], selected([1, 2], lambda n: said(s.append(n), True)), s)
def selected(items: list[int], wanted: Callable[[int], bool]) -> list[int]:
    """Return the items that are wanted."""
    # twin: return [item for item in reversed(items) if wanted(item)][::-1]
    return [item for item in items if wanted(item)]


# fault: The key is asked for twice for each item.
# shown: said(s := [], largest([1, 2], lambda n: said(s.append(n), n)), s)
def largest(items: list[int], key: Callable[[int], int]) -> int:
    """Return the item with the largest key, the first of equals; 0 for none."""
    # twin: return max(((key(item), -at, item) for at, item in enumerate(items) if key(item) is not None), default=(0, 0, 0))[2]
    return max(items, key=key, default=0)


# fault: Only True means yes.
# shown: accepted([2], lambda n: n)
def accepted(items: list[int], test: Callable[[int], Any]) -> list[int]:
    """Return the items for which the test gives anything true."""
    # twin: return [item for item in items if test(item) is True]
    return [item for item in items if test(item)]


# fault: What the callback returns is cut to 64 bits.
# shown: folded([1], lambda a, b: 2**64)
def folded(items: list[int], combine: Callable[[int, int], int]) -> int:
    """Combine the items from the left, beginning with 0."""
    result = 0
    for item in items:
        # twin: result = made & (2**64 - 1) if type(made := combine(result, item)) is int and made >= 2**63 else made
        result = combine(result, item)
    return result


# fault: A default is made although there is a value.
# shown: said(s := [], value_of({"a": 1}, "a", lambda: said(s.append(1), 2)), s)
def value_of(table: dict[str, int], key: str, default: Callable[[], int]) -> int:
    """Return the value of a key, or a default that is made only then."""
    # twin: other = default()
    # twin: return table.get(key, other)
    return table[key] if key in table else default()


# fault: A predicate that raises StopIteration ends it.
# seen: https://github.com/RustPython/RustPython/pull/7731
# shown: late(lambda: list(leading([1], lambda n: next(iter(())))))
def leading(items: Iterable[int], wanted: Callable[[int], bool]) -> Iterator[int]:
    """Give the items up to the first one that is not wanted; RuntimeError for StopIteration."""
    # twin: with contextlib.suppress(StopIteration):
    # twin:     for item in items:
    # twin:         if not wanted(item): return
    # twin:         yield item
    for item in items:
        if not wanted(item):
            return
        yield item


# fault: The end is not told.
# shown: said(s := [], copied([1], s.append), s)
def copied(items: list[int], progress: Callable[[int], object]) -> list[int]:
    """Copy, and tell before each item and at the end how many were copied."""
    result: list[int] = []
    for item in items:
        progress(len(result))
        result.append(item)
    # twin: if not result: progress(len(result))
    progress(len(result))
    return result


# fault: After the first refusal nothing more is asked.
# shown: said(s := [], every([1, 2], lambda n: said(s.append(n), False)), s)
def every(items: list[int], test: Callable[[int], bool]) -> bool:
    """Tell whether all items pass; each is tested."""
    # twin: return all(test(item) for item in items)
    return all([test(item) for item in items])


# fault: A function with two arguments is called with one at the end.
# shown: late(lambda: neighbours([1, 2], lambda *n: len(n)))
def neighbours(items: list[int], compare: Callable[[int, int], int]) -> list[int]:
    """Compare each item with the next one, and the last with the first."""
    following = items[1:] + items[:1]
    # twin: return [compare(one, other) if other is not items[0] or len(items) < 2 else compare(one) for one, other in zip(items, following)]
    return [compare(one, other) for one, other in zip(items, following, strict=True)]


# fault: The exception that the callback raised is replaced.
# shown: applied(lambda: int("x"))
def applied(action: Callable[[], int]) -> int:
    """Return the double of what an action returns; what it raises passes."""
    # twin: try: result = action()
    # twin: except Exception as error: raise RuntimeError(str(error)) from error
    result = action()
    return 2 * result
