"""The command ``agent``.

Exit statuses: 0 what was asked held, 1 it did not, 2 wrong usage or an unknown value, 3 the
environment lacks something. Errors are sentences on standard error.
"""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentParser, HelpFormatter
from functools import partial
from importlib import import_module

from agent.cli.output import say, tell
from agent.errors import AgentError, EnvironmentLacking, UsageError

TYPE_CHECKING = False  # as type checkers know it; importing typing would double the start-up
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

__all__ = ["VERBS", "main"]

VERBS = {
    "new": "begin a port of a function or class",
    "status": "what runs for each component, and why",
    "check": "prove that both sides of a component do the same",
    "bench": "measure both sides of a component against each other",
    "shadow": "what shadow found in programs that ran, and what became of it",
    "promote": "move a component to a stage, on evidence",
    "report": "check and measure every component, and write a report",
}
"""Each verb, with its line of help; the module of that name is imported when the verb is used."""

HELD, FAILED, MISUSED, LACKING = 0, 1, 2, 3

_HELP = partial(HelpFormatter, width=80)  # to find out the width, argparse would import shutil

INTERRUPTED = 130
"""As a shell reports a program that SIGINT ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (by default, the process's) and return its exit status."""
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left, which is its right; the interpreter would complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # a person gets a sentence, never a traceback
        if sys.flags.dev_mode:
            raise
        sentence, status = _explained(error, sys.argv[1:] if argv is None else argv)
        tell(sentence)
    if argv is None:  # the process ends: it need not look for garbage in all that it has loaded
        gc.freeze()
    return status


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = _parse(argv)
    except SystemExit as end:  # argparse has said what there was to say
        return end.code if isinstance(end.code, int) else HELD
    status: int = arguments.run(arguments)
    return status


def _parse(argv: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="agent",
        description="Port Python to Rust, proven and measured.",
        formatter_class=_HELP,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    verbs = parser.add_subparsers(
        title="verbs",
        metavar="VERB",
        dest="verb",
    )
    words, command = _parted(argv)
    chosen = next((word for word in words if not word.startswith("-")), None)
    # A verb that comes first needs no parsers for the others, which take as long as its own work.
    needed = [chosen] if chosen in VERBS and chosen == words[0] else VERBS
    parsers = {
        name: verbs.add_parser(
            name, help=VERBS[name], description=VERBS[name], formatter_class=_HELP
        )
        for name in needed
    }
    if chosen in parsers:
        module = import_module(f"agent.cli.{chosen}")
        parsers[chosen].set_defaults(run=module.run)
        module.configure(parsers[chosen])
    arguments = parser.parse_args(words)
    if command is not None and not getattr(arguments, "takes_command", False):
        parser.error("only check --record takes a command after --")
    arguments.command = command
    if arguments.version:
        from agent.cli.distribution import version  # noqa: PLC0415  # only when asked for

        say(f"agent {version()}")
        parser.exit()
    if arguments.verb is None:
        parser.error("a verb is needed: " + ", ".join(VERBS))
    return arguments


def _parted(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str] | None]:
    """Return the words for this command, and the command line after ``--``, if there is one."""
    if "--" not in argv:
        return argv, None
    at = list(argv).index("--")
    return argv[:at], argv[at + 1 :]


def _explained(error: Exception, argv: Sequence[str]) -> tuple[str, int]:
    """Return a sentence on `error`, which the command line `argv` led to, and the exit status."""
    if isinstance(error, UsageError):
        return str(error), MISUSED
    if isinstance(error, EnvironmentLacking):
        return str(error), LACKING
    if isinstance(error, AgentError):
        return str(error), FAILED
    if isinstance(error, ModuleNotFoundError) and error.name and error.name[:5] != "agent":
        from agent.cli.distribution import requirement  # noqa: PLC0415  # only when needed

        verb = next((word for word in argv if word in VERBS), "")
        sentence = f"{f'agent {verb}'.strip()} needs {error.name}, which is not installed"
        return f"{sentence}; get it with: pip install '{requirement(error.name)}'", LACKING
    if isinstance(error, OSError):
        return str(error), LACKING
    kind = type(error).__name__
    return f"a defect of agent itself: {kind}: {error} (python -X dev -m agent shows where)", FAILED
