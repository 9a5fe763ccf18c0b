"""A check stops what would touch the outside world without having declared that."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.cli import main
from agent.errors import UsageError
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.compare.outcome import capture
from agent.porting.contract.reader import read_contract
from agent.porting.infer.limit import limited
from agent.porting.worlds.guard import EffectStopped, Guard

if TYPE_CHECKING:
    from collections.abc import Callable

CLEANING = '''
import os

def clean(text: str) -> str:
    """Return the text without blanks, and remove a file that is needed."""
    name = "precious.txt"
    getattr(os, "re" + "move")(name)  # no sign of it that a reader of sources would see
    return text.strip()
'''

CONTRACT = """
from typing import Protocol

class Clean(Protocol):
    def __call__(self, text: str) -> str:
        "Return the text without blanks."
"""

PROJECT = """
[tool.agent-port]
table = "components.toml"
environment = "TOY_IMPL"
"""

TABLE = """
[components.clean]
contract = "{name}_contract:Clean"
python = "{name}:clean"
rust = "{name}_again:clean"
stage = "python"
"""


@pytest.fixture
def precious(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> Path:
    """Write a project whose only function removes a file, and that file."""
    name = f"cleaning_{abs(hash(request.node.name)) % 10**8}"  # modules are imported once
    (tmp_path / f"{name}.py").write_text(CLEANING, encoding="utf-8")
    (tmp_path / f"{name}_again.py").write_text(CLEANING, encoding="utf-8")
    (tmp_path / f"{name}_contract.py").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "components.toml").write_text(TABLE.format(name=name), encoding="utf-8")
    (tmp_path / "parity_tests").mkdir()
    (tmp_path / "precious.txt").write_text("all there is", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "precious.txt"


def refused(precious: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["check", *arguments, "--examples", "100"]) == 2
    assert precious.read_text(encoding="utf-8") == "all there is"
    return capsys.readouterr().err


def test_a_pair_without_a_contract_removes_nothing(
    precious: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = next(precious.parent.glob("*_again.py")).stem.removesuffix("_again")
    said = refused(precious, capsys, "--python", f"{name}:clean", "--rust", f"{name}_again:clean")
    assert "os.remove('precious.txt'), and its contract does not say" in said
    assert "Declare clean as Effect.EXTERNAL, and name a world" in said


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_component_removes_nothing(
    precious: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    said = refused(precious, capsys, "clean", "--jobs", jobs)
    assert "os.remove('precious.txt'), and its contract does not say" in said


class Touch(Protocol):
    """Does something."""

    def __call__(self, number: int) -> int:
        """Return the number."""


TOUCH = read_contract(Touch)
FEW = CheckOptions(seed=0, examples=10, guessed=True)


def stopped(act: Callable[[], Any]) -> str:
    """Check a pair whose reference does `act`, and return why that was stopped."""
    calls = []

    def touch(number: int) -> int:
        act()
        return number

    def other(number: int) -> int:
        calls.append(number)
        return number

    with pytest.raises(UsageError) as caught:
        check("touch", Loaded(TOUCH, touch, other), FEW)
    assert calls == []  # it was stopped before the other side ran
    return str(caught.value)


def _with_socket(what: str) -> None:
    with socket.socket() as made:
        getattr(made, what)(("127.0.0.1", 9))


ACTS: dict[str, Callable[[Path], Any]] = {
    "open(": lambda path: path.write_text("", encoding="utf-8"),
    "os.remove(": Path.unlink,
    "os.rename(": lambda path: path.rename(path.with_name("b")),
    "os.mkdir(": lambda path: path.with_name("b").mkdir(),
    "os.rmdir(": lambda path: path.parent.rmdir(),
    "os.chmod(": lambda path: path.chmod(0o600),
    "os.symlink(": lambda path: path.with_name("b").symlink_to(path),
    "os.link(": lambda path: path.with_name("b").hardlink_to(path),
    "os.utime(": os.utime,
    "os.truncate(": lambda path: os.truncate(path, 0),
    "shutil.rmtree(": lambda path: shutil.rmtree(path.parent),
    "shutil.copyfile(": lambda path: shutil.copyfile(path, path.with_name("b")),
    "sqlite3.connect(": lambda path: sqlite3.connect(path.with_name("b")),
    "subprocess.Popen(": lambda _: subprocess.run(["true"], check=False),  # noqa: S607
    "os.system(": lambda _: os.system("true"),  # noqa: S605, S607
    "os.fork(": lambda _: os.fork(),
    "socket.connect(": lambda _: _with_socket("connect"),
    "socket.getaddrinfo(": lambda _: socket.getaddrinfo("localhost", 9),
    "socket.bind(": lambda _: _with_socket("bind"),
}


@pytest.mark.parametrize("call", ACTS)
def test_the_first_effect_of_each_kind_is_stopped(call: str, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a"
    path.parent.mkdir()
    path.write_text("kept", encoding="utf-8")
    before = path.stat()
    said = stopped(lambda: ACTS[call](path))
    assert f"would do {call}" in said
    after = path.stat()
    assert list(path.parent.iterdir()) == [path]
    assert (after.st_mtime_ns, after.st_mode) == (before.st_mtime_ns, before.st_mode)


def test_an_effect_is_stopped_although_the_code_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def act() -> None:
        with suppress(BaseException):  # as bad code does
            path.write_bytes(b"")

    assert "would do open(" in stopped(act)
    assert not path.exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_effect_in_a_thread_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def act() -> None:
        thread = threading.Thread(target=path.write_bytes, args=(b"",))
        thread.start()
        thread.join()

    assert "would do open(" in stopped(act)
    assert not path.exists()


def test_an_effect_that_is_put_off_until_a_result_is_gone_through_is_stopped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a"

    class Lazy(Protocol):
        """Gives something."""

        def __call__(self, number: int) -> Any:
            """Return an iterator."""

    def lazy(number: int) -> Any:
        path.write_bytes(b"")
        yield number

    with pytest.raises(UsageError, match="would do open"):
        check("lazy", Loaded(read_contract(Lazy), lazy, lambda number: iter([number])))
    assert not path.exists()


def test_an_effect_of_the_other_side_alone_is_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def touch(number: int) -> int:
        path.write_bytes(b"")
        return number

    def right(number: int) -> int:
        return number

    verdict = check("touch", Loaded(TOUCH, right, touch), FEW)
    assert "EffectStopped" in verdict.divergences[0].rust
    assert not path.exists()


def _pair() -> None:
    for end in socket.socketpair():
        end.close()


HARMLESS: dict[str, Callable[[Path], Any]] = {
    "reading": lambda path: path.read_text(encoding="utf-8"),
    "looking": lambda path: (path.stat(), os.listdir(path.parent)),  # noqa: PTH208
    "the null device": lambda _: Path(os.devnull).write_text("", encoding="utf-8"),
    "memory": lambda _: sqlite3.connect(":memory:").close(),
    "a pair of sockets": lambda _: _pair(),
    "a thread": lambda _: threading.Thread(target=int).start(),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_changes_nothing_is_not_stopped(what: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("", encoding="utf-8")

    def touch(number: int) -> int:
        HARMLESS[what](path)
        return number

    def same(number: int) -> int:
        return touch(number)

    verdict = check("touch", Loaded(TOUCH, touch, same), FEW)
    assert (verdict.divergences, verdict.beyond) == ([], [])


def test_a_module_that_is_loaded_meanwhile_is_kept_as_byte_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "loaded_meanwhile.py").write_text("NUMBER = 3", encoding="utf-8")

    def touch(number: int) -> int:
        import loaded_meanwhile  # type: ignore[import-not-found]  # noqa: PLC0415

        return number * int(loaded_meanwhile.NUMBER)

    def same(number: int) -> int:
        return touch(number)

    verdict = check("touch", Loaded(TOUCH, touch, same), FEW)
    assert (verdict.divergences, verdict.beyond) == ([], [])
    assert len(list((tmp_path / "__pycache__").iterdir())) == 1


class TestGuard:
    """The guard alone."""

    def test_what_was_there_before_does_as_it_likes(self, tmp_path: Path) -> None:
        go, gone = threading.Event(), threading.Event()

        def other() -> None:
            go.wait()
            (tmp_path / "a").write_bytes(b"")
            gone.set()

        thread = threading.Thread(target=other)
        thread.start()
        guard = Guard()
        with guard:
            go.set()
            gone.wait()
        thread.join()
        assert guard.stopped is None
        assert (tmp_path / "a").exists()

    def test_a_released_block_does_as_it_likes(self, tmp_path: Path) -> None:
        guard = Guard()
        with guard, guard.released():
            (tmp_path / "a").write_bytes(b"")
        assert (tmp_path / "a").exists()
        with guard:
            outcome = capture((tmp_path / "b").write_bytes, b"")
        assert isinstance(outcome.raised, EffectStopped)
        assert guard.stopped == f"open({str(tmp_path / 'b')!r})"
        (tmp_path / "b").write_bytes(b"")  # no longer watched

    def test_what_is_permitted_happens(self, tmp_path: Path) -> None:
        guard = Guard()
        guard.permits = lambda event, _: event == "os.mkdir"
        with guard:
            (tmp_path / "a").mkdir()
            outcome = capture((tmp_path / "a").rmdir)
        assert isinstance(outcome.raised, EffectStopped)
        assert (tmp_path / "a").is_dir()

    def test_types_are_not_found_out_by_calls_that_have_effects(self, tmp_path: Path) -> None:
        outcome = limited((tmp_path / "a").write_bytes, b"")
        assert isinstance(outcome.raised, EffectStopped)
        assert not (tmp_path / "a").exists()


def test_what_happens_at_the_end_of_the_process_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The names of a module are gone before its audit hook is."""
    Guard()
    monkeypatch.setattr("agent.porting.worlds.guard._state", None)
    sys.audit("open", "precious.txt", "r", 0)
