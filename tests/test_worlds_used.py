"""Worlds wherever scripts run: kept examples, recorded scripts, mutants, pairs without a table."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

import pytest

from agent.cli import main
from agent.errors import ContractError, UsageError
from agent.porting.check.check import check
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.mutate_inputs import Variation
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.check.world import keeps_inside, needs_world
from agent.porting.contract.reader import load_contract, read_contract
from agent.porting.contract.terms import Effect, in_world, operation
from agent.porting.mutation.suite import difference_in, drawn_scripts
from agent.porting.strategies.call_writer import Caller
from agent.porting.worlds.folder_tree import PATHS, FolderTree
from tests import toy_client
from tests import toy_files as toys

SCRIPT = ["store = Store(root)", "world.write('a', b'x')", "store.read(root + '/a')"]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep worlds in a folder of the test's own."""
    (tmp_path / "worlds").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "worlds"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


class Silent(toys.Right):
    """Reads nothing."""

    def read(self, path: str) -> str:
        """Return a file's text."""
        super().read(path)
        return ""


def test_the_steps_of_a_world_are_no_operations() -> None:
    with Pair(toys.STORE, toys.Right, toys.Right) as pair:
        for line in SCRIPT:
            outcome = pair.run(line)
        assert outcome.value == "x"
        assert pair.reach.counts == {"Store": 1, "read": 1}


def test_what_is_pinned_is_replayed_in_worlds(temporary: Path) -> None:
    folder = temporary / "examples"
    folder.mkdir()
    (folder / "read_1.py").write_text("\n".join(SCRIPT), encoding="utf-8")
    options = CheckOptions(seed=0, examples=1, folder=folder, brief=True)
    verdict = check("store", Loaded(toys.STORE, toys.Right, Silent), options)
    assert verdict.divergences[0].script == SCRIPT
    assert verdict.divergences[0].example == str(folder / "read_1.py")


def test_a_difference_is_pinned_with_the_names_of_the_world(temporary: Path) -> None:
    options = CheckOptions(seed=0, examples=200, folder=temporary / "pinned", pinning=True)
    verdict = check("store", Loaded(toys.STORE, toys.Right, toys.OtherContents), options)
    text = Path(str(verdict.divergences[0].example)).read_text(encoding="utf-8")
    assert "store = Store(root)\nstore.save(root + '/a', '')\n" in text
    assert "/worlds/" not in text
    again = check("store", Loaded(toys.STORE, toys.Right, toys.OtherContents), options)
    assert sorted(each.script for each in again.divergences) == sorted(
        each.script for each in verdict.divergences
    )


def test_scripts_of_mutants_run_in_worlds(temporary: Path) -> None:
    assert difference_in(toys.STORE, toys.Right, toys.OtherMode, SCRIPT) is None
    found = difference_in(
        toys.STORE, toys.Right, toys.OtherMode, [*SCRIPT, "store.save(root + '/a', 'b')"]
    )
    assert found == "store.save(root + '/a', 'b'): world['a'][1]"
    assert list((temporary / "worlds").iterdir()) == []


def test_mutants_of_external_operations_need_a_world() -> None:
    bare = replace(toys.STORE, world=None)
    with pytest.raises(UsageError, match="would touch the outside world"):
        Drawing(Caller(bare), 10)
    with pytest.raises(UsageError, match="would touch the outside world"):
        difference_in(bare, toys.Right, toys.OtherMode, SCRIPT)
    drawn = drawn_scripts(Drawing(Caller(toys.STORE), 10), toys.Right, calls=10, seed=0)
    assert any("world." in line for script in drawn for line in script)


def test_a_script_that_was_varied_stays_in_its_world() -> None:
    recorded = [*SCRIPT, "store.save(root + '/sub/c', 'text')"]
    variation = Variation([recorded], Caller(toys.STORE))
    chance = Random(0)  # not secret
    lines = [line for _ in range(300) for line in variation.script(chance)]
    paths = {line.partition("(")[2].partition(",")[0].rstrip(")") for line in lines}
    assert any("save" in line and "'text'" not in line for line in lines)
    assert paths <= {"root", "'a'", *PATHS}


def test_a_shorter_script_keeps_what_the_world_gave() -> None:
    inside = keeps_inside(toys.STORE, SCRIPT)
    assert inside(SCRIPT)
    assert inside(["store = Store(root)", "store.read(root)"])
    assert not inside(["store = Store(root)", "store.read('/a')"])
    assert not inside(["store = Store('')"])
    assert inside(["world.write('a', b'x')"])
    assert not inside(["world.write('', b'x')"])


def test_some_scripts_need_a_world() -> None:
    assert needs_world(toys.STORE, SCRIPT[:1])
    assert needs_world(replace(toys.STORE, world=None), ["store = Store('')", "store.read('a')"])
    assert not needs_world(toys.STORE, ["store = Store('')"])


@in_world(toys.TREE)
class Marked(Protocol):
    """A contract that names its world itself."""

    @operation(effect=Effect.EXTERNAL)
    def read(self, path: str) -> str:
        """Return a file's text."""


def test_a_contract_may_name_its_world_and_the_table_another() -> None:
    assert read_contract(Marked).world == toys.TREE
    named = load_contract(f"{__name__}:Marked", None, toy_client.SERVER)
    assert named.world == toy_client.SERVER


def test_no_part_of_a_contract_is_called_as_the_world_is() -> None:
    class World(Protocol):
        """Called as what scripts call their world."""

        def read(self, number: int) -> int:
            """Return a number."""

    contract = replace(read_contract(World), world=toys.TREE)
    with pytest.raises(ContractError, match="scripts call their world"):
        Pair(contract, object(), object())


def test_a_world_that_cannot_be_opened_leaves_none(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    enter = FolderTree.__enter__

    def second_fails(world: Any) -> Any:
        if opened:
            message = "no more"
            raise OSError(message)
        opened.append(world)
        return enter(world)

    monkeypatch.setattr(FolderTree, "__enter__", second_fails)
    pair = Pair(toys.STORE, toys.Right, toys.Right)
    with pytest.raises(OSError, match="no more"):
        pair.__enter__()
    assert list((temporary / "worlds").iterdir()) == []


FILES = '''
import os

def tidy(root: str) -> list[str]:
    """Remove what is empty below a folder; return what was removed."""
    removed = []
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name)
        if os.path.isfile(path) and not os.path.getsize(path):
            os.remove(path)
            removed.append(name)
    return removed
'''


@pytest.fixture(name="pair")
def _pair(temporary: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> tuple[str, str]:
    """Write two modules that tidy up a folder, of which the other forgets to, now and then."""
    names = f"tidy_{request.node.name[:20]}", f"tidied_{request.node.name[:20]}"
    wrong = FILES.replace("os.remove(path)", "name == 'b.txt' or os.remove(path)")
    for name, text in zip(names, (FILES, wrong), strict=True):
        (temporary / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(temporary)
    monkeypatch.setenv("PYTHONPATH", f"{temporary}:{Path(__file__).parents[1]}")
    monkeypatch.syspath_prepend(str(temporary))
    return names


def test_a_pair_without_a_table_takes_a_world(
    pair: tuple[str, str], temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["check", "--python", f"{pair[0]}:tidy", "--examples", "600", "--world", toys.TREE]
    assert main([*arguments, "--rust", f"{pair[1]}:tidy", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["divergences"]
    assert found[0]["script"] == ["world.write('b.txt', b'')", "tidy(root)"]
    assert found[0]["where"].startswith("world")
    assert list((temporary / "worlds").iterdir()) == []


def test_what_is_no_world_is_wrong_usage(
    pair: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--python", f"{pair[0]}:tidy", "--rust", f"{pair[1]}:tidy"]
    assert main(["check", *arguments, "--world", "nowhere:World"]) == 2
    assert "--world nowhere:World" in capsys.readouterr().err
