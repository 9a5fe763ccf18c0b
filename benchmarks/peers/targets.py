"""The figures to reach, and whether a run reached them."""

from __future__ import annotations

from typing import Any

__all__ = ["NOISE", "judge"]

NOISE = 0.02
"""How far a ratio may miss its bound, which is as far as two runs of the same differ."""

CACHEBOX = ("hit", "miss", "overwrite", "evict", "zipf", "ttl")
"""Rows in which Rust is to be no slower than cachebox."""

CACHETOOLS = (*CACHEBOX, "words")
"""Rows in which the reference is held against cachetools with a lock."""


def judge(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each figure to reach that was measured, with what was reached."""
    rows = result["rows"]
    targets = [
        _at_least(f"{row}: cachebox's time over Rust's", rows[row]["cachebox"]["ratio"], 1.0)
        for row in CACHEBOX
        if row in rows
    ]
    targets += [
        _at_least(f"{row}: time of [d[k] for k in keys] over Rust's", cells["dict"]["ratio"], 1.0)
        for row, cells in rows.items()
        if row.startswith("get_many")
    ]
    if "zipf" in rows:
        ratio = rows["zipf"]["python"]["ratio"]
        targets.append(_at_least("zipf: the reference's time over Rust's", ratio, 4.0))
    targets += [
        _at_most(
            f"{row}: the reference's time over cachetools's with a lock",
            rows[row]["python"]["ratio"] / rows[row]["cachetools"]["ratio"],
            1.3,
        )
        for row in CACHETOOLS
        if row in rows and "cachetools" in rows[row]
    ]
    if "two threads" in rows:
        cells = rows["two threads"]
        bound = 0.95 * cells["dict x2"]["ratio"]
        targets.append(_at_least("two threads over one, Rust's", cells["rust x2"]["ratio"], bound))
    held = result["bytes_per_entry"]
    targets += [
        _at_most("bytes an entry: Rust's over cachebox's", held["rust"] / held["cachebox"], 1.0),
        _at_most("resolve, in look-ups in a dict", result["resolve_in_lookups"], 20.0),
        _at_most(
            "agent --help over python -c pass", result["start_up"]["agent --help"]["ratio"], 3.0
        ),
        _at_most(
            "agent status over python -c pass", result["start_up"]["agent status"]["ratio"], 5.0
        ),
    ]
    return targets


def _at_least(name: str, figure: float, bound: float) -> dict[str, Any]:
    held = figure >= bound * (1 - NOISE)
    return {"name": name, "figure": f"{figure:.2f}", "bound": f">= {bound:.2f}", "held": held}


def _at_most(name: str, figure: float, bound: float) -> dict[str, Any]:
    held = figure <= bound * (1 + NOISE)
    return {"name": name, "figure": f"{figure:.2f}", "bound": f"<= {bound:.2f}", "held": held}
