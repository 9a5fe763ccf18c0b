"""What a shadow costs, and whether it holds: ``python benchmarks/shadow.py [--calls N] [--cost]``.

Prints what a call takes beyond the bare function where nothing is sampled, where little is, and,
beyond both sides' functions, where everything is. Then calls a function a million times in shadow,
whose other side answers wrongly, raises, panics, refuses or sleeps at random.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))

from agent.errors import Unsupported
from agent.porting.contract.terms import Effect, operation
from agent.porting.ledger.ledger_path import ledger_of
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.shadow import shadowed

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOPS = 500
"""Calls of a round: so few that some rounds are not disturbed, on a busy machine too."""
_ROUNDS = 300
_SLEEPS = 1_000
"""How many of a million calls sleep, for a millisecond each."""


class Join(Protocol):
    """The contract of what is called."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str, sep: str = "-") -> str:
        """Return the words of a text, joined."""


def join(text: str, sep: str = "-") -> str:
    """Return the words of a text, joined."""
    return sep.join(text.split())


class PanicException(BaseException):
    """What a panic of Rust's arrives as."""


_chance = random.Random(1)


def hostile(text: str, sep: str = "-") -> str:
    """Do the same, or at random something else."""
    what = _chance.randrange(1_000)
    if what < 250:
        return "wrong"
    if what < 400:
        raise RuntimeError(text)
    if what < 500:
        raise PanicException(text)
    if what < 600:
        message = "not today"
        raise Unsupported(message)
    if what == 999:
        time.sleep(0.001)
    return sep.join(text.split())


def main() -> int:
    """Measure and print; return 0 if both figures hold and every call was accounted for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=1_000_000, metavar="N", help="of the soak")
    parser.add_argument("--cost", action="store_true", help="leave out the soak")
    arguments = parser.parse_args()
    logging.getLogger("agent.shadow").addHandler(logging.NullHandler())
    logging.getLogger("agent.shadow").propagate = False
    with tempfile.TemporaryDirectory() as folder:
        module = __name__.rpartition(".")[2]
        os.environ[f"{module.upper()}_LEDGER"] = str(Path(folder, "ledger.sqlite"))
        held = _cost()
        return 0 if (arguments.cost or _soak(arguments.calls)) and held else 1


def _component(name: str, sample: float) -> Component:
    here = __name__
    return Component(
        name=name, contract=f"{here}:Join", python=f"{here}:join", rust=f"{here}:{name}",
        stage="shadow", shadow=Shadow(sample=sample),
    )  # fmt: skip


def _cost() -> bool:
    """Print what calls take, interleaved, each the least of some rounds."""
    sides: dict[str, Callable[..., Any]] = {
        "bare": join,
        "0": shadowed(_component("join", 0.0), join, join),
        "0.001": shadowed(_component("join", 0.001), join, join),
        "1": shadowed(_component("join", 1.0), join, _other),
    }
    least = dict.fromkeys(sides, float("inf"))
    for _ in range(_ROUNDS):
        for name, function in sides.items():
            least[name] = min(least[name], _time(function))
    bare = least["bare"]
    none, few, every = least["0"] - bare, least["0.001"] - bare, least["1"] - 2 * bare
    print(f"a call of the bare function takes {bare * 1e9:,.0f} ns")
    print(f"sampling 0 adds {none * 1e9:,.0f} ns (at most 150)")
    print(f"sampling 0.001 adds {few * 1e9:,.0f} ns")
    print(f"sampling 1 adds {every * 1e6:,.2f} µs beyond the other side's call (at most 5)")
    return none <= 150e-9 and every <= 5e-6


def _other(text: str, sep: str = "-") -> str:
    return sep.join(text.split())


def _time(function: Callable[..., Any]) -> float:
    began = time.perf_counter()
    for _ in range(_LOOPS):
        function("some words")
    return (time.perf_counter() - began) / _LOOPS


def _soak(calls: int) -> bool:
    """Call a hostile pair, and print the outcome."""
    component = _component("hostile", 1.0)
    function = shadowed(component, join, hostile)
    wrong = 0
    grown = [0.0]
    began = time.perf_counter()
    for index in range(calls):
        text = f"word {index}"
        wrong += function(text) != f"word-{index}"
        if index % (calls // 10 or 1) == calls // 20:
            grown.append(_resident())
    seconds = time.perf_counter() - began
    sums = ledger_of(component).sums("hostile")
    print(f"{calls:,} calls in {seconds:.0f} s, of which {wrong} were not answered as by Python")
    print(
        f"matched {sums.matched:,}, mismatched {sums.mismatched:,}, refused "
        f"{sums.refused.total():,}, skipped {sums.skipped.total():,}: {sums.calls:,}"
    )
    print(f"memory, in MB, tenth by tenth: {', '.join(f'{each:.1f}' for each in grown[1:])}")
    flat = grown[-1] - grown[2] < 2.0 if len(grown) > 3 else True
    return wrong == 0 and sums.calls == calls and flat


def _resident() -> float:
    """Return the megabytes that this process holds."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
