"""The files that a Rust side is built from, read from the manifests without cargo.

A component's own files are those that the table names, or else the module of its name at the top of
a crate. Other files of its crates are shared by all that have files there; of those that list
modules, and of the manifests, only what concerns the component counts.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, EnvironmentLacking
from agent.porting.files.reading import read_bytes
from agent.porting.files.trace import glob, noted
from agent.porting.sources.listing import without_others
from agent.porting.sources.manifest import Manifest, read_toml
from agent.porting.sources.ownership import is_own

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from collections.abc import Set as AbstractSet

__all__ = ["Crate", "Crates", "find_crates"]

_APART = {"benches", "examples", "target", "tests"}
"""Folders of a crate whose files are no part of what is built from it."""

_LISTS = {"lib.rs", "main.rs", "mod.rs"}
"""Files that list modules, in a crate where components have files of their own."""

_DECIDING = ("profile", "patch", "replace")
"""Tables of the workspace's manifest that decide about what is compiled."""


@dataclass(frozen=True, eq=False)
class Crate:
    """A crate whose sources are here."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    """What it is built from, but for the manifest."""
    manifest: Manifest


@dataclass(frozen=True)
class Crates:
    """The crates that an extension is built from."""

    root: Path
    """Where the workspace's manifest is, or the extension's where there is no workspace."""
    members: tuple[Crate, ...]
    manifest: dict[str, Any]
    """The one in `root`."""

    def contents(
        self, component: str, components: Mapping[str, Collection[str]]
    ) -> dict[str, bytes]:
        """Return what `component` is built from: contents by their paths.

        These are its own files, or all where it has none; of its crates, and of those they need in
        which no component has files, what is not another component's; what the manifests say of how
        these are compiled; and which versions of foreign crates are locked.

        Args:
            component: one of `components`.
            components: the names of all, and what the table names as their sources.

        Raises `ContractError` if the table names sources that are not here.
        """
        owned = {name: set(self.own_files(name, each)) for name, each in components.items()}
        own = owned[component] or {path for crate in self.members for path in crate.files}
        others = components.keys() - {component}
        theirs = set().union(*(owned[name] for name in others)) - own
        reached = self._reached(component, own, set().union(*owned.values()))
        contents: dict[str, bytes] = {}
        for crate, features in reached.items():
            lists = any(owned[name] & set(crate.files) for name in components)
            for path in crate.files:
                if path in theirs:
                    continue
                content = read_bytes(noted(path))
                if lists and path.name in _LISTS and path not in own:
                    text = content.decode(errors="replace")
                    content = without_others(text, component, others).encode()
                contents[self._shown(path)] = content
            manifest = crate.manifest.essence(features)
            contents[self._shown(crate.folder / "Cargo.toml")] = _json(manifest)
        deciding = {key: self.manifest.get(key) for key in _DECIDING}
        contents["workspace"] = _json(deciding)
        for name in ("rust-toolchain", "rust-toolchain.toml"):
            if noted(path := self.root / name).is_file():
                contents[name] = read_bytes(path)
        if noted(lock := self.root / "Cargo.lock").is_file():
            contents[lock.name] = "\n".join(_locked(lock, reached)).encode()
        return contents

    def own_files(self, component: str, sources: Collection[str] = ()) -> list[Path]:
        """Return the files that are the component's own; `sources` are those the table names.

        Raises `ContractError` for one of `sources` that is not here, unless it is a pattern.
        """
        for each in sources:
            if "*" not in each and not any(
                is_own(place, crate, component, [each]) for _, place, crate in self._places
            ):
                message = f"component {component!r}: no Rust file is its source {each!r}"
                raise ContractError(message)
        return [
            path for path, place, crate in self._places if is_own(place, crate, component, sources)
        ]

    def own_places(self, component: str, sources: Collection[str] = ()) -> list[Path]:
        """Return the component's own files; of a crate that has no others, its folder instead."""
        own = self.own_files(component, sources)
        whole = {
            crate.folder: set(crate.files)
            for crate in self.members
            if crate.files and set(crate.files) <= set(own)
        }
        within = set().union(*whole.values())
        return [*whole, *(path for path in own if path not in within)]

    @cached_property
    def _places(self) -> list[tuple[Path, PurePath, PurePath]]:
        """Every file, its path from `root`, and that of its crate's folder."""
        return [
            (path, PurePath(self._shown(path)), PurePath(self._shown(crate.folder)))
            for crate in self.members
            for path in crate.files
        ]

    def _reached(
        self, component: str, own: AbstractSet[Path], everyones: AbstractSet[Path]
    ) -> dict[Crate, frozenset[str]]:
        """Return the crates that a component is built from, each with its features."""
        known = {crate.folder: crate for crate in self.members}
        first = [crate.folder for crate in self.members if own & set(crate.files)]
        found = {folder: _own_features(known[folder], component) for folder in first}
        pending = list(first)
        while pending:
            folder = pending.pop(0)
            for each in known[folder].manifest.dependencies(found[folder]):
                crate = known.get(each.folder) if each.folder else None
                if crate is None or (crate.folder not in first and everyones & set(crate.files)):
                    continue
                features = found.get(crate.folder, frozenset()) | each.wanted
                if features != found.get(crate.folder):
                    found[crate.folder] = features
                    pending.append(crate.folder)
        return {known[folder]: features for folder, features in sorted(found.items())}

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.root)).as_posix()


