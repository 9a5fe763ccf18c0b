"""A new component of a project in the layout ``components``.

Such a project has one folder for each component beside its table, one crate for each core, which
is free of Python, and the glue in the crate of its extension. Few files list the components: the
table, the extension's manifest and its lib.rs, Cargo.lock, the extension's stub, and CHANGELOG.md.
"""

from __future__ import annotations

import ast
import inspect
import sys
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.files.reading import parse_toml, read_text
from agent.porting.infer.writing import first_line
from agent.porting.scaffold.changes import Changes
from agent.porting.scaffold.core import CrateNames, rust_files
from agent.porting.scaffold.formatting import formatted
from agent.porting.scaffold.listing import (
    in_changelog,
    in_library,
    in_lock,
    in_manifest,
    in_stub,
)
from agent.porting.scaffold.skeleton import Scaffold, inferred_contract, workloads_text
from agent.porting.scaffold.target import Layout, Target, require_portable
from agent.porting.scaffold.templates import rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.project.project import Project

__all__ = ["house_scaffold"]

_RESERVED = frozenset(["bench", "bridge", "default", "heap", "lib", "main", "mod", "values"])
"""Names that the extension has for other things."""


@dataclass(frozen=True)
class _House:
    """The names of a component's parts."""

    project: Project
    name: str
    extension: str
    """The extension's full name."""
    manifest: Path
    """That of the extension's crate, from the project's root."""
    pyproject: dict[str, Any]

    @property
    def package(self) -> str:
        """The package beside whose ``__init__`` the table is."""
        return self.extension.partition(".")[0]

    @property
    def module(self) -> str:
        """The package of the component."""
        return f"{self.package}.components.{self.name}"

    @property
    def folder(self) -> str:
        """The folder of that package."""
        return f"{Path(self.project.table).parent.as_posix()}/components/{self.name}"

    @property
    def glue(self) -> str:
        """The folder of the extension's sources."""
        return f"{self.manifest.parent.as_posix()}/src"

    def crate(self, name: str) -> str:
        """Return the name of a crate of this project."""
        return f"{self.package}-{name}".replace("_", "-")

    def crate_folder(self, name: str) -> str:
        """Return the folder of a crate of this project."""
        return f"{self.manifest.parent.parent.as_posix()}/{self.crate(name)}"


def house_scaffold(name: str, reference: str, project: Project) -> Scaffold:
    """Work out the component `name` in a `project` of the layout ``components``.

    Args:
        name: what the component is called: an identifier in lower case.
        reference: the function or class that it begins with, ``"package.module:object"``. Its
            module becomes the component's ``reference.py``, unless it is that already.
        project: the project.

    Raises:
        UsageError: the component cannot be created; nothing was written.
    """
    house = _house(name, project)
    changes = Changes(project.root)
    corpus = project.parity_folder / "corpus" / name
    with _reference(house, reference) as (target, text), redirect_stdout(StringIO()):
        inferred = inferred_contract(name, target, corpus)
        contract = inferred.contract()
        workloads = workloads_text(name, target, contract, corpus)
        crates = CrateNames(
            house.crate(name).replace("-", "_"),
            house.crate("values").replace("-", "_"),
            house.extension,
            guarded=(project.root / house.glue / "bridge" / "exits.rs").is_file(),
        )
        rust = rust_files(name, target, contract, crates)
        doc = first_line(target.described) or f"What `{target.name}` does."
    remarks = [*inferred.guesses, *inferred.one_sided, *inferred.remarks, *rust.remarks]
    changes.create(f"{house.folder}/__init__.py", rendered("house/init.py", doc=doc))
    changes.create(f"{house.folder}/contract.py", inferred.text)
    if text is not None:
        changes.create(f"{house.folder}/reference.py", text)
    if workloads is None:
        remarks.append("no workloads: no calls are known whose answers could be written down")
    else:
        changes.create(f"{house.folder}/workloads.py", workloads)
    _crates(changes, house, rust.core, rust.bench)
    changes.create(f"{house.glue}/{name}.rs", rust.glue)
    changes.create(f"{project.parity}/test_{name}.py", rendered("parity.py", name=name))
    if workloads is not None:
        changes.create(
            f"{project.parity}/torture/{name}.py", rendered("house/torture.py", name=name)
        )
    page = f"docs/components/{name}.md"
    changes.create(
        page,
        rendered(
            "house/page.md",
            name=name,
            doc=doc,
            object=target.name,
            up="../" * page.count("/"),
            contract=f"{house.folder}/contract.py",
            source=f"{house.folder}/reference.py",
        ),
    )
    made = contract.factory is not None
    kind = f"{inferred.protocol}Factory" if made else inferred.protocol
    row = rendered(
        "house/row.toml",
        name=name,
        folder=house.module,
        protocol=inferred.protocol,
        factory=made,
        object=target.name,
        extension=house.extension,
        workloads=workloads is not None,
        sources=[
            house.crate_folder(name),
            f"{house.glue}/{name}.rs",
            f"{house.glue}/{name}/*",
        ],
    )
    _list(changes, house, row, target.name, kind)
    changes.require_free(except_for=f"{house.folder}/__init__.py")
    for path in [path for path in changes.created if path.endswith(".rs")]:
        changes.edit(path, lambda before: formatted(before, project.root))
    return Scaffold(changes, remarks, f"{house.crate_folder(name)}/src/lib.rs")


