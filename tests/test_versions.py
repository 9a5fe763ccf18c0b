"""What two files say about versions is the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def pins() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_both_languages_carry_one_version() -> None:
    python = read("pyproject.toml")["project"]["version"]
    rust = read("Cargo.toml")["workspace"]["package"]["version"]
    locked = {package["name"]: package for package in read("Cargo.lock")["package"]}

    assert python == rust
    assert python == locked["agent-native"]["version"]


def test_constraints_pin_exactly_and_name_no_address() -> None:
    pin = r"[a-z0-9-]+==[0-9.]+(post[0-9]+)?( ; [^/@]+)?"
    loose = [line for line in pins() if not re.fullmatch(pin, line)]

    assert pins()
    assert loose == []


def test_every_tool_that_a_session_asks_for_is_pinned() -> None:
    pyproject = read("pyproject.toml")
    groups = pyproject["dependency-groups"].values()
    wanted = [entry for group in groups for entry in group if isinstance(entry, str)]
    wanted += pyproject["project"]["dependencies"]
    wanted += pyproject["project"]["optional-dependencies"]["check"]
    pinned = {line.partition("==")[0] for line in pins()}

    assert {re.split("[<>=]", entry)[0] for entry in wanted} <= pinned
