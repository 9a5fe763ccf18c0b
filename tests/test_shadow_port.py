"""A package whose function and class are decorated, in stage shadow."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent.porting.ledger.ledger import Ledger
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
[components.slug]
contract = "mypkg.contract:Slug"
python = "mypkg.words:slug"
rust = "mypkg.rust:slug"
stage = "shadow"

[components.version]
contract = "mypkg.contract:Version"
factory = "mypkg.contract:VersionFactory"
python = "mypkg.words:Version"
rust = "mypkg.rust:Version"
stage = "shadow"
"""

CONTRACT = """\
from typing import Protocol
from agent.porting.contract.terms import Effect, operation

class Slug(Protocol):
    @operation(effect=Effect.PURE)
    def __call__(self, text: str) -> str: ...

class Version(Protocol):
    @operation(effect=Effect.PURE)
    def bumped(self) -> "Version": ...
    @operation(effect=Effect.PURE)
    def text(self) -> str: ...
    @operation(effect=Effect.PURE)
    def __lt__(self, other: "Version") -> bool: ...

class VersionFactory(Protocol):
    def __call__(self, major: int, minor: int = 0) -> Version: ...
"""

WORDS = """\
from dataclasses import dataclass
from mypkg._port import registry

@registry.port("slug")
def slug(text):
    "Make a slug."
    return text.lower()

@registry.port("version")
@dataclass(frozen=True, order=True)
class Version:
    "A version."
    major: int
    minor: int = 0

    def bumped(self):
        return Version(self.major, self.minor + 1)

    def text(self):
        return f"{self.major}.{self.minor}"
"""

RUST = """\
class Version:
    def __init__(self, major, minor=0):
        self.pair = major, minor
    def bumped(self):
        return Version(self.pair[0], self.pair[1] + 1)
    def text(self):
        return ".".join(map(str, self.pair))
    def __lt__(self, other):
        return self.pair < other.pair

def slug(text):
    return text.lower()
"""

PORT = """\
from agent.porting.registry.registry import Registry

registry = Registry.of_package("mypkg", "MYPKG_IMPL")
"""

PROGRAM = """\
import copy, pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from mypkg import Version, slug
import mypkg.words

def main():
    one = Version(1)
    two = one.bumped()
    if not (one < two and two.text() == "1.1" and slug("A") == "a"):
        raise SystemExit("wrong")
    for other in (copy.copy(two), copy.deepcopy(two), pickle.loads(pickle.dumps(two))):
        if not (other == two and type(other) is type(two) is Version is mypkg.words.Version):
            raise SystemExit("copies differ")
    if not (pickle.loads(pickle.dumps(slug)) is slug and hash(one) == hash(Version(1))):
        raise SystemExit("pickles differ")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = [pool.submit(Version.text, two).result(), pool.submit(slug, "B").result()]
        if found != ["1.1", "b"]:
            raise SystemExit("another process differs")

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("options", [[], ["-O"]])
def test_call_sites_need_not_change(tmp_path: Path, options: list[str]) -> None:
    package = tmp_path / "mypkg"
    package.mkdir()
    files = {
        "components.toml": TABLE, "contract.py": CONTRACT, "words.py": WORDS, "rust.py": RUST,
        "_port.py": PORT, "__init__.py": "from mypkg.words import Version, slug\n",
    }  # fmt: skip
    for name, content in files.items():
        (package / name).write_text(content)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    variables = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "MYPKG_LEDGER": str(ledger.path)}
    done = subprocess.run(
        [sys.executable, *options, str(program)], env=os.environ | variables, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    versions, slugs = ledger.sums("version"), ledger.sums("slug")
    assert (slugs.matched, slugs.calls) == (2, 2)
    assert versions.mismatched == 0
    assert (versions.matched, versions.calls) == (5, 6)  # one inside another
