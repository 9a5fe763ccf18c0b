"""``agent promote``: move a component to a stage, on evidence."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from agent.cli.progress import mutation_progress, tell
from agent.cli.project import current
from agent.errors import EvidenceLacking, UsageError
from agent.porting.project.table import STAGES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.evidence.thresholds import Requirement

__all__ = ["RETIRED", "configure", "run"]

RETIRED = "retired"
"""The end of a port, which is no stage of the table: its row is removed."""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", help="a component")
    parser.add_argument(
        "--to",
        choices=(*STAGES, RETIRED),
        metavar="STAGE",
        help=f"{', '.join(STAGES)} (default: the next) or {RETIRED}, which ends the port",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what is required and what there is, and change nothing",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="collect all evidence again, not only what is missing"
    )
    parser.add_argument("--busy", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    group = parser.add_argument_group(f"with --to {RETIRED}")
    group.add_argument(
        "--keep",
        choices=("python", "rust"),
        metavar="SIDE",
        help="the side that stays: python or rust (default: the one that runs)",
    )
    group.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def run(arguments: Namespace) -> int:
    """Collect the evidence that is missing, print it, and move the stage if it is enough.

    Raises `EvidenceLacking`, with exit status 1, if it is not.
    """
    project = current()
    component = project.component(arguments.name)
    if arguments.to == RETIRED:
        from agent.cli.retire import retire  # noqa: PLC0415  # not for other stages

        return retire(component, project, arguments)
    if arguments.keep or arguments.yes:
        message = f"--keep and --yes belong to --to {RETIRED}"
        raise UsageError(message)
    stage = arguments.to or STAGES[min(STAGES.index(component.stage) + 1, len(STAGES) - 1)]
    found: list[Requirement] = []
    if stage != "python":
        from agent.porting.evidence.freshness import known_evidence  # noqa: PLC0415
        from agent.porting.evidence.thresholds import requirements, table  # noqa: PLC0415  # not to go back

        before, evidence = known_evidence(component, project)
        if not arguments.dry_run:
            from agent.porting.evidence.collect import EvidenceCollector  # noqa: PLC0415  # it loads what it runs

            collector = EvidenceCollector(
                component,
                project,
                (before, evidence),
                busy=arguments.busy,
                tell=tell,
                progress=mutation_progress(),
            )
            evidence = collector.complete(stage, fresh=arguments.fresh)
        found = requirements(component, project, stage, evidence)
        if not arguments.json:
            print(table(found))
    lacking = [each.what for each in found if not each.held]
    moved = not (lacking or arguments.dry_run or component.stage == stage)
    if moved:
        from agent.porting.project.stage import set_stage  # noqa: PLC0415  # not for --help

        set_stage(project, component.name, stage)
    if arguments.json:
        content = {
            "component": component.name, "from": component.stage, "to": stage, "moved": moved,
            "needs": [asdict(each) for each in found],
        }  # fmt: skip
        print(json.dumps(content, indent=2))
    if lacking:
        where = "is" if component.stage == stage else "stays"
        message = (
            f"{component.name} {where} in {component.stage}; {stage} lacks: {', '.join(lacking)}"
        )
        raise EvidenceLacking(message)
    tell(f"{component.name} {_outcome(component.stage, stage, moved=moved)}")
    return 0


def _outcome(now: str, stage: str, *, moved: bool) -> str:
    if moved:
        return f"went from {now} to {stage}"
    return f"is in {stage} already" if now == stage else f"may go from {now} to {stage}"
