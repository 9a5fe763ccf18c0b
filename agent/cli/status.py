"""``agent status``: what runs for each component, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.cli.output import say, tell
from agent.cli.project import current, current_registry
from agent.errors import EnvironmentLacking
from agent.porting.sources.build import Build, source_digest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.evidence.freshness import EvidenceStatus
    from agent.porting.files.digest_cache import DigestCache
    from agent.porting.ledger.sums import ShadowCounts
    from agent.porting.project.project import Project
    from agent.porting.records.evidence import ParityEvidence
    from agent.porting.registry.registry import Status

    Row = tuple[Status, EvidenceStatus | None, ParityEvidence | None, ShadowCounts | None]

__all__ = ["configure", "run"]

_SHOWN = 5
"""Reasons that are printed; the JSON has all."""

_HEADINGS = ("COMPONENT", "STAGE", "REQUESTED", "RUNS", "BUILD", "EVIDENCE", "SHADOW", "WHY")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a component (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--no-load",
        action="store_true",
        help="tell what files alone can tell: run no code of the project",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="fail if a stage lacks evidence for the current sources",
    )


def run(arguments: Namespace) -> int:
    """Print a row for each component; then raise what keeps one from running, if anything does.

    Both are found out by importing the Rust side, and the Python side where it runs; with
    ``--no-load`` nothing is imported, and what runs, its build and its shadow remain unknown.

    With ``--strict``, a stage that does not rest on evidence is left for one that does where the
    project says ``stale = "demote"``; otherwise it raises `EvidenceLacking`, with status 1.
    """
    project = current()
    registry = current_registry()
    # What is shown may rest on results of an earlier time; what fails a build reads every file.
    cache = None if arguments.strict or project.is_installed else _cache_of(project)
    digest_of = partial(_digest_of, cache)
    load = not arguments.no_load
    rows = [
        registry.status(name, digest_of) if load else registry.requested(name)
        for name in arguments.names or registry.names
    ]
    found = [
        (
            row,
            _evidence(row, project, cache),
            _served(row, project),
            _shadowed(row, project, cache) if load else None,
        )
        for row in rows
    ]
    say(_as_json(found) if arguments.json else _as_table(found, load=load))
    for row in rows:
        if load and row.resolved is None:
            registry.resolve(row.name)
    if arguments.strict:
        from agent.porting.evidence.promotion import demote_or_refuse  # noqa: PLC0415

        statuses = [(project.component(row.name), evidence) for row, evidence, *_ in found]
        for sentence in demote_or_refuse(project, statuses):
            tell(sentence)
    return 0


def _cache_of(project: Project) -> DigestCache:
    from agent.porting.files.digest_cache import DigestCache  # noqa: PLC0415  # only for sources

    return DigestCache(project.folder)


def _digest_of(cache: DigestCache | None, root: str, profile: str) -> str:
    """Return the digest of the sources of an extension in `root`."""
    if cache is None:
        return source_digest(root, profile)
    digest: str = cache.result(
        f"sources of {root} for {profile}", None, lambda: source_digest(root, profile)
    )
    return digest


def _evidence(row: Status, project: Project, cache: DigestCache | None) -> EvidenceStatus | None:
    """Return what the stage of a component rests on; None in ``python``, which needs nothing."""
    if row.stage == "python":
        return None
    from agent.porting.evidence.freshness import evidence_status  # noqa: PLC0415  # only where needed

    return evidence_status(project.component(row.name), project, cache)


def _served(row: Status, project: Project) -> ParityEvidence | None:
    """Return the check of a partial port, which says how much Rust serves; None for other ports."""
    component = project.component(row.name)
    if not component.partial:
        return None
    from agent.porting.evidence.freshness import known_evidence  # noqa: PLC0415  # only where needed

    try:
        return known_evidence(component, project, strictly=False)[1].parity
    except EnvironmentLacking:  # there are no sources that it could be about
        return None


def _shadowed(row: Status, project: Project, cache: DigestCache | None) -> ShadowCounts | None:
    """Return what the ledger says of a component, of the sources as they are; None for nothing."""
    from agent.porting.ledger.ledger_path import shadowed_so_far  # noqa: PLC0415  # only where needed

    return shadowed_so_far(project.component(row.name), cache)


def _as_json(found: list[Row]) -> str:
    import json  # noqa: PLC0415  # only when asked for

    return json.dumps({"components": [_as_object(*row) for row in found]}, indent=2)


def _as_object(
    row: Status,
    evidence: EvidenceStatus | None,
    served: ParityEvidence | None,
    shadow: ShadowCounts | None,
) -> dict[str, Any]:
    absent = dict.fromkeys(Build._fields)
    return row._asdict() | {
        "build": absent if row.build is None else row.build._asdict(),
        "evidence": None
        if evidence is None
        else {"state": evidence.state, "parts": list(evidence.parts)},
        "served": None
        if served is None
        else {"share": served.share, "refused": dict(_most_frequent(served.refused))},
        "shadow": None
        if shadow is None
        else shadow.sums._asdict() | {"demotions": [each._asdict() for each in shadow.demotions]},
    }


def _as_table(found: list[Row], *, load: bool) -> str:
    lines = [_HEADINGS]
    for row, evidence, _, shadow in found:
        runs, build = row.resolved or ("nothing" if load else "-"), _described(row.build)
        known = str(evidence or "-"), str(shadow or "-")
        lines.append((row.name, row.stage, row.requested, runs, build, *known, row.reason))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*table, *(_portion(row, served) for row, _, served, _ in found if _may(row))])


def _may(row: Status) -> bool:
    """Return whether Rust may leave calls to Python."""
    return row.refused is not None


def _portion(row: Status, served: ParityEvidence | None) -> str:
    """Say how much of a partial port is Rust's, and why not more."""
    if served is None:
        known = "the share that Rust serves is unknown for the current sources"
    else:
        from agent.porting.fallback.refusal_counts import percent  # noqa: PLC0415  # only where needed

        known = f"Rust serves {percent(served.share)} of the checked calls"
        if served.refused:
            known += f", and leaves to Python: {_listed(served.refused)}"
    here = f"; in this process it left: {_listed(row.refused)}" if row.refused else ""
    return f"{row.name} is a partial port: {known}{here}"


def _listed(refused: dict[str, int]) -> str:
    rows = _most_frequent(refused)
    shown = ", ".join(f"{reason} ({times:,})" for reason, times in rows[:_SHOWN])
    rest = sum(times for _, times in rows[_SHOWN:])
    return f"{shown}, and {rest:,} calls for other reasons" if rest else shown


def _most_frequent(refused: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(refused.items(), key=lambda row: -row[1])


def _described(build: Build | None) -> str:
    if build is None:
        return "-"
    stale = {None: "", False: "", True: ", stale"}[build.stale]
    return f"{build.version} {build.profile} {(build.digest or '')[:12]}{stale}"
