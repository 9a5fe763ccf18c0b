"""Searching lines in files, on each side, and beside what `re` finds."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ExpressionError
from parity_tests.filing import Stop, posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = posix


@pytest.fixture
def files(implementation: Any) -> Any:
    """Return the file operations of one side, in two threads."""
    return implementation("files")(workers=2)


CONTENT = b"one two\nTwo three\n\n  four\ttwo two\r\nf\xc3\xa9e 42\n\xff\nlast"


def lines_of(found: Any) -> list[tuple[int, int, int]]:
    return list(zip(found.lines, found.starts, found.stops, strict=True))


def test_lines_are_found_with_where_they_match(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    (tmp_path / "b").write_bytes(b"nothing\n")
    found = files.search(tmp_path, "two")
    assert (found.paths, list(found.offsets), found.errors) == (["a"], [0, 2], ())
    assert lines_of(found) == [(1, 4, 7), (4, 7, 10)]
    assert found.texts == [b"one two", b"  four\ttwo two\r"]
    assert lines_of(files.search(tmp_path, "two", ignore_case=True))[1] == (2, 0, 3)
    assert lines_of(files.search(tmp_path, "é")) == [(5, 1, 3)]
    assert len(files.search(tmp_path, "", globs=["a"]).lines) == 7


def test_lines_around_matches_are_told_once(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"".join(b"%d\n" % number for number in range(1, 31)))
    found = files.search(tmp_path, r"^(5|7|15|30)$", regex=True, context=2)
    assert list(found.lines) == [3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 28, 29, 30]
    assert [line for line, start, _ in lines_of(found) if start >= 0] == [5, 7, 15, 30]
    assert found.texts == [b"%d" % line for line in found.lines]


@pytest.mark.parametrize(
    "pattern",
    [
        "two", "^$", "^", "$", r"\btwo\b", r"\Bwo", r"t\w+", r"t\w+?", "o{1,2}e|x", "[a-]",
        "(?:one|two) (t|x)", r"[^a-z ]+", r"\d{2}", r"\s$", "f.e", "f..e", r"\xff", r"[\xc3\xe9]",
        "é+", "", "a{0}", r"\.", "[]x]", r"\t\w", r"[\d_]+", "()", "(|a)t", "e*?$",
    ],
)  # fmt: skip
def test_expressions_mean_what_re_makes_of_them_line_by_line(
    files: Any, tmp_path: Path, pattern: str
) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    own = re.compile(pattern.replace("é+", "(?:é)+").encode())
    expected = [
        (number, match.start(), match.end())
        for number, line in enumerate(CONTENT.split(b"\n"), 1)
        if (match := own.search(line))
    ]
    assert lines_of(files.search(tmp_path, pattern, regex=True)) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a**", "at 2: nothing that repeats stands before it"),
        ("(a)*", "at 3: nothing that repeats stands before it"),
        ("*", r"at 0: \* has to be escaped here"),
        ("(?=a)", r"at 1: \? has to be escaped here"),
        ("a)", "at 1: no group is open"),
        ("(a", "at 2: a group is not closed"),
        ("[a", "at 0: a set is not closed"),
        ("[b-a]", "at 1: no such range"),
        ("[é]", "at 1: a set holds characters of ASCII and escapes"),
        (r"\1", "at 0: no such escape"),
        ("a{2,1}", "at 1: no such quantifier"),
        ("a{256}", "at 1: no such quantifier"),
        ("a{1", "at 1: no such quantifier"),
        ("(" * 51, "at 50: groups are too deep"),
    ],
)
def test_what_the_dialect_has_not_is_refused(
    files: Any, tmp_path: Path, pattern: str, message: str
) -> None:
    with pytest.raises(ExpressionError, match=f"^{message}$"):
        files.search(tmp_path, pattern, regex=True)


def test_binary_files_are_left_out_unless_asked_for(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 8191 + b"\0\nword\n")
    (tmp_path / "b").write_bytes(b"x" * 8192 + b"\0\nword\n")
    assert files.search(tmp_path, "word").paths == ["b"]
    assert files.search(tmp_path, "word", binary=True).paths == ["a", "b"]


def test_a_signal_ends_a_search(files: Any, tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"ab ab ac\n" * 200_000)
    for number in range(1, 400):
        (tmp_path / str(number)).hardlink_to(tmp_path / "0")

    def stop(*_: object) -> None:
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(Stop):
            files.search(tmp_path, "[a]b a[cd] [x]", regex=True)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def test_a_forked_child_can_use_it(files: Any, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / str(number)).write_bytes(b"word\n")
    assert len(files.search(tmp_path, "w[o]rd", regex=True).paths) == 100
    if (child := os.fork()) == 0:
        os._exit(len(files.search(tmp_path, "w[o]rd", regex=True).paths))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 100
