"""A state machine of Hypothesis awaits the operations of an asynchronous contract too."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from agent.porting.check.stateful import twin_machine
from tests.async_depot import DEPOT, LosesAnItem, Reference, Twin

FEW = settings(
    max_examples=40, stateful_step_count=20, deadline=None, database=None, derandomize=True,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_an_equivalent_twin_passes() -> None:
    run_state_machine_as_test(twin_machine(DEPOT, Reference, Twin), settings=FEW)


def test_a_wrong_twin_fails_with_a_script_that_awaits() -> None:
    with pytest.raises(AssertionError, match=r"await drain\(depot\.items\(.*differs"):
        run_state_machine_as_test(twin_machine(DEPOT, Reference, LosesAnItem), settings=FEW)
