"""A toy project with two ports, ``slug`` and ``other``, that evidence can be about."""

from __future__ import annotations

import sys
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from agent import cli
from agent.cli import project as projects
from agent.porting.evidence.digests import digests
from agent.porting.files.atomic import replace_text
from agent.porting.records.evidence import (
    Evidence,
    MeasurementEvidence,
    MutationEvidence,
    ParityEvidence,
    ShadowEvidence,
)
from agent.porting.records.store import evidence_text
from agent.porting.sources.build import source_digest

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.project.project import Project

__all__ = ["FIGURES", "Port"]

TABLE = """\
# The ports of the toy.   stage = "python" is how each begins

[thresholds]  # what all owe
calls = 1_000

[components.other]
contract = "toy_port.contract:Other"
python = "toy_port.text:other"
rust = "toy_port._native:other"
stage = 'shadow' # stage = "rust" some day

# Words of an address.
[components.slug]
contract  = "toy_port.contract:Slug"
python    = "toy_port.text:slug"
rust      = "toy_port._native:slug"
workloads = "toy_port.workloads:WORKLOADS"
stage     = "python"   # "python", "shadow" or "rust"

    [components.slug.thresholds] # beyond those of all
    speedup = 1.5
"""

FILES = {
    "pyproject.toml": """
        [tool.agent-port]
        table = "toy_port/components.toml"
        environment = "TOY_IMPL"
    """,
    "Cargo.toml": """
        [workspace]
        members = ["rust/*"]
    """,
    "rust/toy/Cargo.toml": """
        [package]
        name = "toy"
    """,
    "rust/toy/src/lib.rs": "mod slug;\nmod other;\n",
    "rust/toy/src/slug.rs": "fn slug() {}\n",
    "rust/toy/src/other.rs": "fn other() {}\n",
    "toy_port/__init__.py": "",
    "toy_port/contract.py": """
        from typing import Annotated, Protocol

        from annotated_types import MaxLen

        class Slug(Protocol):
            def __call__(self, text: Annotated[str, MaxLen(9)], /) -> str:
                "Return the words, joined."

        class Other(Protocol):
            def __call__(self, number: int, /) -> int:
                "Return another number."
    """,
    "toy_port/text.py": """
        from toy_port.parts import joined

        def slug(text, /):
            if not isinstance(text, str):
                raise TypeError("a str is needed")
            if len(text) > 9:
                raise ValueError("too long")
            return joined(text.lower().split())

        def other(number, /):
            if type(number) is not int:
                raise TypeError("an int is needed")
            return number + 1
    """,
    "toy_port/parts.py": """
        def joined(words):
            return "-".join(words)
    """,
    "toy_port/workloads.py": """
        from agent.porting.benchmark.workload import Workload

        WORKLOADS = (
            Workload(
                name="title", about="a title", size=10, calls=10, entries=0, expected="a-b",
                draw=lambda: "A b", prepare=lambda inputs, make: (make, inputs),
                run=lambda state, times: [state[0](state[1]) for _ in range(10 * times)],
                answer=lambda state: state[0](state[1]),
            ),
        )
    """,
    "toy_port/_native.py": """
        from toy_port.text import other, slug as python

        def slug(text, /):
            return python(text)
    """,
}

FIGURES: dict[str, Any] = {
    "parity": ParityEvidence("2027-01-31", "identical", 2_000, 2_000, 1, 0, 0, 5),
    "mutation": MutationEvidence("2027-01-31", 200, 190, 3, 0.9645, 70),
    "shadow": ShadowEvidence("2027-01-31", 1_500, 0, 0),
    "measurement": MeasurementEvidence(
        date="2027-01-31",
        agreed=True,
        speedup=3.0,
        speedup_low=2.5,
        speedup_high=3.5,
        memory=0.8,
        workloads={"title": (2.5, 3.5)},
        system="Linux",
        processor="fast",
        python="CPython 3",
        busy=0.0,
        seconds=9,
    ),
}  # fmt: skip
"""Evidence that is enough for stage ``rust``."""


class Port:
    """The toy project, in a folder that is the working one."""

    def __init__(self, folder: Path, table: str = TABLE, **files: str) -> None:
        self.folder = folder
        self.table = folder / "toy_port" / "components.toml"
        for name, text in {**FILES, **files}.items():
            self.write(name, dedent(text).lstrip())
        self.write("toy_port/components.toml", table)
        self.write("parity_tests/examples/slug/slug_1.py", "slug('A b')\n")
        self.build()

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")

    def add(self, name: str, text: str) -> None:
        """Write `text` to the end of a file of the project."""
        path = self.folder / name
        self.write(name, path.read_text(encoding="utf-8") + text)

    def build(self) -> None:
        """Let the "extension" say that it is a release build of the sources as they are."""
        self.add(
            "toy_port/_native.py",
            f"\n__profile__ = 'release'\n__digest__ = '{source_digest(self.folder)}'\n",
        )
        for name in [name for name in sys.modules if name.startswith("toy_port")]:
            del sys.modules[name]

    @property
    def project(self) -> Project:
        """The project as its files say now."""
        projects._project_of.cache_clear()
        return projects.current()

    def run(self, *argv: str) -> int:
        """Run the command in it."""
        projects._project_of.cache_clear()
        return cli.main(argv)

    def prove(self, name: str = "slug", **figures: Any) -> None:
        """Write evidence that is enough for every stage, but for these `figures`."""
        project = self.project
        now = digests(project.component(name), project)
        evidence = replace(Evidence(name, now), **{**FIGURES, **figures})
        replace_text(self.folder / "evidence" / f"{name}.json", evidence_text(evidence))
