"""Wrong ports are caught whatever is drawn, by what is drawn for any contract."""

from __future__ import annotations

import inspect
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.check.check import check
from agent.porting.check.foreign_pair import load_foreign_pair
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests.seeds import few_or_all
from tests.twins import caches, wrong

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

SEEDS = random.Random("ten").sample(range(2**32), 10)
TWINS = [name for name, port in vars(wrong).items() if inspect.getmodule(port) is wrong]
CONTRACT = Path(__file__).parents[1] / "agent" / "components" / "cache" / "contract.py"


def compared(python: str, rust: str, seed: int, **more: Any) -> Verdict:
    """Check a foreign pair until its first difference, or for 20 seconds."""
    pair = load_foreign_pair(python, rust, **more)
    loaded = pair.reload()
    return check(
        pair.name,
        Loaded(loaded.contract, loaded.python, loaded.rust),
        CheckOptions(guessed=not more, profile="quick", seed=seed, examples=30_000, brief=True),
    )


def test_there_is_a_twin_for_each_trap() -> None:
    assert len(TWINS) >= 10


@pytest.mark.parametrize("seed", few_or_all(SEEDS))
@pytest.mark.parametrize("name", TWINS)
def test_a_wrong_port_is_caught(name: str, seed: int) -> None:
    verdict = compared(f"tests.twins.right:{name}", f"tests.twins.wrong:{name}", seed)
    assert verdict.verdict == "divergent"


@pytest.mark.parametrize("seed", SEEDS[:2])  # test_parity.py draws with all of them
@pytest.mark.parametrize("twin", caches.WRONG)
def test_a_wrong_cache_is_caught_as_a_foreign_pair(twin: type, seed: int) -> None:
    name = next(name for name, cls in vars(caches).items() if cls is twin)
    verdict = compared(
        "tests.subclassable:Reference", f"tests.twins.caches:{name}", seed,
        contract=f"{CONTRACT}:Cache",
    )  # fmt: skip
    assert verdict.verdict == "divergent"
