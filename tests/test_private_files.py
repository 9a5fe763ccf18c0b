"""What holds arguments of calls can be read by the user alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from agent.errors import EnvironmentLacking
from agent.porting.files.atomic import replace_text
from agent.porting.files.private import open_private
from agent.porting.ledger.ledger import Ledger
from agent.porting.recording.save import keep
from agent.porting.recording.session import Recording

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = {
    "component": "duck", "stage": "shadow", "pid": 1, "began": "2026-11-21T12:00:00+00:00",
    "rust": "a", "reference": "b",
}  # fmt: skip


def modes(folder: Path) -> dict[str, int]:
    """Return the permissions of all that is in a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
    }


@pytest.fixture(autouse=True)
def _others_may_read_new_files() -> None:
    os.umask(0o022)


def test_the_ledger_is_for_the_user_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "build" / "shadow" / "ledger.sqlite")
    run = ledger.begin("one", ABOUT)
    run.enter("mismatch", {"line": "slug('a secret')"})
    assert ledger.sums("duck").calls == 0
    found = modes(tmp_path / "build")
    assert found.pop("shadow") == 0o700
    assert found.pop("shadow/ledger.sqlite.runs") == 0o700
    assert {"shadow/ledger.sqlite", "shadow/ledger.sqlite.runs/one.run"} <= found.keys()
    assert set(found.values()) == {0o600}
    run.close()


def test_a_recording_is_for_the_user_alone(tmp_path: Path) -> None:
    keep(tmp_path / "corpus" / "duck", Recording(0, scripts=[["duck = Duck('a secret')"]]))
    found = modes(tmp_path / "corpus")
    assert found.pop("duck") == 0o700
    assert list(found.values()) == [0o600]


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        (tmp_path / "target").touch()
        path.symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="file"):
        open_private(path, os.O_RDONLY)


def test_a_ledger_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "ledger.sqlite.runs").mkdir()
    with pytest.raises(EnvironmentLacking, match="cannot be read"):
        Ledger(tmp_path / "ledger.sqlite").sums("duck")
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_killed_process_left_is_removed_later(tmp_path: Path) -> None:
    target = tmp_path / "record[1].json"
    old, young, other = (
        tmp_path / name
        for name in (
            ".record[1].json.abcd1234",
            ".record[1].json.efgh5678",
            ".record1.json.abcd1234",
        )
    )
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    replace_text(target, "new")
    assert target.read_text(encoding="utf-8") == "new"
    assert sorted(tmp_path.iterdir()) == sorted([other, target, young])
