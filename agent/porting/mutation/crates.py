"""The Rust files of a component, and a copy of their workspace to build mutants in."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import EnvironmentLacking, UsageError
from agent.porting.mutation.mutants import Source, integer_constants, read_source
from agent.porting.mutation.switch import MANIFEST, crate_source
from agent.porting.sources.ownership import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "MutatedCrate",
    "Workspace",
    "contents_of",
    "copy_workspace",
    "find_mutants",
    "find_workspace",
]

_SKIPPED = shutil.ignore_patterns(
    "target", "build", "dist", "node_modules", "__pycache__", ".*", "*.so", "*.pyd"
)
_AT_ROOT = ("Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", ".cargo")
_SWITCH = "agent-mutation-switch"


@dataclass(frozen=True)
class MutatedCrate:
    """A member of the workspace."""

    name: str
    folder: Path
    """From the workspace's root."""
    settings: frozenset[str]
    """What is compiled conditionally in it: ``rust --print cfg``'s, and its features."""


@dataclass(frozen=True)
class Workspace:
    """A cargo workspace, one of whose members is a Python extension."""

    root: Path
    crates: tuple[MutatedCrate, ...]
    extension: str
    """The member that is the extension."""

    def crate_of(self, file: str) -> MutatedCrate:
        """Return the member that `file`, a path from the root, belongs to."""
        around = [crate for crate in self.crates if Path(file).is_relative_to(crate.folder)]
        return max(around, key=lambda crate: len(crate.folder.parts))


def find_workspace(module: str) -> Workspace:
    """Return the workspace that the extension `module` is built from.

    It is looked for in the folders around the package that holds the module, then around the
    current one. Raises `EnvironmentLacking` where there are no sources, or no cargo.
    """
    stem = module.rpartition(".")[2]
    spec = find_spec(module.partition(".")[0])
    beside = Path(spec.origin).parent if spec is not None and spec.origin else Path.cwd()
    for start in (beside, Path.cwd()):
        for folder in (start, *start.parents):
            if (folder / "Cargo.toml").is_file():
                found = _read_workspace(folder, stem)
                if found is not None:
                    return found
                break
    message = f"the Rust sources of {module} are not here: no Cargo.toml has a crate for it"
    raise EnvironmentLacking(message)


def _read_workspace(folder: Path, stem: str) -> Workspace | None:
    metadata = json.loads(_ask(folder, "cargo", "metadata", "--format-version=1", "--locked"))
    root = Path(metadata["workspace_root"])
    cfg = set(_ask(folder, "rustc", "--print=cfg").splitlines()) - {"debug_assertions"}
    features = {node["id"]: node["features"] for node in metadata["resolve"]["nodes"]}
    crates, extension = [], None
    for package in metadata["packages"]:
        if package["id"] not in metadata["workspace_members"]:
            continue
        named = {f'feature="{name}"' for name in features[package["id"]]}
        place = Path(package["manifest_path"]).parent.relative_to(root)
        crates.append(MutatedCrate(package["name"], place, frozenset(cfg | named)))
        for target in package["targets"]:
            if "cdylib" in target["kind"] and target["name"] == stem:
                extension = package["name"]
    return None if extension is None else Workspace(root, tuple(crates), extension)


def _ask(folder: Path, *command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # cargo and rustc, as on the path
            command, cwd=folder, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        message = f"{command[0]} cannot be run ({error.strerror}): mutants need a Rust toolchain"
        raise EnvironmentLacking(message) from error
    if done.returncode != 0:
        message = f"{' '.join(command)} failed: {done.stderr.strip()}"
        raise EnvironmentLacking(message)
    return done.stdout


def find_mutants(
    workspace: Workspace, name: str, wanted: Sequence[str] = (), sources: Sequence[str] = ()
) -> list[Source]:
    """Find the mutants of the component `name`, file by file.

    The files are its own, as `is_own` says of them with the `sources` that the table names; where
    it has none, those of the whole workspace. `wanted` are patterns of further files. Raises
    `UsageError` for a pattern that no file matches.
    """
    files = {
        path.relative_to(workspace.root): crate
        for crate in workspace.crates
        for path in sorted((workspace.root / crate.folder / "src").rglob("*.rs"))
    }
    own = {
        path for path, crate in files.items() if is_own(path, crate.folder, name, sources)
    } or set(files)
    for pattern in wanted:
        matching = {path for path in files if fnmatch(path.as_posix(), pattern)}
        if not matching:
            message = f"no Rust source matches {pattern!r}"
            raise UsageError(message)
        own |= matching
    # A module comes before what is in its folder, and may say that it is not compiled.
    ordered = sorted(own, key=lambda path: (len(path.parts), path))
    content = {path: (workspace.root / path).read_bytes() for path in ordered}
    constants = frozenset().union(*map(integer_constants, content.values()))
    found: list[Source] = []
    absent: set[Path] = set()
    first = 1
    for path, text in content.items():
        if any(path == gone or gone.with_suffix("") in path.parents for gone in absent):
            continue
        source = read_source(path.as_posix(), text, first, files[path].settings, constants)
        inside = path.parent if path.stem in {"lib", "mod"} else path.with_suffix("")
        absent |= {inside / f"{name}.rs" for name in source.absent}
        first += sum(1 for _ in source.mutants)
        found.append(source)
    return found


def copy_workspace(
    workspace: Workspace, to: Path, mutated: Mapping[str, bytes], mutants: int
) -> None:
    """Make the folder `to` a copy of the workspace with the files `mutated` in it, and the switch.

    What is the same as before is not written again, so that it is not compiled again.
    """
    contents = {**contents_of(workspace), **mutated}
    for folder in {workspace.crate_of(file).folder for file in mutated}:
        up = "/".join([".."] * len(folder.parts)) or "."
        depends = f'\n[dependencies.{_SWITCH}]\npath = "{up}/{_SWITCH}"\n'
        contents[(folder / "Cargo.toml").as_posix()] += depends.encode()
    contents[f"{_SWITCH}/Cargo.toml"] = MANIFEST.encode()
    contents[f"{_SWITCH}/lib.rs"] = crate_source(mutants).encode()
    for path in [path for path in to.rglob("*") if path.is_file()]:
        if path.relative_to(to).as_posix() not in contents:
            path.unlink()
    for name, content in contents.items():
        path = to / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def contents_of(workspace: Workspace) -> dict[str, bytes]:
    """Return the files that cargo builds the workspace from, by their paths from its root."""
    contents: dict[str, bytes] = {}
    for name in (*_AT_ROOT, *(crate.folder.as_posix() for crate in workspace.crates)):
        _gather(workspace.root, Path(name), contents)
    return contents


def _gather(root: Path, path: Path, contents: dict[str, bytes]) -> None:
    """Add the file, or the files of the folder, at `path` in `root`."""
    place = root / path
    if place.is_file():
        contents[path.as_posix()] = place.read_bytes()
    elif place.is_dir():
        names = sorted(each.name for each in place.iterdir())
        for name in names:
            if name not in _SKIPPED(str(place), names):
                _gather(root, path / name, contents)
