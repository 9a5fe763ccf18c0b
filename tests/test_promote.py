"""``agent promote``: a stage is moved when evidence meets the thresholds, and not before."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import AgentError, ContractError
from agent.porting.check.options import PROFILES, Profile
from agent.porting.evidence import collect
from agent.porting.records.evidence import ShadowEvidence
from agent.porting.records.store import read_evidence, sketch_evidence
from agent.porting.shadow.sides import Sides
from tests.ported import FIGURES, TABLE, Port

if TYPE_CHECKING:
    from tests.conftest import Toys

PROMOTED = TABLE.replace('stage     = "python"', 'stage     = "rust"')


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    monkeypatch.chdir(toys.folder)
    return Port(toys.folder)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a check draw no more than it has to."""
    monkeypatch.setitem(PROFILES, "ci", Profile(examples=1, steps=20, seed=0))


@pytest.fixture
def asked(port: Port, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take what would be found out from `FIGURES`; note what was asked for."""
    asked: list[str] = []
    monkeypatch.setattr(collect, "read_shadow", lambda _, known: known)
    ways = {"parity": "check_pair", "measurement": "measure_pair", "mutation": "run_mutants"}
    for finding, function in ways.items():

        def find(*_: Any, finding: str = finding, **__: Any) -> Any:
            asked.append(finding)
            return FIGURES[finding]

        monkeypatch.setattr(collect, function, find)
    return asked


class TestMoving:
    """The stage goes up on evidence, and down at once; the rest of the table stays."""

    def test_enough_evidence_moves_the_stage_and_no_other_byte(
        self, port: Port, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        port.prove()
        assert port.run("promote", "slug", "--to", "rust") == 0
        assert port.table.read_text(encoding="utf-8") == PROMOTED
        assert asked == []  # all was known
        assert capsys.readouterr().err == "agent: slug went from python to rust\n"

    def test_line_ends_are_kept_too(self, port: Port, asked: list[str]) -> None:
        port.write("toy_port/components.toml", TABLE.replace("\n", "\r\n"))
        port.prove()
        assert port.run("promote", "slug", "--to", "rust") == 0
        assert port.table.read_bytes().decode() == PROMOTED.replace("\n", "\r\n")

    def test_the_next_stage_is_the_default(self, port: Port, asked: list[str]) -> None:
        port.prove()
        for stage in ("shadow", "rust", "rust"):
            assert port.run("promote", "slug") == 0
            assert port.project.component("slug").stage == stage

    def test_shadow_needs_the_check_alone(self, port: Port, asked: list[str]) -> None:
        assert port.run("promote", "slug") == 0
        assert asked == ["parity"]

    def test_a_stage_in_which_it_is_refused_is_not_moved_to(
        self,
        port: Port,
        asked: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def refuse(_: Any) -> None:
            message = "slug cannot run in shadow: for a reason"
            raise ContractError(message)

        monkeypatch.setattr(Sides, "require", refuse)
        assert port.run("promote", "slug") == 1
        assert "slug cannot run in shadow: for a reason" in capsys.readouterr().err
        assert port.table.read_text(encoding="utf-8") == TABLE

    def test_python_needs_nothing_and_is_not_held_up(
        self, port: Port, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port.write("evidence/other.json", "no evidence at all")
        port.write("rust/toy/Cargo.toml", "nor a manifest")
        assert port.run("promote", "other", "--to", "python") == 0
        expected = TABLE.replace("stage = 'shadow'", "stage = 'python'")
        assert port.table.read_text(encoding="utf-8") == expected

    def test_what_is_there_already_is_written_nowhere(self, port: Port, asked: list[str]) -> None:
        port.prove()
        port.run("promote", "slug", "--to", "rust")
        before = port.table.stat()
        assert port.run("promote", "slug", "--to", "rust") == 0
        assert port.table.stat().st_mtime_ns == before.st_mtime_ns


class TestThresholds:
    """Each is met by `FIGURES`; one figure that is worse refuses, and says which."""

    @pytest.mark.parametrize(
        ("finding", "worse", "row"),
        [
            ("parity", {"verdict": "divergent"}, "verdict identical divergent no"),
            ("parity", {"verdict": "inconclusive"}, "verdict identical inconclusive no"),
            ("parity", {"calls": 999}, "calls compared 1,000 999 no"),
            ("parity", {"examples": 0}, "examples replayed 1 0 no"),
            ("mutation", {"rate": 0.8999}, "mutation score 90 % 89.9 % no"),
            ("shadow", {"matched": 900, "ignored": 99}, "without difference 1,000 999 no"),
            ("shadow", {"mismatched": 1}, "without difference 1,000 1,500 (1 differed) no"),
            ("measurement", {"speedup_low": 1.49}, "speedup, at least 1.50x 1.49x no"),
            ("measurement", {"agreed": False}, "speedup, at least 1.50x a wrong answer no"),
            ("measurement", {"memory": 1.51}, "memory, at most 1.50x 1.51x no"),
            ("measurement", {"memory": None}, "memory, at most 1.50x nothing no"),
        ],
    )
    def test_each_is_refused(
        self,
        port: Port,
        capsys: pytest.CaptureFixture[str],
        finding: str,
        worse: dict[str, Any],
        row: str,
    ) -> None:
        port.prove(**{finding: replace(FIGURES[finding], **worse)})
        assert port.run("promote", "slug", "--to", "rust", "--dry-run") == 1
        out, err = capsys.readouterr()
        lines = [" ".join(line.split()) for line in out.splitlines()]
        assert [line for line in lines if row in line] != []
        assert len([line for line in lines if " no " in line]) == 1
        assert err.startswith("agent: slug stays in python; rust lacks: ")
        assert port.table.read_text(encoding="utf-8") == TABLE

    @pytest.mark.parametrize("served", [1_899, 1_900])
    def test_a_partial_port_owes_a_share(self, port: Port, served: int) -> None:
        table = TABLE.replace("speedup = 1.5", "speedup = 1.5\n    share = 0.95")
        table = table.replace("workloads =", "partial   = true\nworkloads =")
        port.write("toy_port/components.toml", table)
        port.prove(parity=replace(FIGURES["parity"], served=served))
        assert port.run("promote", "slug", "--to", "rust", "--dry-run") == (served < 1_900)

    def test_what_the_table_does_not_ask_for_is_not_needed(self, port: Port) -> None:
        free = "mutation = 0\nshadow_calls = 0\nspeedup = 0\nmemory = 0"
        port.write("toy_port/components.toml", TABLE.replace("speedup = 1.5", free))
        port.prove(mutation=None, shadow=None, measurement=None)
        assert port.run("promote", "slug", "--to", "rust") == 0

    @pytest.mark.parametrize(
        ("wanted", "held"), [(0, False), (150, True), (200, True), (201, False)]
    )
    def test_a_sample_of_mutants_is_enough_where_the_table_wants_no_more(
        self, port: Port, capsys: pytest.CaptureFixture[str], wanted: int, *, held: bool
    ) -> None:
        port.write(
            "toy_port/components.toml",
            TABLE.replace("speedup = 1.5", f"speedup = 1.5\n    mutants = {wanted}"),
        )
        port.prove(mutation=replace(FIGURES["mutation"], drawn_from=1_000))
        assert port.run("promote", "slug", "--to", "rust", "--dry-run") == (not held)
        shown = " ".join(capsys.readouterr().out.split())
        assert "mutation score 90 % 96.4 % (93.3 % to 98.1 % of all) " in shown

    @pytest.mark.parametrize(("most", "held"), [(0.1, True), (0.09, False)])
    def test_no_more_mutants_are_called_equivalent_than_the_table_allows(
        self, port: Port, capsys: pytest.CaptureFixture[str], most: float, *, held: bool
    ) -> None:
        port.write(
            "toy_port/components.toml",
            TABLE.replace("speedup = 1.5", f"speedup = 1.5\n    equivalent = {most}"),
        )
        port.prove(mutation=replace(FIGURES["mutation"], mutants=200, killed=180, equivalent=20))
        assert port.run("promote", "slug", "--to", "rust", "--dry-run") == (not held)
        shown = " ".join(capsys.readouterr().out.split())
        assert (", 20 of 200 are called equivalent" in shown) == (not held)

    @pytest.mark.parametrize("calls", [49_999, 50_000])
    def test_calls_in_worlds_are_owed_in_the_place_of_shadow_calls(
        self, port: Port, calls: int
    ) -> None:
        port.write("toy_port/world.py", "class World: ...")
        owed = "shadow_calls = 0\n    shadow_reason = 'it removes files'\n    mutation = 0"
        table = TABLE.replace("speedup = 1.5", owed)
        table = table.replace("workloads =", 'world = "toy_port.world:World"\nworkloads =')
        port.write("toy_port/components.toml", table)
        port.prove(parity=replace(FIGURES["parity"], world_calls=calls), shadow=None)
        assert port.run("promote", "slug", "--to", "rust", "--dry-run") == (calls < 50_000)

    def test_thresholds_are_held_against_figures_that_were_kept(
        self, port: Port, asked: list[str]
    ) -> None:
        port.prove()
        assert port.run("promote", "slug", "--to", "rust") == 0
        port.write("toy_port/components.toml", PROMOTED.replace("speedup = 1.5", "speedup = 2.6"))
        assert port.run("status", "slug", "--strict") == 1


class TestFindingOut:
    """What is missing is found out in the order of what it costs, and kept at once."""

    def test_what_is_missing_is_found_out_and_kept(self, port: Port, asked: list[str]) -> None:
        port.prove(parity=None, mutation=None, measurement=None)
        assert port.run("promote", "slug", "--to", "rust") == 0
        assert asked == ["parity", "measurement", "mutation"]
        kept = read_evidence(port.folder / "evidence" / "slug.json")
        assert kept is not None
        assert (kept.parity, kept.mutation) == (FIGURES["parity"], FIGURES["mutation"])

    def test_the_first_that_is_not_enough_is_the_last(
        self, port: Port, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port.prove(parity=None, mutation=None, measurement=None)
        slow = replace(FIGURES["measurement"], speedup_low=0.5)
        monkeypatch.setattr(collect, "measure_pair", lambda *_, **__: slow)
        assert port.run("promote", "slug", "--to", "rust") == 1
        assert asked == ["parity"]
        kept = read_evidence(port.folder / "evidence" / "slug.json")
        assert kept is not None
        assert kept.measurement == slow

    def test_nothing_is_run_while_shadow_calls_are_missing(
        self, port: Port, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert port.run("promote", "slug", "--to", "rust") == 1
        assert asked == []
        assert "TOY_IMPL_SLUG=shadow and a run of your program" in capsys.readouterr().out

    def test_fresh_finds_everything_out_anew(self, port: Port, asked: list[str]) -> None:
        port.prove()
        assert port.run("promote", "slug", "--to", "rust", "--fresh") == 0
        assert asked == ["parity", "measurement", "mutation"]

    def test_a_dry_run_writes_and_runs_nothing(self, port: Port, asked: list[str]) -> None:
        before = {path: path.read_bytes() for path in port.folder.rglob("*") if path.is_file()}
        assert port.run("promote", "slug", "--dry-run") == 1
        port.prove()
        port.run("promote", "slug", "--dry-run")
        (port.folder / "evidence" / "slug.json").unlink()
        after = {path: path.read_bytes() for path in port.folder.rglob("*") if path.is_file()}
        assert asked == []
        assert {path for path in after if path.suffix != ".pyc"} == set(before)
        assert all(after[path] == content for path, content in before.items())

    def test_what_is_stopped_on_the_way_keeps_what_came_out(
        self, port: Port, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: Any) -> Any:
            raise KeyboardInterrupt

        monkeypatch.setattr(collect, "run_mutants", stop)
        port.prove(parity=None, mutation=None)
        assert port.run("promote", "slug", "--to", "rust") == 130
        kept = read_evidence(port.folder / "evidence" / "slug.json")
        assert kept is not None
        assert kept.parity == FIGURES["parity"]
        assert port.table.read_text(encoding="utf-8") == TABLE

    def test_what_another_process_finds_out_meanwhile_counts_too(
        self, port: Port, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def find(*_: Any) -> Any:
            port.prove(parity=None, measurement=None)  # which is to say: shadow calls and mutation
            return FIGURES["parity"]

        monkeypatch.setattr(collect, "check_pair", find)
        port.prove(parity=None, measurement=None, mutation=None)
        assert port.run("promote", "slug", "--to", "rust") == 0
        assert asked == ["measurement"]

    def test_sources_that_change_meanwhile_are_noticed(
        self,
        port: Port,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def edit(*_: Any) -> Any:
            port.add("toy_port/parts.py", "# changed\n")
            return FIGURES["parity"]

        monkeypatch.setattr(collect, "check_pair", edit)
        assert port.run("promote", "slug") == 1
        assert "the reference changed meanwhile" in capsys.readouterr().err
        assert not (port.folder / "evidence" / "slug.json").exists()

    def test_a_build_of_other_sources_proves_nothing(
        self, port: Port, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        port.add("rust/toy/src/slug.rs", "// changed\n")
        assert port.run("promote", "slug") == 3
        assert "a stale build" in capsys.readouterr().err
        assert asked == []

    def test_the_check_itself_is_run(self, port: Port, little: None) -> None:
        assert port.run("promote", "slug") == 0
        kept = read_evidence(port.folder / "evidence" / "slug.json")
        assert kept is not None
        assert kept.parity is not None
        assert (kept.parity.verdict, kept.parity.examples) == ("identical", 1)
        assert kept.parity.calls >= 1_000  # as the table asks for

    def test_a_difference_refuses_and_is_pinned(
        self, port: Port, little: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (port.folder / "parity_tests/examples/slug/slug_1.py").unlink()
        port.add("toy_port/_native.py", "\ndef slug(text, /):\n    return python(text) + '!'\n")
        assert port.run("promote", "slug") == 1
        assert "divergent" in capsys.readouterr().out
        assert len(list((port.folder / "parity_tests/examples/slug").iterdir())) == 1


def test_json_contains_the_same(port: Port, capsys: pytest.CaptureFixture[str]) -> None:
    port.prove()
    assert port.run("promote", "slug", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["component"], told["from"], told["to"], told["moved"]) == (
        "slug", "python", "shadow", True,
    )  # fmt: skip
    assert told["needs"][0] == {
        "finding": "parity", "what": "verdict", "wanted": "identical", "found": "identical",
        "held": True, "command": "agent check slug",
    }  # fmt: skip


def test_a_file_that_is_no_evidence_is_found_out_anew(port: Port, asked: list[str]) -> None:
    port.write("evidence/slug.json", '{"schema": 99}')
    assert port.run("promote", "slug") == 0
    assert asked == ["parity"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"schema": 2', '"schema": 1', "is not evidence of layout 2"),
        ('"calls": 2000', '"calls": 200000', "was changed after agent promote wrote it"),
        ("{", "<<<<", "is not evidence"),
    ],
)
def test_a_file_that_is_no_evidence_says_why(
    port: Port, before: str, after: str, told: str
) -> None:
    port.prove()
    path = port.folder / "evidence" / "slug.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(AgentError, match=told):
        read_evidence(path)


@pytest.mark.parametrize(
    ("finding", "changes", "told"),
    [
        ("parity", {"calls": "many"}, r"Expected `int`, got `str` - at `\$.parity.calls`"),
        ("parity", {"calls": True}, r"Expected `int`, got `bool` - at `\$.parity.calls`"),
        ("mutation", {"rate": None}, r"Expected `float`, got `null` - at `\$.mutation.rate`"),
        ("shadow", {"matched": 1.5}, r"Expected `int`, got `float` - at `\$.shadow.matched`"),
        ("measurement", {"workloads": {"title": [1.0]}}, r"Expected `array` of length 2"),
    ],
)
def test_evidence_of_wrong_types_says_which(
    port: Port, finding: str, changes: dict[str, Any], told: str
) -> None:
    port.prove(**{finding: replace(FIGURES[finding], **changes)})
    with pytest.raises(ContractError, match=told):
        read_evidence(port.folder / "evidence" / "slug.json")


def test_evidence_with_other_fields_is_refused(port: Port) -> None:
    @dataclass(frozen=True)
    class More(ShadowEvidence):
        mood: str = "good"

    path = port.folder / "evidence" / "slug.json"
    port.prove(shadow=More("2027-01-31", 1_500, 0, 0))
    with pytest.raises(ContractError, match=r"unknown field \$\.shadow\.mood"):
        read_evidence(path)
    with pytest.raises(ContractError, match="unexpected keyword argument 'mood'"):
        sketch_evidence(path)
