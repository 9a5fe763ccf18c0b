"""What hostile runs do with file operations."""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.torture.subject import Calls, Growth, Operation, Request, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SUBJECT"]


_PATIENCE = 5.0
"""Seconds after which a temporary file is taken to be left behind."""


@dataclass
class _State:
    """Operations on a folder of 64 files, which goes with the state."""

    files: Any
    root: Path

    def __post_init__(self) -> None:
        finalizer = weakref.finalize(self, shutil.rmtree, self.root, ignore_errors=True)
        finalizer.atexit = False  # where exit functions may still use the files

    def path(self, number: int) -> str:
        return f"{self.root}/{number % 8}/{number}"


def _prepare(files_class: Any, calls: Calls) -> _State:
    root = Path(tempfile.mkdtemp(prefix="agent-torture-"))
    state = _State(files_class(workers=2), root)
    for number in range(64):
        path = Path(state.path(number))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(_content(number))
    return state


def _content(number: int) -> bytes:
    return b"line %d\n" % number * 100


def _holds(state: _State) -> None:
    paths = [state.path(number) for number in range(64)]
    for number, content in enumerate(state.files.read_many(paths)):
        assert content == _content(number), f"file {number} holds something else"
    stop = time.monotonic() + _PATIENCE
    while left := [path.name for path in state.root.glob("*/.agent-*")]:
        assert time.monotonic() < stop, f"left behind: {left}"
        time.sleep(0.01)  # threads of the process that this one was forked from are writing


def _write(state: _State, number: int) -> None:
    state.files.write_bytes(state.path(number), _content(number))


def _write_text(state: _State, number: int) -> None:
    state.files.write_text(state.path(number), _content(number).decode())


def _large(files_class: Any, number: int) -> Callable[[], object]:
    state = _prepare(files_class, Calls())
    path = state.path(0)
    Path(path).write_bytes(bytes(1 << (10 + number // 4)))
    return lambda: (state.files.read_bytes(path), state.files.tail(path, 1))


def _many_lines(files_class: Any, number: int) -> Callable[[], object]:
    state = _prepare(files_class, Calls())
    Path(state.path(0)).write_bytes(b"a\n" * (1 << (8 + number // 6)))
    return lambda: state.files.search(state.root, "a", context=3)


def _searched(pattern: str, content: bytes) -> Callable[[Any, int], None]:
    def work(files_class: Any, size: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a").write_bytes(content * size)
            files_class().search(folder, pattern, regex=True)

    return work


@cache
def _folder(size: int) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    for number in range(size):
        Path(folder.name, str(number)).touch()
    return folder


def _listed(files_class: Any, size: int) -> None:
    files_class().walk(_folder(size).name, globs=["*1*", "?/**"])


SUBJECT = Subject(
    prepare=_prepare,
    operations=(
        Operation("read_bytes", lambda state, number: state.files.read_bytes(state.path(number))),
        Operation("read_text", lambda state, number: state.files.read_text(state.path(number))),
        Operation("write_bytes", _write, atomic=False),
        Operation("write_text", _write_text, atomic=False),
        Operation("append_bytes", lambda s, number: s.files.append_bytes(s.path(number), b"")),
        Operation("append_text", lambda s, number: s.files.append_text(s.path(number), "")),
        Operation(
            "read_many",
            lambda state, number: state.files.read_many([state.path(each) for each in range(64)]),
        ),
        Operation("tail", lambda state, number: state.files.tail(state.path(number), number)),
        Operation("walk", lambda state, number: state.files.walk(state.root, ignore=True)),
        Operation("hash_tree", lambda state, number: state.files.hash_tree(state.root)),
        Operation(
            "search", lambda s, number: s.files.search(s.root, f"{number}$", regex=True, context=1)
        ),
    ),
    holds=_holds,
    growths=(
        Growth("walking many files", _listed, 500, exponent=1),
        Growth("searching many lines", _searched("a$", b"a\n"), 20_000, exponent=1),
        Growth("searching a long line", _searched("[ab]c", b"ab"), 50_000, exponent=1),
    ),
    requests=(
        Request("large files", _large),
        Request("many lines", _many_lines),
    ),
)
