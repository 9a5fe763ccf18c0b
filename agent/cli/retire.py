"""``agent promote NAME --to retired``: end a port, and keep one side of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agent.cli.output import say, tell
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["retire"]


def retire(component: Component, project: Project, arguments: Namespace) -> int:
    """Show what goes, ask, write the golden tests, run them, and only then remove the other side.

    Raises:
        EvidenceLacking: Rust is to stay alone, and nothing current says that it can.
        UsageError: there is no terminal to ask on, and ``--yes`` is not given.
        AgentError: the side that stays does not pass the golden tests; nothing is removed.
    """
    keep = arguments.keep or ("rust" if component.stage == "rust" else "python")
    from agent.porting.retire.retire import plan_retirement  # noqa: PLC0415  # runs Python
    from agent.porting.retire.safeguards import require_proven, run_golden_tests  # noqa: PLC0415

    if keep == "rust":
        require_proven(component, project)
    plan = plan_retirement(component, project, keep)
    say(str(plan))
    if arguments.dry_run:
        return 0
    if not (arguments.yes or _agreed()):
        tell("nothing was changed")
        return 1
    if plan.write_tests() and not run_golden_tests(plan):
        tell("pytest is not installed: the golden tests were not run")
    plan.apply()
    tell(f"{component.name} is retired")
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        message = "there is no terminal to ask on: --yes confirms all of this"
        raise UsageError(message)
    return input("Do all this? [y/N] ").strip().lower() in {"y", "yes"}
