"""A registry of toy components, and what it resolves to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.registry.registry import Registry

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Toys

__all__ = ["registry", "side"]


def registry(toys: Toys, monkeypatch: pytest.MonkeyPatch, **variables: str) -> Registry:
    """Make one that sees these variables."""
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    return Registry(toys.table, "TOY_IMPL")


def side(registry: Registry, name: str) -> str:
    """Say which side runs, by the module that the class comes from."""
    module: str = registry.resolve(name).__module__
    return {"reference": "python", "_native": "rust"}[module.rpartition(".")[2]]
