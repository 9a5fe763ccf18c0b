"""Which files a Rust side is built from, read from the manifests alone: cargo is not needed.

A component's own files are named for it: ``NAME.rs``, and what is in a folder ``NAME``, in any
crate. The others of a crate are shared by the components that have files of their own there.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from agent.errors import EnvironmentLacking
from agent.porting.files.trace import glob, noted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Crate", "Crates", "find_crates", "is_named_for"]

_APART = {"benches", "examples", "target", "tests"}
"""Folders of a crate whose files are no part of what is built from it."""


@dataclass(frozen=True)
class Crate:
    """A crate whose sources are here."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    """Its manifest, and what it is built from."""
    neighbours: tuple[Path, ...]
    """The folders of those that it depends on by their path."""
    for_tests: frozenset[str]
    """The names of crates that only its tests and benches depend on."""


@dataclass(frozen=True)
class Crates:
    """The crates that an extension is built from."""

    root: Path
    """Where the workspace's manifest is, or the extension's where there is no workspace."""
    members: tuple[Crate, ...]

    def contents(self, component: str, components: Collection[str]) -> dict[str, bytes]:
        """Return what `component`, one of `components`, is built from: contents by their paths.

        These are its own files, where none is named for it all; of its crates, and of those they
        need in which no component has files, what is not another component's; the manifests; and
        which versions of foreign crates are locked.
        """
        crates = self._crates_of(component, components)
        others = set(components) - {component}
        files = [path for crate in crates for path in crate.files]
        if any(self._belongs(path, component) for path in files):
            files = [
                path
                for path in files
                if self._belongs(path, component)
                or not any(self._belongs(path, other) for other in others)
            ]
        contents = {self._shown(path): noted(path).read_bytes() for path in files}
        for name in ("Cargo.toml", "rust-toolchain", "rust-toolchain.toml"):
            if noted(path := self.root / name).is_file():
                contents[name] = path.read_bytes()
        if noted(lock := self.root / "Cargo.lock").is_file():
            contents[lock.name] = "\n".join(_locked(lock, crates)).encode()
        return contents

    def named_for(self, component: str) -> list[Path]:
        """Return the source files that are named for `component`."""
        return [
            path for crate in self.members for path in crate.files if self._belongs(path, component)
        ]

    def _crates_of(self, component: str, components: Collection[str]) -> list[Crate]:
        crates = [crate for crate in self.members if self._has(crate, component)]
        if not crates:
            return list(self.members)
        common = {
            crate.folder: crate
            for crate in self.members
            if not any(self._has(crate, name) for name in components)
        }
        for crate in crates:  # which grows on the way
            needed = [common[folder] for folder in crate.neighbours if folder in common]
            crates += [each for each in needed if each not in crates]
        return crates

    def _has(self, crate: Crate, component: str) -> bool:
        return any(self._belongs(path, component) for path in crate.files)

    def _belongs(self, path: Path, component: str) -> bool:
        shown = PurePath(self._shown(path))
        return shown.suffix == ".rs" and "src" in shown.parts and is_named_for(shown, component)

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.root)).as_posix()


def is_named_for(path: PurePath, component: str) -> bool:
    """Tell whether a Rust file is named for a component, or is in a folder that is."""
    return component in {path.stem, *path.parent.parts}


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
    workspace = _read(top).get("workspace", {})
    if "package" in _read(manifest):
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
            crates[folder] = _read_crate(folder, top.parent, workspace.get("dependencies", {}))
            pending += crates[folder].neighbours
    return Crates(top.parent, tuple(crates.values()))


def _named_manifest(root: Path) -> Path | None:
    pyproject = root / "pyproject.toml"
    if not noted(pyproject).is_file():
        return None
    name = _read(pyproject).get("tool", {}).get("maturin", {}).get("manifest-path")
    return None if name is None else root / name


def _workspace_of(manifest: Path) -> Path:
    """Return the manifest of the workspace around a crate, as cargo looks for it; else its own."""
    for folder in (manifest.parent, *manifest.parent.parents):
        path = folder / "Cargo.toml"
        if noted(path).is_file() and "workspace" in _read(path):
            return path
    return manifest


def _read_crate(folder: Path, root: Path, shared: dict[str, Any]) -> Crate:
    manifest = _read(folder / "Cargo.toml")
    tables = [manifest, *manifest.get("target", {}).values()]
    built = {
        name: each
        for table in tables
        for kind in ("dependencies", "build-dependencies")
        for name, each in table.get(kind, {}).items()
    }
    tested = {name for table in tables for name in table.get("dev-dependencies", {})}
    neighbours = []
    for name, each in built.items():
        base = folder
        if isinstance(each, dict) and each.get("workspace"):
            base, each = root, shared.get(name)  # noqa: PLW2901  # it says where to look instead
        if isinstance(each, dict) and "path" in each:
            neighbours.append(Path(os.path.normpath(base / each["path"])))
    return Crate(
        manifest.get("package", {}).get("name", folder.name),
        folder,
        tuple(_files(folder)),
        tuple(neighbours),
        frozenset(tested - built.keys()),
    )


def _files(folder: Path) -> Iterator[Path]:
    """Yield the manifest and the sources in a crate's folder, as a build's digest counts them."""
    for path in sorted(noted(folder).iterdir()):
        if path.is_dir():
            if path.name not in _APART and not path.name.startswith("."):
                yield from _files(path)
        elif path.suffix in {".rs", ".txt"} or path.name == "Cargo.toml":
            yield path


def _locked(lock: Path, crates: list[Crate]) -> list[str]:
    """Return the foreign crates, with version and checksum, that `crates` lead to."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in _read(lock).get("package", ()):
        entries.setdefault(entry["name"], []).append(entry)
    found: set[str] = set()
    pending = [
        name
        for crate in crates
        for entry in entries.get(crate.name, ())
        if "source" not in entry
        for name in entry.get("dependencies", ())
        if name.partition(" ")[0] not in crate.for_tests
    ]
    while pending:
        name, *version = pending.pop().split(" ")[:2]  # where there are several, it says which
        for entry in entries.get(name, ()):
            shown = f"{name} {entry['version']} {entry.get('checksum', entry.get('source'))}"
            if "source" in entry and version in ([], [entry["version"]]) and shown not in found:
                found.add(shown)
                pending += entry.get("dependencies", ())
    return sorted(found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(noted(path).read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path} is not TOML: {error}"
        raise EnvironmentLacking(message) from error
