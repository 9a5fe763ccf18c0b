"""Prints digests of the scripts that this process draws: by the check, and by mutation runs.

Run as ``python -m tests.drawn_here SEED [MODULE …]``; the modules are loaded before.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from agent.porting.check.campaign import Campaign
from agent.porting.check.executor import Pair
from agent.porting.check.explore import Exploration, explore
from agent.porting.check.generate import draw
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.check.verdict import Verdict
from agent.porting.mutation.suite import drawn_scripts
from agent.porting.strategies.call_writer import Caller
from tests import strategy_toys
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract
    from agent.porting.script.statement import Line

CALLS = 1500
OPTIONS = CheckOptions(profile="quick")


def digest(scripts: list[list[str]]) -> str:
    """Return a digest of a list of scripts."""
    return hashlib.sha256(json.dumps(scripts).encode()).hexdigest()


def of_check(contract: Contract, python: Any, seed: int) -> list[list[str]]:
    """Return the scripts that the check draws and runs."""
    scripts: list[list[str]] = []

    class Noting(Pair):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            scripts.append([])

        def run(self, given: Line | str) -> Outcome:
            scripts[-1].append(given if isinstance(given, str) else given.text)
            return super().run(given)

    campaign = Campaign(Loaded(contract, python, python), Verdict("toy", seed), OPTIONS)
    explore(campaign)
    campaign.budget.calls = CALLS
    with patch("agent.porting.check.state_machine.Pair", Noting):
        draw(campaign)
    return scripts


def of_mutation(contract: Contract, python: Any, seed: int) -> list[list[str]]:
    """Return the scripts that a mutation run draws."""
    drawing = Drawing(Caller(contract), OPTIONS.steps)
    Exploration(drawing, python, seed).run(OPTIONS.calls)
    return list(drawn_scripts(drawing, python, calls=CALLS, seed=seed))


TOYS: dict[str, tuple[Contract, Any]] = {
    "slug": (toys.SLUG, toys.slug),
    "letters": (toys.LETTERS, toys.letters),
    "reader": (strategy_toys.READER, strategy_toys.Right),
    "tallies": (toys.TALLIES, toys.tallies()),
}


def main(seed: int, modules: list[str]) -> None:
    """Print the digests by toy and verb, after `modules` were loaded."""
    for module in modules:
        importlib.import_module(module)
    found = {
        name: [digest(of(*pair, seed)) for of in (of_check, of_mutation)]
        for name, pair in TOYS.items()
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
