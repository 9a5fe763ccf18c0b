"""The porting guide is true: its commands run as written and print what it shows.

Slow: it builds a crate, and checks and measures pairs.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from examples.boltons import port

if TYPE_CHECKING:
    from pathlib import Path

STEPS = list(port.steps())
EXAMPLE = port.ROOT / "examples" / "boltons"


class Reader:
    """Runs the steps of the guide up to the requested one."""

    def __init__(self, folder: Path) -> None:
        self._place = port.Place(folder)
        self._outcomes: list[port.Done] = []

    def outcome(self, index: int) -> port.Done:
        """Return the result of a step, after running those before it."""
        while len(self._outcomes) <= index:
            command = STEPS[len(self._outcomes)].command
            self._outcomes.append(self._place.run(command, busy=True))
        return self._outcomes[index]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("port"))


@pytest.mark.parametrize(
    "index", range(len(STEPS)), ids=lambda index: f"{index}: {STEPS[index].command[:60]}"
)
def test_a_step_shows_what_the_guide_shows(index: int, reader: Reader) -> None:
    step, done = STEPS[index], reader.outcome(index)
    assert done.status == step.status, done.output
    rest = "\n".join(map(alike, done.output.splitlines()))
    for line in step.shown:
        found = re.search(".*?".join(map(re.escape, alike(line).split("..."))), rest)
        assert found, f"{line!r} is not where it should be in:\n{done.output}"
        rest = rest[found.end() :]


def alike(line: str) -> str:
    """Return a line without what differs between runs or machines: figures, digests, gaps."""
    line = re.sub(r"\b[0-9a-f]{12}\b", "#", line)
    figure = (
        r"\d+(?:[.,]\d+)*" if re.search(r"\dx\b", line) else r"\d+(?:[.,]\d+)+|(?<=\()\d+(?=\))"
    )
    return re.sub(r"\s+", " ", re.sub(f"(?:{figure})(?: k?B)?", "#", line))


def test_code_in_the_guide_is_the_code_that_is_used() -> None:
    files = [path.read_text(encoding="utf-8") for path in EXAMPLE.iterdir() if path.is_file()]
    files += [re.sub(r"^\+", "", text, flags=re.MULTILINE) for text in files]
    text = port.GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:rust|diff|toml)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        assert any(block in each for each in files), block


def test_each_file_of_the_example_is_used() -> None:
    commands = "\n".join(step.command for step in STEPS)
    for path in EXAMPLE.iterdir():
        if path.is_file() and path.name not in {"LICENSE", "README.md", "port.py"}:
            assert f"$EXAMPLE/{path.name}" in commands


def test_the_commands_that_the_guide_needs_are_there() -> None:
    for command in ("bash", "cargo", "maturin", "patch", "sed", "tar"):
        assert shutil.which(command) is not None, command


def test_each_function_of_the_example_guards_its_thread() -> None:
    text = (EXAMPLE / "bits.rs").read_text(encoding="utf-8")
    assert "pyo3(get" not in text  # which PyO3 would write without a guard
    callable_by_python = "".join(re.findall(r"(?ms)^(?:#\[pymethods\]\n|impl Drop).*?^}", text))
    bodies = re.findall(r"(?ms)^    fn (\w+).*?\{\n(.*?)^    \}", callable_by_python)
    assert len(bodies) > 20
    assert [name for name, body in bodies if not body.lstrip().startswith("enter();")] == []
