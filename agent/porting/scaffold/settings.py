"""The settings of a port in pyproject.toml: where its table is, and how its extension is built."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import tomlkit

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.porting.scaffold.target import Layout

__all__ = ["advice", "environment_of", "settled"]

_DEPENDENCY = "agent-port"


def environment_of(package: str) -> str:
    """Return the prefix of the variables that choose which side of a component runs."""
    return f"{package.upper().strip('_')}_IMPL"


def settled(text: str, layout: Layout, extension: str, manifest: str) -> str:
    """Return the pyproject.toml `text` with the settings of a port, and the dependency on it."""
    for tool in ("agent-port", "maturin"):
        if tool in layout.tools:
            message = (
                f"pyproject.toml has a [tool.{tool}] already: --init is for a package that has "
                "no Rust yet. A function of an extension of your own gets its row in the table by "
                "hand, as docs/guide/porting.md shows"
            )
            raise UsageError(message)
    settings: dict[str, Any] = {
        "agent-port": {
            "table": layout.inside("components.toml"),
            "environment": environment_of(layout.package),
        },
        "maturin": {"module-name": extension, "manifest-path": manifest},
    }
    if layout.source != ".":
        settings["maturin"]["python-source"] = layout.source
    if _backend(layout) == "setuptools":
        known = layout.tools.get("setuptools", {})
        own: dict[str, Any] = {}
        if "package-data" not in known:
            own["package-data"] = {layout.package: ["components.toml"]}
        if _discovers(layout) and not known.keys() & {"packages", "py-modules"}:
            # Where several folders are beside each other, setuptools does not guess.
            own["packages"] = {"find": {"include": [f"{layout.package}*"]}}
        if own:
            settings["setuptools"] = own
    added: dict[str, Any] = {"tool": settings}
    if "build-system" not in layout.pyproject:  # setuptools builds it, which maturin has to read
        added["build-system"] = {
            "requires": ["setuptools>=61"], "build-backend": "setuptools.build_meta",
        }  # fmt: skip
    return f"{_depending(text).rstrip()}\n\n{tomlkit.dumps(added)}"


def advice(text: str, layout: Layout) -> list[str]:
    """Return what a person has to change in the pyproject.toml `text` yet: sentences."""
    told = []
    backend = _backend(layout)
    project = tomllib.loads(text).get("project", {})
    if backend != "maturin":
        told.append(
            f"{backend} goes on building wheels without Rust, which run in Python alone; for "
            'wheels with Rust, say requires = ["maturin>=1.9"] and build-backend = "maturin" '
            "under [build-system]"
        )
    if backend == "setuptools" and "package-data" in layout.tools.get("setuptools", {}):
        told.append(f'add "components.toml" to the package-data of {layout.package}')
    if not _depends(project):
        told.append(f"add {_DEPENDENCY} to the dependencies: {layout.package} imports it")
    if "version" in project.get("dynamic", []):
        told.append(
            "the version is dynamic, so maturin takes that of the crate: write it down under "
            "[project] when maturin is to build wheels"
        )
    if not project:
        told.append("pyproject.toml has no [project], without which maturin builds nothing")
    return told


def _backend(layout: Layout) -> str:
    """Return who builds the project's wheels; without a word it is setuptools."""
    name: str = layout.pyproject.get("build-system", {}).get("build-backend", "setuptools")
    return name.partition(".")[0].partition("_build")[0]


def _discovers(layout: Layout) -> bool:
    """Return whether setuptools discovers packages in the project's root."""
    return layout.source == "." and not any(
        (layout.root / name).exists() and "packages" in (layout.root / name).read_text("utf-8")
        for name in ("setup.py", "setup.cfg")
    )


def _depends(project: dict[str, Any]) -> bool:
    return any(
        re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") == _DEPENDENCY  # type: ignore[index]
        for each in project.get("dependencies", [])
    )


def _depending(text: str) -> str:
    """Return `text` with the dependency, unless it is there or a program says what is."""
    document = tomlkit.parse(text)
    project = document.get("project")
    if project is None or _depends(project) or "dependencies" in project.get("dynamic", []):
        return text
    if "dependencies" in project:
        project["dependencies"].insert(0, _DEPENDENCY)
    else:
        project["dependencies"] = [_DEPENDENCY]
    return tomlkit.dumps(document)