def _own_features(crate: Crate, component: str) -> frozenset[str]:
    """Return the features that a component switches on in a crate where it has files."""
    return frozenset({component if component in crate.manifest.features else "default"})


def find_crates(root: Path, package: Path) -> Crates:
    """Return the crates of the project in the folder `root`.

    The manifest is the one that ``[tool.maturin]`` of its pyproject.toml names, else the nearest to
    the folder `package`. Raises `EnvironmentLacking` where there is none.
    """
    manifest = _named_manifest(root)
    if manifest is None:
        around = [folder / "Cargo.toml" for folder in (package, *package.parents)]
        manifest = next((path for path in around if noted(path).is_file()), None)
    if manifest is None or not noted(manifest).is_file():
        message = f"the Rust sources are not here: no Cargo.toml in {root} or around it"
        raise EnvironmentLacking(message)
    manifest = Path(os.path.abspath(manifest))  # noqa: PTH100  # links stay as they are named
    top = _workspace_of(manifest)
    whole = read_toml(top)
    workspace = whole.get("workspace", {})
    if "package" in read_toml(manifest):
        pending = [manifest.parent]
    else:
        pending = [
            folder
            for pattern in workspace.get("members", ())
            for folder in glob(top.parent, pattern)
            if noted(folder / "Cargo.toml").is_file()
        ]
    crates: dict[Path, Crate] = {}
    while pending:
        folder = pending.pop(0)
        if folder not in crates:
            table = read_toml(folder / "Cargo.toml")
            crates[folder] = crate = Crate(
                table.get("package", {}).get("name", folder.name),
                folder,
                tuple(_files(folder)),
                Manifest(table, folder, top.parent, workspace),
            )
            needed = crate.manifest.dependencies(None)
            pending += [each.folder for each in needed if each.folder is not None]
    return Crates(top.parent, tuple(crates.values()), whole)


def _named_manifest(root: Path) -> Path | None:
    pyproject = root / "pyproject.toml"
    if not noted(pyproject).is_file():
        return None
    name = read_toml(pyproject).get("tool", {}).get("maturin", {}).get("manifest-path")
    return None if name is None else root / name


def _workspace_of(manifest: Path) -> Path:
    """Return the manifest of the workspace around a crate, as cargo looks for it; else its own."""
    for folder in (manifest.parent, *manifest.parent.parents):
        path = folder / "Cargo.toml"
        if noted(path).is_file() and "workspace" in read_toml(path):
            return path
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    """Yield the sources in a crate's folder, as a build's digest counts them."""
    for path in sorted(noted(folder).iterdir()):
        if path.is_dir():
            if path.name not in _APART and not path.name.startswith("."):
                yield from _files(path)
        elif path.suffix in {".rs", ".txt"}:
            yield path


def _json(facts: object) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()


def _locked(lock: Path, reached: Mapping[Crate, frozenset[str]]) -> list[str]:
    """Return the foreign crates, with version and checksum, that the crates `reached` lead to."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in read_toml(lock).get("package", ()):
        entries.setdefault(entry["name"], []).append(entry)
    pending: list[str] = []
    for crate, features in reached.items():
        needed = {each.package for each in crate.manifest.dependencies(features)}
        pending += [
            name
            for entry in entries.get(crate.name, ())
            if "source" not in entry
            for name in entry.get("dependencies", ())
            if name.partition(" ")[0] in needed
        ]
    found: set[str] = set()
    while pending:
        name, *version = pending.pop().split(" ")[:2]  # where there are several, it says which
        for entry in entries.get(name, ()):
            shown = f"{name} {entry['version']} {entry.get('checksum', entry.get('source'))}"
            if "source" in entry and version in ([], [entry["version"]]) and shown not in found:
                found.add(shown)
                pending += entry.get("dependencies", ())
    return sorted(found)
