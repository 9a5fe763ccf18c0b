"""The register of divergences: known differences that are accepted, each for a reason and a time.

One TOML file, whose ``[[divergence]]`` tables say which component and operation, when (a Python
expression), why, where it is discussed, until when, and a script that shows it. An entry that has
expired, or whose script no longer shows it, fails the check: what is registered is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.files.reading import parse_toml, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.porting.check.disagreement import Disagreement

__all__ = ["Excused", "KnownDivergence", "load_register", "today"]

_TEXTS = ("component", "operation", "when", "reason", "issue")


@dataclass(frozen=True)
class KnownDivergence:
    """A difference that is accepted for now."""

    component: str
    operation: str
    """As it is counted: ``get``, of a part ``Counter.inc``, or the contract's name for the
    factory."""
    when: str
    """An expression that is true of the accepted difference, and of no other.

    It sees ``arguments`` (a tuple, as they are after the call), ``where`` (the path of what
    differs), ``python`` and ``rust`` (what each returned, or the exception it raised).
    """
    reason: str
    issue: str
    expires: date
    """The last day on which it is accepted."""
    script: tuple[str, ...]
    """Lines that show it, the last of which differs."""

    def covers(self, found: Disagreement) -> bool:
        """Return whether `found` is this difference.

        Raises `ContractError` if `when` cannot be evaluated.
        """
        if found.operation != self.operation:
            return False
        sides = [
            outcome.value if outcome.raised is None else outcome.raised
            for outcome in (found.python, found.rust)
        ]
        names = {
            "arguments": found.arguments, "where": found.difference.where,
            "python": sides[0], "rust": sides[1],
        }  # fmt: skip
        try:
            return bool(eval(self.when, names))  # noqa: S307  # the user's own register
        except Exception as error:
            message = f"{self}: when = {self.when!r} fails with {type(error).__name__}: {error}"
            raise ContractError(message) from error

    def __str__(self) -> str:
        return f"the divergence registered for {self.component}.{self.operation} ({self.issue})"


class Excused:
    """The lines of one script, the last that had any, whose differences are accepted."""

    def __init__(self) -> None:
        self._script: list[str] = []
        self._lines: list[int] = []

    def add(self, lines: list[str]) -> None:
        """Note that the difference of the last of `lines` is accepted."""
        before = self._lines if lines[: len(self._script)] == self._script else []
        self._script, self._lines = list(lines), [*before, len(lines) - 1]

    def left_out(self, lines: list[str]) -> list[str] | None:
        """Return `lines` without those; None where `lines` is not of that script."""
        if not self._script or lines[: len(self._script)] != self._script:
            return None
        return [line for index, line in enumerate(lines) if index not in self._lines]


def load_register(path: Path | None, component: str) -> list[KnownDivergence]:
    """Return the entries for `component` in the file at `path`; none if there is no file.

    Raises `ContractError`, naming the place, for what is not an entry.
    """
    if path is None or not path.exists():
        return []
    try:
        content = parse_toml(read_text(path))
    except ValueError as error:
        message = f"{path} is not TOML: {error}"
        raise ContractError(message) from error
    tables = content.pop("divergence", [])
    if content or not isinstance(tables, list):
        message = f"{path}: only [[divergence]] tables are allowed here"
        raise ContractError(message)
    entries = [_read(table, f"{path}: entry {index}") for index, table in enumerate(tables, 1)]
    return [entry for entry in entries if entry.component == component]


def _read(table: Any, place: str) -> KnownDivergence:
    wanted = {*_TEXTS, "expires", "script"}
    if not isinstance(table, dict) or table.keys() != wanted:
        message = f"{place}: an entry has exactly {', '.join(sorted(wanted))}"
        raise ContractError(message)
    for key in _TEXTS:
        if not isinstance(table[key], str) or not table[key].strip():
            message = f"{place}: {key} must say something"
            raise ContractError(message)
    if type(table["expires"]) is not date:
        message = f"{place}: expires is a date, as in 2027-01-31"
        raise ContractError(message)
    script: Sequence[Any] = table.pop("script")
    if not script or not all(isinstance(line, str) for line in script):
        message = f"{place}: script is a list of lines, the last of which differs"
        raise ContractError(message)
    try:
        compile(table["when"], place, "eval")
    except SyntaxError as error:
        message = f"{place}: when is not a Python expression: {error}"
        raise ContractError(message) from error
    return KnownDivergence(**table, script=tuple(script))


def today() -> date:
    """Return the day by which entries expire, everywhere the same: the one in UTC."""
    return datetime.now(UTC).date()
