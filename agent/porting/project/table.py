"""The table of components: a TOML file with the parts of each port and the side that runs.

Each ``[components.NAME]`` names the parts, as references ``"module:attribute"``, and a stage;
``[thresholds]`` holds the common thresholds. Reading the table imports none of them.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import ContractError, UnknownComponent
from agent.porting.files.reading import parse_toml, read_bytes
from agent.porting.project.settings import (
    Shadow,
    Thresholds,
    read_settings,
    require_known,
    require_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = [
    "STAGES",
    "Component",
    "find_component",
    "keep_reference",
    "load",
    "load_table",
    "parsed",
    "read_file",
    "restore_references",
    "split",
]

STAGES = ("python", "shadow", "rust")
"""The default side of a component; an override or the environment takes precedence.

In ``shadow``, Python answers and Rust is compared beside it.
"""


class Component(NamedTuple):
    """One row of the table."""

    name: str
    """A lower-case identifier, because it is also used as a keyword argument."""
    contract: str
    """The `typing.Protocol` that both implementations satisfy."""
    python: str
    """The reference implementation."""
    rust: str
    """The implementation in an extension module."""
    stage: str
    """One of `STAGES`."""
    factory: str | None = None
    """The protocol of the constructor; None for a function or a module."""
    workloads: str | None = None
    """The workloads; None if nothing is measured."""
    world: str | None = None
    """The `agent.porting.worlds.World` that external operations are checked in; None for none."""
    extra: str = ""
    """What pip installs for the reference alone, as ``"mypkg[slug]"``; empty for nothing."""
    sources: tuple[str, ...] = ()
    """The Rust files, folders and patterns that are the component's own; empty for the module of
    its name in each crate."""
    partial: bool = False
    """Whether the Rust side may raise `Unsupported`, with Python as fallback."""
    verify: float = 0.0
    """Share of calls that are compared in stage ``rust``; of objects, for a class."""
    shadow: Shadow = Shadow()
    thresholds: Thresholds = Thresholds()


_KEYS = [key for key in Component._fields if key != "name"]
_REQUIRED = ("contract", "python", "rust", "stage")
_REFERENCES = ("contract", "factory", "python", "rust", "workloads", "world")


def read_file(path: str) -> bytes:
    """Return the content of the file at `path`."""
    return read_bytes(path)


@lru_cache(maxsize=8)
def parsed(text: str) -> dict[str, Any]:
    """Return the cached content of a TOML file; do not change it.

    Raises `ValueError` for what is not TOML.
    """
    return parse_toml(text)


def load_table(path: Path | str, read: Callable[[str], bytes] = read_file) -> dict[str, Component]:
    """Read the table at `path`, in its order; `read` returns the content of a file.

    Raises `ContractError` if the table or a row is invalid.
    """
    try:
        content = read(os.fspath(path))
    except OSError as error:
        message = f"the table of components {path} cannot be read: {error.strerror or error}"
        raise ContractError(message) from error
    try:
        table = dict(parsed(content.decode()))
    except ValueError as error:
        message = f"the table of components {path} is not TOML: {error}"
        raise ContractError(message) from error
    rows = table.pop("components", None)
    owed = table.pop("thresholds", {})
    if table:
        message = (
            f"{path}: unknown {', '.join(sorted(table))}; "
            "the tables are [components.NAME] and [thresholds]"
        )
        raise ContractError(message)
    if not isinstance(rows, dict) or not rows:
        message = f"{path}: no [components.NAME] table, so there is nothing to choose from"
        raise ContractError(message)
    read_settings(Thresholds, owed, f"{path}: thresholds")
    return {
        name: _read_row(name, row, owed, f"{path}: component {name!r}")
        for name, row in rows.items()
    }


def _read_row(name: str, row: object, owed: dict[str, Any], place: str) -> Component:
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        message = f"{place}: a name is an ASCII identifier in lower case"
        raise ContractError(message)
    if not isinstance(row, dict):
        message = f"{place} is not a table"
        raise ContractError(message)
    require_known(row, _KEYS, place)
    if missing := [key for key in _REQUIRED if key not in row]:
        message = f"{place}: {', '.join(sorted(missing))} not given"
        raise ContractError(message)
    if row["stage"] not in STAGES:
        message = f"{place}: stage {row['stage']!r} is not one of {', '.join(STAGES)}"
        raise ContractError(message)
    for key in _REFERENCES:
        if key in row:
            _require_reference(row[key], f"{place}: {key}")
    for key in ("extra", "sources", "partial", "verify"):
        if key in row:
            require_value(key, Component._field_defaults[key], row[key], place)
    settings = {
        "shadow": _read_shadow(row.get("shadow", {}), f"{place}: shadow"),
        "thresholds": _read_thresholds(row, owed, f"{place}: thresholds"),
        "sources": tuple(row.get("sources", ())),
    }
    return Component(name=name, **{**row, **settings})


def _read_shadow(row: object, place: str) -> Shadow:
    shadow = read_settings(Shadow, row, place)
    for key in ("clone", "redact"):
        if getattr(shadow, key) is not None:
            _require_reference(getattr(shadow, key), f"{place}: {key}")
    return shadow


def _read_thresholds(row: dict[str, Any], owed: dict[str, Any], place: str) -> Thresholds:
    """Return what a component owes: what all do, with what its own row says instead."""
    own = row.get("thresholds", {})
    read_settings(Thresholds, own, place)
    thresholds = Thresholds(**{**owed, **own})
    if "world" in row and not thresholds.shadow_calls and not thresholds.shadow_reason:
        message = (
            f"{place}: shadow_calls = 0 needs shadow_reason: why no call is compared in stage "
            "shadow, in a few words"
        )
        raise ContractError(message)
    return thresholds


def _require_reference(value: object, place: str) -> None:
    if isinstance(value, str):
        module, attribute = split(value)
        if attribute.isidentifier() and all(part.isidentifier() for part in module.split(".")):
            return
    message = f'{place} {value!r} is not a reference "module:attribute"'
    raise ContractError(message)


def split(reference: str) -> tuple[str, str]:
    """Return the module and the attribute of a reference ``"module:attribute"``."""
    module, _, attribute = reference.partition(":")
    return module, attribute


def load(reference: str) -> Any:
    """Import and return the object that a reference ``"module:attribute"`` names.

    If another implementation replaced a Python one there, return the Python one.

    Raises `ImportError` or `AttributeError` as Python does, and what the module raises.
    """
    module, attribute = split(reference)
    imported = import_module(module)
    return _kept[reference] if reference in _kept else getattr(imported, attribute)


def keep_reference(reference: str, implementation: Any) -> None:
    """Make `load` return `implementation`, which another one replaces in its module."""
    _kept[reference] = implementation


def restore_references() -> Callable[[], None]:
    """Restore every reference in its module; return a function that undoes that.

    While both sides are compared, a reference that calls itself by name, or creates another object
    of its class, then stays in Python.
    """
    found = []
    for reference, implementation in _kept.items():
        module, attribute = split(reference)
        place = sys.modules.get(module)
        if hasattr(place, attribute):  # its module was imported completely, and still exists
            found.append((place, attribute, getattr(place, attribute)))
            setattr(place, attribute, implementation)

    def undo() -> None:
        for place, attribute, other in found:
            setattr(place, attribute, other)

    return undo


_kept: dict[str, Any] = {}


def find_component(components: Mapping[str, Component], name: str) -> Component:
    """Return the row of the component `name`; raise `UnknownComponent`, listing the known."""
    component = components.get(name)
    if component is None:
        known = ", ".join(sorted(components))
        message = f"unknown component {name!r}; the known ones are {known}"
        raise UnknownComponent(message)
    return component
