"""Rust structs for dataclasses, attribute by attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.scaffold.names import identifier
from agent.porting.scaffold.templates import rendered
from agent.porting.scaffold.types import quoted

if TYPE_CHECKING:
    from agent.porting.scaffold.types import Mapping

__all__ = ["records"]


def records(mapping: Mapping) -> str:
    """Return the structs of the dataclasses that `mapping` met."""
    return "".join(_record(cls, types) for cls, types in mapping.records.items())


def _record(cls: type, types: dict[str, str]) -> str:
    return rendered(
        "package/record.rs",
        place=f"{cls.__module__}.{cls.__qualname__}",
        name=cls.__name__,
        module=quoted(cls.__module__),
        quoted=quoted(cls.__name__),
        fields=[
            {"own": identifier(name), "quoted": quoted(name), "rust": rust}
            for name, rust in types.items()
        ],
    )
