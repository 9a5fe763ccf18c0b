"""Results of `agent status` that are kept: used while nothing changed, and never otherwise."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.evidence.freshness import evidence_status
from agent.porting.files import digest_cache, trace
from agent.porting.files.digest_cache import DigestCache
from agent.porting.files.trace import glob, noted, tracing
from agent.porting.ledger.ledger_path import ledger_of, shadowed_so_far, sources_of
from agent.porting.project.stage import set_stage
from agent.porting.sources.build import source_digest
from tests.ported import Port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run, Toys

AUDIT = """
import os, sys
from pathlib import Path
from agent.cli import project as projects
from agent.porting.evidence.freshness import evidence_status
from agent.porting.sources.build import source_digest
from agent.porting.files.trace import tracing
project = projects.current()
root = project.folder
package = os.path.join(root, "agent", "porting")
looked_at = None
def hook(event, arguments):
    if looked_at is None or event not in {"open", "os.listdir", "os.scandir"}:
        return
    if isinstance(arguments[0], int):  # a file that was opened before, under its path
        return
    place = os.path.abspath(os.fsdecode(arguments[0]))
    tool = place.startswith(package) or "__pycache__" in place
    if place.startswith(root) and not tool:
        looked_at.add(place)
sys.addaudithook(hook)
for name, component in project.components.items():
    looked_at = set()
    with tracing() as trace:
        standing = evidence_status(component, project)
    found, looked_at = looked_at, None
    print(name, len(found), *sorted(found - trace.states.keys()))
looked_at = set()
with tracing() as trace:
    source_digest(root)
found, looked_at = looked_at, None
print("build", len(found), *sorted(found - trace.states.keys()))
"""
"""Prints for each result how many files it is made from, and those that its trace lacks."""


def test_every_file_that_is_looked_at_is_in_the_trace(run: Run) -> None:
    lines = [line.split() for line in run("-c", AUDIT).stdout.splitlines()]
    assert [name for name, *_ in lines][-1] == "build"
    assert len(lines) > 1
    for name, count, *lacking in lines:
        assert int(count) > 10, name
        assert lacking == [], name


def test_a_result_leads_to_the_same_files_whatever_was_found_before(run: Run) -> None:
    code = (
        "import sys\n"
        "from agent.cli import project as projects\n"
        "from agent.porting.evidence.freshness import evidence_status\n"
        "from agent.porting.files.trace import tracing\n"
        "project = projects.current()\n"
        "for name in sys.argv[1:]:\n"
        "    with tracing() as trace:\n"
        "        evidence_status(project.component(name), project)\n"
        "print(*sorted(trace.states))"
    )
    alone, after = run("-c", code, "text"), run("-c", code, "cache", "metrics", "text")
    assert alone.stdout == after.stdout


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files that a test has just written count as old ones."""
    monkeypatch.setattr(trace, "_GRANULARITY", -(10**18))


@pytest.fixture
def count(tmp_path: Path) -> Callable[[], int]:
    """Return what asks a new cache for the content of a file, and says how often it was read."""
    times = []

    def compute() -> str:
        times.append(1)
        return noted(tmp_path / "file").read_text(encoding="utf-8")

    def ask() -> int:
        DigestCache(str(tmp_path)).result("content", None, compute)
        return len(times)

    (tmp_path / "file").write_text("text", encoding="utf-8")
    return ask


def cache_file(folder: Path) -> Path:
    return Path(DigestCache(str(folder))._path)


