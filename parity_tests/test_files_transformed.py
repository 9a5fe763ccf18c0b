"""Transforming the texts of files, on each side, and beside `str` and `difflib`."""

from __future__ import annotations

import difflib
import errno
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.files.contract import (
    MAX_GROWTH,
    Change,
    DropLines,
    FileError,
    KeepLines,
    Newlines,
    Replace,
    TrimLines,
)
from parity_tests.filing import names, posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = posix


@pytest.fixture
def files(implementation: Any) -> Any:
    """Return the file operations of one side, in two threads."""
    return implementation("files")(workers=2)


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ([Replace("aa", "b")], "aaa aa\na", "ba b\na"),
        ([Replace("a", "")], "aaa", ""),
        ([Replace("\n", "")], "a\nb\n", "ab"),
        ([Newlines("\n")], "a\r\n\rb\n", "a\n\nb\n"),
        ([Newlines("\r\n")], "a\r\n\rb\nc", "a\r\n\r\nb\r\nc"),
        ([Newlines("\r")], "a\r\nb\n", "a\rb\r"),
        ([TrimLines()], "a \t\n \n\tb \r\nc  ", "a\n\n\tb \r\nc"),
        ([KeepLines("a")], "ab\nb\n\na", "ab\na"),
        ([DropLines("é")], "é\nb\r\nc", "b\r\nc"),
        (
            [Newlines("\n"), TrimLines(), Replace("b", "é"), DropLines("x")],
            "a \r\nb\rx\r",
            "a\né\n",
        ),
        ([], "a\n", "a\n"),
    ],
)
def test_steps_are_done_one_after_the_other(
    files: Any, tmp_path: Path, steps: Any, before: str, after: str
) -> None:
    path = str(tmp_path / "a")
    files.write_text(path, before)
    tried = files.transform([path], steps, dry_run=True)
    assert files.read_bytes(path) == before.encode()
    assert files.transform([path], tuple(steps)) == [Change(path, before != after, "")]
    assert files.read_bytes(path) == after.encode()
    assert tried[0].changed == (before != after)
    assert bool(tried[0].diff) == (before != after)
    assert names(tmp_path) == ["a"]


