"""Runs ``agent check`` on pairs, as a person does, each in a process and a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Answer", "Pair", "Result", "environment", "run_all", "run_check"]

ROOT = Path(__file__).parents[2]

LIMIT = 600
"""Seconds after which a check is given up."""

Answer = Literal["found", "told", "missed", "failed"]

_ANSWERS: dict[str, Answer] = {
    "divergent": "found", "inconclusive": "told", "identical": "missed",
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """What is compared."""

    name: str
    kind: str
    python: str
    rust: str


@dataclass(frozen=True)
class Result:
    """What a check said of a pair."""

    pair: Pair
    seed: int
    answer: Answer
    """Whether a difference was found; told that the check is inconclusive; or that the pair is
    identical, so that the fault was missed; or that the check itself failed."""
    calls: int
    seconds: float
    detail: str
    """The first difference, the first doubt, or the last line of what went wrong."""


def environment() -> dict[str, str]:
    """Return the variables for a process in another folder that uses the pairs."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def run_check(pair: Pair, seed: int) -> Result:
    """Check a pair with the default budget."""
    command = [
        *(sys.executable, "-m", "agent", "check", "--json", "--no-pin", "--fail-fast"),
        *("--seed", str(seed)),
        *("--python", pair.python, "--rust", pair.rust),
    ]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment(), capture_output=True,
                encoding="utf-8", errors="replace", timeout=LIMIT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Result(pair, seed, "failed", 0, LIMIT, f"no verdict after {LIMIT} seconds")
    seconds = time.monotonic() - start
    verdict = _verdict(done.stdout)
    if verdict is None:
        last = (done.stderr.strip() or f"exit {done.returncode}").splitlines()[-1]
        return Result(pair, seed, "failed", 0, seconds, last)
    answer = _ANSWERS[verdict["verdict"]]
    found = [f"{each['call']} differs in {each['where']}" for each in verdict["divergences"]]
    detail = next(iter([*found, *verdict["doubts"]]), "")
    return Result(pair, seed, answer, verdict["examples"], seconds, detail)


def run_all(  # noqa: PLR0913, PLR0917  # with what most need left out
    pairs: Iterable[Pair],
    seeds: Iterable[int],
    jobs: int,
    tell: Callable[[Result], object] = lambda _: None,
    known: Callable[[Pair, int], Result | None] = lambda *_: None,
    check: Callable[[Pair, int], Result] = run_check,
) -> list[Result]:
    """Check all pairs with each seed, `jobs` at a time; `tell` is called with each result.

    A pair is not checked with a seed for which `known` gives a result.
    """

    def one(asked: tuple[Pair, int]) -> Result:
        result = known(*asked) or check(*asked)
        tell(result)
        return result

    wanted = [(pair, seed) for seed in seeds for pair in pairs]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, wanted))


def _verdict(printed: str) -> dict[str, Any] | None:
    """Return the verdict among what was printed, which may be more if the pair itself prints."""
    begin = printed.rfind('{\n  "component"')
    if begin < 0:
        return None
    found: dict[str, Any] = json.JSONDecoder().raw_decode(printed[begin:])[0]
    return found
