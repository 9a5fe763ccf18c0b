"""In a subinterpreter Python runs, with a warning, and a person's `rust` raises."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from agent.porting.registry.interpreters import in_subinterpreter, require_loadable
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ASKED = """
import sys, warnings
sys.path[:] = {path!r}
warnings.simplefilter("always")
from agent import registry
from agent.errors import FallbackWarning, ImplementationUnavailable
lack = "cannot be loaded (this is a subinterpreter, and it is for the process's main interpreter"
with warnings.catch_warnings(record=True) as caught:
    for flag in "auto", None, "auto":
        with registry.override(**({{"cache": flag}} if flag else {{}})):
            cache = registry.resolve("cache")
        assert cache.__module__ == "agent.components.cache.reference", cache
        assert cache(1).get(1) is None
assert [each.category for each in caught] == [FallbackWarning]
assert lack in str(caught[0].message)
for ask in (lambda: registry.implementation("cache", "rust"), lambda: registry.resolve("cache")):
    try:
        with registry.override(cache="rust"):
            ask()
    except ImplementationUnavailable as error:
        assert lack in str(error), error
    else:
        raise AssertionError("Rust ran")
assert lack in registry.status("cache").reason
assert "agent._native" not in sys.modules
"""

DIRECT = """
import sys
sys.path[:] = {path!r}
try:
    import agent._native
except ImportError as error:
    assert {told!r} in str(error), error
else:
    raise AssertionError("it was loaded")
"""

HOST = """
import os, sys
{before}
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
failed = interpreters.run_string(interpreters.create(**{kind}), {code!r})
if failed is not None:
    sys.exit(failed.errdisplay)
os._exit(0)  # CPython 3.12.1 aborts when it ends subinterpreters that imported hashlib
"""

LEGACY: dict[str, object] = (
    {"config": "legacy"} if sys.version_info >= (3, 13) else {"isolated": False}
)
"""What makes an interpreter as `Py_NewInterpreter` does, which refuses no compiled module."""


def _run(
    before: str, kind: dict[str, object], code: str = ASKED, **told: str
) -> subprocess.CompletedProcess[str]:
    code = code.format(path=[str(ROOT), *sys.path], **told)
    return subprocess.run(
        [sys.executable, "-c", HOST.format(before=before, kind=kind, code=code)],
        cwd=ROOT,
        env={**os.environ, "AGENT_IMPL": "auto", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "before", ["", "import agent._native"], ids=["first", "after the main one"]
)
@pytest.mark.parametrize("kind", [{}, LEGACY], ids=["isolated", "legacy"])
def test_python_runs_in_a_subinterpreter(before: str, kind: dict[str, object]) -> None:
    ended = _run(before, kind)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "before", ["", "import agent._native"], ids=["first", "after the main one"]
)
def test_the_extension_itself_is_not_loaded_there(before: str) -> None:
    told = "agent._native cannot be loaded in a subinterpreter: it is for the process's main"
    ended = _run(before, LEGACY, DIRECT, told=told)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_python_refuses_the_extension_in_an_isolated_interpreter() -> None:
    ended = _run("", {}, DIRECT, told="subinterpreter")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_this_is_the_main_interpreter() -> None:
    assert not in_subinterpreter()
    require_loadable("agent._native")


def test_only_compiled_modules_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.porting.registry.interpreters.in_subinterpreter", lambda: True)
    (tmp_path / f"compiled{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    (tmp_path / "plain.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    require_loadable("plain")
    require_loadable("missing")
    with pytest.raises(ImportError, match="this is a subinterpreter") as raised:
        require_loadable("compiled")
    assert raised.value.name == "compiled"


def test_a_python_without_subinterpreters_is_taken_for_one_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in "_interpreters", "_xxsubinterpreters":
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ImportError):
            import_module(name)
    assert not in_subinterpreter()
