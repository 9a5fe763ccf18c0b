"""Draws in several processes at once, each with seeds of its own, and gathers what they find."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.contract import load_contract
from agent.porting.parity.budget import Budget
from agent.porting.parity.campaign import Campaign
from agent.porting.parity.drawing import draw
from agent.porting.parity.verdict import Verdict
from agent.porting.table import load

if TYPE_CHECKING:
    from agent.porting.contract import Contract
    from agent.porting.parity.divergences import Entry
    from agent.porting.table import Component

__all__ = ["Loaded", "Reload", "draw_in_processes", "reload_component"]

_APART = 1 << 48
"""How far the seeds of the processes are apart; one of them uses those in between."""

_PATIENCE = 5.0
"""Seconds that a process is given to tell what it found, once it has to end."""


class Loaded(NamedTuple):
    """A pair, loaded in a process."""

    contract: Contract
    python: Any
    rust: Any


Reload = Callable[[], Loaded]
"""Loads the pair; it can be pickled."""


def reload_component(component: Component) -> Loaded:
    """Load both sides of a component of a table."""
    contract = load_contract(component.contract, component.factory)
    return Loaded(contract, load(component.python), load(component.rust))


class _Share(NamedTuple):
    """What one process is to do."""

    reload: Reload
    register: list[Entry]
    unsteady: dict[str, str]
    seed: int
    steps: int
    calls: float
    seconds: float
    """The time that is left."""


class _Told(NamedTuple):
    """What a process tells: how far it is, and in the end what it found."""

    operations: Counter[str]
    scripts: list[list[str]]
    doubts: list[str]
    ended: bool


def draw_in_processes(
    campaign: Campaign, reload: Reload, steps: int, jobs: int, progress: Callable[[int], None]
) -> None:
    """Draw within the campaign's budget in `jobs` processes; meet what they find in this one."""
    budget, verdict = campaign.budget, campaign.verdict
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    for index in range(jobs):
        share = _Share(
            reload, campaign.register, verdict.unsteady,
            seed=verdict.seed + index * _APART,
            steps=steps,
            calls=(budget.calls + index) // jobs,  # the shares add up
            seconds=budget.deadline - time.monotonic(),
        )  # fmt: skip
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(share, there), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    try:
        _gather(campaign, pipes, float("inf"), progress)
    except KeyboardInterrupt:  # the processes were interrupted too, and tell what they have
        _gather(campaign, pipes, time.monotonic() + _PATIENCE, progress)
        raise
    finally:
        for process in processes:
            process.join(_PATIENCE)
            process.kill()
            process.close() if process.exitcode is not None else process.join()
    budget.calls = 0


def _gather(
    campaign: Campaign, pipes: list[Connection], until: float, progress: Callable[[int], None]
) -> None:
    """Add what comes through the pipes to the verdict, until all have ended."""
    verdict = campaign.verdict
    while pipes and time.monotonic() < until:
        for pipe in wait(pipes, timeout=0.2):
            if not isinstance(pipe, Connection):
                continue
            try:
                told: _Told = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                verdict.doubts.append("a process ended before it told what it had found")
                continue
            verdict.operations.update(told.operations)
            verdict.doubts += told.doubts
            for script in told.scripts:
                campaign.run(script)
            progress(verdict.examples)
            if told.ended:
                pipes.remove(pipe)


def _work(share: _Share, pipe: Connection) -> None:
    """Draw in this process; tell the counts from time to time, and the scripts that differ."""
    verdict = Verdict("", share.seed, unsteady=share.unsteady)
    told: Counter[str] = Counter()

    def tell(compared: int) -> None:  # noqa: ARG001  # the counts say it
        nonlocal told
        pipe.send(_Told(verdict.operations - told, [], [], ended=False))
        told = Counter(verdict.operations)

    budget = Budget(share.calls, time.monotonic() + share.seconds)

    def stop(*_: object) -> None:
        budget.deadline = 0.0

    signal.signal(signal.SIGINT, stop)  # what was found by then is told
    loaded = share.reload()
    campaign = Campaign(
        loaded.contract, loaded.python, loaded.rust, verdict,
        register=share.register, budget=budget, guessed=True, shrink=False,
    )  # fmt: skip
    draw(campaign, loaded.python, loaded.rust, share.steps, tell)
    scripts = [found.script for found in verdict.divergences]
    pipe.send(_Told(verdict.operations - told, scripts, verdict.doubts, ended=True))
    pipe.close()