def _house(name: str, project: Project) -> _House:
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        message = f"{name!r} is no name for a component: an ASCII identifier in lower case is"
        raise UsageError(message)
    if name in _RESERVED:
        message = f"a component named {name} would conflict with the extension's own {name}"
        raise UsageError(message)
    if name in project.components:
        message = f"there is a component {name} in {project.table} already"
        raise UsageError(message)
    pyproject = parse_toml(read_text(project.root / "pyproject.toml"))
    maturin = pyproject.get("tool", {}).get("maturin", {})
    lacking = [key for key in ("module-name", "manifest-path") if key not in maturin]
    if lacking:
        message = (
            f"[tool.maturin] of pyproject.toml does not give {' and '.join(lacking)}: the layout "
            "components needs the name of the extension and the path of its manifest"
        )
        raise UsageError(message)
    return _House(project, name, maturin["module-name"], Path(maturin["manifest-path"]), pyproject)


@contextmanager
def _reference(house: _House, reference: str) -> Iterator[tuple[Target, str | None]]:
    """Load what a component begins with as its reference, which it is while the context lasts.

    Gives the target, and the text of ``reference.py``; None for the latter where it is there.
    """
    root = house.project.root
    house.project.make_importable()
    module, _, name = reference.partition(":")
    before = set(sys.modules)
    try:
        source = inspect.getsourcefile(import_module(module)) if name.isidentifier() else None
    except (ImportError, TypeError, ValueError) as error:
        message = f"{reference} cannot be loaded: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    if source is None:
        message = (
            f"--from {reference}: give a function or class at the top of a module, as in a.b:c"
        )
        raise UsageError(message)
    place = root / house.folder / "reference.py"
    own = f"{house.module}.reference"
    text = read_text(source)
    try:
        if Path(source).resolve() == place.resolve():
            loaded: ModuleType = sys.modules[module]
        else:
            loaded = _as_module(own, text, source)
        described = getattr(loaded, name, None)
        if described is None or not _defines(text, name):
            message = f"{source} does not define {name}"
            raise UsageError(message)
        require_portable(described, reference)
        path = f"{house.folder}/reference.py"
        layout = Layout(root, ".", house.package, house.pyproject)
        target = Target(f"{own}:{name}", described, path, layout)
        yield target, None if loaded is sys.modules.get(module) else text
    finally:
        for each in set(sys.modules) - before:
            if each.startswith(house.module):
                del sys.modules[each]


def _as_module(name: str, text: str, source: str) -> ModuleType:
    """Return the module that the text would be under another name, and its packages around it."""
    package = ModuleType(name.rpartition(".")[0])
    package.__path__ = []
    sys.modules[package.__name__] = package
    module = ModuleType(name)
    module.__file__ = source
    sys.modules[name] = module
    exec(compile(text, source, "exec", dont_inherit=True), vars(module))  # noqa: S102  # as import
    return module


def _defines(text: str, name: str) -> bool:
    return any(
        isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and each.name == name
        for each in ast.walk(ast.parse(text))
    )


def _crates(changes: Changes, house: _House, core: str, bench: str) -> None:
    """Add the crate of the core; and that of Python's values, where there is none yet."""
    folder = house.crate_folder(house.name)
    told = {"crate": house.crate(house.name), "name": house.name}
    changes.create(f"{folder}/Cargo.toml", rendered("house/core.toml", **told))
    changes.create(f"{folder}/src/lib.rs", core)
    changes.create(f"{folder}/benches/{house.name}.rs", bench)
    values = house.crate_folder("values")
    manifest = rendered("house/values.toml", crate=house.crate("values"))
    changes.ensure(f"{values}/Cargo.toml", manifest)
    changes.ensure(f"{values}/src/lib.rs", rendered("values.rs", maps=False))


def _list(changes: Changes, house: _House, row: str, thing: str, kind: str) -> None:
    """Put the component into the files that list all."""
    name, root = house.name, house.project.root
    extension = parse_toml(read_text(root / house.manifest))
    workspace = parse_toml(read_text(root / "Cargo.toml"))
    version = workspace.get("workspace", {}).get("package", {}).get("version", "0.1.0")
    own, values = house.crate(name), house.crate("values")
    paths = {own: f"../{own}", values: f"../{values}"}
    needed = {own: ["criterion", "thiserror"], values: ["pyo3"]}
    changes.edit(house.project.table, lambda text: text.rstrip("\n") + "\n" + row)
    changes.edit(house.manifest.as_posix(), lambda text: in_manifest(text, name, paths))
    changes.edit(
        "Cargo.lock", lambda text: in_lock(text, version, needed, extension["package"]["name"])
    )
    changes.edit(f"{house.glue}/lib.rs", lambda text: in_library(text, name))
    stub = f"{house.extension.replace('.', '/')}.pyi"
    contract = f"{house.module}.contract"
    changes.edit(stub, lambda text: in_stub(text, name, thing, kind, contract))
    entry = rendered("house/change.md", name=name)
    changes.edit("CHANGELOG.md", lambda text: in_changelog(text, entry))
