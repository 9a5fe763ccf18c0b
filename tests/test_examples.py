"""The examples find what they say they find: each command is run as it is written."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parents[1]
GUIDES = ["examples/README.md", "docs/findings.md"]


def commands() -> list[tuple[str, list[str]]]:
    """Return each command of the documents, and the lines of its output that are shown."""
    found = []
    for guide in GUIDES:
        text = (ROOT / guide).read_text(encoding="utf-8")
        for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            command, *shown = block.splitlines()
            found.append((command.removeprefix("$ agent "), shown))
    return found


@pytest.mark.parametrize(("command", "shown"), commands(), ids=lambda value: str(value)[:60])
def test_a_command_finds_what_is_shown(command: str, shown: list[str], run: Run) -> None:
    status = 0 if shown[-1].endswith(": identical") else 1
    done = run("-m", "agent", *shlex.split(command), code=status, PYTHONIOENCODING="utf-8")
    rest = done.stdout
    for line in shown:
        _, met, rest = rest.partition(line)
        assert met, f"{line!r} is not where it should be in:\n{done.stdout}"


def test_each_contract_is_used() -> None:
    used = "".join(command for command, _ in commands())
    for contract in (ROOT / "examples" / "contracts").glob("*.py"):
        assert f"examples/contracts/{contract.name}" in used


def test_the_usual_modules_stay_as_they_are() -> None:
    import examples.pure  # noqa: PLC0415  # what importing it does is tested

    assert sys.modules["heapq"] is not examples.pure.heapq
    assert sys.modules["heapq"].heappush is not examples.pure.heapq.heappush
