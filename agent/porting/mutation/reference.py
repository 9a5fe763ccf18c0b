"""The branches of the reference that the parity suite reaches.

``python -m agent.porting.mutation.reference PLAN ANSWER`` measures in a process of its own: what a
module does when it is imported counts too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import EnvironmentLacking, InternalError
from agent.porting.coverage.branches import Branches, Reached, require_coverage
from agent.porting.project.import_path import worker_command, worker_environment
from agent.porting.project.table import load, restore_references, split
from agent.porting.sources.python import sources_of

if TYPE_CHECKING:
    from agent.porting.project.table import Component

__all__ = ["CoverageTask", "ReferenceCoverage", "measure_reference", "reference_files"]


@dataclass(frozen=True)
class CoverageTask:
    """What is to be run."""

    contract: str
    factory: str | None
    python: str
    """References, as in the table of components."""
    files: list[str]
    """What is measured."""
    scripts: list[list[str]]
    tests: list[str]
    root: str
    world: str | None = None


@dataclass(frozen=True)
class ReferenceCoverage:
    """How much of the reference the suite reaches."""

    component: str
    check: Reached
    """By the check's scripts alone."""
    suite: Reached
    """With the parity tests."""

    @property
    def held(self) -> bool:
        """Whether nothing was missed."""
        return not self.suite.missing

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return asdict(self)

    def __str__(self) -> str:
        counts = f"{self.suite.lines:,} lines, {self.suite.branches:,} branches"
        return "\n".join(
            [
                f"{self.component}: the reference ({counts})",
                f"  reached by the check            {self.check.percent:>6.1f}%",
                f"  reached with the parity tests   {self.suite.percent:>6.1f}%",
                *(f"  not reached: {place}" for place in self.suite.missing),
            ]
        )


def reference_files(component: Component) -> list[Path]:
    """Return the files that the reference consists of.

    Its own, and those of its package that they import, one from another; but not the contract's.
    """
    module, contract = split(component.python)[0], split(component.contract)[0]
    found = sources_of(module, without=[contract])
    for name, path in found.items():
        if path.suffix != ".py":
            message = f"{name} is not written in Python: its branches cannot be counted"
            raise EnvironmentLacking(message)
    return sorted(found.values())


def measure_reference(
    component: Component, scripts: list[list[str]], tests: list[Path], root: Path
) -> ReferenceCoverage:
    """Run the scripts, then the tests, in one process, and return what they reach of the reference.

    Raises `EnvironmentLacking` where coverage.py is not installed.
    """
    require_coverage()
    plan = CoverageTask(
        component.contract, component.factory, component.python,
        [str(path) for path in reference_files(component)], scripts,
        [path.relative_to(root).as_posix() for path in tests], str(root), component.world,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path, answer = Path(folder) / "plan.json", Path(folder) / "answer.json"
        path.write_text(json.dumps(asdict(plan)), encoding="utf-8")
        done = subprocess.run(  # noqa: S603  # this interpreter, this package
            worker_command("agent.porting.mutation.reference", str(path), str(answer)),
            stdout=subprocess.DEVNULL,
            env=worker_environment(),
            check=False,
        )
        if done.returncode != 0 or not answer.is_file():
            message = f"the process that counts branches ended with status {done.returncode}"
            raise InternalError(message)
        check, suite = json.loads(answer.read_text(encoding="utf-8"))
    return ReferenceCoverage(component.name, Reached(**check), Reached(**suite))


def _main(argv: list[str]) -> None:
    plan = CoverageTask(**json.loads(Path(argv[0]).read_text(encoding="utf-8")))
    branches = Branches(plan.files)
    # Imported only now, so that what a module does then is seen.
    from agent.porting.contract.reader import load_contract  # noqa: PLC0415
    from agent.porting.mutation.suite import Tests, difference_in  # noqa: PLC0415

    contract = load_contract(plan.contract, plan.factory, plan.world)
    python = load(plan.python)
    restore_references()
    for script in plan.scripts:
        difference_in(contract, python, python, script)  # Rust reaches nothing of the reference
    check = branches.reached(Path(plan.root))
    if plan.tests:
        os.chdir(plan.root)
        Tests(_ignore, _ignore).run(Path(plan.root), plan.tests)
    suite = branches.reached(Path(plan.root))
    branches.stop()
    Path(argv[1]).write_text(json.dumps([asdict(check), asdict(suite)]), encoding="utf-8")


def _ignore(test: str) -> None:
    """Do nothing when a test begins or ends."""


if __name__ == "__main__":
    _main(sys.argv[1:])
