"""Formats Rust with the settings of its project."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["formatted"]


def formatted(text: str, folder: Path) -> str:
    """Return Rust as rustfmt formats it in `folder`; as it is, where there is no rustfmt."""
    rustfmt = shutil.which("rustfmt")
    if rustfmt is None:
        return text
    done = subprocess.run(  # noqa: S603  # as on the path
        [rustfmt, "--edition", "2024"],
        input=text,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout if done.returncode == 0 else text
