"""What pyproject.toml is to say: where the port stands, and how its extension is built."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.porting.scaffold.target import Layout

__all__ = ["advice", "environment_of", "settled"]

_PORT = """
[tool.agent-port]
table = "{table}"
environment = "{environment}"
"""

_MATURIN = """
[tool.maturin]
module-name = "{extension}"
manifest-path = "{manifest}"
{source}"""

_BUILD = """
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
"""
"""What builds a project that does not say so; maturin wants it said."""

_PACKAGE_DATA = """
[tool.setuptools.package-data]
{package} = ["components.toml"]
"""

_PACKAGES = """
[tool.setuptools.packages.find]
include = ["{package}*"]
"""
"""Where there are several folders beside each other, setuptools does not guess."""

_DEPENDENCY = "agent-port"


def environment_of(package: str) -> str:
    """Return the prefix of the variables that choose which side of a component runs."""
    return f"{package.upper().strip('_')}_IMPL"


def settled(text: str, layout: Layout, extension: str, manifest: str) -> str:
    """Return the pyproject.toml `text` with what a port needs at its end, and its dependency."""
    for tool in ("agent-port", "maturin"):
        if tool in layout.tools:
            message = (
                f"pyproject.toml has a [tool.{tool}] already: --init is for a package that has "
                "no Rust yet"
            )
            raise UsageError(message)
    source = "" if layout.source == "." else f'python-source = "{layout.source}"\n'
    parts = [
        _PORT.format(
            table=layout.inside("components.toml"), environment=environment_of(layout.package)
        ),
        _MATURIN.format(extension=extension, manifest=manifest, source=source),
    ]
    if "build-system" not in layout.pyproject:
        parts.append(_BUILD)
    if _backend(layout) == "setuptools":
        known = layout.tools.get("setuptools", {})
        if "package-data" not in known:
            parts.append(_PACKAGE_DATA.format(package=layout.package))
        if _discovers(layout) and not known.keys() & {"packages", "py-modules"}:
            parts.append(_PACKAGES.format(package=layout.package))
    return _depending(text).rstrip("\n") + "\n" + "".join(parts)


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
    """Tell whether setuptools looks for packages in the project's root, by itself."""
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
    """Return `text` with the dependency, if it can be put there without changing anything else."""
    before = tomllib.loads(text)
    project = before.get("project")
    if project is None or _depends(project) or "dependencies" in project.get("dynamic", []):
        return text
    if "dependencies" in project:
        pattern, by = r"(?m)^dependencies\s*=\s*\[(\s*)", rf'\g<0>"{_DEPENDENCY}",\1'
        by = by if project["dependencies"] else rf'\g<0>"{_DEPENDENCY}"'
    else:
        place = "requires-python" if "requires-python" in project else "name"
        pattern, by = rf"(?m)^{place}\s*=.*\n", rf'\g<0>dependencies = ["{_DEPENDENCY}"]\n'
    changed = re.sub(pattern, by, text, count=1)
    wanted = project | {"dependencies": [_DEPENDENCY, *project.get("dependencies", [])]}
    try:
        held = tomllib.loads(changed) == before | {"project": wanted}
    except ValueError:
        held = False
    return changed if held else text
