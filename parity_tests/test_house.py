"""The house: every component has all that belongs to one, everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from agent import registry
from agent.porting.contract.reader import load_contract
from agent.porting.project.table import load

ROOT = Path(__file__).parents[1]

PLACES = (
    "agent/components/{name}/__init__.py",
    "agent/components/{name}/contract.py",
    "agent/components/{name}/reference.py",
    "agent/components/{name}/workloads.py",
    "rust/*/src/{name}.rs",
    "rust/*/benches/{name}.rs",
    "rust/agent-native/src/{name}.rs",
    "parity_tests/test_{name}.py",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", registry.names)
def test_every_file_of_a_component_is_there(name: str, place: str) -> None:
    assert list(ROOT.glob(place.format(name=name)))


@pytest.mark.parametrize("part", ["contract", "factory", "python", "rust", "workloads"])
@pytest.mark.parametrize("name", registry.names)
def test_every_reference_can_be_loaded(name: str, part: str) -> None:
    assert load(getattr(registry.component(name), part))


@pytest.mark.parametrize("name", registry.names)
def test_each_contract_is_read_and_both_sides_have_its_operations(name: str) -> None:
    component = registry.component(name)
    contract = load_contract(component.contract, component.factory)
    for side in ("python", "rust"):
        implementation = registry.implementation(name, cast("Any", side))
        assert implementation.__name__ == contract.name
        assert [
            operation for operation in contract.operations if not hasattr(implementation, operation)
        ] == []


def test_every_folder_of_a_component_is_in_the_table() -> None:
    folders = {path.parent.name for path in ROOT.glob("agent/components/*/contract.py")}
    assert folders == set(registry.names)


def test_the_extension_stub_names_every_implementation() -> None:
    stub = (ROOT / "agent" / "_native.pyi").read_text(encoding="utf-8")
    for name in registry.names:
        _, attribute = registry.component(name).rust.split(":")
        assert f"class {attribute}" in stub


def test_no_file_of_the_package_is_too_long() -> None:
    long = [
        (str(path.relative_to(ROOT)), lines)
        for path in [*ROOT.glob("agent/**/*.py"), *ROOT.glob("rust/**/src/**/*.rs")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []
