"""What a call changes for all in the process is compared, and put back after each script."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.check.around import EVERYTHING, preserved
from agent.porting.check.check import check
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.module_names import Name, Names
from agent.porting.check.options import CheckOptions
from agent.porting.check.process_state import ASPECTS, COSTLY
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import BESIDE
from tests import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.verdict import Divergence

SIZE = read_contract(around.Size)


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    around.end_threads()
    around.close_descriptors()


def found(python: Any, rust: Any, protocol: Any = around.Size) -> list[Divergence]:
    """Return how two functions differ when they are called."""
    pair = Loaded(read_contract(protocol), python, rust)
    verdict = check("size", pair, CheckOptions(examples=400, seed=0))
    assert verdict.examples >= 400
    assert verdict.unsteady == {}
    return [each for each in verdict.divergences if each.topic is None]


def state() -> dict[str, Any]:
    return {word: aspect.look() for word, aspect in (ASPECTS | COSTLY).items()}


def twin(function: Any) -> Any:
    """Return the same function in a module of its own, where it finds its own names."""
    module = ModuleType("tests.around_twin")
    text = Path(around.__file__).read_text(encoding="utf-8")
    exec(compile(text, "<twin>", "exec"), vars(module))  # noqa: S102  # of this folder
    return getattr(module, function.__name__)


@pytest.mark.parametrize("word", around.ACTS)
@pytest.mark.parametrize("who", ["python", "rust"])
def test_what_one_side_changes_is_a_difference(word: str, who: str) -> None:
    acts = around.doing(around.ACTS[word])
    before = state()
    sides = (acts, around.size) if who == "python" else (around.size, acts)
    (difference,) = found(*sides)
    assert difference.where.partition("[")[0] == word
    assert (difference.sort, difference.repeats) == ("effects", True)
    assert len(difference.script) == 1
    assert ("none" in difference.python, "none" in difference.rust) == (
        who == "rust",
        who == "python",
    )
    kept = {name for name, value in state().items() if value == before[name]}
    assert kept >= ASPECTS.keys()


@pytest.mark.parametrize("word", around.ACTS)
def test_what_both_sides_change_is_none(word: str) -> None:
    acts = around.ACTS[word]
    assert found(around.doing(acts), around.doing(acts)) == []


@pytest.mark.parametrize("word", ["environ", "globals", "threads", "stdout"])
def test_what_the_contract_ignores_is_none(word: str) -> None:
    acts = around.doing(around.ACTS[word])
    assert found(acts, around.size, around.Unlooked) == []


def test_all_that_is_looked_at_can_be_ignored() -> None:
    assert set(BESIDE) >= EVERYTHING
    assert set(BESIDE) - EVERYTHING == {"warnings", "logging"}
    assert around.ACTS.keys() == EVERYTHING - {"children"}


@pytest.mark.parametrize("function", [around.remembers, around.counts])
def test_tables_of_two_modules_are_compared(function: Any) -> None:
    assert found(function, twin(function)) == []
    (difference,) = found(function, around.size)
    assert difference.where == "globals"
    assert (around.SEEN, around.COUNTS, around.LEVEL) == ([], {"calls": 0}, 0)


def test_the_values_in_tables_of_two_modules_are_compared() -> None:
    other = twin(around.counts)

    def counts_twice(text: str, /) -> int:
        other(text)
        return int(other(text))

    (difference,) = found(around.counts, counts_twice)
    assert difference.where.startswith("globals[0]")


def test_a_name_with_an_underscore_is_nobody_elses() -> None:
    assert found(around.caches, around.size) == []


def test_a_table_may_hold_anything() -> None:
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise ValueError

        __hash__ = None  # type: ignore[assignment]

    with Pair(SIZE, around.remembers, around.remembers, closely=EVERYTHING) as pair:
        for text in ("'a'", "StrSubclass('b')", "'c'"):
            pair.run(f"size({text})")
        around.SEEN.append(Odd())  # type: ignore[arg-type]
        pair.run("size('d')")
    assert around.SEEN == []


def test_a_thread_that_ends_by_itself_is_none() -> None:
    def starts(text: str, /) -> int:
        threading.Thread(target=int).start()
        return around.size(text)

    assert found(starts, around.size) == []


def test_what_is_made_once_is_not_left_behind() -> None:
    made: list[int] = []

    def opens_once(text: str, /) -> int:
        if not made:
            made.append(os.open("/", os.O_RDONLY))
        return around.size(text)

    assert found(around.size, opens_once) == []
    os.close(made[0])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_an_exception_holds_on_to_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("", encoding="utf-8")

    def fails(text: str, /) -> int:
        file = path.open(encoding="utf-8")
        return around.size(text) // len(file.read())

    def closes(text: str, /) -> int:
        with path.open(encoding="utf-8") as file:
            return around.size(text) // len(file.read())

    with Pair(SIZE, fails, closes, closely={"descriptors"}) as pair:
        pair.run("size('a')")


def test_a_child_that_is_left_is_a_difference() -> None:
    left: list[subprocess.Popen[bytes]] = []

    def leaves(text: str, /) -> int:
        with preserved(), pair._worlds.aside():  # compiled code is not stopped
            left.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return around.size(text)

    with (
        Pair(SIZE, around.size, leaves, closely={"children"}) as pair,
        pytest.raises(Exception, match="children: python none, rust 'a process'"),
    ):
        pair.run("size('a')")
    for child in left:
        child.communicate(b"\n")


def test_what_is_written_to_a_descriptor_does_not_arrive(capfd: Any) -> None:
    with Pair(SIZE, around.size, around.size) as pair:
        pair.run("size('a')")
        os.write(1, b"lost")
        os.write(2, b"told once")
    assert capfd.readouterr() == ("", "told once")
    os.write(1, b"back")
    assert capfd.readouterr().out == "back"


def test_a_name_may_be_bound_to_one_function_after_another() -> None:
    space: dict[str, Any] = {"helper": None}
    names = Names([Name(space, "helper")])
    for helper in (len, abs):
        before, space["helper"] = names.look(), helper
        assert names.look()[0].value is helper
        assert set(names.changed(before, names.look(), before)) == {"helper"}


def test_a_script_within_another_begins_anew() -> None:
    with Pair(SIZE, around.remembers, around.remembers) as pair:
        pair.run("size('a')")
        seen = list(around.SEEN)
        with Pair(SIZE, around.remembers, around.remembers) as inner:
            assert around.SEEN == []
            inner.run("size('b')")
        assert seen == around.SEEN
    assert around.SEEN == []
