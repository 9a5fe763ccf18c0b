"""A file that is damaged, or not what its name says, is named in a sentence; nothing hangs."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.cli.project import _project_of
from tests.ponds import DAMAGES, FILES, ROW, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VERBS = (
    ["status"],
    ["status", "--json", "--no-load"],
    ["status", "--strict"],
    ["promote", "duck", "--to", "shadow", "--dry-run"],
    ["bench", "duck", "--list"],
)


CHECK = ["check", "duck", "--seed", "1", "--examples", "20", "--no-pin"]

CASES = [
    *((name, damage, words) for name in FILES for damage in DAMAGES for words in VERBS),
    *(
        (name, damage, CHECK)  # a process of its own each
        for name in FILES
        if name.startswith("parity_tests/")
        for damage in ("fifo", "not UTF-8", "deep parentheses", "a number")
    ),
]


@pytest.fixture
def pond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a project with one component and one of each kind of file."""
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POND_IMPL", raising=False)
    path = list(sys.path)
    yield tmp_path
    sys.path[:] = path
    _project_of.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "pond"]:
        del sys.modules[name]


def hung(*_: Any) -> None:
    message = "the command does not end"
    raise AssertionError(message)


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str]], tuple[int, str, str]]:
    """Run the command line; return its status, results and sentences."""

    def ask(words: list[str]) -> tuple[int, str, str]:
        before = signal.signal(signal.SIGALRM, hung)
        signal.alarm(60)
        try:
            status = main(words)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
        return status, *capsys.readouterr()

    return ask


@pytest.fixture(scope="session")
def undamaged() -> dict[str, tuple[int, str]]:
    """Return what each verb has said of the project before anything was damaged."""
    return {}


@pytest.mark.parametrize(("name", "damage", "words"), CASES)
def test_a_damaged_file_is_named_in_a_sentence(  # noqa: PLR0913, PLR0917  # fixtures too
    pond: Path, asked: Any, undamaged: Any, name: str, damage: str, words: list[str]
) -> None:
    verb = " ".join(words)
    if verb not in undamaged:
        status, _, err = asked(words)
        assert status in {0, 1, 3}, err
        undamaged[verb] = status, err.replace(str(pond), "")
        _project_of.cache_clear()
    path = pond / name
    path.unlink(missing_ok=True)
    DAMAGES[damage](path)
    status, _, err = asked(words)
    assert "defect of agent itself" not in err, err
    assert len(err) < 2000
    if (status, err.replace(str(pond), "")) != undamaged[verb]:
        assert status in {1, 2, 3}
        assert path.name in err or "cache" in err  # no longer this project, but the tools' own


@pytest.mark.parametrize(("workloads", "told"), [("THREE", "int"), ("TEXTS", "str")])
def test_workloads_that_are_none_are_named(
    pond: Path, asked: Any, workloads: str, told: str
) -> None:
    table = ROW.format(name="duck", workloads=workloads, stage="python")
    (pond / "pond" / "components.toml").write_text(table, encoding="utf-8")
    status, _, err = asked(["bench", "duck", "--list"])
    assert status in {1, 2}
    assert f"pond.workloads:{workloads}" in err
    assert told in err


def test_a_damaged_row_blocks_no_other_component(pond: Path, asked: Any) -> None:
    table = pond / "pond" / "components.toml"
    good = ROW.format(name="goose", workloads="WORKLOADS", stage="python")
    table.write_text(FILES["pond/components.toml"] + good, encoding="utf-8")
    (pond / "evidence" / "duck.json").write_bytes(b"\xff")
    (pond / "pond" / "fast.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    _, out, _ = asked(["status"])
    assert [line.split()[0] for line in out.splitlines()[1:3]] == ["duck", "goose"]
    assert asked(["bench", "goose", "--list"])[0] == 0
