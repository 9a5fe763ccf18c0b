"""``agent promote NAME --to retired``: end a port, and keep one side of it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from agent.cli.progress import tell
from agent.errors import AgentError, EvidenceLacking, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.retire.retire import Retirement

__all__ = ["retire"]


def retire(component: Component, project: Project, arguments: Namespace) -> int:
    """Show what goes, ask, write the golden tests, run them, and only then remove the other side.

    Raises:
        EvidenceLacking: Rust is to stay alone, and nothing current says that it can.
        UsageError: there is no terminal to ask on, and ``--yes`` is not given.
        AgentError: the side that stays does not pass the golden tests; nothing is removed.
    """
    keep = arguments.keep or ("rust" if component.stage == "rust" else "python")
    if keep == "rust":
        _require_proven(component, project)
    from agent.porting.retire.retire import plan_retirement  # noqa: PLC0415  # runs Python

    plan = plan_retirement(component, project, keep)
    print(plan)
    if arguments.dry_run:
        return 0
    if not (arguments.yes or _agreed()):
        tell("nothing was changed")
        return 1
    if plan.write_tests():
        _require_passing(plan)
    plan.apply()
    tell(f"{component.name} is retired")
    return 0


def _require_proven(component: Component, project: Project) -> None:
    from agent.porting.evidence.freshness import evidence_status, known_evidence  # noqa: PLC0415

    name = component.name
    status = evidence_status(component, project)
    if component.stage != "rust" or status.state != "held":
        state = f"its evidence is {status}" if component.stage == "rust" else component.stage
        message = (
            f"{name} is not proven in stage rust ({state}), so its reference stays; "
            f"agent promote {name} --to rust, or --keep python"
        )
        raise EvidenceLacking(message)
    _, evidence = known_evidence(component, project)
    if component.partial and evidence.parity and evidence.parity.served < evidence.parity.calls:
        message = f"{name} is ported in part: what Rust refuses, only the reference serves"
        raise EvidenceLacking(message)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        message = "there is no terminal to ask on: --yes confirms all of this"
        raise UsageError(message)
    return input("Do all this? [y/N] ").strip().lower() in {"y", "yes"}


def _require_passing(plan: Retirement) -> None:
    """Run the golden tests on the side that stays, in a process of its own."""
    if find_spec("pytest") is None:
        tell("pytest is not installed: the golden tests were not run")
        return
    project = plan.project
    variable = f"{project.environment}_{plan.component.name.upper()}"
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(  # noqa: S603  # this interpreter, the project's tests
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(plan.golden)],
        cwd=project.root,
        env={**os.environ, variable: plan.keep, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        message = (
            f"{plan.keep.title()} does not pass the golden tests, so nothing is removed "
            f"({plan.golden.name} stays to be looked at):\n{done.stdout}{done.stderr}"
        )
        raise AgentError(message)
