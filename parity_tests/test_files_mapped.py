"""Files that are mapped into memory, on each side, and beside the bytes of the file."""

from __future__ import annotations

import errno
import gc
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from parity_tests.filing import names, posix, refused

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = posix


@pytest.fixture
def files(implementation: Any) -> Any:
    """Return the file operations of one side."""
    return implementation("files")()


CONTENT = bytes(range(256)) * 9 + b"end"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file that holds `CONTENT`."""
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    return path


def test_a_map_is_read_as_its_bytes_are(files: Any, path: Path) -> None:
    drawn = random.Random(7)
    with files.map(path) as mapped:
        assert len(mapped) == len(CONTENT)
        for _ in range(300):
            start, stop = drawn.randint(-3000, 3000), drawn.randint(-3000, 3000)
            step = drawn.choice([1, 1, 2, 7, -1, -3, 5000, -5000])
            assert mapped[start:stop] == CONTENT[start:stop]
            assert mapped[start:stop:step] == CONTENT[start:stop:step]
            assert mapped[::step] == CONTENT[::step]
        for at in (0, 5, len(CONTENT) - 1, -1, -len(CONTENT)):
            assert mapped[at] == CONTENT[at]
        for at in (len(CONTENT), -len(CONTENT) - 1, 1 << 70, -(1 << 70)):
            with pytest.raises(IndexError, match="index out of range"):
                mapped[at]
        for key in ("a", None, 1.0, True):
            with pytest.raises(TypeError, match="key must be an int or a slice, not "):
                mapped[key]
        with pytest.raises(ValueError, match="slice step cannot be zero"):
            mapped[::0]


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (1 << 21) + 5])
def test_what_is_found_is_where_bytes_find_it(files: Any, path: Path, size: int) -> None:
    content = b"\0" * size + b"needle" + b"\0" * (1 << 20) + b"needle"
    path.write_bytes(content)
    with files.map(path) as mapped:
        for word in (b"needle", b"", b"needle\0", b"eneedle", b"\0" * 9 + b"n", content[:-1]):
            for start in (0, 1, size, size + 1, len(content), len(content) + 1, (1 << 63) - 1):
                assert mapped.find(word, start) == content.find(word, start)
        with pytest.raises(TypeError, match="data must be bytes, not str"):
            mapped.find("a")
        with pytest.raises(ValueError, match="start must be from 0 to"):
            mapped.find(b"", -1)


def test_views_share_the_memory_of_the_file(files: Any, path: Path) -> None:
    mapped = files.map(path)
    array = np.frombuffer(mapped.view(), dtype=np.uint8)
    assert bytes(array) == CONTENT
    assert not array.flags.writeable
    assert not array.flags.owndata
    with path.open("r+b") as file:
        file.write(b"new")
    assert bytes(array[:4]) == b"new" + CONTENT[3:4]
    with pytest.raises(BufferError):
        mapped.close()
    assert not mapped.closed
    del array
    mapped.close()
    assert mapped.closed


def test_a_view_outlives_its_map(files: Any, path: Path) -> None:
    view = files.map(path).view()
    gc.collect()
    assert view.readonly
    assert bytes(view) == CONTENT
    with pytest.raises(TypeError, match="cannot modify read-only memory"):
        view[0] = 1


def test_columns_of_results_are_taken_without_a_copy(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"b\nab\nb\n")
    found = files.search(tmp_path, "b")
    for column in (found.lines, found.starts, found.stops, found.offsets):
        array = np.frombuffer(column, dtype=np.int64)
        assert array.tolist() == list(column)
        assert array.ctypes.data == column.buffer_info()[0]


def test_a_closed_map_says_so(files: Any, path: Path) -> None:
    mapped = files.map(path)
    mapped.close()
    mapped.close()
    calls: list[Callable[[], Any]] = [
        lambda: len(mapped),
        lambda: mapped[0],
        lambda: mapped[:],
        lambda: mapped.find(b""),
        mapped.view,
        mapped.__enter__,
    ]
    for call in calls:
        with pytest.raises(ValueError, match="the map is closed"):
            call()


def test_a_file_that_became_shorter_raises(files: Any, path: Path) -> None:
    with files.map(path) as mapped:
        whole = mapped.view()
        assert bytes(whole[:3]) == CONTENT[:3]
        whole.release()
        os.truncate(path, 100)
        for call in (
            lambda: mapped[0],
            lambda: mapped[200:300],
            lambda: mapped[3:3],
            lambda: mapped.find(b"end"),
            mapped.view,
        ):
            refused(errno.ESTALE, str(path), call)
        path.write_bytes(CONTENT + b"more")
        assert len(mapped) == len(CONTENT)
        assert mapped[:] == CONTENT


def test_an_empty_file_has_an_empty_view(files: Any, path: Path) -> None:
    path.write_bytes(b"")
    with files.map(path) as mapped:
        view = mapped.view()
        assert (len(mapped), bytes(view), mapped[:], mapped.find(b"")) == (0, b"", b"", 0)
    assert bytes(view) == b""


def test_only_regular_files_are_mapped(files: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, number in (("", errno.EISDIR), ("pipe", errno.EINVAL), ("none", errno.ENOENT)):
        refused(number, f"{tmp_path}/{name}", files.map, f"{tmp_path}/{name}")


def test_no_descriptor_stays_open(files: Any, path: Path) -> None:
    before = names(Path("/proc/self/fd"))
    for _ in range(3):
        mapped = files.map(path)
        view = mapped.view()
        with files.map(path) as other:
            other.view().release()
        del mapped, view
    assert names(Path("/proc/self/fd")) == before


def test_threads_read_while_one_closes(files: Any, path: Path) -> None:
    """A descriptor that is closed and taken by another file is read by nobody."""
    path.write_bytes(b"a" * (1 << 16))
    other = path.with_name("b")
    other.write_bytes(b"b" * (1 << 16))
    wrong: list[bytes] = []

    def read(mapped: Any) -> None:
        try:
            while True:
                content = mapped[:]
                if content != b"a" * (1 << 16):
                    wrong.append(content[:9])
        except ValueError:  # it is closed
            pass

    for _ in range(50):
        mapped = files.map(path)
        threads = [threading.Thread(target=read, args=(mapped,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        mapped.close()
        held = [other.open("rb") for _ in range(4)]
        for thread in threads:
            thread.join()
        for file in held:
            file.close()
    assert not wrong


TRUNCATED = """
import os, sys, threading
from agent import registry
files = registry.implementation("files", sys.argv[1])()
path = sys.argv[2]
stop = False
def cut():
    while not stop:
        os.truncate(path, 0)
        os.truncate(path, 1 << 20)
thread = threading.Thread(target=cut, daemon=True)
thread.start()
raised = read = 0
while raised < 20 or read < 20:
    try:
        with files.map(path) as mapped:
            assert len(mapped[:]) == len(mapped)
            mapped.find(b"x")
            read += 1
    except OSError:
        raised += 1
stop = True
thread.join()
print("ended")
"""


@pytest.mark.parametrize("side", ["python", "rust"])
def test_no_read_ends_the_process_while_the_file_is_cut(path: Path, side: str) -> None:
    path.write_bytes(b"\0" * (1 << 20))
    run = subprocess.run(
        [sys.executable, "-c", TRUNCATED, side, str(path)],
        check=False,
        capture_output=True,
        timeout=100,
    )
    assert (run.returncode, run.stdout) == (0, b"ended\n"), run.stderr
