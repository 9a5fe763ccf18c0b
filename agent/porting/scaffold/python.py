"""The Python files of a component, but for its contract and workloads."""

from __future__ import annotations

__all__ = ["PARITY_TEST", "PORTS", "REGISTRY", "TABLE", "row"]

REGISTRY = '''\
"""Which implementation of each component runs; components.toml beside this file says so."""

from agent.porting.registry import Registry

__all__ = ["registry"]

registry = Registry.of_package("{package}", environment="{environment}")
'''

PORTS = '''\
"""What is promised, and measured, of each component that is ported to Rust."""
'''

TABLE = """\
# What is ported to Rust, where its parts stand, and which side runs: python, shadow or rust.
# `agent status` tells what runs and why; `agent promote` moves a stage, on evidence.
"""

_ROW = """
[components.{name}]
contract = "{package}._ports.{name}.contract:{protocol}"
python = "{python}"
rust = "{rust}"
{optional}stage = "python"
partial = true
"""

PARITY_TEST = '''\
"""Both sides of {name} do the same."""

from agent.cli import main


def test_both_sides_do_the_same() -> None:
    assert main(["check", "{name}"]) == 0
'''


def row(name: str, protocol: str, **parts: str) -> str:
    """Return the lines of a component in the table."""
    optional = "".join(
        f'{key} = "{parts[key]}"\n' for key in ("factory", "workloads") if key in parts
    )
    return _ROW.format(
        name=name, protocol=protocol, package=parts["package"], python=parts["python"],
        rust=parts["rust"], optional=optional,
    )  # fmt: skip
