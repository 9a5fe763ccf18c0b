"""The workloads of the file operations: their answers, derived from the drawn contents alone."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from agent.components.files.workloads import TASKS, WORKLOADS, contents
from agent.porting.worlds.folder_tree import FolderTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.benchmark.workload import Workload
    from agent.porting.registry.registry import Side

DRAWN = sorted(contents().items())


def _hash(parts: list[bytes]) -> str:
    return sha256(b"".join(parts)).hexdigest()[:16]


def _found(pattern: bytes) -> tuple[int, ...]:
    rows = [
        (name, number, match.start())
        for name, content in DRAWN
        for number, line in enumerate(content.split(b"\n"), 1)
        if (match := re.search(pattern, line))
    ]
    files = {name for name, _, _ in rows}
    return len(files), len(rows), sum(row[1] for row in rows), sum(row[2] for row in rows)


DERIVED: dict[str, Callable[[], tuple[Any, ...]]] = {
    "read_many": lambda: (len(DRAWN), _hash([content for _, content in DRAWN])),
    "hash_tree": lambda: (len(DRAWN), _hash([sha256(content).digest() for _, content in DRAWN])),
    "search": lambda: _found(b"needle"),
    "search_regex": lambda: _found(rb"needle \w+ [a-g]eta\b"),
    "walk": lambda: (len(DRAWN), DRAWN[0][0], DRAWN[-1][0]),
    "transform": lambda: (2 * sum(b"needle" in content for _, content in DRAWN),),
    "write": lambda: ("19",),
}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_answers_follow_from_what_is_drawn(task: Any) -> None:
    assert task.expected == DERIVED[task.kind]()


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_both_sides_have_the_answers(workload: Workload, side: Side) -> None:
    with FolderTree() as world:
        make = registry.implementation("files", side)
        state = workload.prepare(workload.draw(), make, world)
        workload.run(state, 2)
        assert workload.answer(state) == workload.expected
