"""The check of a component of a project's table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from agent.porting.check.known_divergences import load_register, today
from agent.porting.check.loading import reload_component
from agent.porting.check.options import CheckOptions
from agent.porting.check.supervisor import supervised_check
from agent.porting.check.verdict import ignore_progress
from agent.porting.ledger.findings import found_by_shadows, settle_found
from agent.porting.project.table import split
from agent.porting.sources.build import require_current

if TYPE_CHECKING:
    from agent.porting.check.verdict import Progress, Verdict
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["check_component"]

_DEFAULTS = CheckOptions()


def check_component(
    component: Component,
    project: Project,
    options: CheckOptions = _DEFAULTS,
    *,
    progress: Progress = ignore_progress,
) -> Verdict:
    """Check a component in a process of its own, with all that its project keeps for it.

    The project gives the pinned examples, the recorded scripts and the register of accepted
    divergences; the shadow ledger gives the differences that no check has replayed yet. A check
    that pins notes in the ledger which example keeps each of them. Those that it cannot settle are
    in the verdict.

    A caller first loads the Rust side through its registry, which explains best why it cannot be.

    Args:
        component: what is checked.
        project: whose component that is.
        options: what is compared, and for how long; the paths, the scripts and `partial` are the
            project's.
        progress: is called with the verdict so far, from time to time and with each difference.

    Raises:
        EnvironmentLacking: the ledger cannot be read, or Rust is a debug or stale build, unless the
            options allow that.
        Exception: what `agent.porting.check.check.check` raises, or loading the pair.
    """
    build = require_current(import_module(split(component.rust)[0]), allow=options.allow_stale)
    found = found_by_shadows(component)
    kept = project.parity_folder
    verdict = supervised_check(
        component.name,
        partial(reload_component, component),
        replace(
            options,
            partial=bool(component.partial),
            folder=kept / "examples" / component.name,
            corpus=kept / "corpus" / component.name,
            register=kept / "divergences.toml",
            scripts=tuple(tuple(each.script) for each in found),
        ),
        progress=progress,
    )
    verdict.build = build
    entries = load_register(kept / "divergences.toml", component.name)
    left = settle_found(
        component,
        found,
        [(each.operation, each.example) for each in verdict.divergences],
        {each.operation for each in entries if each.expires >= today()},
        noting=options.pinning,
    )
    verdict.shadow = [
        f"{each}; agent shadow {component.name} --show {each.number}" for each in left
    ]
    return verdict
