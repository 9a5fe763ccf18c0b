"""A debug build of Rust, or one whose sources have changed since, is not checked or tested."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.ported import Port

if TYPE_CHECKING:
    from tests.conftest import Toys

TEST = """\
import pytest
from agent.testing import parity

test_slug = parity("slug", examples=500)

@pytest.mark.component("slug")
def test_bound(implementation):
    assert implementation("A b") == "a-b"
"""


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Return a toy project whose Rust is as good as its reference."""
    monkeypatch.chdir(toys.folder)
    return Port(toys.folder, **{"test_toy.py": TEST})


def make_stale(port: Port) -> None:
    """Change a source after the build."""
    port.add("rust/toy/src/slug.rs", "// changed\n")


def make_debug(port: Port) -> None:
    """Let the build say that it is one for debugging."""
    port.add("toy_port/_native.py", "__profile__ = 'debug'\n")
    for name in [name for name in sys.modules if name.startswith("toy_port")]:
        del sys.modules[name]


@pytest.mark.parametrize(("spoil", "kind"), [(make_stale, "stale"), (make_debug, "debug")])
def test_a_build_that_is_no_release_of_the_sources_is_refused(
    port: Port, capsys: pytest.CaptureFixture[str], spoil: Any, kind: str
) -> None:
    few = ("--examples", "300", "--no-pin")
    assert port.run("check", "slug", *few) == 0
    spoil(port)
    capsys.readouterr()
    assert port.run("check", "slug", *few) == 3
    told = capsys.readouterr()
    assert f"toy_port._native is a {kind} build" in told.err
    assert "--allow-stale" in told.err
    assert not told.out
    assert port.run("check", "slug", *few, "--allow-stale") == 0
    assert f", on a {kind} build" in capsys.readouterr().out
    assert port.run("check", "slug", *few, "--allow-stale", "--json") == 0
    assert json.loads(capsys.readouterr().out)["build"].startswith(f"a {kind} build")


@pytest.mark.parametrize(("spoil", "kind"), [(make_stale, "stale"), (make_debug, "debug")])
def test_a_pair_without_a_table_is_refused_as_well(
    port: Port, capsys: pytest.CaptureFixture[str], spoil: Any, kind: str
) -> None:
    sides = ("--python", "toy_port.text:slug", "--rust", "toy_port._native:slug")
    few = ("--examples", "300")
    spoil(port)
    assert port.run("check", *sides, *few) == 3
    assert f"toy_port._native is a {kind} build" in capsys.readouterr().err
    port.run("check", *sides, *few, "--allow-stale")
    assert f", on a {kind} build" in capsys.readouterr().out


def test_tests_on_such_a_build_fail_unless_that_is_allowed(port: Port, run: Any) -> None:
    def outcome(*options: str, code: int = 0) -> str:
        plugin = ["-pagent.testing", "-pno:cacheprovider", "--strict-markers"]
        where = [f"--rootdir={port.folder}", str(port.folder / "test_toy.py")]
        return str(run("-m", "pytest", *where, *plugin, *options, code=code).stdout)

    assert "3 passed" in outcome()
    make_stale(port)
    told = outcome(code=1)
    assert "toy_port._native is a stale build" in told
    assert ("1 passed" in told, "1 failed" in told, "1 error" in told) == (True, True, True)
    assert "3 passed" in outcome("--allow-stale")
