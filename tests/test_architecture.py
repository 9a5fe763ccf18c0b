"""The structure of the framework: floors, import cycles, and modules that only pass calls on."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from agent import porting
from agent.porting.interpose.frames import MARK
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PACKAGE = ROOT / "agent" / "porting"

_CYCLES: dict[frozenset[str], str] = {}
"""Cycles of modules that are accepted, each with its reason."""

_OTHER_CALLS = {
    "agent.porting.check.effects": "it makes a record of `logging`",
    "agent.porting.infer.inferred": "it makes a dataclass of its own",
    "agent.porting.infer.probing": "it makes calls of its own",
    "agent.porting.interpose.pickling": "it writes down how an object is made",
    "agent.porting.interpose.callbacks": "it calls back into the caller, not the implementation",
    "agent.porting.shadow.callbacks": "it calls back into the caller, not the implementation",
}
"""Modules that pass arguments on, but not a caller's to an implementation: why each does."""


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _modules() -> dict[str, ast.Module]:
    return {
        _name(path): ast.parse(path.read_text(encoding="utf-8")) for path in _PACKAGE.rglob("*.py")
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield all that a module imports, at any time, for type checkers too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert not node.level, "ruff forbids relative imports"
            yield from (f"{node.module}.{each.name}" for each in node.names)
            yield node.module


def _graph(modules: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return which modules each imports; a name taken from a package's module is that module."""
    graph = {}
    for name, tree in modules.items():
        found = {each for each in _imported(tree) if each in modules}
        packages = {each.rpartition(".")[0] for each in found}
        graph[name] = found - packages - {name}
    return graph


def _cycles(graph: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Return the sets of nodes that reach each other."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting.extend(graph.get(node, ()))
        reached[start] = seen
    return sorted(
        {
            frozenset(other for other in nodes if start in reached.get(other, ()))
            for start, nodes in reached.items()
            if start in nodes
        },
        key=sorted,
    )


def _rooms(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    rooms: dict[str, set[str]] = defaultdict(set)
    for name, imported in graph.items():
        room = ".".join(name.split(".")[:3])
        rooms[room] |= {".".join(each.split(".")[:3]) for each in imported} - {room}
    return rooms


def _passes_on(tree: ast.Module) -> bool:
    """Return whether a module calls something with whatever arguments it was given itself."""
    return any(
        isinstance(node, ast.Call)
        and any(isinstance(each, ast.Starred) for each in node.args)
        and any(each.arg is None for each in node.keywords)
        for node in ast.walk(tree)
    )


def _is_marked(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and ast.unparse(node) == f"{MARK} = True"
        for node in tree.body
    )  # fmt: skip


def test_a_cycle_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set[str](), "e": {"a"}}
    assert _cycles(graph) == [frozenset("bc")]


def test_lazy_imports_and_those_for_type_checkers_count() -> None:
    lazy = "def f():\n    from p.b import g\n"
    typed = "if TYPE_CHECKING:\n    import p.a\n"
    graph = _graph({"p.a": ast.parse(lazy), "p.b": ast.parse(typed), "p": ast.parse("")})
    assert _cycles(graph) == [frozenset({"p.a", "p.b"})]


def test_files_import_without_cycles() -> None:
    found = [cycle for cycle in _cycles(_graph(_modules())) if cycle not in _CYCLES]
    assert not [sorted(cycle) for cycle in found]


def test_accepted_cycles_are_there() -> None:
    assert set(_CYCLES) <= set(_cycles(_graph(_modules())))


def test_rooms_import_without_cycles() -> None:
    assert not [sorted(cycle) for cycle in _cycles(_rooms(_graph(_modules())))]


def test_no_module_has_the_name_of_what_its_package_gives() -> None:
    """Importing the module would put it in the place of the function of its name."""
    hidden = []
    for name, tree in _modules().items():
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                given = ast.literal_eval(node.value)
                hidden += [f"{name}.{each}" for each in given if f"{name}.{each}" in _modules()]
    assert not hidden


def test_what_passes_calls_on_is_marked() -> None:
    unmarked = {
        name
        for name, tree in _modules().items()
        if _passes_on(tree) and not _is_marked(tree) and name not in _OTHER_CALLS
    }
    assert not unmarked, f"set {MARK} = True in these, or say why not in _OTHER_CALLS"


def test_only_what_passes_calls_on_is_marked() -> None:
    marked = {name for name, tree in _modules().items() if _is_marked(tree)}
    assert not {name for name in _OTHER_CALLS if name in marked}
    assert "agent.porting.compare.outcome" in marked


def _described_floors(docstring: str) -> list[set[str]]:
    """Return the rooms of each floor that a docstring lists, from the ground up."""
    floors: list[set[str]] = []
    for number, room in re.findall(r"^(\d+\.| ) +`(\w+)`: ", docstring, re.MULTILINE):
        if number != " ":
            assert number == f"{len(floors) + 1}.", "floors are numbered from 1"
            floors.append(set())
        assert not any(room in floor for floor in floors), f"{room} is listed twice"
        floors[-1].add(room)
    return floors


def _enforced_floors() -> list[set[str]]:
    """Return the rooms of each floor that import-linter enforces, from the ground up."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each.get("containers"))
    return [set(layer.split(" | ")) for layer in reversed(layers)]


def test_the_docstring_lists_the_floors_that_are_enforced() -> None:
    assert _described_floors(porting.__doc__ or "") == _enforced_floors()


def test_a_room_on_another_floor_is_noticed() -> None:
    assert _described_floors("1. `a`: x\n   `b`: y\n2. `c`: z\n") == [{"a", "b"}, {"c"}]
    assert _described_floors("1. `a`: x\n2. `b`: y\n   `c`: z\n") == [{"a"}, {"b", "c"}]


def _namesakes(modules: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Return the public classes that share a name, with the modules that define them."""
    found = defaultdict(list)
    for module, tree in modules.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return {name: sorted(places) for name, places in found.items() if len(places) > 1}


def test_no_two_public_classes_of_the_framework_share_a_name() -> None:
    assert _namesakes(_modules()) == {}


def test_classes_that_share_a_name_are_found() -> None:
    tree = ast.parse("class Plan: ...\nclass _Told: ...\nclass Suite: ...")
    other = ast.parse("class Plan: ...\nclass _Told: ...")
    assert _namesakes({"a.b": tree, "a.c": other}) == {"Plan": ["a.b", "a.c"]}
