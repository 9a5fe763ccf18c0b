"""The page of what came of it: the tables in docs/reliability.md are made from the results."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from agent.porting.files.atomic import replace_text
from tests.conftest import ROOT
from tests.torture.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.torture.results import Result

__all__ = ["PAGE", "in_page", "write_page"]

PAGE = ROOT / "docs" / "reliability.md"

_MARKS = {
    "promises": "<!-- promises: python -m tests.torture writes this table -->",
    "counts": "<!-- counts: python -m tests.torture --full writes this table -->",
}
"""The line before each table, which ends at the next empty line."""


def write_page(results: Sequence[Result]) -> None:
    """Write the tables of the page."""
    replace_text(PAGE, in_page(PAGE.read_text(encoding="utf-8"), results))


def in_page(page: str, results: Sequence[Result]) -> str:
    """Return the page with the tables of these results in place of its own."""
    for name, rows in (("promises", _promises()), ("counts", _counts(results))):
        mark = re.escape(_MARKS[name])
        before, after = re.split(rf"(?<={mark}\n\n)[^\n].*?(?=\n\n|\n*\Z)", page, flags=re.DOTALL)
        page = "\n".join([before + rows[0], *rows[1:]]) + after
    return page


def _promises() -> list[str]:
    rows = [(each.name, each.promise, each.method) for each in CHECKS.values()]
    return _table(("check", "promise", "how it is tested"), rows)


def _counts(results: Sequence[Result]) -> list[str]:
    cells: dict[tuple[str, str], dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    caught: dict[str, list[Result]] = defaultdict(list)
    for each in results:
        if each.case.seeded:
            caught[each.case.check].append(each)
        elif each.case.subject != CHECKS[each.case.check].control:
            side = each.case.side if each.case.side == "rust" else "python"
            cells[each.case.check, each.case.subject][side].append(each)
    rows = []
    for name in CHECKS:
        for (check, subject), sides in sorted(cells.items()):
            if check == name:
                everything = [each for group in sides.values() for each in group]
                versions = sorted({each.case.python for each in everything}, key=_number)
                counts = [_count(sides.get(side, [])) for side in ("python", "rust")]
                rows.append((check, subject, ", ".join(versions), *counts))
        if faults := caught.get(name):
            good = sum(each.good for each in faults)
            names = sorted({each.case.subject for each in faults})
            rows.append((
                name, "*seeded faults*", "", f"{good} of {len(faults)} caught", ", ".join(names),
            ))  # fmt: skip
    return _table(("check", "of", "Python", "runs, failed: Python", "runs, failed: Rust"), rows)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _count(results: Sequence[Result]) -> str:
    if not results:
        return "-"
    runs = sum(each.runs for each in results)
    failures = sum(each.failures for each in results)
    return f"{runs:,}, **{failures:,}**" if failures else f"{runs:,}, 0"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
