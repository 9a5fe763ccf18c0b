"""Context managers are entered and left as a program does, with and without an exception."""

from __future__ import annotations

from typing import Any, Self

from agent.porting.check.boundary import edge_scripts
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.infer.inferred import infer
from agent.porting.strategies.call_writer import caller_of


class Reference:
    """Open within ``with``."""

    def __init__(self) -> None:
        self.open = False

    def __enter__(self) -> Self:
        self.open = True
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.open = False


class Swallowing(Reference):
    """Wrong: no exception gets out."""

    def __exit__(self, kind: object, error: object, traceback: object) -> Any:
        self.open = False
        return kind is not None


class LeftOpen(Reference):
    """Wrong: it stays open after an exception."""

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.open = kind is not None


class Another(Reference):
    """Wrong: entering gives another object."""

    def __enter__(self) -> Self:
        return type(self)()


def found(rust: type) -> set[str]:
    """Return the first lines that differ in the scripts which enter and leave."""
    contract = infer("Door", Reference, rust).contract()
    lines = set()
    for script in edge_scripts(caller_of(contract)):
        if not any("probing.inside" in line for line in script.lines):
            continue
        with Pair(contract, Reference, rust) as pair:
            for line in script.lines:
                try:
                    pair.run(line)
                except Disagreement:
                    lines.add(line)
                    break
    return lines


class Same(Reference):
    """Another class that does the same."""


def test_what_comes_of_an_exception_within_is_compared() -> None:
    raising = "probing.inside(door, ValueError('within'))"
    assert found(Same) == set()
    assert raising in found(Swallowing)
    assert raising in found(LeftOpen)
    assert "probing.inside(door)" in found(Another)
