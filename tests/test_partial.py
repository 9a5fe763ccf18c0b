"""The check of partial ports: the combination is compared, and refusals are reported."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.verdict import Verdict
from agent.porting.fallback import refusal_counts
from agent.porting.fallback.attribution import HANDED_OVER
from agent.porting.records.store import read_evidence
from tests import toy_partial as toys
from tests.ported import FIGURES, Port
from tests.toy_pairs import SLUG, slug

if TYPE_CHECKING:
    from agent.porting.records.evidence import ParityEvidence
    from tests.conftest import Toys


@pytest.fixture(autouse=True)
def _counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_counted", {})


def check_bag(rust: Any, **settings: Any) -> Any:
    return check(
        "bag",
        Loaded(toys.BAG, toys.Bag, rust),
        CheckOptions(**{"examples": 3000, "partial": True} | settings),
    )


def test_a_partial_function_is_identical_and_says_how_much_is_rusts() -> None:
    verdict = check(
        "slug", Loaded(SLUG, slug, toys.ascii_slug), CheckOptions(examples=2000, partial=True)
    )

    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.refused is not None
    assert set(verdict.refused) == {"text beyond ASCII"}
    assert 0 < verdict.share < 1
    assert verdict.share == verdict.reach.served / verdict.reach.returned
    assert verdict.reach.returned < verdict.examples  # others were refused by both sides
    assert f", {int(verdict.share * 1000) / 10:g} % of what returned served by Rust itself" in str(
        verdict
    )
    times = verdict.refused["text beyond ASCII"]
    assert f"left to Python {times:,} times: text beyond ASCII\n" in verdict.report()
    told = verdict.as_json()
    assert (told["share"], told["refused"]) == (verdict.share, dict(verdict.refused))


def test_several_processes_add_up_what_was_refused() -> None:
    verdict = check(
        "slug",
        Loaded(SLUG, slug, toys.ascii_slug),
        CheckOptions(examples=2000, partial=True, jobs=2),
        reload=toys.load_slugs,
    )
    assert verdict.refused is not None
    assert verdict.verdict == "identical"
    assert verdict.refused.total() > 200
    assert verdict.share < 0.9


def test_a_partial_class_is_identical_and_its_objects_are_followed() -> None:
    verdict = check_bag(toys.RustBag)

    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.refused is not None
    asked = {"Bag.drop is not in Rust", "Bag.first is not in Rust", "an int of more than 64 bits"}
    assert set(verdict.refused) == {*asked, HANDED_OVER}
    assert verdict.refused[HANDED_OVER] > verdict.refused["Bag.drop is not in Rust"]
    assert 0.12 < verdict.share < 0.5  # objects of Python are left for others


@pytest.mark.parametrize("wrong", [toys.RashBag, toys.ForgetfulBag])
def test_a_refusal_after_an_effect_and_a_lost_state_are_differences(wrong: Any) -> None:
    assert check_bag(wrong, examples=10_000).verdict == "divergent"


def test_a_few_reasons_are_printed_and_the_others_counted() -> None:
    refused = Counter({f"reason {n}": 100 - n for n in range(13)})
    verdict = Verdict("many", 0, refused=refused)
    assert "times: reason 9\nand for 3 more reasons" in verdict.report()


def test_what_is_not_partial_must_not_refuse() -> None:
    verdict = check("slug", Loaded(SLUG, slug, toys.ascii_slug), CheckOptions(examples=2000))

    assert verdict.verdict == "divergent"
    assert any("Unsupported" in found.rust for found in verdict.divergences)
    assert (verdict.refused, verdict.share) == (None, 1.0)
    assert verdict.as_json()["refused"] is None


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Make a toy project whose slug is a partial port."""
    monkeypatch.chdir(toys.folder)
    port = Port(toys.folder)
    table = port.table.read_text(encoding="utf-8")
    port.write(
        "toy_port/components.toml", table.replace('"python"   #', '"python" #\npartial = true #')
    )
    return port


def test_status_shows_the_share_in_the_evidence(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    assert port.run("status") == 0
    unknown = "slug is a partial port: the share that Rust serves is unknown"
    assert capsys.readouterr().out.splitlines()[-1].startswith(unknown)

    refused = {"rare": 1, "text beyond ASCII": 499}
    port.prove(parity=replace(FIGURES["parity"], served=1500, refused=refused))
    assert port.run("status", "--json") == 0
    slug = json.loads(capsys.readouterr().out)["components"][1]
    assert slug["served"] == {"share": 0.75, "refused": {"text beyond ASCII": 499, "rare": 1}}
    assert slug["refused"] == {}
    refusal_counts.refuse("slug", "here")
    assert port.run("status") == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "slug is a partial port: Rust serves 75 % of the checked calls, and leaves to Python: "
        "text beyond ASCII (499), rare (1); in this process it left: here (1)"
    )


def test_status_shows_the_most_frequent_reasons_and_counts_the_others(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {f"reason {number}": number for number in range(1, 9)}
    port.prove(parity=replace(FIGURES["parity"], served=1964, refused=refused))
    assert port.run("status") == 0
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .endswith(
            "reason 8 (8), reason 7 (7), reason 6 (6), reason 5 (5), reason 4 (4), "
            "and 6 calls for other reasons"
        )
    )


def test_promote_keeps_the_share_and_why_it_is_not_more(port: Port) -> None:
    native = (port.folder / "toy_port" / "_native.py").read_text(encoding="utf-8")
    refusing = """
def slug(text, /):
    if isinstance(text, str) and not text.isascii():
        raise Unsupported("text beyond ASCII")
    return python(text)
"""
    port.write("toy_port/_native.py", f"from agent.errors import Unsupported\n{native}{refusing}")
    assert port.run("promote", "slug", "--to", "shadow") == 0
    found = find_evidence(port)
    assert found.verdict == "identical"
    assert found.accepted is not None
    assert 0 < found.served < found.accepted < found.calls
    assert found.refused == {"text beyond ASCII": found.accepted - found.served}


def find_evidence(port: Port) -> ParityEvidence:
    """Return what the check came to that was kept."""
    evidence = read_evidence(port.folder / "evidence" / "slug.json")
    assert evidence is not None
    assert evidence.parity is not None
    return evidence.parity
