"""``agent check --python … --rust …``: compare two implementations that are not in the table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli import soak
from agent.cli.output import say
from agent.cli.verdicts import conclude
from agent.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.check.foreign_pair import ForeignPair
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.verdict import Progress, Verdict
    from agent.porting.contract.reader import Contract

__all__ = ["asked_for", "configure", "run", "to_record"]

_OPTIONS = ("python", "rust", "contract", "print_contract", "errors", "world")


def configure(parser: ArgumentParser) -> None:
    """Add the options for a pair that is not in the table to `parser`."""
    group = parser.add_argument_group("a pair that is not in the table, instead of NAME")
    group.add_argument("--python", metavar="PKG.MOD:OBJ", help="a function, class or module")
    group.add_argument("--rust", metavar="PKG.MOD:OBJ", help="the object to compare with it")
    group.add_argument(
        "--contract", metavar="FILE:PROTOCOL", help="their contract; inferred if omitted"
    )
    group.add_argument(
        "--print-contract", action="store_true", help="only print the inferred contract"
    )
    group.add_argument(
        "--world",
        metavar="PKG.MOD:WORLD",
        help="the world for operations that touch files or sockets",
    )
    group.add_argument(
        "--errors",
        choices=["message", "type"],
        help="how exceptions are compared (default: message, which includes the type)",
    )


def asked_for(arguments: Namespace) -> bool:
    """Return whether a pair that is not in the table is requested.

    Raises `UsageError` for options that do not go together.
    """
    used = [option for option in _OPTIONS if getattr(arguments, option)]
    if not used:
        if arguments.name is None:
            message = "say what to check: NAME of a component, or --python and --rust"
            raise UsageError(message)
        return False
    if arguments.name is not None:
        message = f"{arguments.name} is in the table: --{_dashed(used[0])} is for other pairs"
        raise UsageError(message)
    if arguments.python is None or arguments.rust is None:
        message = f"--{_dashed(used[0])} needs both --python and --rust, as in PKG.MOD:OBJ"
        raise UsageError(message)
    if arguments.contract is not None and arguments.print_contract:
        message = "--print-contract prints what is inferred, and --contract says what it is"
        raise UsageError(message)
    return True


def run(arguments: Namespace, options: CheckOptions, progress: Progress) -> int:
    """Check the pair and print the verdict."""
    from importlib import import_module  # noqa: PLC0415  # not for --help

    from agent.porting.check.foreign_pair import with_any_wording  # noqa: PLC0415
    from agent.porting.check.supervisor import supervised_check  # noqa: PLC0415
    from agent.porting.sources.build import require_current  # noqa: PLC0415

    pair = _load(arguments)
    if arguments.print_contract:
        say(pair.text, end="")
        return 0
    if arguments.soak:
        return soak.run(pair.name, pair.reload, arguments, options)
    compared = import_module(arguments.rust.partition(":")[0])
    build = require_current(compared, allow=options.allow_stale)
    verdict = supervised_check(
        pair.name,
        with_any_wording(pair.reload) if arguments.errors == "type" else pair.reload,
        replace(
            options,
            folder=_kept("examples") / pair.name.lower(),
            corpus=_kept("corpus") / pair.name.lower(),
            pinning=bool(arguments.pin),
            guessed=True,
        ),
        progress=progress,
    )
    verdict.build, verdict.one_sided = build, pair.one_sided
    if pair.inferred is not None:
        verdict.doubts += [f"not compared: {each}" for each in pair.inferred.uncompared]
    say(
        json.dumps(_as_json(pair, verdict), indent=2) if arguments.json else _as_text(pair, verdict)
    )
    return conclude(verdict)


def to_record(arguments: Namespace) -> tuple[str, Contract, tuple[str, str], Path]:
    """Return what a recording is to know of the pair, and where it is kept."""
    pair = _load(arguments)
    kept = _kept("corpus") / pair.name.lower()
    return pair.name, pair.reload().contract, (arguments.python, arguments.rust), kept


def _load(arguments: Namespace) -> ForeignPair:
    from agent.porting.check.foreign_pair import find_foreign_pair  # noqa: PLC0415  # not for --help
    from agent.porting.project.import_path import append  # noqa: PLC0415

    append(str(Path.cwd()))
    return find_foreign_pair(
        arguments.python, arguments.rust, arguments.contract, arguments.world,
        recorded=_kept("corpus"),
    )  # fmt: skip


def _kept(what: str) -> Path:
    """Return the folder with the examples or the corpus of each pair."""
    return Path.cwd() / "parity_tests" / what


def _dashed(option: str) -> str:
    return option.replace("_", "-")


def _as_json(pair: ForeignPair, verdict: Verdict) -> dict[str, Any]:
    content = verdict.as_json() | {"contract": pair.text}
    for part in ("divergences", "beyond"):
        content[part] = [{"sort": found.sort, **vars(found)} for found in getattr(verdict, part)]
    if pair.inferred is not None:
        content |= {"guesses": pair.inferred.guesses, "remarks": pair.inferred.remarks}
    return content


def _listed(title: str, lines: list[str]) -> list[str]:
    return ["\n".join([title, *map("  {}".format, lines)]), ""] if lines else []


def _as_text(pair: ForeignPair, verdict: Verdict) -> str:
    from agent.porting.check.ranking import DivergenceGroup, grouped  # noqa: PLC0415  # not for --help

    parts = []
    if pair.inferred is not None:
        parts.append(pair.text)
        parts += _listed("Not in the contract:", pair.inferred.remarks)
    alone = (
        "Offered or accepted by one side alone (a contract that gives a reason leaves it out: "
        "leaves_out):"
    )
    parts += _listed(alone, pair.one_sided)
    for group in grouped(verdict.divergences):
        parts += [str(group), ""]
    if verdict.beyond:
        beyond = [alike for group in grouped(verdict.beyond) for alike in group.found]
        title = "not counted: with arguments that the contract does not allow"
        parts += [str(DivergenceGroup("beyond", title, beyond)), ""]
    parts += _listed("Not called again:", [f"{c}: {took}" for c, took in verdict.costly.items()])
    parts.append(str(verdict))
    return "\n".join(parts)
