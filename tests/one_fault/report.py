"""The table of faults, as it is printed and as it is kept in docs/one-fault.md."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.one_fault.corpus import faults
from tests.one_fault.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.one_fault.running import Result

__all__ = ["PAGE", "found_by_name", "line", "page", "totals"]

PAGE = ROOT / "docs" / "one-fault.md"

_ROW = re.compile(r"\| (\w+) \| (\d+) of (\d+) \|")

_HEAD = """\
# One fault each: what a check finds

`tests/one_fault/` holds functions and classes with a port of each that has exactly one fault, of
every kind that a port is known for; {seen} of {all} re-enact a public report of a real port or
library. The table says which of them `agent check` finds in its default budget, without a contract
or any other hint. "Told" is a verdict that says itself that it is inconclusive.

```console
$ python -m nox -s one_fault -- --seeds {seeds}
```

Nothing may be found where there is nothing: of the pairs of `tests/agreeing/`, two copies of
published functions and classes, {agreeing}.

"""


def line(result: Result) -> str:
    """Return the line of a result."""
    pair = result.pair
    figures = f"{result.calls:>9,} calls {result.seconds:>6.1f} s"
    return f"{result.answer:7}{pair.kind:14}{pair.name:20}{figures}  {result.detail[:60]}".rstrip()


def totals(results: Sequence[Result]) -> str:
    """Return how many there are of each answer, by kind and in all."""
    kinds = dict.fromkeys(result.pair.kind for result in results)
    rows = [(kind, [each for each in results if each.pair.kind == kind]) for kind in kinds]
    return "\n".join(f"{kind:20}{_counts(some)}" for kind, some in [*rows, ("in all", results)])


def page(results: Sequence[Result], agreeing: Sequence[Result]) -> str:
    """Return the page: a table for each kind, with how many seeds found the fault.

    Args:
        results: of all faults, with one seed or more.
        agreeing: of the pairs that agree.
    """
    declared = faults()
    seeds = {result.seed for result in results}
    parts = [
        _HEAD.format(
            seen=sum(fault.seen is not None for fault in declared),
            all=len(declared),
            seeds=len(seeds),
            agreeing=_false(agreeing),
        )
    ]
    by_name: dict[str, list[Result]] = {}
    for result in results:
        by_name.setdefault(result.pair.name, []).append(result)
    parts += [
        "| kind | faults | found with every seed | told | missed, or no verdict |\n",
        "| --- | --- | --- | --- | --- |\n",
    ]
    modules = dict.fromkeys(fault.module for fault in declared)
    rows = [(module, [fault for fault in declared if fault.module == module]) for module in modules]
    for title, some in [*rows, ("in all", list(declared))]:
        answers = Counter(_worst(by_name[fault.name]) for fault in some)
        missed = answers["missed"] + answers["failed"]
        parts.append(
            f"| {title} | {len(some)} | {answers['found']} | {answers['told']} | {missed} |\n"
        )
    for module, some in rows:
        parts.append(
            f"\n## {module}\n\n| name | found | told | the fault |\n| --- | --- | --- | --- |\n"
        )
        for fault in some:
            answers = Counter(result.answer for result in by_name[fault.name])
            found = f"{answers['found']} of {answers.total()}"
            told = f"{answers['told']}" if answers["told"] else ""
            text = f"[{fault.text}]({fault.seen})" if fault.seen else fault.text
            parts.append(f"| {fault.name} | {found} | {told} | {text} |\n")
    return "".join(parts)


def found_by_name(path: Path = PAGE) -> dict[str, bool]:
    """Return which faults the page says are found with every seed."""
    rows = _ROW.findall(path.read_text(encoding="utf-8"))
    return {name: found == seeds for name, found, seeds in rows}


def _false(results: Sequence[Result]) -> str:
    """Return in how many pairs that agree something was found, or had no verdict, and which."""
    parts = []
    for answer, text in (("found", "were found to differ"), ("failed", "had no verdict")):
        names = [result.pair.name for result in results if result.answer == answer]
        some = f" ({', '.join(names)})" if names else ""
        parts.append(f"{len(names)} of {len(results)} {text}{some}")
    return "; ".join(parts)


def _worst(results: Iterable[Result]) -> str:
    """Return the answer that is the least."""
    answers = {result.answer for result in results}
    return next(each for each in ("failed", "missed", "told", "found") if each in answers)


def _counts(results: Sequence[Result]) -> str:
    answers = Counter(result.answer for result in results)
    told = ", ".join(f"{answers[each]} {each}" for each in ("found", "told", "missed", "failed"))
    return f"{len(results):4}: {told}"
