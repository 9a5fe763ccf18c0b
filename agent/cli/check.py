"""``agent check``: prove that both sides of a component do the same."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError, BooleanOptionalAction
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.cli import foreign, record, strength
from agent.cli.project import current

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from agent.porting.check.verdict import Progress, Verdict
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["as_text", "check_component", "configure", "run"]

_REASONS = 10
"""Reasons for leaving calls to Python that are printed."""


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
        "--examples", type=_positive(int), metavar="N", help="draw and compare N calls"
    )
    parser.add_argument(
        "--seconds", type=_positive(float), metavar="S", help="start nothing new after S seconds"
    )
    parser.add_argument(
        "--jobs",
        type=_positive(int),
        metavar="N",
        help="draw in N processes (default: 1), or run mutants in N (default: one a core)",
    )
    parser.add_argument(
        "--call-limit",
        type=_positive(float),
        metavar="S",
        help="take a call for one that never returns after S seconds (default: 30)",
    )
    parser.add_argument("--seed", type=_natural, metavar="N", help="draw what a seed gave before")
    parser.add_argument(
        "--pin",
        action=BooleanOptionalAction,
        help="keep a difference as an example, replayed from then on (default: for a component)",
    )
    foreign.configure(parser)
    record.configure(parser)
    strength.configure(parser)


def run(arguments: Namespace) -> int:
    """Check one component or pair and print the verdict, or do what else was asked for."""
    recording = record.asked_for(arguments)
    if strength.asked_for(arguments):
        return strength.run(arguments)
    if foreign.asked_for(arguments):
        if recording:
            return record.run(arguments, *foreign.to_record(arguments))
        return foreign.run(arguments, _progress(), **_call_limit(arguments))
    component = current().component(arguments.name)
    if recording:
        folder = current().parity_folder / "corpus" / component.name
        return record.run(arguments, *record.of_component(component), folder)
    verdict = check_component(
        component,
        profile=arguments.profile,
        examples=arguments.examples,
        seconds=arguments.seconds,
        seed=arguments.seed,
        pinning=arguments.pin is not False,
        jobs=arguments.jobs or 1,
        progress=_progress(),
        **_call_limit(arguments),
    )
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        print(json.dumps(verdict.as_json(), indent=2))
    else:
        print(as_text(verdict))
    for doubt in verdict.doubts:
        print(f"agent: {verdict.component}: {doubt}", file=sys.stderr)
    return 0 if verdict.verdict == "identical" else 1


def check_component(
    component: Component, *, project: Project | None = None, **settings: Any
) -> Verdict:
    """Check a component of a project, by default the current one.

    `settings` are those of `agent.porting.check.supervisor.check_watched`.
    """
    from agent.porting.check.loading import reload_component  # noqa: PLC0415  # not for --help
    from agent.porting.check.supervisor import check_watched  # noqa: PLC0415
    from agent.porting.ledger.findings import found_by_shadows, settle_found  # noqa: PLC0415
    from agent.porting.registry.registry import Registry  # noqa: PLC0415

    project = project or current()
    Registry.of_project(project).implementation(component.name, "rust")  # says best what it lacks
    found = found_by_shadows(component)
    verdict = check_watched(
        component.name,
        partial(reload_component, component),
        partial=component.partial,
        folder=project.parity_folder / "examples" / component.name,
        corpus=project.parity_folder / "corpus" / component.name,
        register=project.parity_folder / "divergences.toml",
        scripts=[each.script for each in found],
        **settings,
    )
    if settings.get("pinning"):
        settle_found(
            component, found, [(each.operation, each.example) for each in verdict.divergences]
        )
    return verdict


def as_text(verdict: Verdict) -> str:
    """Return what is printed: the differences, what Rust left to Python, then the verdict."""
    refused = (verdict.refused or Counter[str]()).most_common()
    found = [f"{divergence}\n" for divergence in verdict.divergences]
    found += [f"{times:,} times {entry}" for entry, times in verdict.registered.items()]
    found += [f"{entry}\n" for entry in verdict.outdated]
    found += [f"left to Python {times:,} times: {reason}" for reason, times in refused[:_REASONS]]
    if len(refused) > _REASONS:
        found.append(f"and for {len(refused) - _REASONS:,} more reasons (--json names them)")
    return "\n".join([*found, str(verdict)])


def _call_limit(arguments: Namespace) -> dict[str, Any]:
    """Return what a check is to be told of how long a call may take; nothing for the default."""
    return {} if arguments.call_limit is None else {"call_limit": arguments.call_limit}


def _progress() -> Progress:
    """Return what tells a person who watches how far the check has come."""
    if not sys.stderr.isatty():
        return lambda verdict: None  # noqa: ARG005  # nobody watches

    def show(verdict: Verdict) -> None:
        print(f"\r{verdict.examples:,} calls compared", end="\r", file=sys.stderr, flush=True)

    return show


def _positive(kind: type[int | float]) -> Callable[[str], float]:
    """Return what reads a number above zero."""

    def read(text: str) -> float:
        value = kind(text)
        if not value > 0:
            message = f"{text} is not above zero"
            raise ArgumentTypeError(message)
        return value

    read.__name__ = kind.__name__  # argparse names it when the text is no number
    return read


def _natural(text: str) -> int:
    value = int(text)
    if value < 0:
        message = f"{text} is below zero"
        raise ArgumentTypeError(message)
    return value
