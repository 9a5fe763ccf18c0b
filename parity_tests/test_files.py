"""Reading files, by the contract: on each side, and beside what `open` makes of them."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from agent.components.files.contract import ENCODINGS, HANDLERS, MAX_WORKERS, FileError
from parity_tests.filing import names, outcome, posix, refused

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = posix


@pytest.fixture
def files_class(implementation: Any) -> Any:
    """Return the file operations of one side."""
    return implementation("files")


@pytest.fixture
def files(files_class: Any) -> Any:
    return files_class(workers=2)


def test_the_sides_are_two() -> None:
    sides = {registry.implementation("files", side).__module__ for side in ("python", "rust")}
    assert sides == {"agent.components.files.reference", "agent._native"}


def test_workers_are_few(files_class: Any) -> None:
    assert files_class().workers == 1
    assert files_class(workers=MAX_WORKERS).workers == MAX_WORKERS
    with pytest.raises(ValueError, match="workers must be from 1 to 64, not 65"):
        files_class(workers=65)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 1 << 20, (1 << 24) - 1, (1 << 24) + 3])
def test_all_of_a_file_is_read(files: Any, tmp_path: Path, size: int) -> None:
    content = os.urandom(min(size, 4096)) * (size // 4096 + 1)
    (tmp_path / "a").write_bytes(content[:size])
    assert files.read_bytes(tmp_path / "a") == content[:size]
    assert files.read_many([str(tmp_path / "a")]) == [content[:size]]


def test_what_has_no_size_is_read_to_its_end(files: Any) -> None:
    assert files.read_bytes("/proc/self/status").startswith(b"Name:")
    assert files.read_text("/proc/filesystems").count("\n") > 3


def test_what_cannot_be_read_raises_as_os_does(files: Any, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"")
    for path, number in (
        (f"{tmp_path}/none", errno.ENOENT),
        ("", errno.ENOENT),
        (str(tmp_path), errno.EISDIR),
        (f"{tmp_path}/loop", errno.ELOOP),
        (f"{tmp_path}/file/", errno.ENOTDIR),
        (f"{tmp_path}/{'n' * 256}", errno.ENAMETOOLONG),
    ):
        for call in (files.read_bytes, files.read_text, lambda path: files.tail(path, 1)):
            refused(number, path, call, path)
        assert files.read_many((path,)) == [FileError(path, number, os.strerror(number))]


def test_nothing_waits_for_a_pipe(files: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = str(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{tmp_path}/socket")
        refused(errno.ENXIO, f"{tmp_path}/socket", files.read_bytes, f"{tmp_path}/socket")
    refused(errno.EINVAL, path, files.read_bytes, path)
    refused(errno.ENXIO, path, files.append_bytes, path, b"")
    refused(errno.EINVAL, path, files.write_bytes, path, b"")
    refused(errno.EINVAL, os.devnull, files.write_bytes, os.devnull, b"")
    assert files.walk(tmp_path).paths == []


@pytest.mark.parametrize("errors", HANDLERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", [None, "", "\n", "\r", "\r\n"])
def test_texts_are_read_and_written_as_open_does(
    files: Any, tmp_path: Path, encoding: Any, errors: Any, newline: Any
) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    for content in (
        b"",
        b"a\r\nb\rc\n\r\r\n",
        b"\xe9\r\xff\xc3\xa9\r\n\xe2\x82",
        b"\xed\xa0\x80\r",
    ):
        path.write_bytes(content)
        # With any other newline, `open` translates nothing, either.
        translates = None if newline is None else ""
        with path.open(encoding=encoding, errors=errors, newline=translates) as file:
            expected = outcome(file.read)
        options = {"encoding": encoding, "errors": errors, "newline": newline}
        assert outcome(files.read_text, path, **options) == expected
    for text in ("", "a\nb\r\n\n", "é\u20ac\n", "\udcff\n", "\ud800"):
        with other.open("w", encoding=encoding, errors=errors, newline=newline) as file:
            expected = outcome(file.write, text)
        options = {"encoding": encoding, "errors": errors, "newline": newline}
        written = outcome(files.write_text, path, text, **options)
        if not isinstance(written, tuple):
            assert path.read_bytes() == other.read_bytes()
            files.append_text(path, text, **options)
            assert path.read_bytes() == other.read_bytes() * 2
        else:  # `open` encodes what it has made of the line feeds, too
            assert written[::2] == expected[::2]


def test_many_files_keep_their_order(files: Any, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / str(number)).write_bytes(b"%d" % number * number)
    paths = [str(tmp_path / str(number)) for number in range(-1, 300)]
    assert files.read_many(paths)[1:] == [b"%d" % number * number for number in range(300)]
    assert isinstance(files.read_many(paths)[0], FileError)


@pytest.mark.parametrize("content", [b"", b"\n", b"a", b"a\n", b"a\nb", b"\n\n", b"a\r\n\nb\n"])
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_tail_is_the_last_lines(files: Any, tmp_path: Path, content: bytes, count: int) -> None:
    (tmp_path / "a").write_bytes(content)
    expected = content.splitlines(keepends=True)[-count:] if count else []
    assert files.tail(tmp_path / "a", count) == expected


def test_a_tail_may_be_longer_than_a_block(files: Any, tmp_path: Path) -> None:
    lines = [b"x" * length + b"\n" for length in (10, 70_000, 0, 200_000, 65_536, 3)]
    (tmp_path / "a").write_bytes(b"".join(lines))
    for count in range(8):
        assert files.tail(tmp_path / "a", count) == lines[max(len(lines) - count, 0) :]


def test_paths_are_texts_or_lead_to_some(files: Any, tmp_path: Path) -> None:
    class Odd(str):
        __slots__ = ()

    (tmp_path / "é").write_bytes(b"a")
    assert files.read_bytes(tmp_path / "é") == files.read_bytes(Odd(tmp_path / "é")) == b"a"
    with pytest.raises(TypeError, match=r"path must be a str or an os\.PathLike, not bytes"):
        files.read_bytes(b"a")
    with pytest.raises(ValueError, match=r"path must not hold a null character, as 'a\\x00'"):
        files.read_bytes("a\0")
    with pytest.raises(UnicodeEncodeError):
        files.read_bytes("\ud800")
    name = os.fsdecode(bytes(tmp_path) + b"/\xff")
    files.write_bytes(name, b"b")
    assert names(tmp_path) == ["é", "\udcff"]
    assert files.walk(tmp_path).paths == ["é", "\udcff"]
