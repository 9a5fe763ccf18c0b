"""``agent check --soak``: repeat each operation and look for what grows on one side."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.cli import FAILED, HELD
from agent.cli.output import say, tell

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions

__all__ = ["configure", "run"]


def configure(parser: ArgumentParser) -> None:
    """Add the option to `parser`."""
    parser.add_argument(
        "--soak",
        action="store_true",
        help="repeat each operation 10,000 times, and compare what grows instead: memory, "
        "descriptors, threads",
    )


def run(name: str, reload: Reload, arguments: Namespace, options: CheckOptions) -> int:
    """Soak a pair and print what grew; `--seconds` alone limits its time."""
    from agent.porting.check.soak import soak  # noqa: PLC0415  # not for --help

    def show(text: str) -> None:
        print(f"\r{text:<78.78}", end="\r", file=sys.stderr, flush=True)  # noqa: T201

    options = replace(options, seconds=arguments.seconds)
    watched = sys.stderr.isatty()
    soaked = soak(name, reload, options, show if watched else lambda _: None)
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps(soaked.as_json(), indent=2))
    else:
        say(str(soaked))
    for doubt in soaked.doubts:
        tell(f"{name}: {doubt}")
    return HELD if soaked.verdict == "steady" else FAILED
