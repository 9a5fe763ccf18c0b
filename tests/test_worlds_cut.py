"""Worlds in which drawn scripts do not cut operations short."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol

import pytest

from agent.porting.check.budget import Budget
from agent.porting.check.executor import Pair
from agent.porting.check.operations import Drawing
from agent.porting.check.state_machine import run_twins
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect, Given, Invariant, operation
from agent.porting.strategies.call_writer import caller_of
from agent.porting.worlds.folder_tree import FolderTree

Place = Annotated[str, Given("root + '/a'", "root + '/b'")]


class Uncut(FolderTree):
    """A folder whose operations are not cut short."""

    cuts: ClassVar[bool] = False


class Writer(Protocol):
    """Writes files, now and later."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    async def later(self, path: Place) -> int:
        """Write a file when it is awaited."""

    @operation(effect=Effect.READS, raises=())
    def count(self) -> int:
        """Return how many were written."""

    @property
    def mark(self) -> Annotated[int, Invariant(lambda value: value > 0, "one of its own")]:
        """What differs between two."""


class MakesWriter(Protocol):
    """How one is made."""

    def __call__(self) -> Writer:
        """Make one."""


class Writes:
    """As the contract says."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def mark(self) -> int:
        """What differs between two."""
        return id(self)

    async def later(self, path: str) -> int:
        """Write a file."""
        Path(path).write_bytes(b"a")  # noqa: ASYNC240  # the world is a folder
        self._count += 1
        return self._count

    def count(self) -> int:
        """Return how many were written."""
        return self._count


class Again(Writes):
    """As the contract says, too."""


def _contract(world: str) -> Any:
    return load_contract(f"{__name__}:Writer", f"{__name__}:MakesWriter", f"{__name__}:{world}")


class Cut(FolderTree):
    """A folder whose operations are."""


def _drawn(world: str) -> str:
    """Return the lines of some drawn scripts, on which both sides agreed."""
    found: list[Any] = []

    def note(_: list[str], difference: Any) -> bool:
        found.append(difference)
        return False

    findings = run_twins(
        Drawing(caller_of(_contract(world)), 30), Writes, Again,
        seed=0, programs=12, found=note,
        budget=Budget(400, float("inf")), unsteady={}, keep=True,
    )  # fmt: skip
    assert found == []
    return "\n".join(line for script in findings.scripts for line in script)


def test_operations_are_cancelled_and_limited_unless_the_world_says_no() -> None:
    cut = _drawn("Cut")
    assert "cancel(" in cut
    assert "within(" in cut
    uncut = _drawn("Uncut")
    assert "cancel(" not in uncut
    assert "within(" not in uncut
    assert "start(" in uncut
    assert "gather(" in uncut


@pytest.mark.parametrize("line", ["writer.count()", "writer.mark"])
def test_what_goes_on_may_act_while_a_plain_line_runs(line: str) -> None:
    with Pair(_contract("Uncut"), Writes, Again) as pair:
        pair.run("writer = Writer()")
        pair.run("task = start(writer.later(root + '/a'))")
        pair.run(line)  # the task writes meanwhile
        assert pair.run("await task").value == 1
