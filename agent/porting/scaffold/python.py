"""The Python files of a component, except its contract and workloads."""

from __future__ import annotations

__all__ = [
    "BENCHMARKS",
    "PARITY_TEST",
    "PORTS",
    "REGISTRY",
    "STUB",
    "TABLE",
    "ignoring",
    "row",
    "stubbed",
]

REGISTRY = '''\
"""The registry of this package's components, which are listed in components.toml."""

from agent.porting.registry.registry import Registry

__all__ = ["registry"]

registry = Registry.of_package("{package}", environment="{environment}")
'''

PORTS = '''\
"""Contracts and workloads of the components that are ported to Rust."""
'''

TABLE = """\
# The components that are ported to Rust, their parts, and their stages: python, shadow or rust.
# `agent status` shows what runs and why; `agent promote` moves a stage, on evidence.
"""

_ROW = """
[components.{name}]
contract = "{package}._ports.{name}.contract:{protocol}"
python = "{python}"
rust = "{rust}"
{optional}stage = "python"
partial = true # Python serves the calls that Rust refuses; agent promote allows none, unless
# [components.{name}.thresholds]
# share = 0.9 # the share of checked calls that Rust must serve itself
"""

PARITY_TEST = '''\
"""The parity check of {name}."""

from agent.testing import parity

test_{name} = parity("{name}")
'''

BENCHMARKS = '''\
"""The workloads of every component on each side, with pytest-benchmark: ``pytest benchmarks``."""

import pytest

from agent.porting.benchmark.workload import load_workloads
from {package}._port import registry

pytest.importorskip("pytest_benchmark")

ROWS = [
    pytest.param(name, workload, id=f"{{name}}-{{workload.name}}")
    for name in registry.names
    if registry.component(name).workloads
    for workload in load_workloads(registry.component(name))
]


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize(("name", "workload"), ROWS)
def test_workload(benchmark, name, workload, side):
    with registry.override(**{{name: side}}):
        make = registry.resolve(name)
    with workload.opened() as prepare:
        state = prepare(workload.draw(), make)
        assert workload.answer(state) == workload.expected
        benchmark.group = f"{{name}} {{workload.name}}"
        benchmark(workload.run, state, 1)
'''

STUB = '''\
"""Types of the extension {extension}, from its contracts."""
'''


def stubbed(text: str, name: str, kind: str, contract: str) -> str:
    """Return the stub `text` with the object `name`, which is a `kind` of the module `contract`."""
    head, gap, rest = text.rstrip("\n").partition("\n\n")
    imports, _, names = rest.rpartition("\n\n")
    imported = f"from {contract} import {kind}"
    imports = "\n".join(filter(None, [imports, imported]))
    return (
        f"{head}{gap or chr(10) * 2}{imports}\n\n{names}{chr(10) if names else ''}{name}: {kind}\n"
    )


def ignoring(text: str) -> str:
    """Return a .gitignore with build outputs."""
    new = [each for each in ("/build/", "/target/", "*.so", "*.pyd") if each not in text.split()]
    before = text.rstrip("\n")
    return "\n".join([*([before] if before else []), *new, ""])


def row(name: str, protocol: str, **parts: str) -> str:
    """Return the lines of a component in the table."""
    optional = "".join(
        f'{key} = "{parts[key]}"\n' for key in ("factory", "workloads") if key in parts
    )
    return _ROW.format(
        name=name, protocol=protocol, package=parts["package"], python=parts["python"],
        rust=parts["rust"], optional=optional,
    )  # fmt: skip
