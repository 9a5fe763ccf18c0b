"""Writing files whole or not at all, on each side."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parity_tests.filing import Stop, names, posix, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = posix


@pytest.fixture
def files(implementation: Any) -> Any:
    """Return the file operations of one side, in two threads."""
    return implementation("files")(workers=2)


def test_a_write_puts_a_whole_file_in_place(files: Any, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o4750)
    with path.open("rb") as old:
        files.write_bytes(path, b"new", sync=True)
        assert old.read() == b"old"
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o4750
    assert names(tmp_path) == ["a"]


def test_a_new_file_has_the_mode_that_the_mask_leaves(files: Any, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write_bytes(tmp_path / "a", b"")
        files.append_bytes(tmp_path / "b", b"")
    finally:
        os.umask(before)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"} == {0o640}


def test_links_are_followed_replaced_or_refused(files: Any, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/one").symlink_to("../two")
    (tmp_path / "two").symlink_to(tmp_path / "sub/file")
    link = str(tmp_path / "sub/one")
    files.write_bytes(link, b"a")
    assert (tmp_path / "sub/file").read_bytes() == b"a"
    assert (tmp_path / "two").is_symlink()
    refused(errno.ELOOP, link, files.write_bytes, link, b"b", links="refuse")
    files.write_bytes(link, b"c", links="replace")
    assert not (tmp_path / "sub/one").is_symlink()
    assert (tmp_path / "sub/file").read_bytes() == b"a"
    (tmp_path / "loop").symlink_to("loop")
    refused(errno.ELOOP, f"{tmp_path}/loop", files.write_bytes, f"{tmp_path}/loop", b"")
    assert names(tmp_path) == ["loop", "sub", "two"]


@pytest.mark.parametrize("length", [39, 40, 41])
def test_as_many_links_are_followed_as_the_system_does(
    files: Any, tmp_path: Path, length: int
) -> None:
    for number in range(length):
        (tmp_path / str(number)).symlink_to(str(number + 1))
    path = str(tmp_path / "0")
    if length > 40:
        refused(errno.ELOOP, path, files.write_bytes, path, b"")
        refused(errno.ELOOP, path, files.append_bytes, path, b"")
    else:
        files.write_bytes(path, b"a")
        assert (tmp_path / str(length)).read_bytes() == b"a"


def test_what_cannot_be_written_leaves_nothing(files: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    for path, number in (
        ("", errno.ENOENT),
        (f"{tmp_path}/none/a", errno.ENOENT),
        (f"{tmp_path}/none/", errno.EISDIR),
        (f"{tmp_path}/file/", errno.ENOTDIR),
        (f"{tmp_path}/file/a", errno.ENOTDIR),
        (f"{tmp_path}/folder", errno.EISDIR),
        (f"{tmp_path}/{'n' * 256}", errno.ENAMETOOLONG),
    ):
        refused(number, path, files.write_bytes, path, b"a")
        # Opening a file to append makes it: the system looks at the `/` alone.
        appended = errno.EISDIR if path.endswith("/") else number
        refused(appended, path, files.append_bytes, path, b"a")
    assert names(tmp_path) == ["file", "folder"]
    assert names(tmp_path / "folder") == []
    files.write_bytes(f"{tmp_path}/{'n' * 255}", b"a")
    assert names(tmp_path) == ["file", "folder", "n" * 255]


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let files grow to so many bytes only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_fails_midway_leaves_the_old_file(files: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    files.write_bytes(path, b"old")
    with limited(1 << 20):
        refused(errno.EFBIG, path, files.write_bytes, path, b"x" * ((1 << 20) + 1))
    assert names(tmp_path) == ["a"]
    assert files.read_bytes(path) == b"old"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts")
def test_a_full_disk_leaves_the_old_file(files: Any, tmp_path: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount here")
    try:
        path = str(tmp_path / "a")
        files.write_bytes(path, b"old")
        refused(errno.ENOSPC, path, files.write_bytes, path, b"x" * (1 << 20))
        assert names(tmp_path) == ["a"]
        assert files.read_bytes(path) == b"old"
        refused(errno.ENOSPC, path, files.append_bytes, path, b"x" * (1 << 20))
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)  # noqa: S607


def test_appending_goes_on_where_the_file_ends(files: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    for _ in range(3):
        files.append_bytes(tmp_path / "link", b"ab")
    files.append_text(tmp_path / "a", "é\n", encoding="latin-1", newline="\r")
    assert (tmp_path / "a").read_bytes() == b"ababab\xe9\r"


def test_no_descriptor_stays_open(files: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\n")
    before = names(Path("/proc/self/fd"))
    for _ in range(3):
        files.write_bytes(tmp_path / "a", b"b\n", sync=True)
        files.append_bytes(tmp_path / "a", b"c\n")
        files.tail(tmp_path / "a", 1)
        files.read_many([str(tmp_path), str(tmp_path / "a")])
        files.search(tmp_path, "b")
        files.hash_tree(tmp_path)
        refused(errno.EISDIR, str(tmp_path), files.write_bytes, str(tmp_path), b"")
    assert names(Path("/proc/self/fd")) == before


def test_a_write_that_a_signal_ends_leaves_the_old_file(files: Any, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    data = bytes(1 << 28)

    def stop(*_: object) -> None:
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(Stop):  # noqa: PT012  # one of the writes
            while True:
                files.write_bytes(path, data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    assert names(tmp_path) == ["a"]
    assert path.stat().st_size in {3, len(data)}


def test_readers_see_whole_files_while_one_is_written(files: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    contents = [bytes([number]) * 5000 for number in range(8)]
    files.write_bytes(path, contents[0])
    wrong: list[bytes] = []
    until = time.monotonic() + 0.3

    def read() -> None:
        while time.monotonic() < until:
            if (content := files.read_bytes(path)) not in contents:
                wrong.append(content)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    number = 0
    while time.monotonic() < until:
        number += 1
        files.write_bytes(path, contents[number % 8])
    for reader in readers:
        reader.join()
    assert not wrong
    assert names(tmp_path) == ["a"]
