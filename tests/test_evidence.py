"""Evidence is void once a part changes that it rests on, and only then; files are written whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from agent.errors import ContractError
from agent.porting.evidence.digests import digests
from agent.porting.evidence.freshness import evidence_status
from agent.porting.mutation.crates import find_mutants, find_workspace
from agent.porting.project.stage import set_stage
from agent.porting.project.table_edit import with_stage
from agent.porting.records.store import read_evidence
from agent.porting.sources.cargo import find_crates
from agent.porting.sources.python import sources_of
from tests.ported import FIGURES, Port

if TYPE_CHECKING:
    from tests.conftest import Toys

ROOT = Path(__file__).parents[1]

SOURCES = {name: registry.component(name).sources for name in registry.names}
"""What the table names as the sources of each component."""

DIVERGENCE = """
[[divergence]]
component = "slug"
operation = "__call__"
when = "True"
reason = "the toy's"
issue = "#1"
expires = {expires}
script = ["slug('x')"]
"""

EQUIVALENT = """
[[slug]]
file = "rust/toy/src/slug.rs"
function = "slug"
what = "body becomes ()"
code = "fn slug() {}"
equivalent = true
reason = "it does nothing"
"""


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Make the toy project, with slug in stage ``rust`` on evidence."""
    monkeypatch.chdir(toys.folder)
    port = Port(toys.folder)
    set_stage(port.project, "slug", "rust")
    port.prove()
    return port


def standing(port: Port) -> str:
    project = port.project
    return str(evidence_status(project.component("slug"), project))


class TestStale:
    """What changes, and what is void then."""

    def test_nothing_is(self, port: Port) -> None:
        assert standing(port) == "held"
        assert port.run("status", "slug", "--strict") == 0

    @pytest.mark.parametrize(
        ("file", "added", "part"),
        [
            ("toy_port/contract.py", "\n", "contract"),
            ("toy_port/text.py", "\n", "reference"),
            ("toy_port/parts.py", "\n", "reference"),
            ("rust/toy/src/slug.rs", "\n", "rust"),
            ("rust/toy/src/lib.rs", "fn shared() {}\n", "rust"),
            ("rust/toy/Cargo.toml", '[dependencies]\nserde = "1"\n', "rust"),
            ("Cargo.toml", "[profile.release]\nopt-level = 1\n", "rust"),
            ("toy_port/workloads.py", "\n", "workloads"),
            ("parity_tests/examples/slug/slug_1.py", "\n", "examples"),
        ],
    )
    def test_a_source_that_changes(
        self, port: Port, capsys: pytest.CaptureFixture[str], file: str, added: str, part: str
    ) -> None:
        port.add(file, added)
        assert port.run("status", "slug", "--strict") == 1
        out, err = capsys.readouterr()
        assert f"stale: {part}" in out
        assert err == (
            f"agent: slug: evidence stale: {part}; get it with agent promote slug --to rust\n"
        )

    @pytest.mark.parametrize(
        ("file", "text", "part"),
        [
            ("parity_tests/examples/slug/slug_2.py", "slug('')\n", "examples"),
            ("parity_tests/corpus/slug/life_1.py", "slug('')\n", "examples"),
            (
                "parity_tests/divergences.toml",
                DIVERGENCE.format(expires="9999-12-31"),
                "divergences",
            ),
            ("parity_tests/survivors.toml", EQUIVALENT, "equivalents"),
            ("rust/toy/src/slug/words.rs", "", "rust"),
        ],
    )
    def test_a_file_that_is_new(self, port: Port, file: str, text: str, part: str) -> None:
        port.write(file, text)
        assert standing(port) == f"stale: {part}"

    @pytest.mark.parametrize(
        ("file", "text"),
        [
            ("rust/toy/src/other.rs", "// changed"),
            ("rust/toy/tests/slug.rs", "// changed"),
            ("rust/toy/src/other/slug.rs", "// a module of other's, whatever it is called"),
            ("rust/toy/src/lib.rs", "//! Changed.\nmod slug;\nmod more;\nmod other;\n"),
            ("rust/toy/Cargo.toml", '[package]\nname = "toy"\n[features]\nother = []\n'),
            ("rust/more/Cargo.toml", '[package]\nname = "more"\n'),
            ("Cargo.toml", '[workspace]\nmembers = ["rust/*"]\ndependencies = {serde = "1"}\n'),
            ("toy_port/unrelated.py", ""),
            ("parity_tests/examples/other/other_1.py", "other(1)"),
            ("parity_tests/divergences.toml", DIVERGENCE.format(expires="2020-01-01")),
            ("parity_tests/survivors.toml", EQUIVALENT.replace("true", "false")),
        ],
    )
    def test_what_is_not_the_components(self, port: Port, file: str, text: str) -> None:
        port.write(file, text)
        assert standing(port) == "held"

    @pytest.mark.parametrize(
        ("part", "void"),
        [
            ("contract", ["measurement", "mutation", "parity", "shadow"]),
            ("reference", ["measurement", "mutation", "parity", "shadow"]),
            ("rust", ["measurement", "mutation", "parity", "shadow"]),
            ("workloads", ["measurement"]),
            ("examples", ["parity"]),
            ("divergences", ["parity", "shadow"]),
            ("equivalents", ["mutation"]),
        ],
    )
    def test_a_finding_is_void_when_what_it_rests_on_changes(
        self, port: Port, part: str, void: list[str]
    ) -> None:
        evidence = read_evidence(port.folder / "evidence" / "slug.json")
        assert evidence is not None
        now: Any = {part: "another"}
        changed = replace(evidence.digests, **now)
        assert sorted(evidence.void(changed)) == void
        kept = evidence.renewed(changed)
        assert [name for name in FIGURES if getattr(kept, name) is None] == [
            name for name in FIGURES if name in void
        ]

    def test_the_world_belongs_to_the_contract(self, port: Port) -> None:
        table = port.table.read_text(encoding="utf-8")
        named = table.replace("workloads =", 'world = "toy_port.world:World"\nworkloads =')
        port.write("toy_port/world.py", "class World: ...")
        port.write("toy_port/components.toml", named)
        port.prove()
        assert standing(port) == "held"
        port.write("toy_port/world.py", "class World: more = 1")
        assert "contract" in standing(port)

    def test_line_ends_are_not_a_change(self, port: Port) -> None:
        path = port.folder / "toy_port" / "text.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert standing(port) == "held"

    def test_another_name_in_the_same_module_is_a_change(self, port: Port) -> None:
        table = port.table.read_text(encoding="utf-8")
        port.write("toy_port/components.toml", table.replace("text:slug", "text:other"))
        assert standing(port) == "stale: reference"

    def test_shadow_does_not_rest_on_what_is_measured(self, port: Port) -> None:
        set_stage(port.project, "slug", "shadow")
        port.add("toy_port/workloads.py", "\n")
        assert standing(port) == "held"

    def test_figures_that_are_missing(self, port: Port) -> None:
        port.prove(mutation=None, measurement=None)
        assert standing(port) == "lacking: mutation score, speedup, at least, memory, at most"

    @pytest.mark.parametrize(("text", "state"), [(None, "missing"), ("{}", "unreadable")])
    def test_no_evidence(self, port: Port, text: str | None, state: str) -> None:
        path = port.folder / "evidence" / "slug.json"
        path.unlink()
        if text is not None:
            path.write_text(text, encoding="utf-8")
        assert standing(port) == state
        assert port.run("status", "slug", "--strict") == 1

    def test_without_sources_staleness_is_unknown(self, port: Port) -> None:
        (port.folder / "Cargo.toml").unlink()
        assert standing(port) == "-"
        assert port.run("status", "slug", "--strict") == 0

    def test_evidence_of_an_installed_package_is_unknown_in_another_project(
        self, port: Port
    ) -> None:
        elsewhere = port.project._replace(folder=str(ROOT), table=str(port.table))
        component = elsewhere.component("slug")
        assert str(evidence_status(component, elsewhere)) == "-"


