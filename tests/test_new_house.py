"""`agent new` in this repository's own layout: what it writes, changes, and leaves as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.errors import UsageError
from agent.porting.scaffold.listing import in_changelog, in_library, in_lock, in_manifest, in_stub
from tests.scaffolded import ROOT, TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

needs_cargo = pytest.mark.skipif(
    shutil.which("cargo") is None or sys.platform != "linux", reason="builds a crate"
)

COPIED = ("agent", "rust", "parity_tests", "evidence")
LISTING = {
    "CHANGELOG.md",
    "Cargo.lock",
    "agent/_native.pyi",
    "agent/components.toml",
    "rust/agent-native/Cargo.toml",
    "rust/agent-native/src/lib.rs",
}
"""The files that list components."""

FUNCTION = '''\
"""Titles as parts of an address."""

from __future__ import annotations

import re

__all__ = ["slug"]


def slug(text: str, *, width: int = 80) -> str:
    """Turn a title into a slug."""
    return "-".join(re.findall("[a-z0-9]+", text.lower()))[:width]
'''

CLASS = '''\
"""Sums."""

from __future__ import annotations

__all__ = ["Total"]


class Total:
    """Adds up."""

    def __init__(self, start: int = 0, *, label: str | None = None) -> None:
        self._sum = start
        self.label = label

    @property
    def sum(self) -> int:
        """The sum so far."""
        return self._sum

    def add(self, number: int) -> int:
        """Add a number."""
        self._sum += number
        return self._sum

    def table(self, values: dict[str, int]) -> dict[str, int]:
        """Return the values, each with the sum added."""
        return {name: value + self._sum for name, value in values.items()}

    def __len__(self) -> int:
        return self._sum
'''

DIGESTS = """
import json
from agent.porting.evidence.digests import digests
from agent.porting.project.project import find_project
project = find_project(".")
print(json.dumps({
    name: vars(digests(row, project)) for name, row in project.components.items()
}))
"""


class House:
    """A copy of this repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in ("pyproject.toml", "Cargo.toml", "Cargo.lock", "CHANGELOG.md"):
            shutil.copy2(ROOT / name, root / name)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, on the copy's package."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)} | variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def new(self, name: str, reference: str) -> None:
        """Make a component."""
        done = self.run("-m", "agent", "new", name, "--from", reference)
        assert done.returncode == 0, done.stdout + done.stderr

    def digests(self) -> dict[str, dict[str, str]]:
        """Return the digests of every component's sources."""
        done = self.run("-c", DIGESTS)
        assert done.returncode == 0, done.stderr
        found: dict[str, dict[str, str]] = json.loads(done.stdout)
        return found

    def files(self) -> dict[str, bytes]:
        """Return the content of every file."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {path for path, content in before.items() if after.get(path) != content}


def test_a_component_more_changes_six_files_and_nobodys_evidence(house: House) -> None:
    house.write("agent/components/slug/reference.py", FUNCTION)
    files, digests = house.files(), house.digests()
    house.new("slug", "agent.components.slug.reference:slug")
    after = house.files()
    assert changed(files, after) == LISTING
    assert {
        "agent/components/slug/__init__.py",
        "agent/components/slug/contract.py",
        "agent/components/slug/workloads.py",
        "docs/components/slug.md",
        "parity_tests/test_slug.py",
        "parity_tests/torture/slug.py",
        "rust/agent-native/src/slug.rs",
        "rust/agent-slug/Cargo.toml",
        "rust/agent-slug/benches/slug.rs",
        "rust/agent-slug/src/lib.rs",
    } <= after.keys() - files.keys()
    now = house.digests()
    assert now.pop("slug") is not None
    assert now == digests
    house.write("agent/more.py", CLASS)
    house.new("total", "agent.more:Total")
    assert changed(after, house.files()) == LISTING
    reference = house.root / "agent/components/total/reference.py"
    assert reference.read_text(encoding="utf-8") == CLASS
    again = house.digests()
    del again["total"]
    slugs = again.pop("slug")
    assert again == digests
    house.write("rust/agent-slug/src/lib.rs", "// changed\n")
    last = house.digests()
    assert last["slug"] != slugs
    assert {name: last[name] for name in digests} == digests


def test_an_unrelated_crate_is_nobodys_evidence(house: House) -> None:
    digests = house.digests()
    house.write("rust/apart/Cargo.toml", '[package]\nname = "apart"\n[dependencies]\nserde = "1"\n')
    house.write("rust/apart/src/lib.rs", "// something else\n")
    entry = '[[package]]\nname = "apart"\nversion = "0.1.0"\ndependencies = [\n "serde",\n]\n\n'
    lock = (house.root / "Cargo.lock").read_text(encoding="utf-8")
    at = lock.index('[[package]]\nname = "autocfg"')
    house.write("Cargo.lock", lock[:at] + entry + lock[at:])
    assert house.digests() == digests


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rust/agent-native/src/bridge/lock.rs", "taken", "took"),
        ("rust/agent-native/src/lib.rs", "gil_used = true", "gil_used = false"),
        ("Cargo.toml", 'lto = "fat"', 'lto = "thin"'),
        ("Cargo.toml", 'pyo3 = "0.30"', 'pyo3 = "0.31"'),
    ],
)
def test_what_all_share_is_everybodys_evidence(house: House, file: str, old: str, new: str) -> None:
    digests = house.digests()
    text = (house.root / file).read_text(encoding="utf-8")
    assert old in text
    house.write(file, text.replace(old, new))
    now = house.digests()
    assert {name for name in now if now[name] != digests[name]} == set(registry.names)


@needs_cargo
def test_it_compiles_at_once_and_python_serves_it(house: House) -> None:
    house.write("agent/components/slug/reference.py", FUNCTION)
    house.write("agent/components/total/reference.py", CLASS)
    house.new("slug", "agent.components.slug.reference:slug")
    house.new("total", "agent.components.total.reference:Total")
    built = subprocess.run(
        [
            *("cargo", "build", "--locked", "--package", "agent-native", "--lib"),
            *("--config", 'profile.dev.package."*".opt-level=0', "--config", "profile.dev.debug=0"),
        ],
        cwd=house.root,
        env=os.environ
        | {
            "CARGO_TARGET_DIR": str(TARGET),
            "PYO3_BUILD_EXTENSION_MODULE": "1",
            "PYO3_PYTHON": sys.executable,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "warning" not in built.stderr
    extension = house.root / "agent" / f"_native{EXTENSION_SUFFIXES[0]}"
    shutil.copy2(TARGET / "debug" / "lib_native.so", extension)
    for name in ("slug", "total"):
        command = (
            "check",
            name,
            "--profile",
            "quick",
            "--allow-stale",
            "--json",
        )  # it is a debug build
        done = house.run("-m", "agent", *command)
        assert done.returncode == 0, done.stdout + done.stderr
        verdict = json.loads(done.stdout)
        assert verdict["verdict"] == "identical"
        assert verdict["examples"] > 0
    script = "from agent import registry; print(registry.resolve('slug')('A b'))"
    assert house.run("-c", script, AGENT_IMPL_SLUG="rust").stdout == "a-b\n"


@pytest.mark.parametrize(
    ("name", "reference", "told"),
    [
        ("cache", "agent.errors:AgentError", "there is a component cache"),
        ("bridge", "agent.errors:AgentError", "would conflict with the extension's own"),
        ("No", "agent.errors:AgentError", "'No' is no name for a component"),
        ("slug", "agent.components.slug.reference:slug", "cannot be loaded"),
        ("slug", "agent.errors:Nothing", "does not define Nothing"),
        ("slug", "agent.more:Cache", "the extension has an object Cache already"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence_and_nothing_is_written(
    house: House, name: str, reference: str, told: str
) -> None:
    house.write("agent/more.py", CLASS.replace("Total", "Cache"))
    before = house.files()
    done = house.run("-m", "agent", "new", name, "--from", reference)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert changed(before, house.files()) == set()
    assert not (house.root / "rust/agent-slug").exists()


class TestLists:
    """The text of a file that lists components, with one more."""

    def test_rows_are_in_order(self) -> None:
        text = 'components! {\n    b, "b";\n    d, "d", x::Y;\n}\n'
        assert in_library(text, "c") == text.replace("    d,", '    c, "c";\n    d,')

    def test_a_crate_that_is_there_stays(self) -> None:
        manifest = (
            '[features]\ndefault = ["b"]\nb = ["dep:b"]\n\n'
            '[dependencies]\nb = { path = "../b", optional = true }\npyo3 = "1"\n'
        )
        text = in_manifest(manifest, "a", {"x-a": "../a", "b": "../b"})
        assert 'default = ["a", "b"]\na = ["dep:x-a", "dep:b"]\nb = ' in text
        assert text.count("b = {") == 1

    def test_of_the_lock_nothing_else_changes(self) -> None:
        lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
        text = in_lock(lock, "0.1.0", {"agent-x": ["thiserror"]}, "agent-native")
        lines = lock.splitlines()
        added = [line for line in text.splitlines() if line not in lines]
        assert added == [' "agent-x",', 'name = "agent-x"']
        assert in_lock(text, "0.1.0", {"agent-x": ["thiserror"]}, "agent-native") == text

    @pytest.mark.parametrize(
        ("change", "file"),
        [
            (lambda: in_library("", "a"), "lib.rs"),
            (lambda: in_manifest("[features]\ndefault = [\n]\n", "a", {}), "Cargo.toml"),
            (lambda: in_lock("version = 4\n", "1", {}, "x"), "Cargo.lock"),
            (lambda: in_stub("x: int\n", "a", "a", "A", "p.components.a.contract"), "stub"),
            (lambda: in_changelog("# Changelog\n", "- x"), "CHANGELOG.md"),
        ],
    )
    def test_what_cannot_be_edited_is_a_sentence(self, change: object, file: str) -> None:
        assert callable(change)
        with pytest.raises(UsageError, match=re.escape(file)):
            change()
