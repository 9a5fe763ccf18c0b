"""The documents: links lead to files and headings, and limits on the README and glossary hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENTS = sorted([
    *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"),
    *ROOT.glob("benchmarks/*.md"),
])  # fmt: skip

FOLD = "## Use the components"
"""The README's heading after the part that every reader sees."""


def _headings(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def _dead_links(document: Path, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        place, _, anchor = target.partition("#")
        path = document.parent / place if place else document
        if not path.exists():
            yield target
        elif anchor:
            linked = text if path == document else path.read_text(encoding="utf-8")
            if anchor not in _headings(linked):
                yield target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert not list(_dead_links(document, document.read_text(encoding="utf-8")))


def test_a_dead_link_is_found() -> None:
    text = "# A title\n[a](#a-title) [b](#b) [c](tests) [d](test) [e](https://example.org/x)\n"
    assert list(_dead_links(ROOT / "README.md", text)) == ["#b", "test"]


def test_the_readme_links_at_most_three_guides_before_the_fold() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, fold, _ = text.partition(f"\n{FOLD}\n")
    assert fold
    assert len(re.findall(r"\]\(docs/", before)) <= 3


def test_the_glossary_has_at_most_25_terms_in_order() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| \*\*(.+?)\*\* \|", text, re.MULTILINE)
    assert 0 < len(terms) <= 25
    assert terms == sorted(terms)
