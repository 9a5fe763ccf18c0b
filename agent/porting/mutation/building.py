"""Build all mutants of a component at once, without those that do not compile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import EnvironmentLacking
from agent.porting.files.reading import parse_json, read_text
from agent.porting.mutation.crates import contents_of, copy_workspace
from agent.porting.mutation.schemata import Rendering, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from agent.porting.mutation.crates import Workspace
    from agent.porting.mutation.mutants import Source

__all__ = ["Built", "build"]

_PROFILE = {
    "inherits": '"release"',  # so that overflow and debug assertions are what is shipped
    "lto": "false",
    "opt-level": "1",
    "codegen-units": "16",
    "incremental": "true",
    'package."*".opt-level': "3",  # of crates that are not changed, compiled once
}
_LINKING = ("-Clink-arg=-undefined", "-Clink-arg=dynamic_lookup")
"""Options that the linker of macOS needs for an extension."""


@dataclass(frozen=True)
class Built:
    """An extension that holds the mutants of a component."""

    extension: Path
    unbuildable: frozenset[int]
    """The mutants that do not compile, which it does not hold."""


def build(
    workspace: Workspace, sources: Sequence[Source], folder: Path, tell: Callable[[str], None]
) -> Built:
    """Build the extension in `folder`, leaving out what rustc refuses, until it refuses nothing.

    What was built before from the same text is used again.
    Raises `EnvironmentLacking` for an error that no mutant is to blame for.
    """
    mutants = sum(1 for source in sources for _ in source.mutants)
    digest = _digest(workspace, sources)
    kept = _kept(folder, digest)
    if kept is not None:
        return kept
    unbuildable: frozenset[int] = frozenset()
    while True:
        renderings = {source.file: render(source, unbuildable) for source in sources}
        texts = {file: rendering.content for file, rendering in renderings.items()}
        copy_workspace(workspace, folder / "source", texts, mutants)
        tell(f"building {mutants - len(unbuildable)} mutants")
        extension, errors = _cargo(workspace, folder)
        if extension is not None:
            (folder / "built.json").write_text(
                json.dumps(
                    {
                        "digest": digest,
                        "extension": str(extension),
                        "unbuildable": sorted(unbuildable),
                    }
                ),
                encoding="utf-8",
            )
            return Built(extension, unbuildable)
        blamed = frozenset().union(*(_blamed(error, renderings) for error in errors))
        if not blamed:
            shown = "".join(error["rendered"] or error["message"] for error in errors[:3])
            message = f"the mutated copy of {workspace.extension} cannot be built:\n{shown}"
            raise EnvironmentLacking(message)
        unbuildable |= blamed


def _kept(folder: Path, digest: str) -> Built | None:
    try:
        saved = parse_json(read_text(folder / "built.json"))
    except (OSError, ValueError):
        return None
    extension = Path(saved["extension"])
    if saved["digest"] != digest or not extension.is_file():
        return None
    return Built(extension, frozenset(saved["unbuildable"]))


def _digest(workspace: Workspace, sources: Sequence[Source]) -> str:
    """Return what identifies this build."""
    total = sha256(f"{sys.version} {workspace.root}".encode())
    for name, content in contents_of(workspace).items():
        total.update(b"%b\0%d\0%b" % (name.encode(), len(content), content))
    for source in sources:
        total.update(render(source).content)
    return total.hexdigest()


def _cargo(workspace: Workspace, folder: Path) -> tuple[Path | None, list[dict[str, Any]]]:
    """Build once; return the extension's file, or what rustc had to say."""
    settings = [
        argument
        for key, value in _PROFILE.items()
        for argument in ("--config", f"profile.mutation.{key}={value}")
    ]
    interpreter = {
        "PYO3_PYTHON": os.path.realpath(sys.executable),
        "PYO3_BUILD_EXTENSION_MODULE": "1",
    }
    done = subprocess.run(  # noqa: S603  # cargo, as on the path
        [
            *("cargo", "rustc", "--package", workspace.extension, "--lib", "--profile", "mutation"),
            # Not shared with other components: cargo takes all copies of a crate for one.
            *("--target-dir", str(folder / "target"), "--message-format=json"),
            *_features(workspace.root),
            *settings,
            *(("--", *_LINKING) if sys.platform == "darwin" else ()),
        ],
        cwd=folder / "source",
        capture_output=True,
        encoding="utf-8",
        # Some mutants are what a lint forbids: that is the point of them.
        env={**os.environ, **interpreter, "RUSTFLAGS": "--cap-lints=warn"},
        check=False,
    )
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode == 0:
        return _artifact(messages), []
    errors = [
        message["message"]
        for message in messages
        if message["reason"] == "compiler-message" and message["message"]["level"] == "error"
    ]
    if not errors:
        errors = [{"message": done.stderr, "rendered": None, "spans": []}]
    return None, errors


def _artifact(messages: list[dict[str, Any]]) -> Path:
    for message in reversed(messages):
        if message["reason"] == "compiler-artifact" and "cdylib" in message["target"]["kind"]:
            for name in message["filenames"]:
                if Path(name).suffix in {".so", ".dylib", ".dll"}:
                    return Path(name)
    message = "cargo built no extension"
    raise EnvironmentLacking(message)


def _features(root: Path) -> list[str]:
    """Return the features that maturin builds with."""
    try:
        with (root / "pyproject.toml").open("rb") as file:
            maturin = tomllib.load(file).get("tool", {}).get("maturin", {})
    except OSError:
        return []
    features = maturin.get("features", [])
    return ["--features", ",".join(features)] if features else []


def _blamed(error: dict[str, Any], renderings: dict[str, Rendering]) -> frozenset[int]:
    places: dict[str, list[tuple[int, int]]] = {}
    for span in _spans(error):
        places.setdefault(span["file_name"], []).append((span["byte_start"], span["byte_end"]))
    for file, spans in places.items():
        blamed = renderings[file].blamed(spans) if file in renderings else frozenset()
        if blamed:
            return blamed
    return frozenset()


def _spans(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield where an error is, where it is mainly first; in a macro, also where that was used."""
    spans = sorted(error["spans"], key=lambda span: not span["is_primary"])
    for child in error.get("children", ()):
        spans += child["spans"]
    for span in spans:
        around = span
        while around is not None:
            yield around
            expansion = around.get("expansion")
            around = expansion["span"] if expansion else None
