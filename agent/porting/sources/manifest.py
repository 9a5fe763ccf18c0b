"""The parts of a crate's manifest that concern a component: features and dependencies.

Only what a set of features switches on counts, so that a component is not concerned by what others
add to the same manifest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.errors import EnvironmentLacking
from agent.porting.files.reading import parse_toml, read_text
from agent.porting.files.trace import noted

__all__ = ["Dependency", "Manifest", "read_toml"]

_INHERITED = ("edition", "rust-version")
_KINDS = ("dependencies", "build-dependencies")


@dataclass(frozen=True)
class Dependency:
    """What a crate depends on, as its manifest and the workspace's say together."""

    name: str
    """What the crate calls it."""
    told: dict[str, Any]
    """The keys of its table."""
    folder: Path | None
    """Where it is, if it is named by a path."""
    features: frozenset[str] = frozenset()
    """What the crate switches on in it, beside what `told` says."""

    @property
    def package(self) -> str:
        """The name that it is published by."""
        name: str = self.told.get("package", self.name)
        return name

    @property
    def wanted(self) -> frozenset[str]:
        """The features of it that are switched on."""
        default = {"default"} if self.told.get("default-features", True) else set()
        return self.features | default | set(self.told.get("features", ()))


@dataclass(frozen=True)
class Manifest:
    """The manifest of one crate."""

    table: dict[str, Any]
    folder: Path
    root: Path
    """The workspace's."""
    workspace: dict[str, Any] = field(default_factory=dict)
    """The table ``[workspace]`` around it."""

    @property
    def features(self) -> dict[str, list[str]]:
        """What each feature switches on."""
        found: dict[str, list[str]] = self.table.get("features", {})
        return found

    def expanded(self, features: frozenset[str]) -> tuple[frozenset[str], dict[str, set[str]]]:
        """Return all features that `features` switch on, and those in dependencies, by their name.

        An optional dependency is among the latter where it is switched on.
        """
        found: set[str] = set()
        switched: dict[str, set[str]] = {}
        weak: list[tuple[str, str]] = []
        pending = sorted(features)
        while pending:
            each = pending.pop()
            name, slash, inner = each.partition("/")
            if each.startswith("dep:"):
                switched.setdefault(each.removeprefix("dep:"), set())
            elif slash and name.endswith("?"):
                weak.append((name.removesuffix("?"), inner))
            elif slash:
                switched.setdefault(name, set()).add(inner)
            elif each in self.features and each not in found:
                found.add(each)
                pending += self.features[each]
            elif each not in self.features and each != "default":  # an optional dependency
                switched.setdefault(each, set())
        for name, inner in weak:
            if name in switched:
                switched[name].add(inner)
        return frozenset(found), switched

    def dependencies(self, features: frozenset[str] | None) -> list[Dependency]:
        """Return what the crate is built with; with all its features where those are None."""
        _, switched = self.expanded(frozenset(self.features) if features is None else features)
        found = []
        for table in (self.table, *self.table.get("target", {}).values()):
            for kind in _KINDS:
                for name, told in table.get(kind, {}).items():
                    each = self._dependency(name, told, frozenset(switched.get(name, ())))
                    if features is None or not each.told.get("optional") or name in switched:
                        found.append(each)
        return found

    def essence(self, features: frozenset[str]) -> dict[str, Any]:
        """Return what of the manifest decides about what is compiled with `features`."""
        package = self.table.get("package", {})
        shared = self.workspace.get("package", {})
        known = {
            key: shared.get(key) if isinstance(package.get(key), dict) else package.get(key)
            for key in (*_INHERITED, "links", "build")
        }
        found = [
            [each.name, {**each.told, "optional": None}, sorted(each.features)]
            for each in self.dependencies(features)
        ]
        return {
            "package": known,
            "lib": self.table.get("lib"),
            "features": sorted(self.expanded(features)[0]),
            "dependencies": sorted(found, key=str),
        }

    def _dependency(self, name: str, told: Any, features: frozenset[str]) -> Dependency:
        base = self.folder
        keys = told if isinstance(told, dict) else {"version": told}
        if keys.get("workspace"):
            shared = self.workspace.get("dependencies", {}).get(name, {})
            shared = shared if isinstance(shared, dict) else {"version": shared}
            together = [*shared.get("features", ()), *keys.get("features", ())]
            keys = {**shared, **keys, "features": together}
            base = self.root
        path = keys.get("path")
        folder = None if path is None else Path(os.path.normpath(base / path))
        return Dependency(name, keys, folder, features)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a file; raise `EnvironmentLacking` if it is not TOML."""
    try:
        return parse_toml(read_text(noted(path)))
    except ValueError as error:
        message = f"{path} is not TOML: {error}"
        raise EnvironmentLacking(message) from error
