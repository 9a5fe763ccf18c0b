"""The facts of a build: its sources, its profile, and whether it is stale.

An extension carries a digest of the sources it was built from, computed by its ``build.rs``. The
same digest of the sources that are beside the package now shows whether the build is stale.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import EnvironmentLacking, MeasurementRefused
from agent.porting.files.trace import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

__all__ = [
    "Build",
    "read_build",
    "require_current",
    "require_measurable",
    "source_digest",
    "source_root",
]

_ROOT_FILES = ("Cargo.toml", "Cargo.lock")
_CRATES = "rust"


class Build(NamedTuple):
    """What an extension says of itself; None where it does not say."""

    version: str | None
    profile: str | None
    """``"release"``, ``"debug"``, or ``"reduced"``: release with less optimisation."""
    digest: str | None
    """SHA-256 of the sources it was built from, in hexadecimal."""
    stale: bool | None
    """Whether the sources have changed since; None where there are no sources."""

    @property
    def defect(self) -> str | None:
        """Why it is not what a release of the sources does, as a phrase; None as far as it says."""
        if self.profile == "debug":
            return "a debug build"
        return "a stale build: its sources have changed since" if self.stale else None


def read_build(
    module: ModuleType,
    root: Path | None = None,
    digest_of: Callable[[str, str], str] | None = None,
) -> Build:
    """Return what `module` was built from, compared with the sources in `root`.

    Args:
        module: the extension.
        root: holds ``Cargo.toml`` and ``rust/``. By default it is the folder of the package that
            holds `module`, as in a checkout, or the one above, as with packages in ``src``.
        digest_of: returns the digest of the sources in a folder for a profile, as `source_digest`
            does; for callers that keep results.
    """
    profile: str | None = getattr(module, "__profile__", None)
    digest: str | None = getattr(module, "__digest__", None)
    place = source_root(module) if root is None else os.fspath(root)
    stale = None
    if digest is not None and profile is not None and place is not None and _has_sources(place):
        stale = digest != (digest_of or source_digest)(place, profile)
    return Build(getattr(module, "__version__", None), profile, digest, stale)


def source_digest(root: Path | str, profile: str = "release") -> str:
    """Return the digest that an extension built from the sources in `root` carries.

    SHA-256 in hexadecimal over each source, in the order of its POSIX path from `root`: path, NUL,
    length in decimal, NUL, content; then the profile. Sources are ``Cargo.toml``, ``Cargo.lock``
    and, at any depth in ``rust/``, every ``*.rs``, ``*.txt`` and ``Cargo.toml``.
    """
    from hashlib import sha256  # noqa: PLC0415  # only where there are sources

    place = os.fspath(root)
    total = sha256()
    for path in sorted(_sources(place), key=str.encode):
        with open(noted(f"{place}/{path}"), "rb") as file:  # noqa: PTH123
            content = file.read()
        total.update(b"%b\0%d\0%b" % (path.encode(), len(content), content))
    total.update(profile.encode())
    return total.hexdigest()


def require_measurable(module: ModuleType, root: Path | None = None) -> None:
    """Raise `MeasurementRefused` unless `module` is a release build of the sources in `root`."""
    build = read_build(module, root)
    kind = build.defect
    if build.profile != "release":
        kind = "a build without a profile" if build.profile is None else f"a {build.profile} build"
    if kind is None:
        return
    message = f"{module.__name__} is {kind}; build it in release mode before measuring"
    raise MeasurementRefused(message)


def require_current(
    module: ModuleType, root: Path | None = None, *, allow: bool = False
) -> str | None:
    """Refuse a build that is not what a release of the sources does; return why, if `allow` it.

    Nothing is known, and nothing refused, of a module that does not say what it was built from.

    Raises `EnvironmentLacking` for a debug build and a stale one.
    """
    defect = read_build(module, root).defect
    if defect is not None and not allow:
        message = (
            f"{module.__name__} is {defect}; build it in release mode, or use it as it is with "
            "--allow-stale"
        )
        raise EnvironmentLacking(message)
    return defect


def source_root(module: ModuleType) -> str | None:
    """Return the directory that holds the top package of `module`, or the one above it.

    The latter if it has the sources of an extension: where packages are in ``src``.
    """
    place: str | None = getattr(module, "__file__", None)
    if place is None:
        return None
    for _ in module.__name__.split("."):
        place = os.path.dirname(place)  # noqa: PTH120  # start-up does without pathlib
    above = os.path.dirname(place)  # noqa: PTH120
    return next((each for each in (place, above) if _has_sources(each)), place)


def _has_sources(root: str) -> bool:
    return all(os.path.exists(f"{root}/{name}") for name in ("Cargo.toml", _CRATES))  # noqa: PTH110


def _sources(root: str) -> Iterator[str]:
    for name in _ROOT_FILES:
        if os.path.isfile(noted(f"{root}/{name}")):  # noqa: PTH113
            yield name
    pending = [_CRATES]
    while pending:
        folder = pending.pop()
        with os.scandir(noted(f"{root}/{folder}")) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif entry.name.endswith((".rs", ".txt")) or entry.name == "Cargo.toml":
                    yield path
