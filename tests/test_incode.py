"""Ported code where it is used: installed from a wheel, optimised, zipped, without its sources.

Each use is a process of its own. The extension is a real one, built once (see toy_extension).
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipapp
from pathlib import Path
from typing import Any

import annotated_types
import pytest

from agent.porting.ledger.ledger import Ledger

ROOT = Path(__file__).parents[1]
TOY = Path(__file__).parent / "toy_extension"
SIDES = ("python", "rust")

USE = """\
import json, pickle, sys
from mine.words import Bag, Sack, slug

told, given = {}, json.loads(sys.argv[1])
assert slug("a b") == "a-b" == pickle.loads(pickle.dumps(slug))("a b")
for kind, most in (Bag, 7), (Sack, 1 << 80):
    for text in given.get(kind.__name__, []):
        found = pickle.loads(bytes.fromhex(text))
        assert isinstance(found, kind) and found.numbers()[0] == 1, found.numbers()
        found.add(most)
        assert len(found) in (2, 3)
        if kind is Sack:
            assert found.total() == sum(found.numbers())
    mine = kind()
    assert type(mine) is kind and isinstance(mine, kind) and len(mine) == 0
    assert (kind.__module__, kind.__name__) == ("mine.words", kind.__name__)
    mine.add(1)
    told[kind.__name__] = [pickle.dumps(mine, protocol).hex() for protocol in range(2, 6)]
    mine.add(most)
    told[kind.__name__].append(pickle.dumps(mine).hex())
from agent.porting.fallback import refusals
told["refused"] = refusals("sack")
told["slug"] = type(slug).__name__
print(json.dumps(told))
"""
"""Uses the port as a caller would; prints pickles, and loads given ones."""


def call(*command: str | Path, code: int = 0, **variables: Any) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AGENT_", "MINE_", "PURE_PYTHON", "PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        command, env=kept | variables, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into a fresh environment, and return its site-packages."""
    assert shutil.which("cargo"), "cargo is needed to build the toy extension"
    folder = tmp_path_factory.mktemp("installed")
    source = shutil.copytree(TOY, folder / "source")
    call(
        *(sys.executable, "-m", "maturin", "build", "--quiet", "--locked", "--out", folder),
        *("--manifest-path", source / "Cargo.toml", "--interpreter", sys.executable),
        CARGO_TARGET_DIR=str(ROOT / "target" / "toy_extension"),
    )
    (wheel,) = folder.glob("*.whl")
    shutil.rmtree(source)
    venv.create(folder / "fresh")
    base = {"base": str(folder / "fresh"), "platbase": str(folder / "fresh")}
    packages = Path(sysconfig.get_path("platlib", "venv", vars=base))
    call(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
        *("--target", packages, wheel),
    )
    return packages


@pytest.fixture(scope="session")
def use(installed: Path) -> Any:
    """Run `USE` on one side; return what it printed."""
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    root = next(parent for parent in installed.parents if (parent / "pyvenv.cfg").is_file())
    interpreter = root / scripts / Path(sys.executable).name

    def run(
        *options: str, given: Any = None, path: Path | None = None, **variables: Any
    ) -> dict[str, Any]:
        places = [str(ROOT)] if path is None else [str(path), str(ROOT)]
        done = call(
            interpreter, "-W", "error", *options, "-c", USE, json.dumps(given or {}),
            PYTHONPATH=os.pathsep.join(places), **variables,
        )  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return run


def test_a_wheel_runs_rust(use: Any) -> None:
    told = use()
    assert told["slug"] == "builtin_function_or_method"
    assert told["refused"] == {"an int of more than 64 bits": 1}


def test_pickles_of_each_side_are_loaded_on_the_other(use: Any) -> None:
    given = {side: use(MINE_IMPL=side) for side in SIDES}
    for name in ("Bag", "Sack"):
        assert given["python"][name] == given["rust"][name]
    use(given=given["rust"], MINE_IMPL="python")
    told = use(given=given["python"], MINE_IMPL="rust")
    assert told["refused"]["a state with more than 64 bits"] == 1


