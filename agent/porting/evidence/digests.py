"""Digests of all that evidence rests on: when one changes, what was found out of it is void."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.errors import EnvironmentLacking
from agent.porting.crates import find_crates
from agent.porting.modules import sources_of
from agent.porting.parity.divergences import load_register, today
from agent.porting.table import split
from agent.porting.teeth.survivors import load_explanations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.porting.project import Project
    from agent.porting.table import Component

__all__ = ["Digests", "digests"]


@dataclass(frozen=True)
class Digests:
    """SHA-256 in hexadecimal over each part; line ends count as one character on every system."""

    contract: str
    """The contract and the factory: their modules, and which names in them."""
    reference: str
    """The module of the reference, and those of its package that it imports."""
    rust: str
    """The component's Rust files, what they share with other components' and the manifests."""
    workloads: str
    """The module of the workloads, and those of its package that it imports."""
    examples: str
    """Pinned examples and recorded scripts, which a check replays."""
    divergences: str
    """Registered divergences that are in force today: one that expires is a change."""
    equivalents: str
    """Mutants that are said to be equivalent, which the rate of teeth leaves out."""

    def changed(self, since: Digests) -> frozenset[str]:
        """Return the names of the parts that are not as in `since`."""
        return frozenset(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(since, field.name)
        )


def digests(component: Component, project: Project) -> Digests:
    """Return the digests of what `component` of `project` consists of now.

    Nothing is imported or built. Raises `EnvironmentLacking` where sources are not here, and
    `ContractError` for a register that is none.
    """
    if not project.table_file.is_relative_to(project.root):  # an installed package's own
        message = f"the sources of {component.name} are not here: {project.table_file} is installed"
        raise EnvironmentLacking(message)
    contracts = [each for each in (component.contract, component.factory) if each is not None]
    theirs = [split(each)[0] for each in contracts]
    crates = find_crates(project.root, project.table_file.parent)
    rust = crates.contents(component.name, project.registry.names)
    kept = {
        path.relative_to(project.parity_folder).as_posix(): path.read_bytes()
        for folder in ("examples", "corpus")
        for path in sorted((project.parity_folder / folder / component.name).glob("*.py"))
    }
    registered = load_register(project.parity_folder / "divergences.toml", component.name)
    in_force = sorted(repr(each) for each in registered if each.expires >= today())
    explained = load_explanations(project.parity_folder / "survivors.toml", component.name)
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
            module: path.read_bytes() for module, path in found.items() if path.suffix == ".py"
        }
    return contents


def _digest(contents: Mapping[str, bytes], facts: object = None) -> str:
    total = sha256(json.dumps(facts).encode())
    for name, content in sorted(contents.items()):
        text = content.replace(b"\r\n", b"\n")
        total.update(b"\0%b\0%d\0%b" % (name.encode(), len(text), text))
    return total.hexdigest()