def test_files_that_fail_keep_their_places(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\xff")
    (tmp_path / "b").write_bytes("aé\u20ac".encode())
    (tmp_path / "c").write_bytes(b"a")
    paths = [str(tmp_path / name) for name in ("a", "b", "none", "c")]
    illegal = FileError(paths[0], errno.EILSEQ, os.strerror(errno.EILSEQ))
    found = files.transform(paths, [Replace("a", "x")], to="latin-1")
    assert found[0] == illegal
    assert found[1] == FileError(paths[1], errno.EILSEQ, illegal.message)
    assert found[2] == FileError(paths[2], errno.ENOENT, "No such file or directory")
    assert found[3] == Change(paths[3], changed=True, diff="")
    assert [(tmp_path / name).read_bytes() for name in "ac"] == [b"a\xff", b"x"]


@pytest.mark.parametrize("errors", ["strict", "ignore", "replace"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("to", [None, "ascii", "latin-1", "utf-8"])
def test_codecs_are_those_of_python(
    files: Any, tmp_path: Path, encoding: Any, to: Any, errors: Any
) -> None:
    drawn = random.Random(5)
    parts = [
        b"a",
        b"\n",
        b"\xe9",
        b"\xc3\xa9",
        b"\xe2\x82\xac",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf0\x9f",
    ]
    for number in range(40):
        content = b"".join(drawn.choices(parts, k=drawn.randrange(8)))
        path = tmp_path / str(number)
        path.write_bytes(content)
        try:
            text = content.decode(encoding, errors).replace("a", "b")
            expected: Any = text.encode(to or encoding, errors)
        except UnicodeError:
            expected = content
        (found,) = files.transform(
            [path], [Replace("a", "b")], encoding=encoding, errors=errors, to=to
        )
        assert path.read_bytes() == expected
        assert isinstance(found, FileError) or found.changed == (expected != content)


def test_a_link_is_followed_and_a_file_that_stays_is_not_touched(
    files: Any, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    (tmp_path / "link").symlink_to("a")
    before = (tmp_path / "b").stat()
    paths = [str(tmp_path / name) for name in ("link", "a", "b")]
    found = files.transform(paths, [Replace("a", "aa")])
    assert [each.changed for each in found] == [True, True, False]
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"aa"
    assert (tmp_path / "b").stat() == before


def test_many_files_are_changed(files: Any, tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / str(number)).write_text(f"{number}\nkeep {number}\n")
    paths = [str(tmp_path / str(number)) for number in range(200)]
    found = files.transform(paths, [KeepLines("keep"), Replace("keep 1", "one ")])
    assert found == [Change(path, changed=True, diff="") for path in paths]
    for number in range(200):
        expected = f"keep {number}\n".replace("keep 1", "one ")
        assert (tmp_path / str(number)).read_text() == expected


def hunks(before: str, after: str) -> str:
    old, new = ([line + "\n" for line in text.split("\n")[:-1]] for text in (before, after))
    return "".join(list(difflib.unified_diff(old, new))[2:])


@pytest.mark.parametrize("size", [5, 40, 250, 600])
def test_diffs_are_those_of_difflib(files: Any, tmp_path: Path, size: int) -> None:
    drawn = random.Random(size)
    paths, expected = [], []
    for number in range(30):
        words = [drawn.choice("abcdefghijxyz") * drawn.choice([1, 1, 2]) for _ in range(size)]
        text = "\n".join(words) + "\n"
        (tmp_path / str(number)).write_text(text)
        after = "".join(
            line for line in text.replace("bb", "c").splitlines(keepends=True) if "x" not in line
        )
        paths.append(str(tmp_path / str(number)))
        expected.append(hunks(text, after))
    steps = [Replace("bb", "c"), DropLines("x")]
    assert [each.diff for each in files.transform(paths, steps, dry_run=True)] == expected


def test_a_missing_line_end_is_told(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1\n2\n3\n4\n5\na")
    (found,) = files.transform([tmp_path / "a"], [Replace("a", "b\n")], dry_run=True)
    assert found.diff == "@@ -3,4 +3,4 @@\n 3\n 4\n 5\n-a\n\\ No newline at end of file\n+b\n"


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        (Replace("a", "b"), TypeError, "steps must be a list or a tuple, not Replace"),
        (["a"], TypeError, "a step must be one of the contract's, not str"),
        ([Replace("", "b")], ValueError, "old must not be empty"),
        ([Replace("a", 1)], TypeError, "new must be a str, not int"),  # type: ignore[arg-type]
        ([KeepLines("")], ValueError, "containing must not be empty"),
        ([DropLines("\ud800")], UnicodeEncodeError, "surrogates not allowed"),
        ([Newlines("")], ValueError, r"newline must be '\\n', '\\r' or '\\r\\n', not ''"),  # type: ignore[arg-type]
    ],
)
def test_steps_are_checked(files: Any, steps: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        files.transform([], steps)


def test_a_text_that_would_grow_without_limit_is_refused(files: Any, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a" * (1 << 12))
    more = Replace("a", "é" * 2049)  # each makes the text longer by 4097 bytes
    (found,) = files.transform([path], [more])
    assert found == FileError(str(path), errno.EFBIG, os.strerror(errno.EFBIG))
    assert path.read_bytes() == b"a" * (1 << 12)
    (found,) = files.transform([path], [Replace("a", "b" + "é" * 2048)])
    assert found.changed
    assert path.stat().st_size == (1 << 12) + MAX_GROWTH


def test_a_long_text_may_double(files: Any, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a" * (MAX_GROWTH + 1))
    assert files.transform([path], [Replace("a", "bb")])[0].changed
    assert files.transform([path], [Replace("b", "abc")])[0].errno == errno.EFBIG
    assert path.read_bytes() == b"b" * 2 * (MAX_GROWTH + 1)
