"""A project with one of each kind of file that the command reads, and damages of files."""

from __future__ import annotations

import os
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[tool.agent-port]\ntable = "pond/components.toml"\nenvironment = "POND_IMPL"\n'

ROW = """\
[components.{name}]
contract = "pond.contract:Duck"
factory = "pond.contract:DuckFactory"
python = "pond.reference:Duck"
rust = "pond.fast:Duck"
workloads = "pond.workloads:{workloads}"
stage = "{stage}"
"""

SOURCES = {
    "contract": """
        from typing import Protocol

        class Duck(Protocol):
            '''A duck.'''
            def add(self, number: int, /) -> int:
                '''Return one more.'''

        class DuckFactory(Protocol):
            def __call__(self) -> Duck: ...
        """,
    "reference": """
        class Duck:
            def add(self, number: int, /) -> int:
                return number + 1
        """,
    "fast": """
        class Duck:
            def add(self, number: int, /) -> int:
                return 1 + number
        """,
    "workloads": "WORKLOADS = ()\nTHREE = 3\nTEXTS = ('a', 'b')\n",
}

SCRIPT = "duck = Duck()\nduck.add(1)\n"

RUN = (
    '{"component": "duck", "stage": "shadow", "pid": 1, "began": "x", "rust": null,'
    ' "reference": null}'
).ljust(4096, "\0") + "\0" * 12288

FILES = {
    "pyproject.toml": PYPROJECT,
    "pond/components.toml": ROW.format(name="duck", workloads="WORKLOADS", stage="shadow"),
    "evidence/duck.json": "{}",
    "parity_tests/divergences.toml": "",
    "parity_tests/survivors.toml": "",
    "parity_tests/examples/duck/one.py": SCRIPT,
    "parity_tests/corpus/duck/one.py": SCRIPT,
    "build/shadow/ledger.sqlite": "",
    "build/shadow/ledger.sqlite.runs/one.run": RUN,
}
"""What the verbs read, with a content that does no harm."""

DEEP = 100_000


def fifo(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def content(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


DAMAGES: dict[str, Callable[[Path], None]] = {
    "fifo": fifo,
    "folder": folder,
    "dangling link": dangling,
    "not UTF-8": content(b"\xff\xfe\x00duck = 1\n"),
    "zeros": content(b"\0" * 5000),
    "deep list": content(b"duck = " + b"[" * DEEP),
    "deep JSON": content(b'{"schema": 2, "x": ' + b"[" * DEEP),
    "deep parentheses": content(b"(" * DEEP),
    "huge number": content(b'{"schema": ' + b"9" * 10_000 + b"}"),
    "a list": content(b"[1, 2]\n"),
    "a number": content(b"3\n"),
    "header of a run": content(b'{"component": 3}'.ljust(4096, b"\0") + b"\xff" * 9000),
    "entries of a run": content(
        b'{"component": "duck", "stage": "shadow", "pid": 1, "began": "x", "rust": null, '
        b'"reference": null}'.ljust(4096, b"\0")
        + b"\0" * 12288
        + b'3\n{"number": []}\n[' * 9
    ),
}


def fill(root: Path) -> None:
    """Write the project into a folder."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "pond" / "__init__.py").touch()
    for name, text in SOURCES.items():
        (root / "pond" / f"{name}.py").write_text(dedent(text), encoding="utf-8")
