"""The table is edited in one place and written whole, whoever else writes at the same time."""

from __future__ import annotations

import os
import threading
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from agent.porting.files import atomic
from agent.porting.files.atomic import exclusive, exclusively_changing, replace_text
from agent.porting.project.stage import set_stage
from agent.porting.project.table import load_table
from agent.porting.project.table_edit import with_stage, without_row
from tests.ported import TABLE, Port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Toys


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Make the toy project."""
    monkeypatch.chdir(toys.folder)
    return Port(toys.folder)


class TestEditing:
    """The table's text, with one thing changed."""

    @pytest.mark.parametrize(
        "text",
        [
            TABLE,
            TABLE.replace("\n", "\r\n"),
            '[components]\nslug = {contract = "a:b", python = "a:b", stage = "python"}\n',
            '[components]\nslug.stage = "python"\nslug.rust = "stage:stage"\n',
            '[components.slug]\n"stage"="python"# stage = "python"',
            'a = """\nstage = "python"\n"""\n[components.slug]\nstage=\'python\'\n',
        ],
    )
    def test_only_the_stage_changes(self, text: str) -> None:
        changed = with_stage(text, "slug", "shadow")
        assert tomllib.loads(changed)["components"]["slug"]["stage"] == "shadow"
        assert with_stage(changed, "slug", "python") == text
        assert len(changed) == len(text)  # the words are of one length

    def test_what_is_not_found_is_left_to_a_person(self) -> None:
        with pytest.raises(ContractError, match="change it by hand"):
            with_stage('[components.slug]\nstage = """python"""\n', "slug", "rust")

    def test_a_row_goes_with_the_comments_above_it(self, tmp_path: Path) -> None:
        changed = without_row(TABLE, "slug")
        assert changed == TABLE[: TABLE.index("\n# Words of an address")]
        changed = without_row(TABLE, "other")
        assert changed.count("\n") == TABLE.count("\n") - 6
        assert "# The ports of the toy" in changed
        table = tmp_path / "components.toml"
        table.write_text(changed, encoding="utf-8")
        assert list(load_table(table)) == ["slug"]


class TestWriting:
    """A file is there as it was, or as it is to be."""

    def test_what_is_stopped_leaves_the_file_and_nothing_beside_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "table"
        path.write_text("before", encoding="utf-8")

        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        for function in ("replace", "fsync"):
            with monkeypatch.context() as patch:
                patch.setattr(os, function, stop)
                with pytest.raises(KeyboardInterrupt):
                    replace_text(path, "after")
            assert path.read_text(encoding="utf-8") == "before"
            assert list(tmp_path.iterdir()) == [path]

    def test_permissions_and_links_stay(self, tmp_path: Path) -> None:
        path, link = tmp_path / "table", tmp_path / "link"
        path.write_text("before", encoding="utf-8")
        path.chmod(0o640)
        link.symlink_to(path)
        replace_text(link, "after\r\n")
        assert path.read_bytes() == b"after\r\n"
        assert link.is_symlink()
        assert path.stat().st_mode & 0o777 == 0o640

    def test_a_new_file_can_be_read_by_who_may(self, tmp_path: Path) -> None:
        plain = tmp_path / "plain"
        plain.touch()
        replace_text(tmp_path / "folder" / "new", "text")
        assert (tmp_path / "folder" / "new").stat().st_mode == plain.stat().st_mode

    def test_two_at_the_same_time_lose_nothing(self, port: Port) -> None:
        project = port.project
        stages = ["shadow", "rust", "python"] * 10

        def run(name: str) -> None:
            for stage in stages:
                set_stage(project, name, stage)

        threads = [threading.Thread(target=run, args=(name,)) for name in ("slug", "other")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = port.project.components
        assert [component.stage for component in found.values()] == ["python", "python"]

    def test_one_waits_for_the_other(self, port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(atomic, "_CHANGED_WITHIN", 0.1)
        project = port.project
        with exclusively_changing(port.table), pytest.raises(TimeoutError):
            set_stage(project, "slug", "shadow")

    def test_a_lock_that_is_held_is_waited_for(self, tmp_path: Path) -> None:
        told: list[int] = []
        with (
            exclusive(tmp_path / "lock", 1.0),
            pytest.raises(TimeoutError, match=r"did not end within 0\.1 s"),
            exclusive(tmp_path / "lock", 0.1, lambda: told.append(1)),
        ):
            pytest.fail("the lock was taken twice")
        assert told == [1]
