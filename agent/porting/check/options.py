"""The options of a parity check."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from agent.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["CALL_LIMIT", "MEMORY", "PROFILES", "CheckOptions", "Profile", "find_profile"]

CALL_LIMIT = 30.0
"""Seconds that one call may take by default."""

MEMORY = 2048.0
"""Mebibytes that one process may take by default."""


@dataclass(frozen=True)
class Profile:
    """How thorough a check is."""

    examples: int
    """Calls to draw and compare; pinned examples, edges and recorded calls come on top."""
    steps: int
    """Calls of one drawn script."""
    seed: int | None
    """The seed of what is drawn; None for another one each time."""
    seconds: float = 60.0
    """Time that ``agent check`` takes at most, unless it is given another."""


PROFILES = {
    "quick": Profile(examples=10_000, steps=80, seed=None),
    "ci": Profile(examples=30_000, steps=100, seed=0),
    "deep": Profile(examples=500_000, steps=200, seed=None, seconds=1800.0),
}


def find_profile(name: str) -> Profile:
    """Return a profile by its name; raise `UsageError`, listing them, if there is none."""
    if name not in PROFILES:
        message = f"no profile {name!r}: choose from {', '.join(PROFILES)}"
        raise UsageError(message)
    return PROFILES[name]


_SETTINGS = (
    "profile",
    "examples",
    "seconds",
    "seed",
    "jobs",
    "call_limit",
    "memory",
    "pinning",
    "fail_fast",
    "brief",
    "allow_stale",
)
"""The options that a person sets; a project or the check itself gives the others."""


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """What a check is asked to do; it can be pickled.

    Raises `UsageError` for an unknown profile, a number that is not above zero, or a seed below
    zero.
    """

    profile: str = "ci"
    """A name of `PROFILES`."""
    examples: int | None = None
    """Calls to draw and compare; None for the profile's number."""
    seconds: float | None = None
    """Time that a check may take in all; None for no limit."""
    seed: int | None = None
    """The seed of what is drawn; None for the profile's."""
    jobs: int = 1
    """Processes that draw at the same time, each with seeds of its own."""
    call_limit: float = CALL_LIMIT
    """Seconds that one call may take, in a process that is watched; the process is ended then."""
    memory: float = MEMORY
    """Mebibytes that a process may take that is watched; it is ended then."""
    folder: Path | None = None
    """Where pinned examples are, which are run first."""
    corpus: Path | None = None
    """Where recorded scripts are, which are replayed and varied."""
    register: Path | None = None
    """The register of accepted divergences, if that file exists."""
    scripts: tuple[tuple[str, ...], ...] = ()
    """Further scripts, which are run once, after the examples."""
    pinning: bool = False
    """Whether a difference that is found is kept in `folder`."""
    itself: bool = False
    """Whether both sides may be the same object, which proves nothing about a port."""
    guessed: bool = False
    """Whether the contract is a guess, so that nothing has to be refused."""
    partial: bool = False
    """Whether Rust may leave calls to Python: then what both serve is compared."""
    fail_fast: bool = False
    """Whether to stop at the first difference."""
    brief: bool = False
    """Whether to stop at the first difference, without looking for a shorter script."""
    allow_stale: bool = False
    """Whether a debug or stale build of a component is compared too."""

    def __post_init__(self) -> None:
        find_profile(self.profile)
        for name in ("examples", "seconds", "jobs", "call_limit", "memory"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                message = f"{name} of a check must be above zero, not {value}"
                raise UsageError(message)
        if self.seed is not None and self.seed < 0:
            message = f"the seed of a check must be zero or above, not {self.seed}"
            raise UsageError(message)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the options that settings by name give, without those that a project gives.

        Raises `UsageError` for an unknown setting or a wrong value.
        """
        if unknown := [name for name in settings if name not in _SETTINGS]:
            message = f"a check has no setting {unknown[0]!r}: choose from {', '.join(_SETTINGS)}"
            raise UsageError(message)
        return cls(**settings)

    @property
    def calls(self) -> int:
        """Calls to draw and compare."""
        return self.examples or find_profile(self.profile).examples

    @property
    def steps(self) -> int:
        """Calls of one drawn script."""
        return find_profile(self.profile).steps

    @property
    def fixed_seed(self) -> int:
        """The seed of the option or the profile, or else 0: the same each time."""
        seed = find_profile(self.profile).seed if self.seed is None else self.seed
        return seed or 0

    def chosen_seed(self) -> int:
        """Return the seed to draw with: a random one where neither option nor profile has one."""
        seed = find_profile(self.profile).seed if self.seed is None else self.seed
        return random.randrange(2**32) if seed is None else seed  # noqa: S311  # drawn, not secret
