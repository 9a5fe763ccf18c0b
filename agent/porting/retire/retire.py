"""The end of a port, planned before anything is changed."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.porting.check.world import needs_world
from agent.porting.contract.reader import load_contract
from agent.porting.evidence.freshness import evidence_path
from agent.porting.files.atomic import exclusively_changing, replace_text
from agent.porting.files.reading import read_bytes
from agent.porting.project.table import load, split
from agent.porting.project.table_edit import without_row
from agent.porting.retire.golden_tests import golden_tests
from agent.porting.retire.mentions import mentions, text_files
from agent.porting.retire.unport import is_ported, with_reference, with_rust
from agent.porting.script.store import load_examples
from agent.porting.sources.cargo import find_crates
from agent.porting.sources.python import sources_of

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component

__all__ = ["Retirement", "plan_retirement"]


@dataclass
class Retirement:
    """The files that ending a port writes, changes and deletes, and the steps left to a person."""

    component: Component
    project: Project
    keep: str
    """The side that stays: ``"python"`` or ``"rust"``."""
    golden: Path
    """The path of the golden tests."""
    tests: str
    """Their text; empty if there are no examples."""
    edited: dict[Path, str] = field(default_factory=dict)
    """The new text of Python files."""
    deleted: list[Path] = field(default_factory=list)
    """Files and folders to delete."""
    left: list[str] = field(default_factory=list)
    """The remaining steps, in sentences."""

    def __str__(self) -> str:
        def shown(path: Path) -> str:
            return path.relative_to(self.project.root).as_posix() + "/" * path.is_dir()

        name = self.component.name
        lines = [f"{name} retires; what stays is its {self.keep.title()}."]
        lines += [f"  write   {shown(self.golden)}"] if self.tests else []
        lines += [f"  change  {shown(path)}" for path in self.edited]
        lines += [f"  change  {shown(self.project.table_file)}: the row of {name} goes"]
        lines += [f"  delete  {shown(path)}" for path in self.deleted]
        if self.left:
            lines += ["What is left to you:", *(f"  {each}" for each in self.left)]
        return "\n".join(lines)

    def write_tests(self) -> bool:
        """Write the golden tests; return whether there are any."""
        if self.tests:
            replace_text(self.golden, self.tests)
        return bool(self.tests)

    def apply(self) -> None:
        """Change and delete; the decorator before the row, because it needs the row."""
        for path, text in self.edited.items():
            replace_text(path, text)
        for path in self.deleted:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        table = self.project.table_file
        with exclusively_changing(table):
            text = read_bytes(table).decode()
            replace_text(table, without_row(text, self.component.name))


def plan_retirement(component: Component, project: Project, keep: str) -> Retirement:
    """Return the plan for ending the port of `component` if the side `keep` stays.

    Nothing is changed yet; the reference is imported and run on the known examples.
    """
    name = component.name
    kept = [project.parity_folder / folder / name for folder in ("examples", "corpus")]
    contract = load_contract(component.contract, component.factory, component.world)
    known = [example for folder in kept for example in load_examples(folder)]
    examples = [example for example in known if not needs_world(contract, example.lines)]
    source = sources_of(split(component.python)[0])[split(component.python)[0]]
    text = read_bytes(source).decode()
    decorated = is_ported(text, name)
    place = component.python if decorated or keep == "python" else component.rust
    plan = Retirement(
        component, project, keep,
        golden=project.parity_folder / f"test_{name}_golden.py",
        tests=golden_tests(
            name, contract, load(component.python), place, examples
        ) if examples else "",
    )  # fmt: skip
    if len(examples) < len(known):
        plan.left.append(
            f"{len(known) - len(examples)} examples of {name} run in worlds alone, and become no "
            "golden tests"
        )
    elif not examples:
        plan.left.append(
            f"no example of {name} is known, so there are no golden tests: "
            f"agent check {name} --record -- COMMAND would have got some"
        )
    if decorated:
        changed = with_reference(text, name) if keep == "python" else None
        plan.edited[source] = changed or with_rust(text, name, component.rust)
    elif keep == "rust":
        plan.left.append(f"{component.python} is the reference: delete what only it needs")
    plan.deleted += [path for path in (*kept, evidence_path(name, project)) if path.exists()]
    _plan_modules(plan)
    if keep == "python":
        crates = find_crates(project.root, project.table_file.parent)
        plan.deleted += crates.own_places(name, component.sources)
    plan.left += _left(plan)
    return plan


def _plan_modules(plan: Retirement) -> None:
    """Delete contract and workloads if their folder holds nothing else and is not mentioned."""
    component, root = plan.component, plan.project.root
    modules = {split(each)[0] for each in (component.contract, component.workloads) if each}
    folders = {sources_of(module)[module].parent for module in modules}
    reference = sources_of(split(component.python)[0]).values()
    for folder in sorted(folders):
        if folder.name != component.name or any(path.parent == folder for path in reference):
            continue
        package = split(component.contract)[0].rpartition(".")[0]
        within = set(text_files(folder, ".py"))
        # A stub's line on the Rust side goes with that side.
        suffixes = (".py",) if plan.keep == "python" else (".py", ".pyi")
        named = rf"\b{re.escape(package)}\b"
        used = list(mentions(root, named, within | plan.edited.keys(), *suffixes))
        if re.search(named, plan.tests):
            used.append(f"{plan.golden.name}: its classes")
        if used:
            plan.left += [f"{line}  (so that {folder.name}/ stays)" for line in used]
        else:
            plan.deleted.append(folder)


def _left(plan: Retirement) -> list[str]:
    """Return the steps left to a person."""
    component, root = plan.component, plan.project.root
    name, gone = component.name, {*plan.edited, plan.golden}
    for path in plan.deleted:
        gone |= {path} if path.is_file() else set(text_files(path, ""))
    asking = rf"\b(resolve|implementation|component|port)\(\s*[\"']{name}[\"']|override\({name}="
    left = [f"{line}  (asks for {name})" for line in mentions(root, asking, gone, ".py", ".md")]
    tests = sorted(plan.project.parity_folder.glob(f"test_{name}*.py"))
    left += [
        f"{path.relative_to(root).as_posix()}: tests both sides"
        for path in tests
        if path != plan.golden and not any(path.name in line for line in left)
    ]
    if plan.keep == "python":
        words = {name, split(component.rust)[1]}
        speaking = rf"\b({'|'.join(sorted(words))})\b"
        left += mentions(root, speaking, gone, ".rs", ".pyi", "Cargo.toml")
    elif component.partial:
        left.append("calls that Rust refuses now raise Unsupported: there is no fallback")
    if len(plan.project.components) == 1:
        left.append("it was the last: the table, [tool.agent-port] and _port.py can go")
    return left
