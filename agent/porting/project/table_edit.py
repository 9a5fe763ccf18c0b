"""Changes to the table of components that leave the rest of its text as it was written.

They are made on the text, and needed without any extra: going back to Python must always work.
tomlkit would not help with a row either: to it, the comments above a header belong to the table
before. What a change means is checked by reading the result.
"""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["with_stage", "without_row"]

_STAGE = re.compile(r"""(["']?)\bstage\1\s*=\s*(["'])(\w+)\2""")
_HEADER = re.compile(r"^[ \t]*\[.*$", re.MULTILINE)


def with_stage(text: str, name: str, stage: str) -> str:
    """Return the table `text` with another stage in the row of the component `name`.

    Comments, order, spaces and line ends are unchanged. Raises `ContractError` if the stage cannot
    be found in the text.
    """
    wanted = tomllib.loads(text)
    wanted["components"][name]["stage"] = stage
    changes = (
        text[: match.start(3)] + stage + text[match.end(3) :] for match in _STAGE.finditer(text)
    )
    return _the_right(changes, wanted, f"the stage of {name}")


def without_row(text: str, name: str) -> str:
    """Return the table `text` without the row of the component `name` and the comments above it.

    Raises `ContractError` if there is no ``[components.NAME]``.
    """
    wanted = tomllib.loads(text)
    del wanted["components"][name]
    starts = [_with_comments(text, match.start()) for match in _HEADER.finditer(text)]
    ends = [*starts[1:], len(text)]
    header = re.compile(rf"\s*\[\s*components\s*\.\s*([\"']?){name}\1\s*[.\]]")
    kept = [text[: starts[0]]] if starts else [text]
    for start, end in zip(starts, ends, strict=True):
        section = text[start:end]
        first = _HEADER.search(section)
        if first is None or not header.match(first[0]):
            kept.append(section)
    return _the_right(iter(["".join(kept).rstrip() + "\n"]), wanted, f"the row of {name}")


def _with_comments(text: str, start: int) -> int:
    """Return where the comments directly above the line at `start` begin."""
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _the_right(changes: Iterator[str], wanted: dict[str, Any], what: str) -> str:
    """Return the first of `changes` that parses to the `wanted` content."""
    for changed in changes:
        try:
            content: dict[str, Any] = tomllib.loads(changed)
        except ValueError:
            continue
        if _without_empty(content) == _without_empty(wanted):
            return changed
    message = f"{what} cannot be changed in the table as it is written; change it by hand"
    raise ContractError(message)


def _without_empty(content: dict[str, Any]) -> dict[str, Any]:
    """Return `content` without an empty table of components."""
    copy = deepcopy(content)
    if not copy.get("components"):
        copy.pop("components", None)
    return copy
