"""The folders of worlds, so that files of killed processes can be found and removed."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

__all__ = ["new_folder", "remove_folder", "sweep"]

_PREFIX = "agent-world"


def new_folder() -> Path:
    """Make an empty folder, named after this process, in the folder for temporary files."""
    made = tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-")
    return Path(made).resolve()


def remove_folder(folder: Path) -> None:
    """Remove a folder and all in it, whatever its modes; what cannot be removed stays."""
    for path, _, _ in os.walk(folder, onerror=_open_up):
        _open_up(OSError(0, "", path))
    shutil.rmtree(folder, ignore_errors=True)


def _open_up(error: OSError) -> None:
    """Let the owner list and change the folder that `error` is about."""
    if error.filename is not None and not Path(error.filename).is_symlink():
        os.chmod(error.filename, stat.S_IRWXU)  # noqa: PTH101  # of a text


def sweep(process: int | None) -> None:
    """Remove the folders that a process, which has ended, left behind."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-{process}-*"):
        remove_folder(path)
