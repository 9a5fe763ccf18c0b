"""Values nested deeply: containers with one item each, which are gone down without recursion."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from agent.porting.compare.difference import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHAINED", "FARTHEST", "levels", "shortened"]

FARTHEST = 600
"""Characters of a path; of a longer one, the middle is left out."""

CHAINED = frozenset({list, tuple, dict})
"""Classes of containers that are gone down."""

_LAST = 40
"""The last steps that are shown of a longer path."""

_KEYS = frozenset({str, int, bytes, bool, type(None)})
"""Classes of keys that are identical if they are equal."""


def shortened(where: str) -> str:
    """Return both ends of a long path."""
    return f"{where[: FARTHEST // 3]}…{where[-FARTHEST // 3 :]}"


def levels(where: str, python: Any, rust: Any) -> Iterator[tuple[str, Any, Any, bool]]:
    """Go down while both sides are lists, tuples or dicts of one item, under the same key.

    Yields the path, both sides, and whether their items come next; the last time, they do not. Of
    a long path, the middle is left out.
    """
    last: deque[str] = deque(maxlen=_LAST)
    while True:
        kind = type(python)
        if kind is not type(rust) or kind not in CHAINED or len(python) != 1 or len(rust) != 1:
            break
        step = "[0]"
        if kind is dict:
            ((key, one),) = python.items()
            ((other_key, other),) = rust.items()
            if type(key) not in _KEYS or type(key) is not type(other_key) or key != other_key:
                break
            step = f"[{describe(key)}]"
        else:
            one, other = python[0], rust[0]
        yield where, python, rust, True
        python, rust = one, other
        if len(where) < FARTHEST and not last:
            where += step
        else:
            last.append(step)
    yield f"{where}…{''.join(last)}" if last else where, python, rust, False
