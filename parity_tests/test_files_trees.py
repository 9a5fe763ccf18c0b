"""Trees of files, on each side, and beside what git and the libraries make of them."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from agent import registry
from agent.components.files import hashing
from agent.components.files.meddler import Meddler
from agent.errors import EnvironmentLacking
from parity_tests.filing import posix, refused

pytestmark = posix


@pytest.fixture
def files(implementation: Any) -> Any:
    """Return the file operations of one side, in two threads."""
    return implementation("files")(workers=2)


def test_a_walk_takes_files_alone_in_the_order_of_bytes(files: Any, tmp_path: Path) -> None:
    for name in ("b", "a/c", "a.b", "a/.d/e", "A", "é", "z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "link").symlink_to("b")
    (tmp_path / "up").symlink_to(".")
    assert files.walk(tmp_path).paths == ["A", "a.b", "a/.d/e", "a/c", "b", "z", "é"]
    assert files.walk(str(tmp_path / "up"), hidden=False).paths == [
        "A",
        "a.b",
        "a/c",
        "b",
        "z",
        "é",
    ]
    assert files.walk(tmp_path, globs=["a/", "?"]).paths == ["A", "a/.d/e", "a/c", "b", "z"]
    for path, number in ((f"{tmp_path}/none", errno.ENOENT), (f"{tmp_path}/b", errno.ENOTDIR)):
        for call in (files.walk, files.hash_tree, lambda root: files.search(root, "a")):
            refused(number, path, call, path)


def test_a_tree_may_be_deep(files: Any, tmp_path: Path) -> None:
    folder = f"{tmp_path}{'/d' * 700}"
    os.makedirs(folder)  # noqa: PTH103  # pathlib goes deeper into the stack
    Path(folder, "a").write_bytes(b"a\n")
    assert [len(path) for path in files.walk(tmp_path).paths] == [1401]
    assert files.search(tmp_path, "a").texts == [b"a"]


RULES = (
    "*.o\n!keep.o\n", "/top\n", "build/\n", "a/b\n", "**/deep\n", "logs/**\n!logs/keep\n",
    "a/**/z\n", "# c\n\\#c\n\\!n\n", "trail  \nesc\\ \n", "[a-c]x\n[!a-c]y\n[]-]z\n",
    "***\n!*/\n!q\n",
    "*\n!*/\n!*.txt\n", "\\*\n", "x?z\n", "foo**bar\n", "[[:digit:]]*\n", "[[:nope:]]\n[\n",
    "é\n", "sub/*\n!sub/in\n", "a//b\n", "/\n", "\\", "dir\r\n", "[a\\]]b\n", "**\n", "a/**\n",
    "[^a]b\n",
    "b[--0]c\n", "\ufeffbom\n",
)  # fmt: skip

ENTRIES = (
    "a.o", "keep.o", "top", "n/top", "build/x", "n/build", "a/b", "n/a/b", "deep", "n/deep/x",
    "logs/one", "logs/keep", "a/z", "a/m/z", "a/m/n/z", "#c", "!n", "trail", "esc ", "ax", "dx",
    "ay", "dy", "]z", "-z", "q", "n/q", "r.txt", "n/r.txt", "*", "x.z", "foo1bar", "foo/bar", "1x",
    "é", "sub/in", "sub/out", "dir", "]b", "ab", "bb", "b.c", "b/c", "bom",
)  # fmt: skip


@pytest.mark.parametrize("rules", RULES)
def test_ignore_files_mean_what_git_makes_of_them(files: Any, tmp_path: Path, rules: str) -> None:
    for name in ENTRIES:
        path = tmp_path / name
        if not path.parent.is_file() and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
    (tmp_path / ".gitignore").write_text(rules, encoding="utf-8", newline="")
    (tmp_path / "n/.gitignore").write_text("!top\n/q\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)  # noqa: S607
    command = [
        "git",
        "-c",
        "core.excludesFile=",
        "ls-files",
        "-z",
        "-o",
        "--exclude-per-directory=.gitignore",
    ]
    listed = subprocess.run(command, check=True, cwd=tmp_path, capture_output=True).stdout
    assert [os.fsencode(path) for path in files.walk(tmp_path, ignore=True).paths] == sorted(
        listed.split(b"\0")[:-1]
    )


def test_folders_that_cannot_be_read_are_told(files: Any, tmp_path: Path) -> None:
    """Root may read all: so a name that is too long for the system has to do."""
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        deepest = folder
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=deepest)
            inner = os.open("d" * 250, os.O_RDONLY, dir_fd=deepest)
            if deepest != folder:
                os.close(deepest)
            deepest = inner
        os.close(deepest)
    finally:
        os.close(folder)
    listing = files.walk(tmp_path)
    assert listing.paths == []
    (error,) = listing.errors
    assert (error.errno, error.message) == (errno.ENAMETOOLONG, "File name too long")
    assert set(error.path) == {"d", "/"}
    assert files.hash_tree(tmp_path).errors == files.search(tmp_path, "").errors == (error,)


@pytest.mark.parametrize(
    ("algorithm", "function"), [("sha256", hashlib.sha256), ("blake3", blake3)]
)
def test_digests_are_those_of_the_libraries(
    files: Any, tmp_path: Path, algorithm: Any, function: Any
) -> None:
    for number, size in enumerate((0, 1, 63, 64, 65, 1023, 1024, 1025, 100_000, 1 << 20)):
        (tmp_path / str(number)).write_bytes(bytes(range(256)) * (size // 256 + 1))
        os.truncate(tmp_path / str(number), size)
    hashes = files.hash_tree(tmp_path, algorithm)
    assert hashes.paths == sorted(map(str, range(10)))
    assert hashes.digests == b"".join(
        function((tmp_path / name).read_bytes()).digest() for name in hashes.paths
    )


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_large_files_have_the_same_digests_in_any_number_of_threads(
    implementation: Any, tmp_path: Path, algorithm: Any
) -> None:
    function = hashlib.sha256 if algorithm == "sha256" else blake3
    block = random.Random(3).randbytes(1 << 20)
    sizes = [(1 << 18) - 1, 1 << 18, (1 << 18) + 1, (1 << 25) - 1, 1 << 25, (1 << 25) + 1]
    sizes += [(1 << 26) - 1, (1 << 26) + 3 * (1 << 18) + 17]
    for number, size in enumerate(sizes):
        with (tmp_path / str(number)).open("wb") as file:
            file.writelines(block for _ in range((size >> 20) + 1))
            file.truncate(size)
    expected = [function((tmp_path / str(at)).read_bytes()).digest() for at in range(len(sizes))]
    for workers in (1, 2, 5):
        hashes = implementation("files")(workers=workers).hash_tree(tmp_path, algorithm)
        assert hashes.digests == b"".join(expected)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root holds readers"
)
@pytest.mark.parametrize("size", [1 << 10, (1 << 25) - 5, (1 << 26) + 5, 1 << 26])
def test_a_large_file_that_changes_is_hashed_as_it_is_then(
    files: Any, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(1 << 25))
    meddler = Meddler.at(str(path), lambda: os.truncate(path, size))
    try:
        assert files.hash_tree(tmp_path, "blake3").digests == blake3(bytes(size)).digest()
    finally:
        if meddler is not None:
            meddler.close()


def test_the_reference_says_where_blake3_is(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(hashing, "_BLAKE3", None)
    files = registry.implementation("files", "python")()
    assert files.hash_tree(tmp_path).paths == []
    with pytest.raises(EnvironmentLacking, match=r"pip install 'agent-port\[files\]'"):
        files.hash_tree(tmp_path, "blake3")
