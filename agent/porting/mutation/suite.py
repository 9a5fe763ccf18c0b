"""What is run on each mutant: the scripts of the check, then the parity tests of the component."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from agent.porting.check.budget import Budget
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.state_machine import run_twins
from agent.porting.check.world import refusing_effects
from agent.porting.script.store import load_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from agent.porting.check.known_divergences import KnownDivergence
    from agent.porting.check.operations import Drawing
    from agent.porting.contract.reader import Contract

__all__ = ["Tests", "difference_in", "drawn_scripts", "kept_scripts"]

_PROGRAMS = 10
"""Scripts drawn in one go, as the check does."""


_WITHOUT = "-mnot check"
"""Tests with this mark run the check itself, whose scripts have been run before."""

_IMPORTED = "-Wignore::pytest.PytestAssertRewriteWarning"
"""The plugin's package is imported before pytest starts; a project may make warnings errors."""


def kept_scripts(*folders: Path) -> Iterator[list[str]]:
    """Yield the scripts in `folders`: pinned or recorded."""
    for folder in folders:
        for example in load_examples(folder):
            yield example.lines


def drawn_scripts(drawing: Drawing, python: Any, *, calls: int, seed: int) -> Iterator[list[str]]:
    """Yield the scripts that a check with the same numbers draws while it finds no difference.

    They are drawn by running the reference beside itself: what is drawn depends on what calls do.
    """
    budget = Budget(calls)
    for batch in count():
        findings = run_twins(
            drawing, python, python,
            seed=seed + (batch << 32), programs=_PROGRAMS,
            found=lambda _lines, _found: False, budget=budget, keep=True,
        )  # fmt: skip
        yield from findings.scripts
        if budget.spent or findings.reach.calls == 0:
            return


def difference_in(
    contract: Contract,
    python: Any,
    rust: Any,
    script: list[str],
    register: Iterable[KnownDivergence] = (),
) -> str | None:
    """Run a script on both sides; return their first difference in words, or None.

    A difference in `register` is none; as what follows may rest on it, it ends the script.
    """
    with refusing_effects(), Pair(contract, python, rust) as pair:
        for line in script:
            try:
                pair.run(line)
            except Disagreement as found:
                if any(entry.covers(found) for entry in register):
                    break
                return f"{found.line}: {found.difference.where}"
    del pair
    gc.collect()  # what the collector asks of the objects belongs to the script
    return None


@dataclass
class Tests:
    """Runs tests in this process, as a plugin of pytest.

    `begun` is called with each test before it runs, `ended` afterwards.
    """

    begun: Callable[[str], None]
    ended: Callable[[str], None]
    failed: dict[str, str] = field(default_factory=dict)
    """What went wrong, by test."""

    def run(self, root: Path, tests: Iterable[str]) -> None:
        """Run `tests`, files or single tests of the project in `root`."""
        import pytest  # noqa: PLC0415  # where there are no tests, it need not be installed

        # Left alone, the standard error shows whether the extension panicked.
        options = ["-q", "--capture=sys", "-pno:cacheprovider", f"--rootdir={root}"]
        pytest.main([*options, _WITHOUT, _IMPORTED, *tests], plugins=[self])

    def stop(self) -> None:
        """Run no other test."""
        self._session.shouldstop = "a difference was found"

    def pytest_sessionstart(self, session: Any) -> None:
        """Note what runs the tests."""
        self._session = session

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note that a test begins."""
        self.begun(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note what went wrong."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.failed[report.nodeid] = (
                crash.message if crash is not None else str(report.longrepr)
            ).partition("\n")[0]

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note that a test has ended."""
        gc.collect()
        self.ended(nodeid)
