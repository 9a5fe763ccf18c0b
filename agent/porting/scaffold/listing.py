"""Edits of the files that list components, to add one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NoReturn

from agent.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["in_changelog", "in_library", "in_lock", "in_manifest", "in_stub"]


def in_library(text: str, name: str) -> str:
    """Return lib.rs with a row more in its table ``components! { … }``."""
    found = re.search(r"(?m)^(?:\w+::)*components! \{\n((?:    .*\n)*)\}", text)
    if found is None:
        _refuse("lib.rs", "table components! { … }")
    rows = sorted([*found[1].splitlines(), f'    {name}, "{name}";'])
    return text[: found.start(1)] + "\n".join(rows) + "\n" + text[found.end(1) :]


def in_manifest(text: str, name: str, crates: Mapping[str, str]) -> str:
    """Return the extension's manifest with a feature more, which switches on `crates`.

    Args:
        text: the manifest.
        name: the feature.
        crates: paths from the manifest's folder, by name; one that is there already stays.
    """
    before = tomllib.loads(text)
    features: dict[str, list[str]] = before.get("features", {})
    known: dict[str, Any] = before.get("dependencies", {})
    switched = [f"dep:{crate}" for crate in crates]
    default = sorted([*features.get("default", []), name])
    added = {
        crate: {"path": path, "default-features": False, "optional": True}
        for crate, path in crates.items()
        if crate not in known
    }
    text = re.sub(r"(?m)^default = \[.*\]$", f"default = {_listed(default)}", text, count=1)
    text = _inserted(
        text, "features", f"{name} = {_listed(switched)}", {"default", "bench", "heap"}
    )
    for crate, told in added.items():
        line = f'{crate} = {{ path = "{told["path"]}", default-features = false, optional = true }}'
        text = _inserted(text, "dependencies", line, set())
    wanted = before | {
        "features": features | {"default": default, name: switched},
        "dependencies": known | added,
    }
    try:
        held = tomllib.loads(text) == wanted
    except ValueError:
        held = False
    if not held:
        _refuse("the extension's Cargo.toml", "features and dependencies of one line each")
    return text


def in_lock(text: str, version: str, crates: Mapping[str, Sequence[str]], extension: str) -> str:
    """Return Cargo.lock with more `crates` of the workspace, which `extension` depends on.

    Args:
        text: the lock file.
        version: that of the crates.
        crates: what each depends on, by its name; one that is there already stays.
        extension: the crate that depends on them all.
    """
    head, *entries = text.split("[[package]]\n")
    known = {entry.partition("\n")[0]: entry.rstrip("\n") for entry in entries}
    if f'name = "{extension}"' not in known:
        _refuse("Cargo.lock", f"entry of {extension}")
    kept = [entry.rstrip("\n") for entry in entries]
    for crate, needed in crates.items():
        if f'name = "{crate}"' not in known:
            lines = "".join(f' "{each}",\n' for each in sorted(needed))
            kept.append(f'name = "{crate}"\nversion = "{version}"\ndependencies = [\n{lines}]')
    own = known[f'name = "{extension}"']
    listed = re.search(r"dependencies = \[\n((?: .*\n)*)\]", own)
    if listed is None:
        _refuse("Cargo.lock", f"dependencies of {extension}")
    named = sorted({*listed[1].splitlines(), *(f' "{crate}",' for crate in crates)})
    changed = own[: listed.start(1)] + "\n".join(named) + "\n" + own[listed.end(1) :]
    kept[kept.index(own)] = changed
    kept.sort(key=lambda entry: entry.partition("\n")[0])
    return head + "\n\n".join(f"[[package]]\n{entry}" for entry in kept) + "\n"


def in_stub(text: str, name: str, thing: str, kind: str, module: str) -> str:
    """Return the extension's stub with the object `thing` more.

    The registry's `resolve` returns it for the component `name`, as a `kind` of `module`: a
    protocol, whose name ends with ``Factory`` if the object is a class.
    """
    if re.search(rf'(?m)^    "{thing}",$', text):
        message = f"the extension has an object {thing} already, of another component"
        raise UsageError(message)
    prefix = module.rpartition(".")[0].rpartition(".")[0]
    imported = f"from {module} import {kind}"
    lines = text.split("\n")
    imports = [line for line in lines if line.startswith((f"from {prefix}.", "from typing "))]
    listed = [line for line in lines if re.fullmatch(r'    "\w+",', line)]
    signature = f'    def __call__(self, name: Literal["{name}"]) -> {kind}: ...'
    last = "    def __call__(self, name: str) -> Callable[..., Any]: ..."
    if not imports or not listed or last not in lines:
        _refuse("the extension's stub", "imports, __all__ and class _Resolve")
    before = [line for line in imports if line < imported or line.startswith("from typing ")]
    lines.insert(_end_of_import(lines, before[-1]), imported)
    entry = f'    "{thing}",'
    smaller = [line for line in listed if _order(line) < _order(entry)]
    at = lines.index(smaller[-1]) + 1 if smaller else lines.index(listed[0])
    lines.insert(at, entry)
    at = lines.index(last) - 1
    lines[at:at] = ["    @overload", signature]
    declared = "type[Any]" if kind.endswith("Factory") else kind
    return "\n".join(lines).rstrip("\n") + f"\n\n{thing}: {declared}\n"


def in_changelog(text: str, entry: str) -> str:
    """Return CHANGELOG.md with an entry more under what is added and not released."""
    found = re.search(r"(?ms)^## \[Unreleased\]\n.*?^### Added\n\n(.*?)\n(?=\n#|\Z)", text)
    if found is None:
        _refuse("CHANGELOG.md", "### Added under ## [Unreleased]")
    return text[: found.end(1)] + "\n" + entry.rstrip("\n") + text[found.end(1) :]


def _inserted(text: str, table: str, line: str, apart: set[str]) -> str:
    """Return a TOML text with a line more in a table, in alphabetical order; not after `apart`."""
    found = re.search(rf"(?m)^\[{table}\]\n((?:.+\n)*)", text)
    if found is None:
        return text
    lines = found[1].splitlines()
    keys = [re.match(r"([\w-]+)", each) for each in lines]
    at = 0
    for index, key in enumerate(keys):
        if (key and key[1] not in apart and key[1] < line) or (key and key[1] == "default"):
            at = index + 1
    lines.insert(at, line)
    return text[: found.start(1)] + "\n".join(lines) + "\n" + text[found.end(1) :]


def _end_of_import(lines: list[str], first: str) -> int:
    """Return the index after an import, which may go over several lines."""
    at = lines.index(first)
    if first.endswith("("):
        at = lines.index(")", at)
    return at + 1


def _order(entry: str) -> tuple[int, str]:
    """Return how a linter sorts names: constants, classes, others."""
    name = entry.strip(' ",')
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in names) + "]"


def _refuse(file: str, lacking: str) -> NoReturn:
    message = f"{file} was changed so much that a component cannot be listed there: no {lacking}"
    raise UsageError(message)
