"""What several tests use: a toy package with a table, a Python to run it in, modules of texts."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.recorded import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[1]

CHOOSERS = ("AGENT_IMPL", "TOY_IMPL", "PURE_PYTHON")

TABLE = """\
[components.{name}]
contract = "toy_{name}.contract:Toy"
factory = "toy_{name}.contract:Factory"
python = "toy_{name}.reference:Toy"
rust = "toy_{name}._native:Toy"
workloads = "toy_{name}.workloads:WORKLOADS"
stage = "{stage}"
"""


class Toys:
    """Toy components, each a package of its own, whose "extension" is a Python file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.table = folder / "components.toml"

    def add(
        self,
        name: str,
        *,
        stage: str = "rust",
        rust: str | None = "",
        python: str = "class Toy: ...",
    ) -> None:
        """Add a component; `rust` is the source of its extension, None for no extension."""
        with self.table.open("a", encoding="utf-8") as file:
            file.write(TABLE.format(name=name, stage=stage))
        package = self.folder / f"toy_{name}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "reference.py").write_text(python, encoding="utf-8")
        if rust is not None:
            (package / "_native.py").write_text(rust or "class Toy: ...", encoding="utf-8")


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    for variable in list(os.environ):
        if variable.startswith(CHOOSERS):
            monkeypatch.delenv(variable)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Toys(tmp_path)
    for name in [name for name in sys.modules if name.startswith("toy_")]:
        del sys.modules[name]


@pytest.fixture(autouse=True)
def _own_caches(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``agent status`` keeps goes into a folder of the test run, not into the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))


@pytest.fixture
def run() -> Run:
    """Run a Python on these sources, in an environment that chooses nothing of its own."""

    def run(*arguments: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(CHOOSERS)
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment | {"PYTHONPATH": str(ROOT)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a folder with a program to record."""
    return Place(tmp_path)


@pytest.fixture
def module(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], ModuleType]]:
    """Makes modules of the texts it is given."""
    made: list[str] = []

    def make(text: str) -> ModuleType:
        name = f"made_{len(made)}_{abs(hash(request.node.nodeid))}"
        path = tmp_path / f"{name}.py"
        path.write_text(dedent(text), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        found = importlib.util.module_from_spec(spec)
        sys.modules[name] = found
        made.append(name)
        spec.loader.exec_module(found)
        return found

    yield make
    for name in made:
        del sys.modules[name]
