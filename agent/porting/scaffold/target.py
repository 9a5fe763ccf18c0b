"""The object to port: a function or class at the top of a module, and its package."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.porting.files.reading import parse_toml, read_text
from agent.porting.project.import_path import append

__all__ = ["Layout", "Target", "find_target", "require_portable"]

_SOURCES = (".", "src", "python")
"""The folders of packages in a project."""


@dataclass(frozen=True)
class Layout:
    """The paths of a project's parts."""

    root: Path
    """Where its pyproject.toml is."""
    source: str
    """The folder that holds the package, from the root: ``"."``, or ``"src"`` as many have it."""
    package: str
    pyproject: dict[str, Any]

    def inside(self, path: str) -> str:
        """Return the path of a file in the package, from the root."""
        prefix = "" if self.source == "." else f"{self.source}/"
        return f"{prefix}{self.package}/{path}"

    @property
    def tools(self) -> dict[str, Any]:
        """The tables ``[tool.…]`` of pyproject.toml."""
        found: dict[str, Any] = self.pyproject.get("tool", {})
        return found


@dataclass(frozen=True)
class Target:
    """A function or class, where it is defined."""

    reference: str
    """``"package.module:name"``"""
    described: Any
    path: str
    """Its file, from the project's root."""
    layout: Layout

    @property
    def name(self) -> str:
        """Its own name."""
        return self.reference.partition(":")[2]


def find_target(reference: str, here: Path) -> Target:
    """Find ``"package.module:name"`` in the project around the folder `here`.

    Raises `UsageError` for what is not there, or cannot be ported by itself.
    """
    module, _, name = reference.partition(":")
    if not name.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        message = (
            f"--from {reference}: give a function or class at the top of a module, as in "
            "package.module:name; methods are ported with their class"
        )
        raise UsageError(message)
    layout = _layout(module.partition(".")[0], here)
    described = _load(module, name)
    if not (inspect.isclass(described) or inspect.isroutine(described) or callable(described)):
        message = f"{reference} is not a function or class, but {described!r}"
        raise UsageError(message)
    if getattr(described, "__qualname__", name) == getattr(described, "__name__", name):
        module = getattr(described, "__module__", None) or module  # where it is defined
        name = getattr(described, "__name__", name)
    reference = f"{module}:{name}"
    require_portable(described, reference)
    file = getattr(sys.modules.get(module), "__file__", None)
    root = layout.root
    if file is None or not Path(file).is_relative_to(root) or not file.endswith(".py"):
        message = f"{reference} is defined in {file or 'no file'}, outside of {root}"
        raise UsageError(message)
    return Target(reference, described, Path(file).relative_to(root).as_posix(), layout)


def _layout(package: str, here: Path) -> Layout:
    root = next(
        (each for each in (here, *here.parents) if (each / "pyproject.toml").is_file()), None
    )
    if root is None:
        message = f"no pyproject.toml in {here} or above: a port needs a project"
        raise UsageError(message)
    for source in _SOURCES:
        if (root / source / package / "__init__.py").is_file():
            break
        if (root / source / f"{package}.py").is_file():
            message = (
                f"{package} is a single module, and an extension needs a package: "
                f"make it {package}/__init__.py"
            )
            raise UsageError(message)
    else:
        message = f"{root} has no package {package}: looked for {package}/__init__.py in " + (
            ", ".join(_SOURCES)
        )
        raise UsageError(message)
    append(str((root / source).resolve()))
    spec = find_spec(package)
    origin = Path(spec.origin) if spec is not None and spec.origin else None
    if origin is None or not origin.resolve().is_relative_to(root.resolve()):
        message = f"{package} is imported from {origin}, and not from {root}"
        raise UsageError(message)
    try:
        pyproject = parse_toml(read_text(root / "pyproject.toml"))
    except ValueError as error:
        message = f"{root / 'pyproject.toml'} is not TOML: {error}"
        raise UsageError(message) from error
    return Layout(root, source, package, pyproject)


def _load(module: str, name: str) -> Any:
    try:
        return getattr(import_module(module), name)
    except Exception as error:
        message = f"{module}:{name} cannot be loaded: {type(error).__name__}: {error}"
        raise UsageError(message) from error


def require_portable(described: Any, reference: str) -> None:
    """Raise `UsageError` for an object that a Rust side cannot replace."""
    why = None
    if found := _asynchronous(described):
        why = (
            f"{found}, and no skeleton of asynchronous Rust is written: write its contract and both"
            " sides by hand, which agent check and agent bench take"
        )
    elif inspect.isgeneratorfunction(described):
        why = (
            "is a generator function: port what makes its items, which can be compared call by call"
        )
    elif isinstance(described, type):
        if issubclass(described, BaseException):
            why = "is an exception, which stays in Python"
        elif inspect.isabstract(described):
            why = "is abstract: nothing can be made of it"
        elif builtin := [base.__name__ for base in described.__mro__[:-1] if not _is_heap(base)]:
            why = f"extends {', '.join(builtin)}, which a class in Rust cannot extend"
    if why is not None:
        message = f"{reference} {why}"
        raise UsageError(message)


def _asynchronous(described: Any) -> str | None:
    """Return what is asynchronous in a function or a class, or None."""
    members = {"": described}
    if isinstance(described, type):
        members = {name: getattr(described, name, None) for name in dir(described)}
    for name, member in members.items():
        function = inspect.unwrap(member) if callable(member) else member
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            return f"has the asynchronous method {name}" if name else "is asynchronous"
    return None


def _is_heap(cls: type) -> bool:
    """Return whether a class was created by a class statement."""
    return bool(cls.__flags__ & (1 << 9))
