"""The rows of the comparison: each piece of work, as every contender does it. The cache is warm."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from agent import registry
from agent.components.files.contract import Replace, TrimLines
from agent.porting.benchmark.timing import Arm
from benchmarks.peers.comparison import Row
from benchmarks.peers.files.trees import MANY, large, lines, small, text

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], Any]

__all__ = ["ROWS"]

OURS: dict[str, Any] = {
    "rust": registry.implementation("files", "rust")(),
    "rust x2": registry.implementation("files", "rust")(workers=2),
    "python": registry.implementation("files", "python")(),
}

WORD = "needle_17"
EXPRESSION = r"\bneedle_\d+ \w+ (value|error)\b"


def _arms(
    works: dict[str, Work], size: int, answer: Callable[[Any], Any] = lambda got: got
) -> dict[str, Arm]:
    """Return an arm for each contender, once all give the same answer."""
    answers = {name: answer(work()) for name, work in works.items()}
    for name, given in answers.items():
        if given != answers["rust"]:
            message = f"{name} gives another answer than rust"
            raise AssertionError(message)
    return {name: Arm(partial(_repeat, work), size) for name, work in works.items()}


def _repeat(work: Work, times: int) -> None:
    for _ in range(times):
        work()


def _each_side(work: Callable[[Any], Any]) -> dict[str, Work]:
    return {name: partial(work, files) for name, files in OURS.items()}


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(descriptor, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _paths(root: Path) -> list[str]:
    return [f"{root}/{path}" for path in OURS["rust"].walk(str(root)).paths]


def _hash_loop(function: Any, paths: list[str]) -> bytes:
    return b"".join(function(_read(path)).digest() for path in paths)


def _hash_idiomatic(root: Path) -> bytes:
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return b"".join(sha256(path.read_bytes()).digest() for path in paths)


def _hash_tree() -> dict[str, Arm]:
    root = str(small())
    works = _each_side(lambda files: files.hash_tree(root).digests)
    works["os.open/read"] = partial(_hash_loop, sha256, _paths(small()))
    works["pathlib"] = partial(_hash_idiomatic, small())
    return _arms(works, MANY)


def _hash_tree_blake3() -> dict[str, Arm]:
    root = str(small())
    works = _each_side(lambda files: files.hash_tree(root, "blake3").digests)
    works["os.open/read"] = partial(_hash_loop, blake3, _paths(small()))
    return _arms(works, MANY)


def _hash_large() -> dict[str, Arm]:
    root = str(large())
    path = large() / "file"

    def package(threads: int) -> bytes:
        hasher = blake3(max_threads=threads)
        hasher.update_mmap(path)
        return hasher.digest()

    works = _each_side(lambda files: files.hash_tree(root, "blake3").digests)
    works["blake3"] = partial(package, 1)
    works["blake3 x2"] = partial(package, blake3.AUTO)
    return _arms(works, 1 << 30)


def _read_many() -> dict[str, Arm]:
    paths = _paths(small())
    works = _each_side(lambda files: files.read_many(paths))
    works["os.open/read"] = lambda: [_read(path) for path in paths]
    works["pathlib"] = lambda: [Path(path).read_bytes() for path in paths]
    return _arms(works, MANY)


def _found(got: Any) -> list[tuple[str, int, bytes]]:
    """Return file, number and text of each line that was found, as ripgrep prints them or we do."""
    if isinstance(got, bytes):
        rows = [line.split(b":", 2) for line in got.splitlines()]
        return sorted((os.fsdecode(path), int(line), text) for path, line, text in rows)
    ends = list(got.offsets)
    return [
        (f"./{path}", got.lines[row], got.texts[row])
        for path, start, stop in zip(got.paths, ends, ends[1:], strict=False)
        for row in range(start, stop)
    ]


def _ripgrep(threads: int, *options: str) -> bytes:
    """Run ripgrep with the options that are ours: hidden files too, no ignore files."""
    command = ["rg", "--no-config", "-uu", "-n", "--no-heading", "-H", f"-j{threads}", *options]
    command += ["."]
    run = subprocess.run(command, cwd=text(), check=True, capture_output=True)  # noqa: S603
    return run.stdout


def _search(pattern: str, *, regex: bool) -> dict[str, Arm]:
    root = str(text())
    works = _each_side(lambda files: files.search(root, pattern, regex=regex))
    options = ("--no-unicode", "-e", pattern) if regex else ("-F", "-e", pattern)
    works["ripgrep"] = partial(_ripgrep, 1, *options)
    works["ripgrep x2"] = partial(_ripgrep, 2, *options)
    return _arms(works, 1, _found)


def _walk() -> dict[str, Arm]:
    root = small()
    works = _each_side(lambda files: files.walk(str(root)).paths)
    works["pathlib"] = lambda: sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()
    )
    return _arms(works, MANY)


def _write_by_hand(path: str, data: bytes) -> None:
    Path(f"{path}.tmp").write_bytes(data)
    os.replace(f"{path}.tmp", path)  # noqa: PTH105  # texts


def _write() -> dict[str, Arm]:
    path = f"{small()}/written"
    data = b"x" * 2048
    works = _each_side(lambda files: files.write_bytes(path, data))
    works["pathlib"] = partial(_write_by_hand, path, data)
    return _arms(works, 1)


def _round_trip() -> dict[str, Arm]:
    path = f"{small()}/written"
    data = b"x" * 2048

    def by_hand() -> bytes:
        _write_by_hand(path, data)
        return _read(path)

    def ours(files: Any) -> bytes:
        files.write_bytes(path, data)
        content: bytes = files.read_bytes(path)
        return content

    works = _each_side(ours)
    works["pathlib"] = by_hand
    return _arms(works, 1)


def _transform() -> dict[str, Arm]:
    """Change all files there and back, so that each run finds what the one before did."""
    paths = _paths(lines())
    there = [Replace("value", "results"), TrimLines()]
    back = [Replace("results", "value"), TrimLines()]

    def ours(files: Any) -> int:
        changed = files.transform(paths, there) + files.transform(paths, back)
        return sum(each.changed for each in changed)

    def by_hand() -> int:
        changed = 0
        for old, new in (("value", "results"), ("results", "value")):
            for path in map(Path, paths):
                before = path.read_text(encoding="utf-8")
                after = before.replace(old, new)
                after = "\n".join([line.rstrip(" \t") for line in after.split("\n")])
                if after != before:
                    _write_by_hand(str(path), after.encode())
                    changed += 1
        return changed

    works = _each_side(ours)
    works["pathlib"] = by_hand
    return _arms(works, 2 * MANY)


ROWS = {
    "hash tree, sha256": Row(_hash_tree),
    "hash tree, blake3": Row(_hash_tree_blake3),
    "blake3 of 1 GiB": Row(_hash_large),
    "read many": Row(_read_many),
    "search, literal": Row(partial(_search, WORD, regex=False)),
    "search, expression": Row(partial(_search, EXPRESSION, regex=True)),
    "walk": Row(_walk),
    "transform": Row(_transform),
    "atomic write": Row(_write),
    "write and read": Row(_round_trip),
}
"""What is done in each row."""
