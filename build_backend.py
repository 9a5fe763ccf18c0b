"""Builds the package with the Rust extension if possible, and as pure Python otherwise.

``AGENT_NATIVE`` decides: ``auto``, the default, builds the extension if ``cargo`` is available,
``1`` always, ``0`` never. With the extension, maturin builds the wheel; without it, hatchling does,
as ``py3-none-any``. A Rust build that fails is an error; there is no fallback then. The source
distribution is the same for both. Metadata hooks are omitted: a front end then takes the metadata
from the wheel.
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import Any

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]

_MATURIN = "maturin>=1.16,<2"
_HATCHLING = "hatchling>=1.27"

Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Return the requirements for building the wheel."""
    del config_settings
    return [_MATURIN if _native() else _HATCHLING]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """Return the requirements for building the editable wheel."""
    return get_requires_for_build_wheel(config_settings)


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """Return the requirements for building the source distribution; cargo is not needed."""
    del config_settings
    return [_HATCHLING]


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build a wheel in `wheel_directory` and return its file name."""
    name: str = _backend().build_wheel(wheel_directory, config_settings, metadata_directory)
    return name


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build a wheel that points to these sources, and return its file name."""
    name: str = _backend().build_editable(wheel_directory, config_settings, metadata_directory)
    return name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Build the source distribution, Rust included, and return its file name."""
    name: str = import_module("hatchling.build").build_sdist(sdist_directory, config_settings)
    return name


def _backend() -> Any:
    return import_module("maturin" if _native() else "hatchling.build")


def _native() -> bool:
    """Return whether to build the extension."""
    wanted = os.environ.get("AGENT_NATIVE") or "auto"
    if wanted not in {"auto", "0", "1"}:
        message = f"AGENT_NATIVE={wanted} is none of auto, 0, 1"
        raise SystemExit(message)
    found = shutil.which("cargo") is not None
    if wanted == "1" and not found:
        message = (
            "AGENT_NATIVE=1 asks for the Rust extension, but there is no cargo on PATH: "
            "install Rust (https://rustup.rs), or leave AGENT_NATIVE out for the Python package"
        )
        raise SystemExit(message)
    return found if wanted == "auto" else wanted == "1"
