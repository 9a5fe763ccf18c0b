"""Digests of the sources that evidence depends on: a change voids the findings."""

from __future__ import annotations

import json
from dataclasses import astuple
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.errors import EnvironmentLacking
from agent.porting.check.known_divergences import load_register, today
from agent.porting.files.reading import read_bytes
from agent.porting.files.trace import glob, noted
from agent.porting.mutation.survivors import load_explanations
from agent.porting.project.table import split
from agent.porting.records.digests import Digests
from agent.porting.sources.cargo import find_crates
from agent.porting.sources.python import sources_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["digests"]


def digests(component: Component, project: Project) -> Digests:
    """Return the digests of what `component` of `project` consists of now.

    Nothing is imported or built. Raises `EnvironmentLacking` where sources are not here, and
    `ContractError` for a register that is none.
    """
    if project.is_installed:
        message = f"the sources of {component.name} are not here: {project.table_file} is installed"
        raise EnvironmentLacking(message)
    contracts = [each for each in (component.contract, component.factory) if each is not None]
    if component.world is not None:  # what external operations do is compared in it
        contracts.append(component.world)
    theirs = [split(each)[0] for each in contracts]
    crates = find_crates(project.root, project.table_file.parent)
    sources = {name: each.sources for name, each in project.components.items()}
    rust = crates.contents(component.name, sources)
    kept = {
        path.relative_to(project.parity_folder).as_posix(): read_bytes(noted(path))
        for folder in ("examples", "corpus")
        for path in glob(project.parity_folder / folder / component.name, "*.py")
    }
    registered = load_register(noted(project.parity_folder / "divergences.toml"), component.name)
    in_force = sorted(repr(astuple(each)) for each in registered if each.expires >= today())
    explained = load_explanations(noted(project.parity_folder / "survivors.toml"), component.name)
    return Digests(
        contract=_digest(_modules(*theirs), contracts),
        reference=_digest(_modules(split(component.python)[0], without=theirs), [component.python]),
        rust=_digest(rust, [component.rust, component.partial]),
        workloads=_digest(
            _modules(split(component.workloads)[0], without=theirs) if component.workloads else {},
            [component.workloads],
        ),
        examples=_digest(kept),
        divergences=_digest({}, in_force),
        equivalents=_digest({}, sorted(each.identity for each in explained if each.equivalent)),
    )


def _modules(*names: str, without: list[str] | None = None) -> dict[str, bytes]:
    """Return the contents of modules and what they import of their packages, by module."""
    contents: dict[str, bytes] = {}
    for name in names:
        found = sources_of(name, without or ())
        if name not in found:
            message = f"the source of {name} is not here"
            raise EnvironmentLacking(message)
        contents |= {
            module: read_bytes(noted(path))
            for module, path in found.items()
            if path.suffix == ".py"
        }
    return contents


def _digest(contents: Mapping[str, bytes], facts: object = None) -> str:
    total = sha256(json.dumps(facts).encode())
    for name, content in sorted(contents.items()):
        text = content.replace(b"\r\n", b"\n")
        total.update(b"\0%b\0%d\0%b" % (name.encode(), len(text), text))
    return total.hexdigest()
