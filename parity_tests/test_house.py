"""The house: every component has all that belongs to one, everywhere."""

from __future__ import annotations

import ast
import tomllib
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from pathlib import Path
from typing import Any, cast

import pytest

from agent import errors, registry
from agent.porting.benchmark.workload import load_workloads
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect
from agent.porting.project.table import load, split
from agent.porting.sources.cargo import find_crates
from tests.torture.subject import subject_of

ROOT = Path(__file__).parents[1]

PLACES = (
    "agent/components/{name}/__init__.py",
    "agent/components/{name}/contract.py",
    "agent/components/{name}/reference.py",
    "agent/components/{name}/workloads.py",
    "docs/components/{name}.md",
    "rust/agent-native/src/{name}.rs",
    "rust/*/benches/{name}.rs",
    "parity_tests/test_{name}.py",
    "parity_tests/torture/{name}.py",
)

STUB = ast.parse((ROOT / "agent" / "_native.pyi").read_text(encoding="utf-8"))

EXTENSION = tomllib.loads((ROOT / "rust/agent-native/Cargo.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", registry.names)
def test_every_file_of_a_component_is_there(name: str, place: str) -> None:
    assert list(ROOT.glob(place.format(name=name)))


@pytest.mark.parametrize("part", ["contract", "factory", "python", "rust", "workloads"])
@pytest.mark.parametrize("name", registry.names)
def test_every_reference_can_be_loaded(name: str, part: str) -> None:
    reference = getattr(registry.component(name), part)
    assert (reference is None) == (part == "factory" and not _is_class(name))
    assert reference is None or load(reference)


@pytest.mark.parametrize("name", registry.names)
def test_each_contract_is_read_and_both_sides_have_its_operations(name: str) -> None:
    component = registry.component(name)
    contract = load_contract(component.contract, component.factory)
    for side in ("python", "rust"):
        implementation = registry.implementation(name, cast("Any", side))
        assert implementation.__name__ == split(component.python)[1]
        assert [
            operation for operation in contract.operations if not hasattr(implementation, operation)
        ] == []


@pytest.mark.parametrize("name", registry.names)
def test_hostile_runs_know_every_operation_that_writes_or_computes(name: str) -> None:
    component = registry.component(name)
    contract = load_contract(component.contract, component.factory)
    known = {each.name for each in subject_of(name).operations}
    if known == {each.name for each in load_workloads(component)}:
        return  # it goes by its workloads
    declared = {
        "": contract.operations,
        **{f"{part}.": each.operations for part, each in contract.parts.items()},
    }
    wanted = {
        f"{prefix}{operation}"
        for prefix, operations in declared.items()
        for operation, spec in operations.items()
        if spec.effect in {Effect.WRITES, Effect.PURE}
    }
    assert wanted - known == set()


def test_every_folder_of_a_component_is_in_the_table() -> None:
    folders = {path.parent.name for path in ROOT.glob("agent/components/*/contract.py")}
    assert folders == set(registry.names)


@pytest.mark.parametrize("name", registry.names)
def test_the_extension_stub_has_every_implementation(name: str) -> None:
    _, attribute = split(registry.component(name).rust)
    declared = {each.name for each in STUB.body if isinstance(each, ast.ClassDef)}
    declared |= {ast.unparse(each.target) for each in STUB.body if isinstance(each, ast.AnnAssign)}
    assert attribute in declared


@pytest.mark.parametrize("name", registry.names)
def test_what_resolve_returns_is_typed_by_the_contract(name: str) -> None:
    component = registry.component(name)
    (resolve,) = [
        each for each in STUB.body if isinstance(each, ast.ClassDef) and each.name == "_Resolve"
    ]
    returned = {
        ast.unparse(each.args.args[1].annotation or each): ast.unparse(each.returns or each)
        for each in resolve.body
        if isinstance(each, ast.FunctionDef)
    }
    expected = split(component.factory or component.contract)[1]
    assert returned[f"Literal[{name!r}]"] == expected


@pytest.mark.parametrize("name", registry.names)
def test_the_extension_has_a_feature_for_each_and_ships_it(name: str) -> None:
    assert name in EXTENSION["features"]
    assert name in EXTENSION["features"]["default"]
    assert name in import_module("agent._native").__features__


@pytest.mark.parametrize("name", registry.names)
def test_the_core_of_each_is_in_a_crate_apart_from_the_glue(name: str) -> None:
    crates = find_crates(ROOT, ROOT / "agent")
    own = crates.own_files(name, registry.component(name).sources)
    folders = {path.relative_to(ROOT / "rust").parts[0] for path in own}
    assert "agent-native" in folders
    assert len(folders) > 1


@pytest.mark.parametrize("name", registry.names)
def test_errors_of_a_component_are_documented_and_found_by_name(name: str) -> None:
    module = f"agent.components.{name}.errors"
    if find_spec(module) is None:
        return
    found = import_module(module)
    page = (ROOT / "docs" / "components" / f"{name}.md").read_text(encoding="utf-8")
    for each in found.__all__:
        error = getattr(found, each)
        assert issubclass(error, errors.AgentError)
        assert getdoc(error)
        assert f"`{each}`" in page
        assert getattr(errors, each) is error


def test_no_two_components_have_an_error_of_one_name() -> None:
    names = [
        each
        for name in registry.names
        if find_spec(f"agent.components.{name}.errors")
        for each in import_module(f"agent.components.{name}.errors").__all__
    ]
    assert sorted(set(names)) == sorted(names)
    assert set(names).isdisjoint(errors.__all__)


def test_what_no_module_has_is_no_error() -> None:
    with pytest.raises(AttributeError, match=r"'agent\.errors' has no attribute 'Unheard'"):
        _ = errors.Unheard


@pytest.mark.parametrize("name", registry.names)
def test_a_stage_other_than_python_has_evidence(name: str) -> None:
    evidence = ROOT / "evidence" / f"{name}.json"
    assert registry.component(name).stage == "python" or evidence.is_file()


def test_no_file_of_the_package_is_too_long() -> None:
    long = [
        (str(path.relative_to(ROOT)), lines)
        for path in [*ROOT.glob("agent/**/*.py"), *ROOT.glob("rust/**/src/**/*.rs")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []


def _is_class(name: str) -> bool:
    return isinstance(registry.implementation(name, "python"), type)
