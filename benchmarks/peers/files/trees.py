"""The trees of files that contenders work on: made once in a process, removed when it ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

__all__ = ["MANY", "large", "lines", "small", "text"]

MANY = 10_000
"""Files of `small`."""

_SEED = 20_264
_WORDS = (
    "return", "value", "error", "the", "file", "name", "path", "of", "line", "for", "in", "if",
    "not", "self", "none", "other", "while", "with", "as", "import", "from", "class", "def", "try",
    "except", "raise", "yield", "lambda", "and", "or", "is", "pass", "break", "continue", "global",
)  # fmt: skip


def _folder(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"agent-peers-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def small() -> Path:
    """Make 10,000 files of 2 KiB in 100 folders."""
    random = Random(_SEED)
    root = _folder("small")
    for number in range(MANY):
        path = root / f"{number % 100:02}" / f"{number:05}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(random.randbytes(2048))
    return root


@cache
def lines() -> Path:
    """Make 10,000 files of about 2 KiB of text in 100 folders."""
    random = Random(_SEED)
    root = _folder("lines")
    for number in range(MANY):
        path = root / f"{number % 100:02}" / f"{number:05}.txt"
        path.parent.mkdir(exist_ok=True)
        words = random.choices(_WORDS, k=400)
        content = "\n".join(" ".join(words[at : at + 10]) for at in range(0, 400, 10))
        path.write_text(content + "\n", encoding="ascii")
    return root


@cache
def text() -> Path:
    """Make 208 MiB of lines in 2,600 files of 80 KiB; one line in some thousand has a rare word."""
    random = Random(_SEED)
    root = _folder("text")
    for number in range(2600):
        path = root / f"{number % 50:02}" / f"{number:04}.txt"
        path.parent.mkdir(exist_ok=True)
        words = random.choices(_WORDS, k=14_500)
        for _ in range(2):
            words[random.randrange(len(words))] = "needle_17"
        lines = [" ".join(words[at : at + 10]) for at in range(0, len(words), 10)]
        path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return root


@cache
def large() -> Path:
    """Make one file of 1 GiB in a folder of its own."""
    root = _folder("large")
    block = Random(_SEED).randbytes(1 << 20)
    with (root / "file").open("wb") as file:
        for _ in range(1024):
            file.write(block)
    return root
