"""``agent promote``: move a component to a stage, on evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.cli.output import say, tell
from agent.cli.progress import mutation_progress
from agent.cli.project import current
from agent.errors import UsageError
from agent.porting.project.table import STAGES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.evidence.thresholds import Requirement
    from agent.porting.records.evidence import Evidence

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
    from agent.porting.evidence.promotion import next_stage, promote  # noqa: PLC0415  # not for --help

    stage = arguments.to or next_stage(component)

    def collect(stage: str, known: tuple[Evidence, Evidence]) -> Evidence:
        from agent.porting.evidence.collect import EvidenceCollector  # noqa: PLC0415  # it loads what it runs

        collector = EvidenceCollector(
            component, project, known,
            busy=arguments.busy, tell=tell, progress=mutation_progress(),
        )  # fmt: skip
        return collector.complete(stage, fresh=arguments.fresh)

    def show(found: list[Requirement]) -> None:
        from agent.porting.evidence.thresholds import table  # noqa: PLC0415  # not to go back

        if not arguments.json:
            say(table(found))

    done = promote(component, project, stage, None if arguments.dry_run else collect, show=show)
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps(done.to_json(), indent=2))
    done.require_met()
    tell(str(done))
    return 0
