"""Results of mutants are kept, explained and counted."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from agent.errors import ContractError
from agent.porting.mutation.mutants import Mutant
from agent.porting.mutation.results import Result, Results, digests_of_tests
from agent.porting.mutation.sample import interval, sample
from agent.porting.mutation.score import Score
from agent.porting.mutation.survivors import Explanation, load_explanations

if TYPE_CHECKING:
    from pathlib import Path


def mutant(number: int = 1, line: int = 3) -> Mutant:
    return Mutant(number, "src/lib.rs", line, "f", f"change {number}", "a < b", "a <= b")


class TestResults:
    """What is kept on disk."""

    def test_they_are_kept_for_the_same_digest(self, tmp_path: Path) -> None:
        path = tmp_path / "results.jsonl"
        Results(path, "one", {}).add(mutant(), Result("difference", "there"))
        again = Results(path, "one", {})
        assert again.of(mutant()) == Result("difference", "there")
        assert again.of(mutant(line=30)) == Result("difference", "there")
        assert again.of(mutant(2)) is None

    def test_under_another_digest_only_who_noticed_is_known(self, tmp_path: Path) -> None:
        path = tmp_path / "results.jsonl"
        Results(path, "one", {}).add(mutant(), Result("difference", "there", "script"))
        other = Results(path, "two", {})
        assert (other.of(mutant()), other.noticed_by(mutant())) == (None, "script")
        other.add(mutant(), Result("survived"))
        assert Results(path, "one", {}).of(mutant()) is None

    def test_a_line_that_was_not_written_to_its_end_is_no_matter(self, tmp_path: Path) -> None:
        path = tmp_path / "results.jsonl"
        results = Results(path, "one", {})
        results.add(mutant(), Result("hang"))
        with path.open("a", encoding="utf-8") as file:
            file.write('{"mutant": 1, "digest": "one", "outcome": "hang"}\n{"mutant": ["src')
        assert Results(path, "one", {}).of(mutant()) == Result("hang")

    def test_what_depends_on_a_changed_test_runs_again(self, tmp_path: Path) -> None:
        path, noticed = tmp_path / "results.jsonl", "t/test_b.py::test[rust]"
        before = Results(path, "one", {"t/test_a.py": "a", "t/test_b.py": "b"})
        found = [Result("difference", "there", "script"), Result("test", "no", noticed)]
        found += [Result("survived"), Result("hang"), Result("unreached")]
        for number, result in enumerate(found):
            before.add(mutant(number), result)
        same = Results(path, "one", {"t/test_b.py": "b", "t/test_a.py": "a"})
        assert [same.of(mutant(number)) for number in range(5)] == found
        for tests in ({"t/test_a.py": "new", "t/test_b.py": "b"}, {"t/test_b.py": "b"}):
            again = Results(path, "one", tests)
            known = [again.of(mutant(number)) for number in range(5)]
            assert known == [*found[:2], None, None, None]
            assert [again.survived(mutant(number)) for number in range(5)] == [
                *(frozenset(), frozenset(), {"t/test_b.py"}, frozenset(), frozenset())
            ]
        again = Results(path, "one", {"t/test_a.py": "a", "t/test_b.py": "new"})
        assert (again.of(mutant(1)), again.noticed_by(mutant(1))) == (None, noticed)
        other = Results(path, "two", {"t/test_a.py": "a", "t/test_b.py": "b"})
        assert (other.of(mutant(0)), other.survived(mutant(2))) == (None, frozenset())

    def test_a_test_changes_with_those_that_it_names(self, tmp_path: Path) -> None:
        texts = {"a": "pass", "b": "from t.test_a import x", "c": "import test_b", "d": "test_aa"}
        files = [tmp_path / f"test_{name}.py" for name in texts]
        for file, text in zip(files, texts.values(), strict=True):
            file.write_text(text, encoding="utf-8")
        before = digests_of_tests(files, tmp_path)
        files[0].write_text("changed", encoding="utf-8")
        after = digests_of_tests(files, tmp_path)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"test_a.py", "test_b.py", "test_c.py"}


ENTRY = """
[[cache]]
file = "src/lib.rs"
function = "f"
what = "change 1"
code = "a < b"
equivalent = true
reason = "no call shows it"
"""


class TestSurvivors:
    """The register of explained survivors."""

    def test_the_register_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "survivors.toml"
        assert load_explanations(path, "cache") == []
        path.write_text(ENTRY, encoding="utf-8")
        (found,) = load_explanations(path, "cache")
        assert found == Explanation(mutant().identity, "no call shows it", equivalent=True)
        assert load_explanations(path, "text") == []

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('reason = "no call shows it"', "", "reason"),
            ('"no call shows it"', '""', "reason"),
            ("true", '"yes"', "equivalent"),
            ("reason", "because", "because, reason"),
            ("equivalent = true", 'equivalent = true\nnth = "2"', "nth"),
            ("[[cache]]", "[[cache]", "not TOML"),
            ("[[cache]]", "[cache]", "begin with"),
        ],
    )
    def test_what_is_not_an_entry_is_refused(
        self, tmp_path: Path, old: str, new: str, message: str
    ) -> None:
        path = tmp_path / "survivors.toml"
        path.write_text(ENTRY.replace(old, new), encoding="utf-8")
        with pytest.raises(ContractError, match=message):
            load_explanations(path, "cache")


def score(
    outcomes: dict[str, int],
    explained: list[Explanation] | None = None,
    total: int = 0,
    most_equivalent: float = 0.05,
) -> Score:
    results: list[tuple[Mutant, Result]] = []
    for outcome, times in outcomes.items():
        for _ in range(times):
            results.append((mutant(len(results) + 1), Result(outcome)))
    everyone = [mutant(number) for number in range(1, total + 1)]
    return Score("toy", results, 3, explained or [], most_equivalent, everyone)


def explanation(number: int, *, equivalent: bool = True) -> Explanation:
    return Explanation(mutant(number).identity, "a reason", equivalent)


class TestScore:
    """What it comes to."""

    def test_enough_differences_hold(self) -> None:
        assert score({"difference": 17, "test": 1, "panic": 1, "hang": 1}).held

    def test_what_is_killed_otherwise_counts_as_not_noticed(self) -> None:
        found = score({"difference": 17, "panic": 1, "crash": 1, "hang": 1})
        assert found.rate == pytest.approx(0.85)
        assert not found.held

    def test_a_survivor_without_a_reason_is_shown(self) -> None:
        found = score({"difference": 19, "survived": 1})
        assert not found.held
        assert "- a < b\n    + a <= b\n    survived" in str(found)
        assert "1 not explained" in str(found)

    def test_an_explained_one_is_enough_unless_there_are_many(self) -> None:
        assert score({"survived": 1, "difference": 19}, [explanation(1)]).held
        assert score({"survived": 1, "difference": 19}, [explanation(1, equivalent=False)]).held
        many = score({"survived": 2, "difference": 18}, [explanation(1), explanation(2)])
        assert not many.held
        assert "2 mutants are listed as equivalent, more than 5% of 20" in many.outdated
        outcomes = {"survived": 2, "difference": 18}
        explained = [explanation(1), explanation(2)]
        assert score(outcomes, explained, most_equivalent=0.1).held
        assert not score(outcomes, explained, most_equivalent=0.09).held

    def test_an_equivalent_one_is_left_out_of_the_rate(self) -> None:
        results = {"unreached": 1, "difference": 18, "panic": 1}
        assert score(results, [explanation(1)]).rate == pytest.approx(18 / 19)
        assert score(results, [explanation(1, equivalent=False)]).rate == pytest.approx(0.9)

    def test_an_explanation_of_nothing_is_an_error(self) -> None:
        killed = score({"difference": 20}, [explanation(1)])
        gone = score({"difference": 20}, [explanation(99)])
        assert not killed.held
        assert "does not survive" in str(killed)
        assert not gone.held
        assert "no such mutant" in str(gone)

    def test_it_can_be_printed_as_json(self) -> None:
        found = score({"difference": 1, "survived": 1}, [explanation(2)]).to_json()
        assert found["killed"] == {"difference": 1, "test": 0}
        assert found["survivors"][0]["reason"] == "a reason"
        assert (found["mutants"], found["unbuildable"], found["rate"]) == (2, 3, 1.0)


class TestSample:
    """Where a sample of the mutants runs."""

    def test_it_is_the_same_each_time_and_keeps_to_its_mutants(self) -> None:
        everyone = [mutant(number) for number in range(1, 1001)]
        drawn = sample(everyone, 200)
        assert len(drawn) == 200
        assert drawn == sample(everyone, 200)
        assert [each.number for each in drawn] == sorted(each.number for each in drawn)
        later = {each.number for each in sample(everyone[:900], 200)}
        assert len(later - {each.number for each in drawn}) < 50
        assert not later - {each.number for each in sample(everyone[:900], 300)}

    @pytest.mark.parametrize("most", [0, 5, 6])
    def test_all_run_if_there_are_no_more(self, most: int) -> None:
        everyone = [mutant(number) for number in range(1, 6)]
        assert sample(everyone, most) == everyone

    def test_the_interval_is_that_of_wilson_for_a_finite_population(self) -> None:
        assert interval(184, 200, 10**12) == pytest.approx((0.87402, 0.95013), abs=1e-4)
        assert interval(200, 200, 10**12) == pytest.approx((0.98116, 1.0), abs=1e-4)
        narrow = interval(184, 200, 400)
        assert 0.87402 < narrow[0] < 0.92 < narrow[1] < 0.95013
        assert interval(184, 200, 200) == (0.92, 0.92)

    def test_it_covers_the_share_of_all_as_often_as_it_says(self) -> None:
        draw = Random(7)
        population = [True] * 920 + [False] * 80
        covered = 0
        for _ in range(2_000):
            low, high = interval(sum(draw.sample(population, 200)), 200, 1000)
            covered += low <= 0.92 <= high
        assert 0.93 < covered / 2_000 < 0.98

    def test_the_score_says_what_it_was_drawn_from(self) -> None:
        found = score({"difference": 19, "survived": 1}, [explanation(1)], total=100)
        assert found.drawn_from == 100
        assert "20 mutants, a sample of 100" in str(found)
        assert "in 95 samples of 100" in str(found)
        assert found.to_json()["interval"] == [round(each, 4) for each in found.interval]
        assert score({"difference": 20}, total=20).drawn_from == 0

    def test_a_survivor_that_was_not_drawn_may_be_explained(self) -> None:
        assert score({"difference": 20}, [explanation(99)], total=100).held
        assert not score({"difference": 20}, [explanation(101)], total=100).held
