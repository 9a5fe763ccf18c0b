"""``agent check``: prove that both sides of a component do the same."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from agent.cli import foreign, mutation, record, soak
from agent.cli.numbers import natural, positive
from agent.cli.output import say
from agent.cli.progress import check_progress
from agent.cli.project import current, current_registry
from agent.cli.verdicts import conclude

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.check.options import CheckOptions

__all__ = ["configure", "run"]


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a component")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--profile",
        default="ci",
        metavar="PROFILE",
        help="quick, ci (the same calls each time; default) or deep",
    )
    parser.add_argument(
        "--examples", type=positive(int), metavar="N", help="draw and compare N calls"
    )
    parser.add_argument(
        "--seconds",
        type=positive(float),
        metavar="S",
        help="end the check after S seconds in all (default: 60; with deep: 1800)",
    )
    parser.add_argument(
        "--jobs",
        type=positive(int),
        metavar="N",
        help="draw in N processes (default: 1), or run mutants in N (default: one per core)",
    )
    parser.add_argument(
        "--call-limit",
        type=positive(float),
        metavar="S",
        help="give up on a call after S seconds (default: 30)",
    )
    parser.add_argument(
        "--memory",
        type=positive(float),
        metavar="MIB",
        help="most memory of a process, in MiB (default: 2048)",
    )
    parser.add_argument(
        "--seed", type=natural, metavar="N", help="draw the calls of an earlier seed"
    )
    parser.add_argument(
        "--pin",
        action=BooleanOptionalAction,
        help="keep a counterexample for later checks to replay (default: for a component)",
    )
    parser.add_argument("--fail-fast", action="store_true", help="stop at the first difference")
    parser.add_argument(
        "--allow-stale",
        action="store_true",
        help="check a debug build, or one whose sources have changed since; the verdict says so",
    )
    soak.configure(parser)
    foreign.configure(parser)
    record.configure(parser)
    mutation.configure(parser)


def run(arguments: Namespace) -> int:
    """Check one component or pair and print the verdict, or do what else was asked for."""
    recording = record.asked_for(arguments)
    if mutation.asked_for(arguments):
        return mutation.run(arguments, _options(arguments))
    if foreign.asked_for(arguments):
        if recording:
            return record.run(arguments, *foreign.to_record(arguments))
        return foreign.run(arguments, _options(arguments), check_progress())
    component = current().component(arguments.name)
    if recording:
        folder = current().parity_folder / "corpus" / component.name
        return record.run(arguments, *record.of_component(component), folder)
    from agent.porting.check.component import check_component  # noqa: PLC0415  # not for --help

    current_registry().implementation(component.name, "rust")  # explains best what it lacks
    if arguments.soak:
        from agent.porting.check.loading import reload_component  # noqa: PLC0415

        reload = partial(reload_component, component)
        return soak.run(component.name, reload, arguments, _options(arguments))
    options = replace(_options(arguments), pinning=arguments.pin is not False)
    verdict = check_component(component, current(), options, progress=check_progress())
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps(verdict.as_json(), indent=2))
    else:
        say(verdict.report())
    return conclude(verdict)


def _options(arguments: Namespace) -> CheckOptions:
    """Return the options that the command line gives."""
    from agent.porting.check.options import (  # noqa: PLC0415  # not for --help
        CALL_LIMIT,
        MEMORY,
        CheckOptions,
        find_profile,
    )

    return CheckOptions(
        profile=arguments.profile,
        examples=arguments.examples,
        seconds=arguments.seconds or find_profile(arguments.profile).seconds,
        seed=arguments.seed,
        jobs=arguments.jobs or 1,
        call_limit=arguments.call_limit or CALL_LIMIT,
        memory=arguments.memory or MEMORY,
        fail_fast=arguments.fail_fast,
        allow_stale=arguments.allow_stale,
    )
