"""Which cases a run has, and what was tested."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.porting.evidence.digests import digests
from agent.porting.project.project import find_project
from tests.conftest import ROOT
from tests.torture.checks import CHECKS
from tests.torture.results import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Wish", "digest", "plan", "version_of"]

_CHECKS = ("tests/torture/**/*.py",)

_EVERYTHING = (
    *_CHECKS,
    "agent/**/*.py",
    "agent/components.toml",
    "rust/**/*.rs",
    "Cargo.lock",
    "parity_tests/torture/*.py",
)


@dataclass(frozen=True)
class Wish:
    """What a run is asked for; empty for all there is."""

    checks: Sequence[str] = ()
    subjects: Sequence[str] = ()
    sides: Sequence[str] = ()
    seeded: bool = True


def plan(versions: Iterable[str], wish: Wish) -> list[Case]:
    """Return the cases: for each check its subjects, and stand-ins without and with a fault."""
    cases = []
    for check in CHECKS.values():
        if wish.checks and check.name not in wish.checks:
            continue
        for version in versions:
            cases += [
                Case(check.name, subject, side, version)
                for subject in check.subjects()
                if not wish.subjects or subject in wish.subjects
                for side in check.sides
                if not wish.sides or side in {*wish.sides, "-", "both"}
            ]
            if wish.seeded:
                cases.append(Case(check.name, check.control, "-", version))
                cases += [
                    Case(check.name, fault, "-", version, seeded=True) for fault in check.seeded
                ]
    return cases


@cache
def digest(subject: str) -> str:
    """Return a digest of the sources that a result depends on.

    For a component these are the checks, how it is attacked, and what evidence of it depends on;
    for other subjects, everything.
    """
    found = sha256()
    project = find_project(str(ROOT))
    patterns: tuple[str, ...] = _EVERYTHING
    if project is not None and subject in project.components:
        parts = digests(project.component(subject), project)
        found.update(f"{parts.contract}{parts.reference}{parts.rust}".encode())
        patterns = (*_CHECKS, f"parity_tests/torture/{subject}.py")
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def version_of(python: str) -> str:
    """Return the version of an interpreter, such as ``3.12``."""
    code = "import sys; print(*sys.version_info[:2], sep='.')"
    done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()