def test_what_a_partial_class_lacks_is_refused_in_a_shadow_and_no_difference(
    use: Any, tmp_path: Path
) -> None:
    needed = Path(annotated_types.__file__).parents[1]  # by contracts, which shadows read
    told = use(path=needed, MINE_IMPL="shadow", MINE_LEDGER=str(tmp_path / "ledger"))
    assert told["slug"] == "function"
    sums = Ledger(tmp_path / "ledger").sums("sack")
    assert (sums.mismatched, sums.matched > 0) == (0, True)
    assert sums.refused == {"an int of more than 64 bits": 1}


def test_the_check_proves_the_class_that_is_served_by_both(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed / "mine", tmp_path / "mine")
    shutil.copy(TOY / "pyproject.toml", tmp_path)
    command = (
        "import os, sys; os.chdir(sys.argv.pop()); from agent.cli import main; sys.exit(main())"
    )
    arguments = ["check", "sack", "--examples", "4000", "--json", str(tmp_path)]
    done = call(sys.executable, "-c", command, *arguments, PYTHONPATH=str(ROOT))
    verdict = json.loads(done.stdout)
    assert (verdict["verdict"], verdict["doubts"]) == ("identical", [])
    assert {"Sack.total is not in Rust", "an int of more than 64 bits"} < set(verdict["refused"])
    assert 0 < verdict["share"] < 1


@pytest.mark.parametrize("option", ["-O", "-OO"])
@pytest.mark.parametrize("side", SIDES)
def test_optimised(use: Any, side: str, option: str) -> None:
    assert use(option, MINE_IMPL=side)["slug"] == use(MINE_IMPL=side)["slug"]


@pytest.mark.parametrize("side", SIDES)
def test_without_sources(use: Any, installed: Path, tmp_path: Path, side: str) -> None:
    package = shutil.copytree(installed / "mine", tmp_path / "mine")
    assert compileall.compile_dir(package, quiet=1, legacy=True)
    for path in package.rglob("*.py"):
        path.unlink()
    told = use(path=tmp_path, MINE_IMPL=side)
    assert told["slug"] == ("function" if side == "python" else "builtin_function_or_method")


@pytest.fixture
def archive(installed: Path, tmp_path: Path) -> Path:
    """Pack the package, with its extension, and a program that uses it."""
    shutil.copytree(installed / "mine", tmp_path / "app" / "mine")
    program = f"import sys\nsys.argv[1:] = ['{{}}']\n{USE}"
    (tmp_path / "app" / "__main__.py").write_text(program, encoding="utf-8")
    zipapp.create_archive(tmp_path / "app", tmp_path / "app.pyz", compressed=True)
    return tmp_path / "app.pyz"


def test_a_zipped_program_runs_python_and_says_so_once(archive: Path) -> None:
    done = call(sys.executable, "-I", "-S", archive, code=1)
    assert "No module named 'agent'" in done.stderr  # it is nothing of this folder that is used
    done = call(sys.executable, archive, PYTHONPATH=str(ROOT))
    assert json.loads(done.stdout)["slug"] == "function"
    for name in ("slug", "bag", "sack"):
        warning = (
            f"FallbackWarning: {name} runs in Python, since Rust cannot run: mine._rust is not"
        )
        assert done.stderr.count(warning) == 1


def test_a_zipped_program_that_is_to_run_rust_fails(archive: Path) -> None:
    done = call(sys.executable, archive, code=1, PYTHONPATH=str(ROOT), MINE_IMPL="rust")
    assert "ImplementationUnavailable: MINE_IMPL asks for rust, but slug cannot run" in done.stderr
    quiet = call(sys.executable, archive, PYTHONPATH=str(ROOT), MINE_IMPL="python")
    assert (quiet.stderr, json.loads(quiet.stdout)["refused"]) == ("", {})
