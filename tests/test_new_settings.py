"""`agent new` edits pyproject.toml: what was there goes on working."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.scaffold.settings import advice, settled
from agent.porting.scaffold.target import Layout

if TYPE_CHECKING:
    from pathlib import Path


def test_a_version_that_maturin_would_not_find_is_reported(tmp_path: Path) -> None:
    for text, told in (('dynamic = ["version"]', 1), ('version = "1.2"', 0)):
        text = f'[project]\nname = "p"\n{text}\ndependencies = ["agent-port"]\n'  # noqa: PLW2901
        layout = Layout(tmp_path, ".", "p", tomllib.loads(text))
        assert sum("the version is dynamic" in each for each in advice(text, layout)) == told


SETUPTOOLS = """[project]
name = "p"
dependencies = [
    "x>=1", # why
]
[tool.other]
a = 1
"""


@pytest.mark.parametrize(("text", "dependencies", "tools"), [
    (SETUPTOOLS, ["agent-port", "x>=1"], {"package-data": {"p": ["components.toml"]},
                                          "packages": {"find": {"include": ["p*"]}}}),
    (SETUPTOOLS.replace('"x>=1", # why', '"agent_port>=0.1",'), ["agent_port>=0.1"], ...),
    (SETUPTOOLS + '[tool.setuptools]\npackages = ["p"]\npackage-data.p = ["y"]', ..., {
        "packages": ["p"], "package-data": {"p": ["y"]}}),
    ('[project]\nname = "p"\ndynamic = ["dependencies"]\n', None, ...),
    ('[project]\nname = "p"\ndependencies = []\n', ["agent-port"], ...),
])  # fmt: skip
def test_what_setuptools_packs_goes_on_working(
    tmp_path: Path, text: str, dependencies: Any, tools: Any
) -> None:
    before = tomllib.loads(text)
    layout = Layout(tmp_path, ".", "p", before)
    changed = settled(text, layout, "p._rust", "rust/p-rust/Cargo.toml")
    after = tomllib.loads(changed)
    assert dependencies is ... or after["project"].get("dependencies") == dependencies
    assert tools is ... or after["tool"]["setuptools"] == tools
    assert all(
        line in changed.splitlines() for line in text.splitlines() if line != "dependencies = []"
    )
