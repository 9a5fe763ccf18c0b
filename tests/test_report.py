"""The report: one page that needs nothing else, and hides nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from agent import cli, registry
from agent.porting.check.reach import OperationReach, Reach
from agent.porting.check.verdict import Verdict
from agent.porting.evidence import survey
from agent.porting.records.measurement import Conditions, Measurement, Record
from agent.porting.report import charts
from agent.porting.report.page import render
from agent.porting.report.rendering import read_style
from agent.porting.report.summary import Proof, ReportEntry, table
from agent.porting.sources.build import Build

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from agent.porting.benchmark.measure import MeasurementPlan
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

CONDITIONS = Conditions(
    date="2026-01-02T03:04:05+00:00", commit="0123456789ab+", python="CPython 3.11.0",
    system="Linux 6.1, x86_64", processor="A <Processor>", cores=2, busy=0.1, processes=7,
    seconds=0.4, seed=0,
)  # fmt: skip
FAST = Measurement(
    "fast", 100, agreed=True, python_ns=400.0, rust_ns=50.0, core_ns=20.0, crossing_ns=25.0,
    speedup=8.0, speedup_low=6.0, speedup_high=10.0, python_bytes=2000, rust_bytes=1000,
    peak_rss_bytes=3000, python_peak_rss_bytes=4000, entries=10,
)  # fmt: skip
SLOW = replace(FAST, name="slow", speedup=0.5, speedup_low=0.4, speedup_high=0.6)
WRONG = Measurement("wrong", 100, agreed=False)
PROOF = Proof("identical", 1000, {"add": 900, "reset": 100}, (), (), seed=3)


def entry(*rows: Measurement, proof: Proof = PROOF) -> ReportEntry:
    build = Build("1.0", "release", "f" * 64, stale=False)
    return ReportEntry("rust", proof, Record("adder", build, CONDITIONS, rows))


class Page(HTMLParser):
    """A page, read: its text, its tags, and whether each tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: dict[str, list[str | None]] = {}
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def read(*rows: Measurement, proof: Proof = PROOF) -> Page:
    return Page(render([entry(*rows, proof=proof)]))


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    html = render([entry(FAST, SLOW)])
    page = Page(html)
    assert page.open == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not re.search(r"url\(|@import|https?:", html)
    assert page.attributes["href"] == ["#adder"]
    assert "adder" in page.attributes["id"]


def test_the_page_shows_verdict_speed_and_memory() -> None:
    page = read(FAST)
    assert "not proven" not in page.text
    for told in ("1 of 1 component", "identical", "8.00x", "6.00-10.00", "1,000", "100 / 200"):
        assert told in page.text


def test_the_page_shows_machine_date_commit_build_and_seed() -> None:
    page = read(FAST)
    for told in (
        "A <Processor>, 2 cores",
        "2026-01-02T03:04:05+00:00",
        "0123456789ab+",
        "f" * 64,
        "7 fresh processes",
        "seed 3",
    ):
        assert told in page.text


def test_a_loss_is_reported() -> None:
    assert "Rust was not shown to be faster on slow (0.50x)" in read(FAST, SLOW).text
    assert "faster on every workload" in read(FAST).text


def test_a_wrong_answer_has_no_speed_and_spoils_the_component() -> None:
    page = read(FAST, WRONG)
    assert "0 of 1 component" in page.text
    assert "gave a wrong answer" in page.text
    assert "wrong: no speed" in page.text


def test_a_page_of_wrong_answers_alone_is_still_a_page() -> None:
    page = read(WRONG)
    assert "no workload was agreed on" in page.text
    assert "faster on every workload" not in page.text


def test_differences_and_doubts_are_shown_as_text() -> None:
    proof = replace(PROOF, verdict="divergent", divergences=("get(<b>) differs",), doubts=("odd",))
    page = read(FAST, proof=proof)
    assert "get(<b>) differs" in page.text
    assert "odd" in page.text
    assert "but not proven identical" in page.text
    assert "b" in page.tags
    assert "<b>)" not in render([entry(FAST, proof=proof)])


def test_whatever_is_shown_is_escaped_and_the_style_is_not() -> None:
    evil = "<script>alert('&')</script>"
    row = replace(FAST, name=evil)
    build = Build(evil, evil, evil, stale=False)
    conditions = replace(CONDITIONS, date=evil, commit=evil, python=evil, system=evil)
    proof = Proof(evil, 1, {evil: 1}, (evil,), (evil,), seed=3)
    html = render([ReportEntry(evil, proof, Record(evil, build, conditions, (row, WRONG)))])
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;") > 15
    assert Page(html).open == []
    assert read_style() in html


def test_omissions_of_a_measurement_are_reported() -> None:
    assert "Nothing was left out." in read(FAST).text
    assert "no heap build" in read(replace(FAST, rust_bytes=None)).text


def test_bars_go_from_one_to_the_ratio() -> None:
    chart = charts.speedups([FAST, SLOW])
    bars = re.findall(r'class="(bar[^"]*)" style="left:([\d.]+)%;width:([\d.]+)%', chart)
    one = re.search(r'class="one" style="left:([\d.]+)%', chart)
    assert one is not None
    (fast, left, _), (slow, start, width) = bars
    assert (fast, slow) == ("bar", "bar slower")
    assert float(left) == float(one[1])
    assert abs(float(start) + float(width) - float(one[1])) < 0.02


def test_the_parts_of_rusts_time_add_up() -> None:
    chart = charts.rust_time([FAST])
    widths = re.findall(r'class="k-(\w+)" style="width:([\d.]+)%', chart)
    assert widths == [("bridge", "50.00"), ("core", "40.00"), ("rest", "10.00")]
    assert charts.rust_time([replace(FAST, crossing_ns=None)]) == ""


def test_the_table_of_components_is_a_line_for_each() -> None:
    heading, line = table([entry(FAST)]).splitlines()
    assert heading.split()[:4] == ["COMPONENT", "STAGE", "VERDICT", "SPEEDUP"]
    assert line.split() == [
        "adder", "rust", "identical", "8.00x", "6.00-10.00", "25", "200", "100",
    ]  # fmt: skip


def test_the_verb_checks_and_measures_every_component(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[tuple[str, str]] = []

    def checked(component: Component, _: Project) -> Verdict:
        done.append(("check", component.name))
        return Verdict(component.name, 3, Reach({"add": OperationReach(returned=1000)}))

    def measured(component: Component, plan: MeasurementPlan, _: object) -> Record:
        done.append(("measure", component.name))
        assert plan.processes == 2
        return replace(entry(FAST).record, component=component.name)

    monkeypatch.setattr(survey, "check_component", checked)
    monkeypatch.setattr(survey, "measure", measured)
    monkeypatch.setattr(survey, "require_measurable", lambda _: None)
    output = tmp_path / "report"
    assert cli.main(["report", "--output", str(output), "--processes", "2"]) == 0
    names = list(registry.names)
    assert done == [(verb, name) for name in names for verb in ("check", "measure")]
    page = Page((output / "index.html").read_text(encoding="utf-8"))
    assert all(name in page.text for name in names)
    shown = capsys.readouterr()
    assert "cache: identical, 1,000 calls compared" in shown.err
    assert all(name in shown.out for name in names)
