"""Everything that a new component needs, gathered."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.project.project import find_project
from agent.porting.project.table import load_table
from agent.porting.scaffold.changes import Changes
from agent.porting.scaffold.classes import class_file
from agent.porting.scaffold.component import function_file
from agent.porting.scaffold.crate import CrateSkeleton
from agent.porting.scaffold.decoration import decorated, decorator_lines
from agent.porting.scaffold.formatting import formatted
from agent.porting.scaffold.house import house_scaffold
from agent.porting.scaffold.python import ignoring, row, stubbed
from agent.porting.scaffold.settings import advice, environment_of, settled
from agent.porting.scaffold.skeleton import Scaffold, inferred_contract, workloads_text
from agent.porting.scaffold.target import find_target
from agent.porting.scaffold.templates import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.scaffold.target import Layout

__all__ = ["Scaffold", "scaffold"]


def scaffold(
    name: str, reference: str, here: Path, *, init: bool = False, decorate: bool = True
) -> Scaffold:
    """Work out the component `name` for ``"package.module:object"`` in the project around `here`.

    Args:
        name: what the component is called: an identifier in lower case.
        reference: the function or class that is ported.
        here: a folder in the project.
        init: whether the package has no Rust yet, and gets a crate.
        decorate: whether the definition gets its decorator.

    Raises:
        UsageError: the component cannot be created; nothing was written.
    """
    project = find_project(str(here))
    if project is not None and project.layout == "components":
        if init:
            message = f"{project.folder} already has components and an extension: omit --init"
            raise UsageError(message)
        return house_scaffold(name, reference, project)
    target = find_target(reference, here)
    layout = target.layout
    package = layout.package
    parity = _parity_folder(name, layout, init=init)
    extension = f"{package}._rust"
    crate = CrateSkeleton(package, extension)
    changes = Changes(layout.root)
    remarks: list[str] = []
    if init:
        _begin(changes, layout, crate, extension)
        remarks += advice(changes.text("pyproject.toml"), layout)
    corpus = layout.root / parity / "corpus" / name
    with redirect_stdout(StringIO()):  # what is tried may print
        inferred = inferred_contract(name, target, corpus)
        contract = inferred.contract()
        workloads = workloads_text(name, target, contract, corpus)
    write = function_file if contract.factory is None else class_file
    text, unmapped = write(name, target, contract, guarded=crate.guards(changes))
    crate.add(changes, name, text)
    place = layout.inside(f"_ports/{name}")
    changes.create(f"{place}/__init__.py", f'"""The contract and workloads of {name}."""\n')
    changes.create(f"{place}/contract.py", inferred.text)
    parts = {
        "package": package,
        "python": target.reference,
        "rust": f"{extension}:{target.name}",
    }
    if workloads is None:
        remarks.append("no workloads: no calls are known whose answers could be written down")
    else:
        changes.create(f"{place}/workloads.py", workloads)
        parts["workloads"] = f"{package}._ports.{name}.workloads:WORKLOADS"
    table = layout.inside("components.toml")
    if contract.factory is not None:
        parts["factory"] = f"{package}._ports.{name}.contract:{inferred.protocol}Factory"
    own = row(name, inferred.protocol, **parts)
    changes.edit(table, lambda before: before.rstrip("\n") + "\n" + own)
    kind = inferred.protocol if contract.factory is None else f"{inferred.protocol}Factory"
    stub = f"{package}._ports.{name}.contract"
    changes.edit(
        layout.inside("_rust.pyi"), lambda before: stubbed(before, target.name, kind, stub)
    )
    changes.create(f"{parity}/test_{name}.py", rendered("parity.py", name=name))
    if decorate:
        changes.edit(target.path, lambda before: decorated(before, target.name, package, name))
    else:
        imported, decorator = decorator_lines(package, name)
        remarks.append(f"put into {target.path}: {imported}, and {decorator} on {target.name}")
    changes.require_free()
    for path in [path for path in changes.created if path.endswith(".rs")]:
        changes.edit(path, lambda before: formatted(before, layout.root))
    return Scaffold(
        changes, [*remarks, *inferred.guesses, *inferred.one_sided, *inferred.remarks, *unmapped],
        f"{crate.folder}/src/{name}.rs",
    )  # fmt: skip


def _parity_folder(name: str, layout: Layout, *, init: bool) -> str:
    """Return where the project's parity tests are.

    Raises `UsageError` unless the table can take a component of that name.
    """
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        message = f"{name!r} is not a component name; use a lower-case ASCII identifier"
        raise UsageError(message)
    if init:
        return "parity_tests"
    project = find_project(str(layout.root))
    if project is None or not layout.root.samefile(project.root):
        message = f"{layout.package} has no components yet: use --init to set it up"
        raise UsageError(message)
    if name in load_table(project.table_file):
        message = f"{project.table} already has a component {name}"
        raise UsageError(message)
    return project.parity


def _begin(changes: Changes, layout: Layout, crate: CrateSkeleton, extension: str) -> None:
    package = layout.package
    crate.begin(changes)
    changes.edit(
        "pyproject.toml",
        lambda text: settled(text, layout, extension, f"{crate.folder}/Cargo.toml"),
    )
    changes.create(
        layout.inside("_port.py"),
        rendered("package/_port.py", package=package, environment=environment_of(package)),
    )
    changes.create(layout.inside("components.toml"), rendered("package/components.toml"))
    changes.create(layout.inside("_ports/__init__.py"), rendered("package/_ports.py"))
    changes.create(layout.inside("_rust.pyi"), rendered("package/stub.pyi", extension=extension))
    if (layout.root / ".git").exists():
        changes.ensure(".gitignore", "")
        changes.edit(".gitignore", ignoring)
    changes.create(
        "benchmarks/test_workloads.py", rendered("package/benchmarks.py", package=package)
    )
