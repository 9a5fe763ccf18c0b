"""``agent check … --record -- COMMAND``: record the calls that a program makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agent.cli.output import say, tell
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable
    from pathlib import Path

    from agent.porting.check.containment import Outside
    from agent.porting.contract.reader import Contract
    from agent.porting.project.table import Component
    from agent.porting.recording.session import Recording

__all__ = ["asked_for", "configure", "of_component", "run"]

_SHOWN = 10
"""Reasons that are shown one by one."""


def configure(parser: ArgumentParser) -> None:
    """Add the options for recording to `parser`."""
    group = parser.add_argument_group("recording, instead of checking")
    group.add_argument(
        "--record", action="store_true", help="record the calls of the program after --"
    )
    group.add_argument(
        "--redact",
        metavar="PKG.MOD:FUNC",
        help="changes or drops a call before it is kept",
    )
    group.add_argument(
        "--record-limit", type=int, metavar="N", help="keep at most N calls (default: 10,000)"
    )
    parser.set_defaults(takes_command=True)


def asked_for(arguments: Namespace) -> bool:
    """Return whether a recording is requested.

    Raises `UsageError` for options that do not go together.
    """
    if not arguments.record:
        if arguments.redact or arguments.record_limit is not None or arguments.command:
            message = "--redact, --record-limit and -- COMMAND belong to --record"
            raise UsageError(message)
        return False
    if not arguments.command:
        message = "--record needs a program to record, as in --record -- python program.py"
        raise UsageError(message)
    if arguments.record_limit is not None and arguments.record_limit < 1:
        message = f"--record-limit {arguments.record_limit} is not above zero"
        raise UsageError(message)
    return True


def of_component(component: Component) -> tuple[str, Contract, tuple[str, str]]:
    """Return what `run` is to know of a component of the table."""
    from agent.porting.contract.reader import load_contract  # noqa: PLC0415  # not for --help

    contract = load_contract(component.contract, component.factory)
    return component.name, contract, (component.python, component.rust)


def run(
    arguments: Namespace, name: str, contract: Contract, references: Iterable[str], folder: Path
) -> int:
    """Run the program, keep what was recorded in `folder`, and print a summary.

    Returns the program's exit status; 1 if it is 0 and nothing was recorded.
    """
    from agent.porting.check.containment import outside_domains  # noqa: PLC0415  # not for --help
    from agent.porting.recording.planner import plan_for  # noqa: PLC0415
    from agent.porting.recording.save import keep  # noqa: PLC0415
    from agent.porting.recording.session import record  # noqa: PLC0415

    limit = arguments.record_limit or 10_000
    plan = plan_for(contract, references, redact=arguments.redact, limit=limit)
    recording = record(plan, arguments.command)
    files = keep(folder, recording)
    outside = outside_domains(recording.all_scripts, contract)
    summary = _summary(name, recording, files, outside)
    if arguments.json:
        say(json.dumps(summary, indent=2))
    else:
        say(_as_text(summary, folder))
    for doubt in summary["doubts"]:
        tell(f"{name}: {doubt}")
    return recording.status or (0 if summary["recorded"] else 1)


def _summary(
    name: str, recording: Recording, files: list[Path], outside: list[Outside]
) -> dict[str, Any]:
    doubts = [f"a process did not record: {trouble}" for trouble in recording.troubles]
    if not recording.processes:
        doubts.append(
            "nothing was recorded: no Python that the program started imported either side "
            "(python -I, -E and -S leave out what records)"
        )
    elif not recording.seen:
        doubts.append("nothing was recorded: a side was imported, and not called")
    return {
        "component": name,
        "status": recording.status,
        "calls": dict(recording.seen.most_common()),
        "recorded": recording.lines,
        "repeated": recording.repeated,
        "dropped": dict(recording.dropped.most_common()),
        "outside": [str(each) for each in outside],
        "files": [str(path) for path in files],
        "doubts": doubts,
    }


def _as_text(summary: dict[str, Any], folder: Path) -> str:
    lines = [f"{times:>9,}  {label}" for label, times in summary["calls"].items()]
    for title, entries in (
        ("not recorded:", [f"{times:>9,}  {why}" for why, times in summary["dropped"].items()]),
        ("not allowed by the contract:", [f"  {each}" for each in summary["outside"]]),
    ):
        if entries:
            lines += [title, *entries[:_SHOWN]]
        if len(entries) > _SHOWN:
            lines.append(f"  and {len(entries) - _SHOWN} more (--json lists them)")
    kept = f"{summary['recorded']:,} lines kept, {summary['repeated']:,} calls were repetitions"
    lines.append(
        f"{summary['component']}: the program ended with status {summary['status']}; {kept}, "
        f"{len(summary['files'])} new files in {folder}"
    )
    return "\n".join(lines)
