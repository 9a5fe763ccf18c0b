"""The Python files of a component, except its contract and workloads."""

from __future__ import annotations

from agent.porting.scaffold.templates import rendered

__all__ = ["ignoring", "row", "stubbed"]


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
    known = {"factory": None, "workloads": None, **parts}
    return rendered("package/row.toml", name=name, protocol=protocol, **known)
