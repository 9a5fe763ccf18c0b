"""How strong the check of a component is: ``agent check NAME --mutation`` and ``--coverage``."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from agent.cli.project import current
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from agent.porting.mutation.campaign import Suite
    from agent.porting.project.table import Component

__all__ = ["asked_for", "configure", "find_suite", "mutation_progress", "run"]

_APART = ("contract", "pin", "python", "record", "rust", "seconds")
"""Options of other uses of the verb."""

_OFTEN = 5.0
"""Seconds between two lines that tell how far it is, where nobody sees a line change."""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments to `parser`, the verb's."""
    group = parser.add_argument_group("how strong the check is")
    group.add_argument(
        "--mutation",
        action="store_true",
        help="change the Rust side in many small ways, and count which changes go unnoticed",
    )
    group.add_argument(
        "--coverage",
        action="store_true",
        help="tell which branches of the reference the check reaches; --mutation tells it too",
    )
    group.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="GLOB",
        help="change these Rust files too, beside those named for the component",
    )
    group.add_argument("--fresh", action="store_true", help="forget the results of earlier runs")


def asked_for(arguments: Namespace) -> bool:
    """Tell whether it is asked for how strong a check is.

    Raises `UsageError` for options that do not go together.
    """
    if not (arguments.mutation or arguments.coverage):
        if arguments.source or arguments.fresh:
            message = "--source and --fresh belong to --mutation"
            raise UsageError(message)
        return False
    if arguments.name is None:
        message = "how strong a check is can be told of a component in the table, by its NAME"
        raise UsageError(message)
    for option in _APART:
        if getattr(arguments, option):
            message = f"--{option} is for a check, not for measuring how strong it is"
            raise UsageError(message)
    return True


def run(arguments: Namespace) -> int:
    """Measure what was asked for, print it, and return 0 if it is enough, else 1."""
    from agent.porting.mutation.reference import measure_reference  # noqa: PLC0415  # not for --help

    component = current().component(arguments.name)
    suite = find_suite(component, arguments.profile, calls=arguments.examples, seed=arguments.seed)
    content: dict[str, Any] = {}
    texts, held = [], True
    if arguments.mutation:
        from agent.porting.mutation.campaign import measure_mutation  # noqa: PLC0415

        score = measure_mutation(
            component,
            suite,
            jobs=arguments.jobs or os.cpu_count() or 1,
            sources=arguments.source,
            fresh=arguments.fresh,
            tell=_tell,
            progress=mutation_progress(),
        )
        content |= score.to_json()
        texts.append(str(score))
        held = score.held
    _tell("looking which branches of the reference are reached")
    covered = measure_reference(component, suite.scripts, suite.tests, suite.root)
    content["coverage"] = covered.to_json()
    texts.append(str(covered))
    if not arguments.mutation:
        held = covered.held
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        print(json.dumps(content, indent=2))
    else:
        print("\n".join(texts))
    return 0 if held else 1


def find_suite(
    component: Component,
    profile: str = "ci",
    *,
    calls: int | None = None,
    seed: int | None = None,
) -> Suite:
    """Return what the check runs with these settings, and the component's tests.

    Raises `UsageError` for an unknown profile.
    """
    from agent.porting.check.boundary import edge_scripts  # noqa: PLC0415
    from agent.porting.check.operations import Drawing  # noqa: PLC0415
    from agent.porting.check.options import find_profile  # noqa: PLC0415
    from agent.porting.contract.reader import load_contract  # noqa: PLC0415
    from agent.porting.mutation.campaign import Suite  # noqa: PLC0415
    from agent.porting.mutation.suite import drawn_scripts, kept_scripts  # noqa: PLC0415
    from agent.porting.project.table import load  # noqa: PLC0415
    from agent.porting.strategies.call_writer import Caller  # noqa: PLC0415

    contract = load_contract(component.contract, component.factory, component.world)
    caller = Caller(contract)
    chosen = find_profile(profile)
    parity = current().parity_folder
    _tell("drawing the scripts")
    scripts = [
        *kept_scripts(parity / "examples" / component.name, parity / "corpus" / component.name),
        *drawn_scripts(
            Drawing(caller, chosen.steps),
            load(component.python),
            calls=calls or chosen.examples,
            seed=seed or chosen.seed or 0,  # the same each time, to go on with results
        ),
        *(script.lines for script in edge_scripts(caller)),  # the least likely to notice, last
    ]
    tests = sorted(parity.glob(f"test_{component.name}*.py"))
    return Suite(
        scripts,
        tests,
        parity / "divergences.toml",
        current().root,
        parity / "survivors.toml",
    )


def _tell(message: str) -> None:
    print(f"agent: {message}", file=sys.stderr, flush=True)


def mutation_progress() -> Callable[[int, int, int], None]:
    """Return what tells a person how many mutants are done, and when all will be."""
    start = told = time.monotonic()
    begun: int | None = None
    watched = sys.stderr.isatty()

    def show(done: int, total: int, survived: int) -> None:
        nonlocal begun, told
        begun = done if begun is None else begun
        now = time.monotonic()
        if done < total and not watched and now - told < _OFTEN:
            return
        told = now
        left = ""
        if done > begun:
            seconds = (now - start) / (done - begun) * (total - done)
            left = f", about {seconds:.0f} s left"
        text = f"agent: {done} of {total} mutants, {survived} survived{left}"
        ending = "\r" if watched and done < total else "\n"
        print(f"{text:<70}", end=ending, file=sys.stderr, flush=True)

    return show
