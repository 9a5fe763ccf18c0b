"""The table of components: one TOML file says what a port consists of and which side runs.

Each ``[components.NAME]`` gives where the parts stand, as references ``"module:attribute"``, and a
stage. Reading the table imports none of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["STAGES", "Component", "load", "load_table", "split"]

STAGES = ("python", "rust")
"""Which side a component runs on by default; an override or the environment may say otherwise."""


@dataclass(frozen=True)
class Component:
    """One row of the table."""

    name: str
    """An identifier in lower case: it is used as a keyword argument too."""
    contract: str
    """The `typing.Protocol` that both implementations satisfy."""
    factory: str
    """The protocol of how one is constructed."""
    python: str
    """The reference implementation."""
    rust: str
    """The implementation in an extension module."""
    workloads: str
    """What is measured."""
    stage: str
    """One of `STAGES`."""


_KEYS = tuple(field.name for field in fields(Component) if field.name != "name")


def load_table(path: Path | str) -> dict[str, Component]:
    """Read the table at `path`, in its own order.

    Raises `ContractError` if it cannot be read, or a row is not one.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # pathlib would be a third of the start-up
            content = tomllib.load(file)
    except OSError as error:
        message = f"the table of components {path} cannot be read: {error.strerror}"
        raise ContractError(message) from error
    except ValueError as error:
        message = f"the table of components {path} is not TOML: {error}"
        raise ContractError(message) from error
    rows = content.pop("components", None)
    if content:
        message = f"{path}: unknown {_listed(content)}; only [components.NAME] tables stand here"
        raise ContractError(message)
    if not isinstance(rows, dict) or not rows:
        message = f"{path}: no [components.NAME] table, so there is nothing to choose from"
        raise ContractError(message)
    return {name: _read_row(name, row, f"{path}: component {name!r}") for name, row in rows.items()}


def _read_row(name: str, row: object, place: str) -> Component:
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        message = f"{place}: a name is an ASCII identifier in lower case"
        raise ContractError(message)
    if not isinstance(row, dict):
        message = f"{place} is not a table"
        raise ContractError(message)
    if unknown := row.keys() - set(_KEYS):
        message = f"{place}: unknown {_listed(unknown)}; the keys are {_listed(_KEYS)}"
        raise ContractError(message)
    if missing := set(_KEYS) - row.keys():
        message = f"{place}: {_listed(missing)} not given"
        raise ContractError(message)
    for key, value in row.items():
        if key == "stage":
            if value not in STAGES:
                message = f"{place}: stage {value!r} is not one of {_listed(STAGES)}"
                raise ContractError(message)
        elif not _is_reference(value):
            message = f'{place}: {key} {value!r} is not a reference "module:attribute"'
            raise ContractError(message)
    return Component(name=name, **row)


def _is_reference(value: object) -> bool:
    if not isinstance(value, str):
        return False
    module, attribute = split(value)
    return attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))


def split(reference: str) -> tuple[str, str]:
    """Return the module and the attribute of a reference ``"module:attribute"``."""
    module, _, attribute = reference.partition(":")
    return module, attribute


def load(reference: str) -> Any:
    """Import what a reference ``"module:attribute"`` names, and return it.

    Raises `ImportError` or `AttributeError` as Python does, and what the module raises.
    """
    module, attribute = split(reference)
    return getattr(import_module(module), attribute)
