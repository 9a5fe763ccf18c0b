"""The table of components: one TOML file says what a port consists of and which side runs.

Each ``[components.NAME]`` names the parts, as references ``"module:attribute"``, and a stage;
``[thresholds]`` holds the thresholds of all. Reading the table imports none of them.
"""

from __future__ import annotations

import os
import sys
import tomllib
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import ContractError, UnknownComponent
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
"""Which side a component runs on by default; an override or the environment may say otherwise.

In ``shadow``, Python runs, and Rust beside it to be compared.
"""


class Component(NamedTuple):
    """One row of the table."""

    name: str
    """An identifier in lower case: it is used as a keyword argument too."""
    contract: str
    """The `typing.Protocol` that both implementations satisfy."""
    python: str
    """The reference implementation."""
    rust: str
    """The implementation in an extension module."""
    stage: str
    """One of `STAGES`."""
    factory: str | None = None
    """The protocol of how one is constructed; None for a function or a module."""
    workloads: str | None = None
    """What is measured; None if nothing is."""
    world: str | None = None
    """The `agent.porting.worlds.World` that external operations are checked in; None for none."""
    sources: tuple[str, ...] = ()
    """The Rust files, folders and patterns that are the component's own; empty for the module of
    its name in each crate."""
    partial: bool = False
    """Whether the Rust side may raise `Unsupported`: Python does what it leaves."""
    verify: float = 0.0
    """Share of the calls that are compared in stage ``rust``; of the objects, for a class."""
    shadow: Shadow = Shadow()
    thresholds: Thresholds = Thresholds()


_KEYS = [key for key in Component._fields if key != "name"]
_REQUIRED = ("contract", "python", "rust", "stage")
_REFERENCES = ("contract", "factory", "python", "rust", "workloads", "world")


def read_file(path: str) -> bytes:
    """Return the content of the file at `path`."""
    with open(path, "rb") as file:  # noqa: PTH123  # pathlib would be a third of the start-up
        return file.read()


@lru_cache(maxsize=8)
def parsed(text: str) -> dict[str, Any]:
    """Return the content of a TOML file, which several parts of a process read; do not change it.

    Raises `ValueError` for what is not TOML.
    """
    return tomllib.loads(text)


def load_table(path: Path | str, read: Callable[[str], bytes] = read_file) -> dict[str, Component]:
    """Read the table at `path`, in its own order; `read` returns the content of a file.

    Raises `ContractError` if it cannot be read, or a row is not one.
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
    for key in ("sources", "partial", "verify"):
        if key in row:
            require_value(key, Component._field_defaults[key], row[key], place)
    shadow = read_settings(Shadow, row.get("shadow", {}), f"{place}: shadow")
    if shadow.clone is not None:
        _require_reference(shadow.clone, f"{place}: shadow: clone")
    own = row.get("thresholds", {})
    read_settings(Thresholds, own, f"{place}: thresholds")
    settings = {
        "shadow": shadow,
        "thresholds": Thresholds(**{**owed, **own}),
        "sources": tuple(row.get("sources", ())),
    }
    return Component(name=name, **{**row, **settings})


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
    """Import what a reference ``"module:attribute"`` names, and return it.

    Where another implementation was put in the place of a Python one, that is the Python one.

    Raises `ImportError` or `AttributeError` as Python does, and what the module raises.
    """
    module, attribute = split(reference)
    imported = import_module(module)
    return _kept[reference] if reference in _kept else getattr(imported, attribute)


def keep_reference(reference: str, implementation: Any) -> None:
    """Let `load` return `implementation`, in whose place in its module another one is put."""
    _kept[reference] = implementation


def restore_references() -> Callable[[], None]:
    """Put every reference back in its place; return what undoes that.

    For what holds both sides side by side: a reference that calls itself by its name, or makes
    another object of its class, is then Python all the way down.
    """
    found = []
    for reference, implementation in _kept.items():
        module, attribute = split(reference)
        place = sys.modules.get(module)
        if hasattr(place, attribute):  # its module was imported to the end, and is there still
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
