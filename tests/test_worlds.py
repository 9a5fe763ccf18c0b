"""Worlds: what external operations are checked in, and what is refused without one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError, UsageError
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.ranking import grouped
from agent.porting.check.supervisor import supervised_check
from agent.porting.worlds.folder_tree import FolderTree
from tests import toy_files as toys
from tests.seeds import few_or_all

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

SEEDS = range(10)


class Again(toys.Right):
    """The same once more, as another class."""


def checked(rust: Any, **settings: Any) -> Verdict:
    settings = {"examples": 300, "seed": 0, "brief": True} | settings
    return check("store", Loaded(toys.STORE, toys.Right, rust), CheckOptions(**settings))


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep worlds, in other processes too, in a folder of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.mark.parametrize("seed", few_or_all(SEEDS))
@pytest.mark.parametrize("wrong", toys.WRONG, ids=lambda cls: cls.__name__)
def test_a_wrong_twin_is_caught_by_what_it_leaves_in_its_world(wrong: type, seed: int) -> None:
    assert checked(wrong, seed=seed).verdict == "divergent"


def test_twins_that_do_the_same_to_their_worlds_are_identical() -> None:
    verdict = checked(Again, examples=600)
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert set(verdict.operations) == {"Store", "save", "read", "drop"}  # and no step of the world


def test_a_difference_is_shrunk_in_fresh_worlds_and_shown_without_their_paths() -> None:
    (group,) = grouped(checked(toys.OtherContents, brief=False).divergences)
    ((found, _larger),) = ((each.first, each.others) for each in group.found)
    assert found.script == ["store = Store(root)", "store.save(root + '/a', '')"]
    assert found.where == "world['a'][2]"
    assert found.sort == "effects"
    assert (found.python, found.rust) == ("b''", "b'\\n'")


def test_an_effect_outside_of_the_world_is_a_difference_of_the_other_side(temporary: Path) -> None:
    found = checked(toys.Strays).divergences[0]
    assert found.rust == "raised EffectStopped(\"open('<root>.count')\")"
    assert list(temporary.iterdir()) == []


def test_nothing_is_left_of_a_world(temporary: Path) -> None:
    checked(toys.LeavesAlways)
    checked(Again)
    assert list(temporary.iterdir()) == []


def loaded() -> Loaded:
    return Loaded(toys.STORE, toys.Right, Again)


def test_several_processes_open_worlds_of_their_own(temporary: Path) -> None:
    verdict = supervised_check("store", loaded, CheckOptions(examples=400, seed=0, jobs=2))
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert verdict.examples > 400
    assert list(temporary.iterdir()) == []


class Hangs(toys.Right):
    """Never comes back."""

    def read(self, path: str) -> str:
        """Wait for ever."""
        while True:
            pass


def loaded_hanging() -> Loaded:
    return Loaded(toys.STORE, toys.Right, Hangs)


def test_the_world_of_a_process_that_was_ended_is_removed(temporary: Path) -> None:
    verdict = supervised_check("store", loaded_hanging, CheckOptions(seed=0, call_limit=1.0))
    assert verdict.verdict == "divergent"
    assert list(temporary.iterdir()) == []


def test_external_operations_need_a_world() -> None:
    told = "Store: save, read, drop would touch the outside world, on both sides"
    bare = replace(toys.STORE, world=None)
    with pytest.raises(UsageError, match=told):
        check("store", Loaded(bare, toys.Right, Again))
    with pytest.raises(UsageError, match=told):
        supervised_check("store", partial(Loaded, bare, toys.Right, Again))


@pytest.mark.parametrize(
    ("world", "told"),
    [
        ("tests.no_such:World", "cannot be loaded: No module named 'tests.no_such'"),
        ("tests.toy_files:NoWorld", "cannot be loaded: module 'tests.toy_files' has no attribute"),
        ("tests.toy_files:Right", "is not a world: a class that extends agent.porting.worlds.Wo"),
        ("agent.porting.worlds:World", "cannot be opened: it does not define __enter__, __exit__"),
    ],
)
def test_what_is_no_world_is_refused(world: str, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        check("store", Loaded(replace(toys.STORE, world=world), toys.Right, Again))


class TestFolderTree:
    """The world itself."""

    def test_it_observes_kinds_modes_and_contents(self) -> None:
        with FolderTree() as tree:
            tree.write("sub/c", b"1")
            tree.set_mode("sub/c", 0o400)
            tree.link("a", "sub/c")
            tree.make_loop("b.txt")
            tree.make_folder("é")
            tree.write("sub/deep/d", b"x" * 5000)
            seen = tree.observe()
            assert seen["sub/c"] == ("file", "0400", b"1")
            assert seen["a"] == ("link", "0777", "<root>/sub/c")
            assert seen["b.txt"] == ("link", "0777", "<root>/b.txt")
            assert seen["é"][0] == "folder"
            assert seen["sub/deep/d"][2][0] == 5000
            with pytest.raises(OSError, match="symbolic links"):
                Path(tree.root, "b.txt").read_bytes()
            tree.remove("sub")
            assert set(tree.observe()) == {"a", "b.txt", "é"}

    def test_an_unreadable_file_is_observed_and_removed(self, temporary: Path) -> None:
        with FolderTree() as tree:
            tree.write("sub/c", b"1")
            tree.set_mode("sub/c", 0o000)
            tree.set_mode("sub", 0o000)
            assert tree.observe()["sub/c"] == ("file", "0000", b"1")
            assert tree.observe()["sub"][1] == "0000"
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize("name", ["", "/c", "../a", "other"])
    def test_its_steps_stay_in_it(self, name: str) -> None:
        with FolderTree() as tree:
            for step in (tree.remove, tree.make_folder, tree.make_loop):
                with pytest.raises(ValueError, match=r"is not one of a, b\.txt, sub"):
                    step(name)  # type: ignore[arg-type]  # as a script may
            with pytest.raises(ValueError, match="is not one of"):
                tree.write(name, b"")  # type: ignore[arg-type]
            assert tree.observe() == {}

    def test_its_path_is_taken_out_of_texts_bytes_and_paths(self) -> None:
        with FolderTree() as tree:
            assert tree.normalise(f"at {tree.root}/a") == "at <root>/a"
            assert tree.normalise(f"{tree.root}".encode()) == b"<root>"
            assert tree.normalise(Path(tree.root, "a")) == Path("<root>/a")
            assert tree.normalise(5) == 5

    def test_it_permits_changes_below_its_root_alone(self) -> None:
        with FolderTree() as tree:
            Path(tree.root, "out").symlink_to("/var")
            assert tree.permits("os.remove", (f"{tree.root}/a", -1))
            assert tree.permits("os.rename", (f"{tree.root}/a", f"{tree.root}/b", -1, -1))
            assert not tree.permits("os.rename", (f"{tree.root}/a", "/var/b", -1, -1))
            assert not tree.permits("os.remove", (f"{tree.root}/../a", -1))
            assert not tree.permits("os.remove", (f"{tree.root}/out/a", -1))
            assert not tree.permits("os.remove", (f"{tree.root}x", -1))
            assert not tree.permits("socket.connect", (None, ("127.0.0.1", 1)))
