"""The options of a check say what is wrong with them, and go to other processes as they are."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.porting.check.options import PROFILES, CheckOptions


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"profile": "thorough"}, "no profile 'thorough': choose from quick, ci, deep"),
        ({"examples": 0}, "examples of a check must be above zero, not 0"),
        ({"seconds": -1.5}, "seconds of a check must be above zero, not -1.5"),
        ({"seconds": float("nan")}, "seconds of a check must be above zero, not nan"),
        ({"jobs": 0}, "jobs of a check must be above zero, not 0"),
        ({"call_limit": 0.0}, "call_limit of a check must be above zero, not 0.0"),
        ({"seed": -1}, "the seed of a check must be zero or above, not -1"),
    ],
)
def test_a_wrong_option_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        CheckOptions(**wrong)
    assert str(raised.value) == sentence


def test_options_fall_back_on_the_profile() -> None:
    options = CheckOptions(profile="ci")
    assert (options.calls, options.steps) == (PROFILES["ci"].examples, PROFILES["ci"].steps)
    assert options.chosen_seed() == PROFILES["ci"].seed
    assert CheckOptions(profile="ci", examples=5, seed=7).calls == 5
    assert CheckOptions(profile="quick", seed=7).chosen_seed() == 7
    drawn = {CheckOptions(profile="quick").chosen_seed() for _ in range(20)}
    assert len(drawn) > 1


def test_settings_that_are_unknown_or_a_projects_own_are_refused() -> None:
    assert CheckOptions.from_settings({"examples": 5}) == CheckOptions(examples=5)
    for name in ("example", "corpus"):
        with pytest.raises(UsageError) as raised:
            CheckOptions.from_settings({name: 5})
        assert str(raised.value) == (
            f"a check has no setting {name!r}: choose from profile, examples, seconds, seed, jobs, "
            "call_limit, memory, pinning, fail_fast, brief, allow_stale"
        )


def test_options_can_be_pickled() -> None:
    options = CheckOptions(folder=Path("examples"), scripts=(("f(1)",),), call_limit=2.5)
    assert pickle.loads(pickle.dumps(options)) == options