@pytest.mark.usefixtures("settled")
class TestResults:
    """When a kept result is used."""

    def test_nothing_has_changed(self, count: Callable[[], int]) -> None:
        assert [count(), count()] == [1, 1]

    def test_another_text_of_the_same_size_and_time(
        self, tmp_path: Path, count: Callable[[], int]
    ) -> None:
        count()
        before = (tmp_path / "file").stat()
        (tmp_path / "file").write_text("TEXT", encoding="utf-8")
        os.utime(tmp_path / "file", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert count() == 2

    def test_another_file_in_its_place(self, tmp_path: Path, count: Callable[[], int]) -> None:
        count()
        (tmp_path / "other").write_text("TEXT", encoding="utf-8")
        (tmp_path / "other").replace(tmp_path / "file")
        assert count() == 2

    def test_facts_and_names_are_distinguished(self, tmp_path: Path) -> None:
        for name, facts, value in [("a", 1, "one"), ("a", 2, "two"), ("b", 2, "three")]:
            cache = DigestCache(str(tmp_path))
            assert cache.result(name, facts, partial(str, value)) == value

    @pytest.mark.parametrize("name", ["new.py", "folder"])
    def test_a_folder_that_is_listed(self, tmp_path: Path, name: str) -> None:
        def listed() -> list[str]:
            found: list[str] = DigestCache(str(tmp_path)).result(
                "files", None, lambda: [path.name for path in glob(tmp_path / "listed", "*")]
            )
            return found

        assert listed() == []
        (tmp_path / "listed").mkdir()
        assert listed() == []
        (tmp_path / "listed" / name).mkdir()
        assert listed() == [name]

    def test_patterns_note_each_folder_on_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "one" / "sub").mkdir(parents=True)
        (tmp_path / "two").mkdir()
        with tracing() as found:
            assert glob(tmp_path, "*/sub") == [tmp_path / "one" / "sub"]
        assert found.states.keys() == {
            str(path) for path in (tmp_path, tmp_path / "one", tmp_path / "two")
        }

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{",
            "[]",
            "null",
            '{"layout": 1}',
            '{"layout": 0, "folder": FOLDER, "results": {}}',
            '{"layout": 1, "folder": "/another", "results": {"content": {}}}',
            '{"layout": 1, "folder": FOLDER, "results": []}',
            '{"layout": 1, "folder": FOLDER, "results": {"content": null}}',
            '{"layout": 1, "folder": FOLDER, "results": {"content": {"facts": "None"}}}',
            '{"layout": 1,"folder": FOLDER,"results": {"content": {"facts": "None", "states": 1}}}',
            "[" * 100_000,
        ],
    )
    def test_a_file_that_is_no_cache_counts_as_empty(
        self, tmp_path: Path, count: Callable[[], int], content: str
    ) -> None:
        count()
        text = content.replace("FOLDER", json.dumps(str(tmp_path)))
        cache_file(tmp_path).write_text(text, encoding="utf-8")
        assert [count(), count()] == [2, 2]

    def test_a_folder_that_cannot_be_written_to(
        self, tmp_path: Path, count: Callable[[], int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "taken").write_text("a file, no folder", encoding="utf-8")
        monkeypatch.setattr(digest_cache, "_caches", lambda: str(tmp_path / "taken"))
        assert [count(), count()] == [1, 2]

    def test_several_writers_leave_a_whole_cache(self, tmp_path: Path) -> None:
        def write(number: int) -> object:
            return DigestCache(str(tmp_path)).result(str(number), None, lambda: [number] * 1000)

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(write, range(40))) == [[number] * 1000 for number in range(40)]
        assert json.loads(cache_file(tmp_path).read_text(encoding="utf-8"))["layout"] == 1


def test_what_was_changed_a_moment_ago_is_not_kept(
    tmp_path: Path, count: Callable[[], int]
) -> None:
    """As git does: within its granularity, a time stamp does not tell two contents apart."""
    assert [count(), count()] == [1, 2]
    assert not cache_file(tmp_path).exists()


