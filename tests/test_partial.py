"""The check of partial ports: what both sides serve is compared, and what Rust left is told."""

from __future__ import annotations

from typing import Any

import pytest

from agent.porting.parity.check import check
from agent.porting.serving.refused import HANDED_OVER
from tests import toy_partial as toys
from tests.toy_pairs import SLUG, slug


def check_bag(rust: Any, **settings: Any) -> Any:
    return check(
        "bag", toys.BAG, toys.Bag, rust, **({"examples": 3000, "partial": True} | settings)
    )


def test_a_partial_function_is_identical_and_says_how_much_is_rusts() -> None:
    verdict = check("slug", SLUG, slug, toys.ascii_slug, examples=2000, partial=True)

    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.refused is not None
    assert set(verdict.refused) == {"text beyond ASCII"}
    assert 0 < verdict.share < 1
    assert verdict.share == 1 - verdict.refused.total() / verdict.examples
    assert f", {int(verdict.share * 1000) / 10:g} % served by Rust itself" in str(verdict)
    told = verdict.as_json()
    assert (told["share"], told["refused"]) == (verdict.share, dict(verdict.refused))


def test_several_processes_add_up_what_was_refused() -> None:
    verdict = check(
        "slug", SLUG, slug, toys.ascii_slug,
        examples=2000, partial=True, jobs=2, reload=toys.load_slugs,
    )  # fmt: skip
    assert verdict.refused is not None
    assert verdict.verdict == "identical"
    assert verdict.refused.total() > 200
    assert verdict.share < 0.9


def test_a_partial_class_is_identical_and_its_objects_are_followed() -> None:
    verdict = check_bag(toys.RustBag)

    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.refused is not None
    assert {"Bag.drop is not in Rust", HANDED_OVER} <= set(verdict.refused)
    assert verdict.refused[HANDED_OVER] > verdict.refused["Bag.drop is not in Rust"]


@pytest.mark.parametrize("wrong", [toys.RashBag, toys.ForgetfulBag])
def test_a_refusal_after_an_effect_and_a_lost_state_are_differences(wrong: Any) -> None:
    assert check_bag(wrong, examples=10_000).verdict == "divergent"


def test_what_is_not_partial_must_not_refuse() -> None:
    verdict = check("slug", SLUG, slug, toys.ascii_slug, examples=2000)

    assert verdict.verdict == "divergent"
    assert any("Unsupported" in found.rust for found in verdict.divergences)
    assert (verdict.refused, verdict.share) == (None, 1.0)
    assert verdict.as_json()["refused"] is None
