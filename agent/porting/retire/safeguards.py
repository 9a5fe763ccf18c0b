"""What must hold before one side of a port is removed."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

from agent.errors import AgentError, EvidenceLacking
from agent.porting.evidence.freshness import evidence_status, known_evidence
from agent.porting.project.import_path import worker_command, worker_environment

if TYPE_CHECKING:
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.retire.retire import Retirement

__all__ = ["require_proven", "run_golden_tests"]


def require_proven(component: Component, project: Project) -> None:
    """Raise `EvidenceLacking` unless Rust may stay alone.

    The component must be in stage ``rust`` on current evidence, and Rust must serve every call.
    """
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


def run_golden_tests(plan: Retirement) -> bool:
    """Run the golden tests on the side that stays, in a process of its own.

    Returns False, without a run, where pytest is not installed. Raises `AgentError` if a test
    fails.
    """
    if find_spec("pytest") is None:
        return False
    project = plan.project
    variable = f"{project.environment}_{plan.component.name.upper()}"
    done = subprocess.run(  # noqa: S603  # this interpreter, the project's tests
        worker_command("pytest", "-q", "-p", "no:cacheprovider", str(plan.golden)),
        cwd=project.root,
        env=worker_environment(**{variable: plan.keep}),
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
    return True
