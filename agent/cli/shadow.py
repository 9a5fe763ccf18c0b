"""``agent shadow``: what shadow found in programs that ran, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.cli.numbers import natural
from agent.cli.output import say, tell
from agent.cli.project import current
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.ledger.findings import ShadowFinding

__all__ = ["configure", "run"]


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", help="a component")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--show", type=natural, metavar="N", help="print all calls of finding N, and their scripts"
    )
    chosen.add_argument(
        "--dismiss", type=natural, metavar="N", help="resolve finding N; needs --because"
    )
    parser.add_argument("--because", metavar="TEXT", help="why a finding is dismissed")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """List the findings, show one, or dismiss one; return 1 if any listed one is open."""
    from agent.porting.ledger.findings import dismiss, findings_of  # noqa: PLC0415  # not for --help

    component = current().component(arguments.name)
    if (arguments.dismiss is None) != (arguments.because is None):
        message = "--dismiss N and --because TEXT go together"
        raise UsageError(message)
    if arguments.dismiss is not None:
        found = dismiss(component, arguments.dismiss, arguments.because)
        tell(f"{component.name}: finding {found.number} is dismissed")
        return 0
    findings = findings_of(component)
    if arguments.show is not None:
        findings = [each for each in findings if each.number == arguments.show]
        if not findings:
            message = f"{component.name} has no finding {arguments.show} of shadow"
            raise UsageError(message)
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps({"findings": [_as_json(each) for each in findings]}, indent=2))
    elif arguments.show is not None:
        say(_whole(findings[0]))
    elif not findings:
        say(f"{component.name}: shadow found no difference")
    else:
        say("\n".join(f"{each.number}. {each}: {each.state}" for each in findings))
    return int(any(each.unresolved for each in findings))


def _as_json(found: ShadowFinding) -> dict[str, Any]:
    calls = [vars(each) for each in found.mismatches]
    return {"number": found.number, "state": found.state, "calls": calls}


def _whole(found: ShadowFinding) -> str:
    lines = [f"{found.number}. {found.state}"]
    for each in found.mismatches:
        lines += ["", f"{each.line} differs in {each.where}, at {each.at}"]
        lines += [f"  python  {each.python}", f"  rust    {each.rust}"]
        lines += (
            ["  after", *(f"    {line}" for line in each.script)]
            if each.script
            else [
                "  no script: its arguments or its state could not be written, or another has one"
            ]
        )
    return "\n".join(lines)
