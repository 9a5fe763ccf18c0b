"""A package for tests of what agent new writes into it and builds there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module, invalidate_caches
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.porting.scaffold.new import Scaffold, scaffold

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROOT", "Package"]

ROOT = Path(__file__).parents[1]

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target" / "scaffolded"))
"""Where crates are built: PyO3 once, however many tests there are."""

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}" # somebody's
version = "1.0"
requires-python = ">=3.11"
"""


class Package:
    """A project with one package in it."""

    def __init__(self, root: Path, name: str, files: Mapping[str, str], source: str = ".") -> None:
        self.root = root
        self.name = name
        self.folder = root / source / name
        self.folder.mkdir(parents=True)
        (self.folder / "__init__.py").write_text("", encoding="utf-8")
        (root / "pyproject.toml").write_text(PYPROJECT.format(name=name), encoding="utf-8")
        for path, text in files.items():
            (self.folder / path).write_text(text, encoding="utf-8", newline="")

    def new(self, name: str, reference: str, **options: bool) -> Scaffold:
        """Begin to port an object of the package."""
        made = scaffold(name, f"{self.name}.{reference}", self.root, **options)
        made.changes.apply()
        self.forget()
        return made

    def forget(self) -> None:
        """Have the package imported again: its files are others now."""
        for each in [each for each in sys.modules if each.partition(".")[0] == self.name]:
            del sys.modules[each]
        invalidate_caches()

    def port(self, name: str, body: str, used: str = "") -> None:
        """Write the port of a function: Rust instead of what refuses, and what else it uses."""
        path = self.rust / "src" / f"{name}.rs"
        text = path.read_text(encoding="utf-8")
        text, ported = re.subn(rf'    let _ = .*;\n    not_ported\("{name}"\)', f"    {body}", text)
        text, imported = re.subn(r"not_ported, |, not_ported(?=})", used and f", {used}", text)
        assert (ported, imported) == (1, 1)
        path.write_text(text.replace("{Give}", "Give"), encoding="utf-8")

    @property
    def rust(self) -> Path:
        """The crate."""
        crate = self.name.replace("_", "-") + "-rust"
        return self.root / "rust" / crate

    def cargo(self, *arguments: str) -> str:
        """Run cargo on the crate; return what it said."""
        done = subprocess.run(
            ["cargo", *arguments],  # noqa: S607  # as on the path
            cwd=self.root,
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
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr

    def build(self) -> Any:
        """Build the extension, put it into the package, and import it."""
        self.cargo("build", "--release", "--quiet")
        built = TARGET / "release" / "lib_rust.so"
        (self.folder / f"_rust{EXTENSION_SUFFIXES[0]}").write_bytes(built.read_bytes())
        invalidate_caches()
        return import_module(f"{self.name}._rust")
