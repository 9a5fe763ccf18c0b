"""``agent check NAME --mutation`` and ``--coverage``: how strong the check of a component is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from agent.cli.numbers import natural
from agent.cli.output import say, tell
from agent.cli.progress import mutation_progress
from agent.cli.project import current
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.check.options import CheckOptions

__all__ = ["asked_for", "configure", "run"]

_APART = ("contract", "pin", "python", "record", "rust", "seconds")
"""Options of other uses of the verb."""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments to `parser`, the verb's."""
    group = parser.add_argument_group("how strong the check is")
    group.add_argument(
        "--mutation",
        action="store_true",
        help="measure the mutation score: change the Rust side in many small ways",
    )
    group.add_argument(
        "--coverage",
        action="store_true",
        help="report which branches of the reference the check reaches, as --mutation does too",
    )
    group.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="GLOB",
        help="change these Rust files too, beside the component's own",
    )
    group.add_argument(
        "--mutants",
        type=natural,
        metavar="N",
        help="run a sample of N mutants (default: the table's threshold mutants, or all; 0: all)",
    )
    group.add_argument("--fresh", action="store_true", help="ignore the results of earlier runs")


def asked_for(arguments: Namespace) -> bool:
    """Return whether the mutation score or coverage is requested.

    Raises `UsageError` for options that do not go together.
    """
    if not (arguments.mutation or arguments.coverage):
        if arguments.source or arguments.fresh or arguments.mutants is not None:
            message = "--source, --mutants and --fresh belong to --mutation"
            raise UsageError(message)
        return False
    if arguments.name is None:
        message = "--mutation and --coverage need the NAME of a component in the table"
        raise UsageError(message)
    for option in _APART:
        if getattr(arguments, option):
            message = f"--{option} is for a check, not for measuring how strong it is"
            raise UsageError(message)
    return True


def run(arguments: Namespace, options: CheckOptions) -> int:
    """Measure what a check with `options` would notice, and print that.

    Returns 0 if the mutation score, or else the coverage, is enough, and otherwise 1.
    """
    from agent.porting.mutation.reference import measure_reference  # noqa: PLC0415  # not for --help
    from agent.porting.mutation.select_suite import select_suite  # noqa: PLC0415

    component = current().component(arguments.name)
    tell("drawing the scripts")
    suite = select_suite(component, current(), options)
    content: dict[str, Any] = {}
    texts, held = [], True
    if arguments.mutation:
        from agent.porting.mutation.campaign import measure_mutation  # noqa: PLC0415

        score = measure_mutation(
            component,
            suite,
            jobs=arguments.jobs or os.cpu_count() or 1,
            most=(component.thresholds.mutants if arguments.mutants is None else arguments.mutants),
            sources=arguments.source,
            fresh=arguments.fresh,
            tell=tell,
            progress=mutation_progress(),
        )
        content |= score.to_json()
        texts.append(str(score))
        held = score.held
    tell("looking which branches of the reference are reached")
    covered = measure_reference(component, suite.scripts, suite.tests, suite.root)
    content["coverage"] = covered.to_json()
    texts.append(str(covered))
    if not arguments.mutation:
        held = covered.held
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps(content, indent=2))
    else:
        say("\n".join(texts))
    return 0 if held else 1
