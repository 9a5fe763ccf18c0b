"""Installing with and without cargo, and what runs afterwards. Slow: wheels are built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
CARGO = shutil.which("cargo")

TEMPLATES = "agent/porting/scaffold/templates/"
"""What `agent new` writes into other projects, some of it in Rust, is part of the package."""


BUILD = {
    "CARGO_TARGET_DIR": str(ROOT / "target" / "install"),
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_LTO": "off",
}
"""Builds in half the time what is not measured here."""


def environment(*, cargo: bool, **variables: str) -> dict[str, str]:
    """Return this process's environment, choosing nothing, with `cargo` on the PATH or without."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AGENT_", "PURE_PYTHON", "PYTHONPATH", "VIRTUAL_ENV"))
    }
    if not cargo:
        folders = kept["PATH"].split(os.pathsep)
        kept["PATH"] = os.pathsep.join(
            folder for folder in folders if shutil.which("cargo", path=folder) is None
        )
    return kept | variables


def call(
    *command: str | Path, env: Mapping[str, str], code: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        env=env,
        cwd=tempfile.gettempdir(),  # in the checkout, Python would import that
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def build(kind: str, source: Path, target: Path, env: Mapping[str, str]) -> Path:
    """Build a wheel or an sdist of `source`, alone in `target`, and return its path."""
    call(sys.executable, "-m", "build", f"--{kind}", "-o", target, source, env=env)
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the source distribution holds, built where there is no cargo and unpacked."""
    place = tmp_path_factory.mktemp("sdist")
    archive = build("sdist", ROOT, place / "archive", environment(cargo=False))
    with tarfile.open(archive) as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # since 3.11.4
        tar.extractall(place / "tree")  # noqa: S202  # made two lines above
    (tree,) = (place / "tree").iterdir()
    return tree


@pytest.fixture(scope="module")
def pure(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the sources give where there is no cargo."""
    return build("wheel", sources, tmp_path_factory.mktemp("wheel"), environment(cargo=False))


def install(place: Path, *what: str | Path) -> Path:
    """Install into a fresh environment in `place`, without cargo, and return its scripts."""
    env = environment(cargo=False)
    call(sys.executable, "-m", "venv", place, env=env)
    call(place / SCRIPTS / "python", "-m", "pip", "install", "--quiet", *what, env=env)
    return place / SCRIPTS


@pytest.fixture(scope="module")
def installed(pure: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh environment with the pure wheel in it."""
    return install(tmp_path_factory.mktemp("venv"), pure)


def package_files() -> set[str]:
    """Return the files of the package that git keeps, by their paths."""
    kept = call("git", "-C", ROOT, "ls-files", "agent", env=os.environ)
    return set(kept.stdout.split())


def status(scripts: Path, code: int = 0, **variables: str) -> list[dict[str, Any]]:
    env = environment(cargo=False, **variables)
    rows: list[dict[str, Any]] = json.loads(
        call(scripts / "agent", "status", "--json", env=env, code=code).stdout
    )["components"]
    return rows


def test_the_pure_wheel_is_the_package_and_nothing_else(pure: Path) -> None:
    assert pure.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(pure) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert {name for name in package_files() if (ROOT / name).exists()} <= names
    own = {Path(name).suffix for name in names if not name.startswith(TEMPLATES)}
    assert own.isdisjoint({".so", ".pyd", ".rs", ".pyc"})
    assert {name.partition("/")[0] for name in names} == {"agent"}


def test_the_sources_build_both_ways(sources: Path) -> None:
    for name in ("Cargo.toml", "Cargo.lock", "build_backend.py", "pyproject.toml", "LICENSE-MIT"):
        assert (sources / name).is_file(), name
    for path in (ROOT / "rust").rglob("*.rs"):
        assert (sources / path.relative_to(ROOT)).is_file(), path
    assert not [path for path in sources.rglob("*") if path.suffix in {".so", ".pyd"}]


def test_without_the_extension_python_runs_and_says_why(installed: Path) -> None:
    rows = status(installed, AGENT_IMPL="auto")

    assert {row["resolved"] for row in rows} == {"python"}
    for row in rows:
        assert row["reason"].endswith("agent._native is not installed for this Python")
        assert row["build"]["version"] is None


def test_without_the_extension_a_cache_works(installed: Path) -> None:
    code = (
        "from agent import registry; cache = registry.resolve('cache')(capacity=2)\n"
        "cache['a'] = 1; print(dict(cache.items()))"
    )
    asked = environment(cargo=False) | {"AGENT_IMPL": "auto"}
    done = call(installed / "python", "-c", code, env=asked)

    assert done.stdout == "{'a': 1}\n"
    assert done.stderr.count("FallbackWarning: cache runs in Python") == 1


def test_without_the_extension_rust_is_refused(installed: Path) -> None:
    assert {row["resolved"] for row in status(installed, 3, AGENT_IMPL="rust")} == {None}


def test_a_broken_extension_leaves_a_working_package(installed: Path) -> None:
    env = environment(cargo=False)
    where = call(installed / "python", "-c", "import agent; print(agent.__file__)", env=env)
    package = Path(where.stdout.strip()).parent
    assert package.is_relative_to(installed.parent)
    extension = package / f"_native{EXTENSION_SUFFIXES[0]}"
    extension.write_bytes(b"this is no shared library, whatever its name says\n" * 100)
    try:
        rows = status(installed, AGENT_IMPL="auto")
        assert {row["resolved"] for row in rows} == {"python"}
        assert all("agent._native cannot be loaded" in row["reason"] for row in rows)
        refused = status(installed, 3, AGENT_IMPL="rust")
        assert {row["resolved"] for row in refused} == {None}
    finally:
        extension.unlink()


def test_an_editable_install_without_cargo_runs_the_sources(sources: Path, tmp_path: Path) -> None:
    python = install(tmp_path, "--editable", sources) / "python"
    where = call(python, "-c", "import agent; print(agent.__file__)", env=environment(cargo=False))

    assert Path(where.stdout.strip()) == sources / "agent" / "__init__.py"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("yes", "AGENT_NATIVE=yes is none of auto, 0, 1"),
        ("1", "AGENT_NATIVE=1 asks for the Rust extension, but there is no cargo on PATH"),
    ],
)
def test_a_wheel_that_cannot_be_had_is_refused(
    sources: Path, tmp_path: Path, wanted: str, told: str
) -> None:
    env = environment(cargo=False, AGENT_NATIVE=wanted)
    done = call(sys.executable, "-m", "build", "--wheel", "-o", tmp_path, sources, env=env, code=1)

    assert told in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


if CARGO:

    @pytest.fixture(scope="module")
    def native(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """The wheel that the sources give where there is a cargo."""
        env = environment(cargo=True, **BUILD)
        return build("wheel", sources, tmp_path_factory.mktemp("native"), env)

    def test_the_sources_give_a_native_wheel(native: Path) -> None:
        assert not native.name.endswith("-py3-none-any.whl")
        with zipfile.ZipFile(native) as wheel:
            names = wheel.namelist()
        own = [name for name in names if not name.startswith(TEMPLATES)]
        assert [name for name in names if name.startswith("agent/_native.") and name[-1] in "do"]
        assert {name for name in package_files() if (ROOT / name).exists()} <= set(names)
        assert not [name for name in own if name.endswith((".rs", "Cargo.toml"))]

    def test_an_installed_native_wheel_runs_rust(native: Path, tmp_path: Path) -> None:
        scripts = install(tmp_path, native)
        for row in status(scripts, AGENT_IMPL="auto"):
            assert row["resolved"] == "rust"
            assert row["build"]["profile"] == "release"
            assert row["build"]["stale"] is None

        env = environment(cargo=False)
        assert "identical" in call(scripts / "agent", "check", "cache", env=env).stdout

        lacking = call(scripts / "agent", "new", "x", "--from", "json:loads", env=env, code=3)
        assert "agent-port[check]" in lacking.stderr
        assert "Traceback" not in lacking.stderr

    def test_a_rust_build_that_fails_is_an_error(sources: Path, tmp_path: Path) -> None:
        broken = tmp_path / "tree"
        shutil.copytree(sources, broken)
        (broken / "rust" / "agent-native" / "src" / "lib.rs").write_text("no", encoding="utf-8")
        env = environment(cargo=True, **BUILD)
        made = tmp_path / "dist"

        call(sys.executable, "-m", "build", "--wheel", "-o", made, broken, env=env, code=1)
        assert not made.exists() or not list(made.iterdir())
