"""Strategies of Hypothesis in a contract: drawn from, written, shrunk, replayed and counted."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pytest
from annotated_types import Ge, Le
from hypothesis import strategies as st

from agent.errors import ContractError, EnvironmentLacking, UsageError
from agent.porting.check.boundary import edge_scripts
from agent.porting.check.check import check
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.retire.golden_tests import golden_tests
from agent.porting.script.store import Example
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.call_writer import caller_of
from agent.porting.strategies.draws import Draws
from agent.porting.strategies.from_annotation import domain_of
from agent.porting.strategies.sampler import numbered_row
from tests import strategy_toys as toys
from tests.seeds import few_or_all

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

ROOT = Path(__file__).parent.parent


class Same(toys.Right):
    """The same under another name."""


Same.__name__, Same.__qualname__, Same.__module__ = "Right", "Right", toys.__name__


def checked(candidate: type, **options: Any) -> Verdict:
    """Compare `candidate` with what is right."""
    return check("reader", Loaded(toys.READER, toys.Right, candidate), CheckOptions(**options))


def texts(annotation: Any, draws: Draws, count: int = 300) -> list[str]:
    """Return what is written for `annotation`, in order."""
    domain = domain_of(annotation, "f: x", draws)
    rows = (numbered_row(5 * number + 1) for number in range(count))
    return [domain.write(Choices(row)) for row in rows]


def test_a_right_pair_is_identical_and_its_redrawn_arguments_are_counted() -> None:
    verdict = checked(Same, examples=1500)
    assert (verdict.verdict, verdict.doubts, verdict.divergences) == ("identical", [], [])
    assert set(verdict.redrawn) == {"Reader.hour.moment"}
    assert verdict.redrawn.total() > 50
    assert f"{verdict.redrawn.total():,} arguments drawn again from their choices" in str(verdict)
    assert verdict.as_json()["redrawn"] == dict(verdict.redrawn)


@pytest.mark.parametrize("seed", few_or_all(range(10)))
@pytest.mark.parametrize(("wrong", "operation"), toys.WRONG)
def test_a_difference_that_a_strategy_reaches_is_found(
    wrong: type, operation: str, seed: int
) -> None:
    verdict = checked(wrong, examples=1_000, seed=seed, brief=True)
    assert [found.operation for found in verdict.divergences][:1] in ([operation], ["Reader"])


@pytest.mark.parametrize("seed", range(3))
def test_without_the_strategy_the_difference_is_missed(seed: int) -> None:
    class Bare(Protocol):
        @operation(effect=Effect.PURE, raises=(ValueError, TypeError))
        def date(self, text: str) -> tuple[int, int, int]: ...

    bare = read_contract(Bare)
    pair = Loaded(bare, toys.Right(2), toys.LeapDays(2))
    verdict = check("bare", pair, CheckOptions(examples=3000, seed=seed))
    assert verdict.verdict == "inconclusive"
    assert set(verdict.unexercised) == {"date"}


@pytest.mark.parametrize(
    ("wrong", "call"),
    [
        (toys.LeapDays, "reader.date('0000-00-40')"),
        (toys.NarrowWindows, "reader.width(Window(low=0, high=612, name='a'))"),
        (toys.ShortKeys, "reader.key(Entry(key='aaaa:00'))"),
    ],
)
def test_what_is_shown_is_a_simple_draw_of_the_same_strategy(wrong: type, call: str) -> None:
    verdict = checked(wrong, examples=1500, seed=1)
    found = next(each for each in verdict.divergences if each.call.startswith(call[:11]))
    assert len(found.script) == 2
    value = eval(found.call.partition("(")[2].removesuffix(")"), dict(vars(toys)))  # noqa: S307
    if wrong is toys.LeapDays:
        assert toys.DATE.fullmatch(value)
    assert len(found.call) <= len(call)
    assert sum(character in "0a" for character in found.call) >= call.count("0") - 1


def test_an_argument_that_nothing_makes_is_pinned_by_its_choices(tmp_path: Path) -> None:
    verdict = checked(toys.Utc, examples=1000, folder=tmp_path, pinning=True)
    found = next(each for each in verdict.divergences if each.operation == "hour")
    assert found.call.startswith("reader.hour(drawn('Reader.hour.moment', b'")
    again = checked(toys.Utc, examples=1, folder=tmp_path)
    assert any(each.call == found.call and each.example for each in again.divergences)
    same = checked(Same, examples=1000, folder=tmp_path)
    assert same.verdict == "identical"


def test_each_side_gets_a_draw_of_its_own() -> None:
    seen: list[tuple[int, list[int]]] = []
    kept: list[Any] = []

    class Keeps(Protocol):
        @operation(effect=Effect.WRITES)
        def keep(self, items: Annotated[object, st.builds(iter, st.just([1, 2]))]) -> None: ...

    def keep(items: Any) -> None:
        kept.append(items)  # or the next would take its address
        seen.append((id(items), list(items)))

    contract = read_contract(Keeps)
    pair = Pair(contract, type("One", (), {"keep": keep}), type("Two", (), {"keep": keep}))
    pair.run("keeps.keep(drawn('Keeps.keep.items', b''))")
    (one, first), (other, second) = seen
    assert one != other
    assert first == second == [1, 2]


def test_a_pinned_draw_may_use_the_tables_of_hypothesis(tmp_path: Path) -> None:
    # In a new process and an empty folder, drawing a text writes such a table.
    script = (
        "from typing import Annotated, Protocol\nfrom hypothesis import strategies as st\n"
        "from agent.porting.check.executor import Pair\n"
        "from agent.porting.contract.reader import read_contract\n"
        "class Sizes(Protocol):\n"
        "    def size(self, text: Annotated[str, st.text()]) -> int: ...\n"
        "class One:\n    def size(self, text): return len(text)\n"
        "class Two:\n    def size(self, text): return len(text)\n"
        "pair = Pair(read_contract(Sizes), One(), Two())\n"
        "assert pair.run(\"sizes.size(drawn('Sizes.size.text', b'~~~~'))\").raised is None\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)
    assert (tmp_path / ".hypothesis").exists()


def test_examples_that_draw_again_do_not_become_plain_tests() -> None:
    example = Example(["reader = Reader(2000)", "reader.hour(drawn('a', b''))"], Path("odd-1.py"))
    with pytest.raises(UsageError, match=r"odd-1\.py draws again from a strategy"):
        golden_tests("reader", toys.READER, toys.Right, "tests.strategy_toys:Right", [example])


def test_a_draw_that_is_not_there_any_more_is_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(
        "reader = Reader(2000)\nreader.hour(drawn('Reader.minute.moment', b'\\x02'))\n", "utf-8"
    )
    verdict = checked(Same, examples=1000, folder=tmp_path)
    assert verdict.verdict == "inconclusive"
    assert "no strategy is called 'Reader.minute.moment' here: there are" in verdict.doubts[0]


def test_several_jobs_shrink_within_the_strategy() -> None:
    verdict = check(
        "reader", toys.load_wrong(), CheckOptions(examples=2000, seed=3, jobs=2),
        reload=toys.load_wrong,
    )  # fmt: skip
    found = next(each for each in verdict.divergences if each.operation == "date")
    assert toys.DATE.fullmatch(eval(found.call[len("reader.date(") : -1]))  # noqa: S307


class TestDomain:
    """The values besides the draws."""

    def test_traps_of_the_type_are_tried_and_wrong_types_refused(self) -> None:
        domain = domain_of(Annotated[str, toys.dates], "f: x")
        assert all(toys.DATE.fullmatch(eval(text)) for text in domain.within)  # noqa: S307
        assert {"''", "'\\u0130'", "Str('a')"} <= set(domain.risky)
        assert {"1", "None"} <= set(domain.outside)

    def test_most_values_are_draws(self) -> None:
        drawn = texts(Annotated[str, toys.dates], Draws())
        hits = [text for text in drawn if toys.DATE.fullmatch(str(eval(text, {"Str": str})))]  # noqa: S307
        assert len(set(hits)) > 50
        assert len(drawn) > len(hits) > len(drawn) / 2

    def test_constraints_beside_a_strategy_hold(self) -> None:
        annotation = Annotated[int, Ge(3), st.integers(0, 9), Le(6)]
        domain = domain_of(annotation, "f: x")
        assert {int(text) for text in domain.within} <= {3, 4, 5, 6}
        assert {"2", "7"} <= set(domain.outside)

    def test_strategies_are_found_inside_of_types(self) -> None:
        short = Annotated[str, st.text("xyz", min_size=1, max_size=2)]
        draws = Draws()
        for text in texts(dict[short, list[short]] | None, draws):
            assert "drawn(" not in text
        assert "f.x" in draws
        assert "f.x#2" in draws

    def test_marks_of_scripts_in_a_draw_are_only_text(self) -> None:
        draws = Draws()
        odd = ["§0", "¤1", "¶Cache¶", "{reenter}", "clock"]
        for text in domain_of(Annotated[str, st.sampled_from(odd)], "f: x", draws).within:
            assert text.isascii()
            assert "{reenter}" not in text
            assert eval(text) in odd  # noqa: S307

    def test_bad_strategies_are_named(self) -> None:
        for wrong, message in [
            (lambda: 5, "f: x: .* returns 5, which is no strategy"),
            (lambda size: st.text(), "f: x: .* raised TypeError"),
            (st.integers().map(lambda number: number / 0), "f: x: the strategy raised ZeroDiv"),
            (st.nothing(), "f: x: nothing.. cannot be drawn from"),
            (st.integers().filter(lambda _: False), "f: x: the strategy gave nothing"),
        ]:
            with pytest.raises(ContractError, match=message):
                domain_of(Annotated[int, wrong], "f: x")
        with pytest.raises(ContractError, match="one strategy describes a value, not 2"):
            domain_of(Annotated[int, st.integers(), st.integers()], "f: x")

    def test_hypothesis_is_asked_for_where_it_is_missing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "hypothesis", None)
        with pytest.raises(EnvironmentLacking, match=r"f: x names a strategy.*pip install"):
            domain_of(Annotated[str, toys.dates], "f: x")


def test_edges_try_draws_of_the_factory_too() -> None:
    lines = {script.lines[0] for script in edge_scripts(caller_of(toys.READER))}
    assert {f"reader = Reader({number})" for number in (2000, 9000)} & lines


def test_a_name_that_no_strategy_has_is_an_error() -> None:
    with pytest.raises(UsageError, match="no strategy is called 'x' here: there are"):
        caller_of(toys.READER).redraw("x")


def test_a_contract_with_strategy_functions_imports_no_hypothesis(tmp_path: Path) -> None:
    (tmp_path / "lazy.py").write_text(
        "from typing import Annotated, Protocol\n"
        "def dates():\n    from hypothesis import strategies as st\n    return st.just('a')\n"
        "class Lazy(Protocol):\n    def __call__(self, text: Annotated[str, dates]) -> str: ...\n"
        "import sys\nfrom agent.porting.contract.reader import read_contract\n"
        "read_contract(Lazy).classes\nassert 'hypothesis' not in sys.modules\n",
        "utf-8",
    )
    subprocess.run([sys.executable, tmp_path / "lazy.py"], check=True, cwd=ROOT)


def test_only_the_public_api_of_hypothesis_is_used() -> None:
    for path in (ROOT / "agent").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "hypothesis.internal" not in text, path
        assert "_hypothesis_internal" not in text, path
        assert "strategies._internal" not in text, path


def test_threads_draw_at_once() -> None:
    """What a script draws is drawn where it runs, and some run in two threads."""
    draws = Draws()
    draws.add("numbers", st.lists(st.integers(0, 9)), "a test")
    rows = [numbered_row(number) for number in range(40)]
    alone = [draws.draw("numbers", row) for row in rows]
    with ThreadPoolExecutor(4) as pool:
        for together in pool.map(lambda _: [draws.draw("numbers", row) for row in rows], range(8)):
            assert together == alone
