"""Each finding in the documents still is one: its script is run on the pair it was found in."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.foreign_pair import load_foreign_pair, named_object
from agent.porting.compare.introspection import without_addresses

FINDINGS = Path(__file__).parents[1] / "docs" / "findings.md"

FINDING = re.compile(
    r"^### (?P<title>.+)\n\n`(?P<python>[^`]+)` beside `(?P<rust>[^`]+)`\n\n"
    r"```python\n(?P<script>(?:.+\n)+)```\n\n"
    r"- Python: `(?P<left>.+)`\n- compiled: `(?P<right>.+)`\n",
    re.MULTILINE,
)

IDENTICAL = re.compile(r"^\| `([^`]+)` beside `([^`]+)` \| [\d,]+ \|", re.MULTILINE)

TEXT = FINDINGS.read_text(encoding="utf-8")


def test_each_finding_is_written_alike() -> None:
    assert len(FINDING.findall(TEXT)) == TEXT.count("\n### ")


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="found with Python 3.11")
@pytest.mark.parametrize(
    "finding", list(FINDING.finditer(TEXT)), ids=lambda finding: finding["title"]
)
def test_a_finding_still_shows(finding: Any) -> None:
    loaded = load_foreign_pair(finding["python"], finding["rust"]).reload()
    pair = Pair(*loaded)
    *before, last = finding["script"].splitlines()
    for line in before:
        try:
            pair.run(line)
        except Disagreement as found:  # most lines do not differ
            assert found.python.raised is not None  # noqa: PT017  # only words may differ here
    with pytest.raises(Disagreement) as caught:
        pair.run(last)
    outcomes = [without_addresses(str(each)) for each in (caught.value.python, caught.value.rust)]
    assert outcomes == [finding["left"], finding["right"]]


@pytest.mark.parametrize("sides", IDENTICAL.findall(TEXT), ids=lambda sides: sides[0])
def test_a_pair_without_a_finding_is_one(sides: tuple[str, str]) -> None:
    python, rust = map(named_object, sides)
    assert python is not rust
    assert callable(python) == callable(rust)
