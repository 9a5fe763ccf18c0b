"""The digests of the files below a folder."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from agent.components.files.contract import FileError, Hashes
from agent.components.files.opened import read_or_error
from agent.components.files.walking import sorted_errors, walk
from agent.errors import EnvironmentLacking

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.files.walking import Selection

__all__ = ["hash_tree"]


def _package() -> Any:
    """Return the constructor of BLAKE3's package, or None where that is not installed."""
    try:
        from blake3 import blake3  # noqa: PLC0415  # it is in an extra
    except ModuleNotFoundError:
        return None
    return blake3


_BLAKE3 = _package()


def hash_tree(root: str, algorithm: str, selection: Selection) -> Hashes:
    """Return the digests of the files below `root` that are wanted."""
    new = _hasher(algorithm)
    listing = walk(root, selection)
    paths, digests, errors = [], [], list(listing.errors)
    for path in listing.paths:
        content = read_or_error(f"{root}/{path}")
        if isinstance(content, FileError):
            errors.append(FileError(path, content.errno, content.message))
        else:
            paths.append(path)
            digests.append(new(content).digest())
    return Hashes(paths, b"".join(digests), sorted_errors(errors))


def _hasher(algorithm: str) -> Callable[[bytes], Any]:
    if algorithm == "sha256":
        return sha256
    if _BLAKE3 is None:
        message = "the reference takes BLAKE3 from a package: pip install 'agent-port[files]'"
        raise EnvironmentLacking(message)
    blake3: Callable[[bytes], Any] = _BLAKE3
    return blake3