@pytest.mark.usefixtures("settled")
class TestStatus:
    """What ``agent status`` shows from kept results."""

    @pytest.fixture
    def port(self, toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
        monkeypatch.chdir(toys.folder)
        port = Port(toys.folder)
        set_stage(port.project, "slug", "rust")
        port.prove()
        return port

    @pytest.mark.parametrize(
        ("file", "state"),
        [
            ("toy_port/text.py", "stale: reference"),
            ("rust/toy/src/slug.rs", "stale: rust"),
            ("rust/toy/src/new.rs", "stale: rust"),
            ("rust-toolchain", "stale: rust"),
            ("parity_tests/corpus/slug/new.py", "stale: examples"),
            ("toy_port/parts/__init__.py", "stale: reference"),
            ("evidence/slug.json", "unreadable"),
            ("parity_tests/divergences.toml", "unreadable"),
        ],
    )
    def test_a_change_is_seen(
        self, port: Port, capsys: pytest.CaptureFixture[str], file: str, state: str
    ) -> None:
        assert self.shown(port, capsys) == "held"
        assert self.shown(port, capsys) == "held"
        place = port.folder / file
        before = place.read_text(encoding="utf-8") if place.exists() else ""
        port.write(file, f"{before}x = [\n" if file.endswith((".toml", ".json")) else f"{before}\n")
        assert self.shown(port, capsys) == state

    def shown(self, port: Port, capsys: pytest.CaptureFixture[str]) -> str:
        port.run("status", "slug", "--json")
        (row,) = json.loads(capsys.readouterr().out)["components"]
        return ": ".join([row["evidence"]["state"], *row["evidence"]["parts"]])

    def test_nothing_is_read_where_nothing_has_changed(
        self, port: Port, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.shown(port, capsys)
        monkeypatch.setattr(
            "agent.porting.evidence.freshness._judged", lambda *_: pytest.fail("it was judged")
        )
        assert self.shown(port, capsys) == "held"

    def test_strict_and_promote_read_everything(
        self, port: Port, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port.run("status", "slug")

        def refuse(*_: Any) -> None:
            pytest.fail("a kept result was used")

        monkeypatch.setattr(DigestCache, "result", refuse)
        assert port.run("status", "slug", "--strict") == 0
        assert port.run("promote", "slug", "--dry-run") == 0

    def test_no_extra_is_needed(
        self, port: Port, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for module in ("griffe", "hypothesis", "jinja2", "msgspec", "tomlkit"):
            monkeypatch.setitem(sys.modules, module, None)  # importing it fails
        assert self.shown(port, capsys) == "held"
        assert port.run("status", "slug", "--strict") == 0
        assert port.run("promote", "slug", "--to", "python") == 0
        assert port.run("promote", "slug", "--to", "shadow") == 3
        lacks = "agent promote needs msgspec, which is not installed"
        assert lacks in capsys.readouterr().err

    def test_a_threshold_of_the_table(self, port: Port, tmp_path: Path) -> None:
        cache = DigestCache(str(tmp_path))
        project = port.project
        component = project.component("slug")
        assert evidence_status(component, project, cache).state == "held"
        demanding = component.thresholds._replace(speedup=100.0)
        assert evidence_status(component._replace(thresholds=demanding), project, cache).state == (
            "lacking"
        )

    def test_the_sums_of_a_ledger(
        self, port: Port, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("TOY_PORT_LEDGER", str(tmp_path / "ledger.sqlite"))
        component = port.project.component("slug")
        ledger, sources = ledger_of(component), sources_of(component)
        about = {
            "component": "slug", "stage": "shadow", "pid": 1, "began": "2026-11-21T12:00:00+00:00",
            "rust": sources.rust, "reference": sources.reference,
        }  # fmt: skip

        def shown() -> str:
            return str(shadowed_so_far(component, DigestCache(str(tmp_path))))

        for number in range(1, 4):
            process = ledger.begin(str(number), about)
            process.count("matched", number=2)
            assert shown().startswith(f"{2 * number} matched")  # counted in mapped memory
            process.count("mismatched")
            process.enter("demotion", {"at": "2026-11-21T12:00:01+00:00", "reason": "why"})
            process.close()
            expected = f"{2 * number} matched, {number} mismatched, {number} demoted"
            assert [shown(), shown()] == [expected, expected]
        before = shadowed_so_far(component)
        monkeypatch.setattr(
            "agent.porting.ledger.ledger_path._shadowed", lambda _: pytest.fail("it was read")
        )
        assert shadowed_so_far(component, DigestCache(str(tmp_path))) == before


def test_a_build_is_stale_once_a_source_changes(tmp_path: Path) -> None:
    (tmp_path / "rust").mkdir()
    (tmp_path / "Cargo.toml").touch()
    with tracing() as found:
        source_digest(tmp_path)
    assert {str(tmp_path / name) for name in ("rust", "Cargo.toml", "Cargo.lock")} <= (
        found.states.keys()
    )