class TestDemotion:
    """A project may ask that stale evidence moves the stage down."""

    @pytest.mark.parametrize(
        ("file", "stage"),
        [("toy_port/workloads.py", "shadow"), ("rust/toy/src/slug.rs", "python")],
    )
    def test_to_the_last_stage_that_evidence_supports(
        self, port: Port, capsys: pytest.CaptureFixture[str], file: str, stage: str
    ) -> None:
        port.add("pyproject.toml", 'stale = "demote"\n')
        port.add(file, "\n")
        before = port.table.read_text(encoding="utf-8")
        assert port.run("status", "slug") == 0  # which only tells
        assert port.table.read_text(encoding="utf-8") == before
        assert port.run("status", "slug", "--strict") == 0
        assert f"agent: slug went from rust to {stage}: evidence stale" in capsys.readouterr().err
        assert port.table.read_text(encoding="utf-8") == with_stage(before, "slug", stage)


def test_json_contains_evidence(port: Port, capsys: pytest.CaptureFixture[str]) -> None:
    port.add("toy_port/text.py", "\n")
    port.run("status", "--json")
    rows = json.loads(capsys.readouterr().out)["components"]
    assert [row["evidence"] for row in rows] == [
        {"state": "missing", "parts": []},
        {"state": "stale", "parts": ["reference"]},
    ]


