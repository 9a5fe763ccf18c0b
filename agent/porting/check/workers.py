"""Draws in several processes, each with its own seeds, and gathers their findings."""

from __future__ import annotations

import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import AgentError
from agent.porting.check.budget import Budget
from agent.porting.check.campaign import Campaign
from agent.porting.check.event_loop import limit_awaits
from agent.porting.check.generate import draw
from agent.porting.check.heartbeat import POLL, Watchdog, beat_in, shared_memory
from agent.porting.check.loading import Loaded
from agent.porting.check.processes import SPAWN
from agent.porting.check.reach import Reach
from agent.porting.check.timeouts import add_lost_call, ended, too_long
from agent.porting.check.verdict import Verdict
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.compare.masks import Unsteady
    from agent.porting.guidance.hints import Hints
    from agent.porting.strategies.draws import Choice

__all__ = ["draw_in_processes"]

_APART = 1 << 48
"""How far the seeds of the processes are apart; one of them uses those in between."""

_LEAST = 0.001
"""Seconds that a process is given where none are left."""

_PATIENCE = 5.0
"""Seconds that a process is given to report what it found, once it has to end."""


class _Share(NamedTuple):
    """The work of one process."""

    name: str
    reload: Reload
    options: CheckOptions
    """The check's own, but for the time that is left."""
    unsteady: dict[str, Unsteady]
    hints: Hints | None
    seed: int
    calls: float


class _Report(NamedTuple):
    """What a process compared and found since its last report."""

    reach: Reach
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
    """A process that draws, as the one that collects sees it."""

    process: SpawnProcess
    pipe: Connection
    watchdog: Watchdog


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
    workers = []
    for index in range(jobs):
        share = _Share(
            verdict.component,
            reload,
            theirs,
            verdict.unsteady,
            campaign.drawing.hints,
            seed=verdict.seed + index * _APART,
            calls=(budget.calls + index) // jobs,  # the shares add up
        )
        here, there = SPAWN.Pipe(duplex=False)
        memory = shared_memory(SPAWN)
        process = SPAWN.Process(target=_work, args=(share, there, memory), daemon=True)
        process.start()
        there.close()
        workers.append(_Worker(process, here, Watchdog(memory, options.call_limit)))
    try:
        _collect(campaign, list(workers), float("inf"))
    except KeyboardInterrupt:  # the processes were interrupted too, and report what they have
        open_yet = [worker for worker in workers if not worker.pipe.closed]
        _collect(campaign, open_yet, time.monotonic() + _PATIENCE)
        raise
    finally:
        for worker in workers:
            worker.process.join(_PATIENCE)
            worker.process.kill()
            worker.process.join()
            sweep(worker.process.pid)
            worker.process.close()
    budget.calls = 0


def _collect(campaign: Campaign, workers: list[_Worker], until: float) -> None:
    """Add the reports of all processes to the verdict, until they have ended."""
    left = {worker.pipe: worker for worker in workers}
    while left and time.monotonic() < until:
        ready = wait(list(left), timeout=POLL)
        for pipe, worker in list(left.items()):
            if not (_receive(campaign, worker) if pipe in ready else _is_running(campaign, worker)):
                del left[pipe]
                pipe.close()


def _receive(campaign: Campaign, worker: _Worker) -> bool:
    """Add a report of a process to the verdict; return whether it is still running."""
    verdict = campaign.verdict
    try:
        report: _Report = worker.pipe.recv()
    except EOFError:
        worker.process.join(_PATIENCE)
        add_lost_call(verdict, worker.watchdog.heartbeat.read(), ended(worker.process.exitcode))
        return False
    if report.error is not None:
        raise report.error
    verdict.reach.add(report.reach)
    if verdict.refused is not None:
        verdict.refused.update(report.refused)
    verdict.redrawn.update(report.redrawn)
    verdict.doubts += report.doubts
    campaign.caller.learn(report.draws)
    for script in report.scripts:
        campaign.run(script)
    campaign.report()
    return not report.ended


def _is_running(campaign: Campaign, worker: _Worker) -> bool:
    """End a process whose call takes too long, and report that; return whether it still runs."""
    if not worker.watchdog.over():
        return True
    worker.process.kill()
    add_lost_call(
        campaign.verdict, worker.watchdog.heartbeat.read(), too_long(worker.watchdog.limit)
    )
    return False


def _work(share: _Share, pipe: Connection, memory: Any) -> None:
    """Draw in this process; report counts and the scripts that differ from time to time."""
    beat_in(memory)
    limit_awaits(share.options.call_limit / 2)
    verdict = Verdict(share.name, share.seed, unsteady=share.unsteady)
    reported_refused = reported_redrawn = Counter[str]()
    scripts = 0

    def report(_: Verdict, *, ended: bool = False) -> None:
        nonlocal reported_refused, reported_redrawn, scripts
        found = [each.script for each in verdict.divergences[scripts:]]
        doubts = verdict.doubts if ended else []
        reasons = Counter(() if refused is None else refused.reasons)
        reach, verdict.reach = verdict.reach, Reach()
        redrawn = verdict.redrawn - reported_redrawn
        draws = campaign.caller.draws.found_in(line for lines in found for line in lines)
        pipe.send(_Report(reach, reasons - reported_refused, redrawn, found, draws, doubts, ended))
        reported_refused = reasons
        reported_redrawn = Counter(verdict.redrawn)
        scripts = len(verdict.divergences)

    budget = Budget.of(share.options.seconds)
    budget.calls = share.calls

    def stop(*_: object) -> None:
        budget.deadline = 0.0

    signal.signal(signal.SIGINT, stop)  # what was found by then is reported
    contract, python, rust = share.reload()
    rust, refused = served_and_refused(share.name, python, rust, partial=share.options.partial)
    campaign = Campaign(
        Loaded(contract, python, rust), verdict, share.options,
        shrink=False, progress=report, refused=refused,
    )  # fmt: skip
    campaign.budget = budget
    campaign.drawing.hints = share.hints
    with suppress(BrokenPipeError):  # the process that collects has ended
        try:
            draw(campaign)
            report(verdict, ended=True)
        except AgentError as error:
            pipe.send(_Report(Reach(), Counter(), Counter(), [], [], [], ended=True, error=error))
    pipe.close()
