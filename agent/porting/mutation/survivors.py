"""The register of explained survivors: mutants that need not be detected, and why.

One TOML file for all components, each entry naming a mutant and why it survives::

    [[cache]]
    file = "rust/agent-core-utils/src/cache/deadlines.rs"
    function = "Deadlines::set"
    what = "`STALE` becomes 1 more"
    code = "if self.heap.len() > 2 * self.held + STALE {"
    equivalent = true
    reason = "changes only when stale deadlines are removed, which is not visible"

``nth = 2`` selects the second of several mutants with the same fields. An entry is ``equivalent``
if no call can distinguish the mutant from the original: it is then left out of the score.
Otherwise the reason says what detecting it would take, and it counts as not detected.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.files.reading import parse_toml, read_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Explanation", "load_explanations"]

_KEYS = {"file": str, "function": str, "what": str, "code": str, "reason": str, "equivalent": bool}


@dataclass(frozen=True)
class Explanation:
    """Why a mutant survives."""

    identity: tuple[str, str, str, str, int]
    """As `Mutant.identity`."""
    reason: str
    equivalent: bool


def load_explanations(path: Path, component: str) -> list[Explanation]:
    """Return what the register at `path` says of a component; nothing where there is no such file.

    Raises `ContractError` for a file that is not a register.
    """
    try:
        content = _parsed(read_text(path))
    except FileNotFoundError:
        return []
    except ValueError as error:
        message = f"{path} is not TOML: {error}"
        raise ContractError(message) from error
    entries = content.get(component, [])
    if not isinstance(entries, list):
        message = f"{path}: entries begin with [[{component}]]"
        raise ContractError(message)
    return [_read(entry, f"{path}: entry {index}") for index, entry in enumerate(entries, 1)]


@lru_cache(maxsize=1)
def _parsed(text: str) -> dict[str, Any]:
    """Parse a register once, although it is asked about one component after the other."""
    return parse_toml(text)


def _read(entry: dict[str, Any], place: str) -> Explanation:
    wrong = {key for key, kind in _KEYS.items() if not isinstance(entry.get(key), kind)}
    wrong |= {key for key, value in entry.items() if value == ""}
    wrong |= entry.keys() - _KEYS.keys() - {"nth"}
    nth = entry.get("nth", 1)
    if wrong or type(nth) is not int:
        named = ", ".join(sorted(wrong)) or "nth"
        message = f"{place}: {named}: missing, empty, unknown or of a wrong type"
        raise ContractError(message)
    identity = (entry["file"], entry["function"], entry["what"], entry["code"], nth)
    return Explanation(identity, entry["reason"], entry["equivalent"])
