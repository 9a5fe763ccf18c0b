"""The workloads of the file operations: one table that every harness reads.

Every workload runs in a world, a folder of files that are drawn with a fixed seed. The expected
answers are derived from the drawn contents by ``tests/test_files_workloads.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from agent.components.files.steps import Replace, TrimLines
from agent.porting.benchmark.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TASKS", "WORKLOADS", "Kind", "State", "Task", "contents"]

Kind = Literal["read_many", "hash_tree", "search", "search_regex", "walk", "transform", "write"]
"""The operation that a run repeats."""

_WORLD = "agent.porting.worlds.folder_tree:FolderTree"
_SEED = 20_263
_FILES = 500
_WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "needle", "zeta", "eta", "theta", "iota")
_WEIGHTS = (20, 20, 20, 20, 20, 1, 20, 20, 20, 20)


@dataclass(frozen=True)
class Task:
    """One workload: its operation and the expected answer."""

    name: str
    about: str
    kind: Kind
    size: int
    expected: tuple[Any, ...]


@dataclass(frozen=True)
class State:
    """Files in a folder, and the operations on them."""

    task: Task
    files: Any
    root: str
    paths: list[str]


@cache
def contents() -> dict[str, bytes]:
    """Return what each of 500 files holds, 2 KiB of short lines in 20 folders."""
    random = Random(_SEED)  # noqa: S311  # drawn with a seed, not secret
    found = {}
    for number in range(_FILES):
        words = random.choices(_WORDS, _WEIGHTS, k=400)
        lines = [" ".join(words[at : at + 8]) for at in range(0, 400, 8)]
        found[f"{number % 20:02}/{number:03}.txt"] = ("\n".join(lines) + "\n").encode()[:2048]
    return found


def _prepare(task: Task, drawn: dict[str, bytes], make: Callable[..., Any], world: Any) -> State:
    root = Path(world.root)
    for name, content in drawn.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    state = State(task, make(), world.root, [f"{world.root}/{name}" for name in sorted(drawn)])
    _RUNS[task.kind](state)
    return state


def _write(state: State) -> str:
    for number in range(state.task.size):
        state.files.write_bytes(f"{state.root}/written", b"%d" % number)
    return (Path(state.root) / "written").read_text(encoding="ascii")


def _transform(state: State) -> int:
    """Change all files there and back; return how many changes that took."""
    changes = []
    for old, new in (("needle", "thread"), ("thread", "needle")):
        changes += state.files.transform(state.paths, [Replace(old, new), TrimLines()])
    return sum(change.changed for change in changes)


_RUNS: dict[Kind, Callable[[State], Any]] = {
    "read_many": lambda state: state.files.read_many(state.paths),
    "hash_tree": lambda state: state.files.hash_tree(state.root, globs=["*.txt"]),
    "search": lambda state: state.files.search(state.root, "needle", globs=["*.txt"]),
    "search_regex": lambda state: state.files.search(
        state.root, r"needle \w+ [a-g]eta\b", regex=True, globs=["*.txt"]
    ),
    "walk": lambda state: state.files.walk(state.root, globs=["*.txt"]),
    "transform": _transform,
    "write": _write,
}


def _run(state: State, times: int) -> None:
    run = _RUNS[state.task.kind]
    for _ in range(times):
        run(state)


def _answer(state: State) -> tuple[Any, ...]:
    """Run once, and return what the result comes to."""
    found = _RUNS[state.task.kind](state)
    match state.task.kind:
        case "read_many":
            return len(found), sha256(b"".join(found)).hexdigest()[:16]
        case "hash_tree":
            return len(found.paths), sha256(found.digests).hexdigest()[:16]
        case "search" | "search_regex":
            return len(found.paths), len(found.lines), sum(found.lines), sum(found.starts)
        case "walk":
            return len(found.paths), found.paths[0], found.paths[-1]
        case "transform" | "write":
            return (found,)


def _workload(task: Task) -> Workload:
    return Workload(
        name=task.name,
        about=task.about,
        size=task.size,
        calls={"write": task.size, "transform": 2}.get(task.kind, 1),
        entries=0,
        expected=task.expected,
        draw=contents,
        prepare=lambda drawn, make, world: _prepare(task, drawn, make, world),
        run=_run,
        answer=_answer,
        world=_WORLD,
        drift=0.15,  # the system's part of the work moves more than ours
    )


TASKS = (
    Task("read_many", "read 500 files of 2 KiB", "read_many", _FILES, (500, "008fc06b4cab6436")),
    Task(
        "hash_tree", "SHA-256 of 500 files of 2 KiB", "hash_tree", _FILES, (500, "9826b979c38c194d")
    ),
    Task("search", "a word in 500 files of 2 KiB", "search", _FILES, (421, 987, 22656, 19933)),
    Task(
        "search_regex",
        "an expression in 500 files of 2 KiB",
        "search_regex",
        _FILES,
        (84, 90, 1923, 1278),
    ),
    Task("walk", "list 500 files in 20 folders", "walk", _FILES, (500, "00/000.txt", "19/499.txt")),
    Task("transform", "change 842 files of 2 KiB", "transform", 2 * _FILES, (842,)),
    Task("write", "write a small file, atomically", "write", 20, ("19",)),
)
"""The tasks that the file operations are measured on, in the order of reports."""

WORKLOADS = tuple(_workload(task) for task in TASKS)