def test_the_file_is_sorted_small_and_says_nothing_of_the_machines_folders(port: Port) -> None:
    text = (port.folder / "evidence" / "slug.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    assert len(text) < 3_000
    assert str(port.folder) not in text


class TestSources:
    """What the digests are of, in this repository."""

    def test_a_components_rust_is_its_own_and_what_it_shares(self) -> None:
        crates = find_crates(ROOT, ROOT / "agent")
        files = set(crates.contents("metrics", SOURCES))
        assert {
            "rust/agent-performance-monitor/src/metrics/buckets.rs",
            "rust/agent-performance-monitor/Cargo.toml",
            "rust/agent-native/src/metrics.rs",
            "rust/agent-native/src/bridge/error.rs",
            "workspace",
            "Cargo.lock",
        } <= files
        assert [file for file in files if "cache" in file or "core-utils" in file] == []

    def test_of_the_lock_counts_what_the_crates_lead_to(self) -> None:
        crates = find_crates(ROOT, ROOT / "agent")
        locked = {
            name: crates.contents(name, SOURCES)["Cargo.lock"].decode() for name in registry.names
        }
        assert "pyo3 " in locked["metrics"]
        assert "regex-automata " in locked["text"]
        assert "regex-automata " not in locked["metrics"]
        assert "criterion " not in locked["cache"]  # benches alone need it

    def test_a_crate_without_components_counts_for_those_that_need_it(self, port: Port) -> None:
        port.write("rust/common/Cargo.toml", '[package]\nname = "common"\n')
        port.write("rust/common/src/lib.rs", "")
        assert standing(port) == "held"  # nothing depends on it
        port.add("rust/toy/Cargo.toml", '[dependencies]\ncommon = { path = "../common" }\n')
        port.prove()
        port.add("rust/common/src/lib.rs", "// changed\n")
        assert standing(port) == "stale: rust"

    def test_an_optional_dependency_counts_for_the_feature_that_needs_it(self, port: Port) -> None:
        port.add(
            "rust/toy/Cargo.toml",
            '[features]\nslug = []\nother = ["dep:serde"]\n'
            '[dependencies]\nserde = { version = "1", optional = true }\n',
        )
        port.prove()
        manifest = (port.folder / "rust/toy/Cargo.toml").read_text(encoding="utf-8")
        port.write("rust/toy/Cargo.toml", manifest.replace('"1"', '"2"'))
        assert standing(port) == "held"
        port.write("rust/toy/Cargo.toml", manifest.replace("slug = []", 'slug = ["dep:serde"]'))
        assert standing(port) == "stale: rust"

    def test_sources_that_the_table_names_are_the_components_own(self, port: Port) -> None:
        port.write("rust/core/Cargo.toml", '[package]\nname = "core"\n')
        port.write("rust/core/src/lib.rs", "")
        port.add(
            "rust/toy/Cargo.toml",
            "[features]\nslug = []\nother = ['dep:core']\n"
            '[dependencies]\ncore = { path = "../core", optional = true }\n',
        )
        text = port.table.read_text(encoding="utf-8")
        row = text.replace("[components.other]", '[components.other]\nsources = ["rust/core"]')
        assert row != text
        port.table.write_text(row, encoding="utf-8")
        port.prove()
        port.add("rust/core/src/lib.rs", "// changed\n")
        assert standing(port) == "held"
        port.add("rust/toy/src/other.rs", "// other names its sources, and this is none\n")
        assert standing(port) == "stale: rust"

    def test_sources_that_are_not_here_are_refused(self, port: Port) -> None:
        text = port.table.read_text(encoding="utf-8")
        row = text.replace("[components.slug]", '[components.slug]\nsources = ["rust/gone"]')
        port.table.write_text(row, encoding="utf-8")
        project = port.project
        with pytest.raises(ContractError, match=r"slug.*no Rust file is its source 'rust/gone'"):
            digests(project.component("slug"), project)

    @pytest.mark.parametrize("name", registry.names)
    def test_mutants_are_made_of_the_components_own_files(self, name: str) -> None:
        crates = find_crates(ROOT, ROOT / "agent")
        own = {path.relative_to(ROOT).as_posix() for path in crates.own_files(name, SOURCES[name])}
        found = find_mutants(find_workspace("agent._native"), name, (), SOURCES[name])
        mutated = {source.file for source in found}
        apart = {file for file in own - mutated if "replay" not in file and file.endswith(".rs")}
        assert mutated <= own
        assert apart == set()  # of those that are compiled into what is shipped

    def test_where_no_file_is_named_for_it_all_are_its(self, port: Port) -> None:
        (port.folder / "rust/toy/src/slug.rs").unlink()
        (port.folder / "rust/toy/src/other.rs").rename(port.folder / "rust/toy/src/more.rs")
        port.prove()
        port.add("rust/toy/src/more.rs", "// changed\n")
        assert standing(port) == "stale: rust"

    def test_nothing_is_imported(self, port: Port) -> None:
        port.write("toy_port/__init__.py", "raise RuntimeError\n")
        project = port.project
        assert len(digests(project.component("slug"), project).reference) == 64

    def test_modules_lead_to_those_of_their_package(self) -> None:
        found = sources_of("agent.components.cache.reference", ["agent.components.cache.contract"])
        names = {name.rpartition(".")[2] for name in found}
        assert {"reference", "deadlines", "flights", "views"} <= names
        assert not names & {"contract", "workloads", "cached"}
