"""Selects what is run on each mutant of a component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.check.boundary import edge_scripts
from agent.porting.check.explore import Exploration
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import load_contract
from agent.porting.mutation.campaign import Suite
from agent.porting.mutation.suite import drawn_scripts, kept_scripts
from agent.porting.project.table import load
from agent.porting.strategies.call_writer import Caller

if TYPE_CHECKING:
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["select_suite"]

_DEFAULTS = CheckOptions()


def select_suite(
    component: Component, project: Project, options: CheckOptions = _DEFAULTS
) -> Suite:
    """Return the scripts that a check with these options runs, and the component's parity tests.

    Without a seed in the options or their profile, the seed is 0: the results of an earlier run
    count only for the same scripts. The scripts are in the order in which they are most likely to
    notice a mutant: pinned and recorded ones, those that reached a new branch of the reference,
    drawn ones, edges of domains.
    """
    caller = Caller(load_contract(component.contract, component.factory, component.world))
    kept = project.parity_folder
    python = load(component.python)
    drawing = Drawing(caller, options.steps)
    exploration = Exploration(drawing, python, options.fixed_seed, load(component.rust))
    exploration.run(options.calls)
    scripts = [
        *kept_scripts(kept / "examples" / component.name, kept / "corpus" / component.name),
        *exploration.scripts,
        *drawn_scripts(
            drawing,
            python,
            calls=options.calls,
            seed=options.fixed_seed,
        ),
        *(script.lines for script in edge_scripts(caller)),
    ]
    return Suite(
        scripts,
        sorted(kept.glob(f"test_{component.name}*.py")),
        kept / "divergences.toml",
        project.root,
        kept / "survivors.toml",
    )
