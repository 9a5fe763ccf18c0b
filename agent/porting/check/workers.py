"""Draws in several processes at once, each with seeds of its own, and gathers what they find."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import AgentError
from agent.porting.check.campaign import Campaign
from agent.porting.check.event_loop import limit_awaits
from agent.porting.check.generate import draw
from agent.porting.check.heartbeat import LOOK, Watch, new_memory, watch_here
from agent.porting.check.loading import Loaded
from agent.porting.check.timeouts import add_lost, ended, too_long
from agent.porting.check.verdict import Verdict
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.strategies.draws import Choice

__all__ = ["draw_in_processes"]

_APART = 1 << 48
"""How far the seeds of the processes are apart; one of them uses those in between."""

_LEAST = 0.001
"""Seconds that a process is given where none are left."""

_PATIENCE = 5.0
"""Seconds that a process is given to tell what it found, once it has to end."""


class _Share(NamedTuple):
    """What one process is to do."""

    name: str
    reload: Reload
    options: CheckOptions
    """The check's own, but for the time that is left."""
    unsteady: dict[str, str]
    seed: int
    calls: float


class _Told(NamedTuple):
    """What a process tells: how far it is, and what it found since it last told."""

    operations: Counter[str]
    refused: Counter[str]
    redrawn: Counter[str]
    scripts: list[list[str]]
    draws: list[Choice]
    """What decided the values in the scripts that a strategy drew."""
    doubts: list[str]
    ended: bool
    error: Exception | None = None
    """Why it cannot go on."""


class _Worker(NamedTuple):
    """A process that draws, as the one that gathers sees it."""

    process: SpawnProcess
    pipe: Connection
    watch: Watch


def draw_in_processes(campaign: Campaign, reload: Reload) -> None:
    """Draw within the campaign's budget in several processes; meet what they find in this one.

    A process in which a call takes longer than the options of the check allow is ended.
    """
    options, budget, verdict = campaign.options, campaign.budget, campaign.verdict
    jobs = options.jobs
    left = budget.deadline - time.monotonic()
    theirs = replace(
        options,
        seconds=None if left == float("inf") else max(left, _LEAST),
        guessed=True,  # all that they find is judged again here
    )
    context = multiprocessing.get_context("spawn")
    workers = []
    for index in range(jobs):
        share = _Share(
            verdict.component,
            reload,
            theirs,
            verdict.unsteady,
            seed=verdict.seed + index * _APART,
            calls=(budget.calls + index) // jobs,  # the shares add up
        )
        here, there = context.Pipe(duplex=False)
        memory = new_memory(context)
        process = context.Process(target=_work, args=(share, there, memory), daemon=True)
        process.start()
        there.close()
        workers.append(_Worker(process, here, Watch(memory, options.call_limit)))
    try:
        _gather(campaign, list(workers), float("inf"))
    except KeyboardInterrupt:  # the processes were interrupted too, and tell what they have
        open_yet = [worker for worker in workers if not worker.pipe.closed]
        _gather(campaign, open_yet, time.monotonic() + _PATIENCE)
        raise
    finally:
        for process, _, _ in workers:
            process.join(_PATIENCE)
            process.kill()
            process.join()
            sweep(process.pid)
            process.close()
    budget.calls = 0


def _gather(campaign: Campaign, workers: list[_Worker], until: float) -> None:
    """Add what comes through the pipes to the verdict, until all have ended."""
    left = {worker.pipe: worker for worker in workers}
    while left and time.monotonic() < until:
        ready = wait(list(left), timeout=LOOK)
        for pipe, worker in list(left.items()):
            if not (_hear(campaign, worker) if pipe in ready else _look(campaign, worker)):
                del left[pipe]
                pipe.close()


def _hear(campaign: Campaign, worker: _Worker) -> bool:
    """Add what a process tells to the verdict; return whether it goes on."""
    verdict = campaign.verdict
    try:
        told: _Told = worker.pipe.recv()
    except EOFError:
        worker.process.join(_PATIENCE)
        add_lost(verdict, worker.watch.board.read(), ended(worker.process.exitcode))
        return False
    if told.error is not None:
        raise told.error
    verdict.operations.update(told.operations)
    if verdict.refused is not None:
        verdict.refused.update(told.refused)
    verdict.redrawn.update(told.redrawn)
    verdict.doubts += told.doubts
    campaign.caller.learn(told.draws)
    for script in told.scripts:
        campaign.run(script)
    campaign.tell()
    return not told.ended


def _look(campaign: Campaign, worker: _Worker) -> bool:
    """End a process that is in a call for too long, and add that; return whether it goes on."""
    if not worker.watch.over():
        return True
    worker.process.kill()
    add_lost(campaign.verdict, worker.watch.board.read(), too_long(worker.watch.limit))
    return False


def _work(share: _Share, pipe: Connection, memory: Any) -> None:
    """Draw in this process; tell the counts and the scripts that differ from time to time."""
    watch_here(memory)
    limit_awaits(share.options.call_limit / 2)
    verdict = Verdict(share.name, share.seed, unsteady=share.unsteady)
    told = told_refused = told_redrawn = Counter[str]()
    scripts = 0

    def tell(_: Verdict, *, ended: bool = False) -> None:
        nonlocal told, told_refused, told_redrawn, scripts
        found = [each.script for each in verdict.divergences[scripts:]]
        doubts = verdict.doubts if ended else []
        reasons = Counter(() if refused is None else refused.reasons)
        operations = verdict.operations - told
        redrawn = verdict.redrawn - told_redrawn
        draws = campaign.caller.draws.found_in(line for lines in found for line in lines)
        pipe.send(_Told(operations, reasons - told_refused, redrawn, found, draws, doubts, ended))
        told, told_refused = Counter(verdict.operations), reasons
        told_redrawn = Counter(verdict.redrawn)
        scripts = len(verdict.divergences)

    contract, python, rust = share.reload()
    rust, refused = served_and_refused(share.name, python, rust, partial=share.options.partial)
    campaign = Campaign(
        Loaded(contract, python, rust), verdict, share.options,
        shrink=False, progress=tell, refused=refused,
    )  # fmt: skip
    campaign.budget.calls = share.calls

    def stop(*_: object) -> None:
        campaign.budget.deadline = 0.0

    signal.signal(signal.SIGINT, stop)  # what was found by then is told
    with suppress(BrokenPipeError):  # nobody wants to know any more
        try:
            draw(campaign)
            tell(verdict, ended=True)
        except AgentError as error:
            pipe.send(_Told(Counter(), Counter(), Counter(), [], [], [], ended=True, error=error))
    pipe.close()
