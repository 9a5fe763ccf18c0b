"""Draws in several processes, each with its own seeds, and gathers their findings."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import AgentError
from agent.porting.check.around import EVERYTHING
from agent.porting.check.budget import Budget
from agent.porting.check.campaign import Campaign
from agent.porting.check.costs import learn_anew
from agent.porting.check.event_loop import limit_awaits
from agent.porting.check.generate import draw
from agent.porting.check.heartbeat import POLL, Watchdog, beat_in, shared_memory
from agent.porting.check.loading import Loaded
from agent.porting.check.memory import too_large
from agent.porting.check.processes import SPAWN
from agent.porting.check.reach import Reach
from agent.porting.check.timeouts import Loss, add_lost_call, ended, too_much
from agent.porting.check.verdict import Verdict
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from agent.porting.check.loading import Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.recipes import Recipes
    from agent.porting.compare.masks import Unsteady
    from agent.porting.guidance.hints import Hints
    from agent.porting.strategies.draws import Choice

__all__ = ["draw_in_processes"]

_APART = 1 << 48
"""How far the seeds of the processes are apart; one of them uses those in between."""

_ANEW = 1 << 47
"""How far the seeds are apart of a process and of one that takes its place."""

_REPLACED = 2
"""Processes, at most, that take the place of those that were lost."""

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
    recipes: Recipes
    costly: dict[str, str]
    """Calls that are not made."""
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
    costly: dict[str, str]
    ended: bool
    error: Exception | None = None
    """Why it cannot go on."""


class _Worker(NamedTuple):
    """A process that draws, as the one that collects sees it."""

    process: SpawnProcess
    pipe: Connection
    watchdog: Watchdog
    share: _Share


def draw_in_processes(campaign: Campaign, reload: Reload) -> None:
    """Draw within the campaign's budget in several processes; meet what they find in this one.

    A process in which a call takes longer than the options of the check allow is ended.
    """
    options, budget, verdict = campaign.options, campaign.budget, campaign.verdict
    before = verdict.examples
    jobs = options.jobs
    left = budget.deadline - time.monotonic()
    theirs = replace(
        options,
        seconds=None if left == float("inf") else max(left, _LEAST),
        guessed=True,  # all that they find is judged again here
        fail_fast=False,
    )
    shares = [
        _Share(
            verdict.component,
            reload,
            theirs,
            verdict.unsteady,
            campaign.drawing.hints,
            campaign.drawing.recipes,
            dict(verdict.costly),
            seed=verdict.seed + index * _APART,
            calls=(budget.calls + index) // jobs,  # the shares add up
        )
        for index in range(jobs)
    ]
    workers = [_start(share) for share in shares]
    try:
        _collect(campaign, workers, float("inf"))
    except KeyboardInterrupt:
        for worker in workers:  # where the terminal has not interrupted them already
            if os.name == "posix" and not worker.pipe.closed:
                os.kill(worker.process.pid or os.getpid(), signal.SIGINT)
        _collect(campaign, workers, time.monotonic() + _PATIENCE)
        raise
    finally:
        until = time.monotonic() + _PATIENCE
        for worker in workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            worker.process.kill()
            worker.process.join()
            sweep(worker.process.pid)
            worker.process.close()
    budget.calls -= verdict.examples - before
    budget.cut = budget.cut or (budget.calls > 0 and budget.late)
    budget.calls = 0


def _start(share: _Share) -> _Worker:
    """Start a process that does a share of the work."""
    here, there = SPAWN.Pipe(duplex=False)
    memory = shared_memory(SPAWN)
    process = SPAWN.Process(target=_work, args=(share, there, memory), daemon=True)
    process.start()
    there.close()
    return _Worker(process, here, Watchdog(memory, share.options.call_limit), share)


def _collect(campaign: Campaign, workers: list[_Worker], until: float) -> None:
    """Add the reports of all processes to the verdict, until they have ended.

    Those that take the place of a process that was lost are added to `workers`.
    """
    left = {worker.pipe: worker for worker in workers if not worker.pipe.closed}
    while left and time.monotonic() < until:
        ready = wait(list(left), timeout=POLL)
        for pipe, worker in list(left.items()):
            goes_on = _receive(campaign, worker) if pipe in ready else _is_running(campaign, worker)
            if goes_on is True:
                continue
            del left[pipe]
            pipe.close()
            if goes_on is None and len(workers) < campaign.options.jobs + _REPLACED:
                costly = worker.share.costly | campaign.verdict.costly
                share = worker.share._replace(costly=costly, seed=worker.share.seed + _ANEW)
                workers.append(_start(share))
                left[workers[-1].pipe] = workers[-1]


def _receive(campaign: Campaign, worker: _Worker) -> bool | None:
    """Add a report of a process to the verdict; return whether it is still running.

    None is for a process that was lost.
    """
    verdict = campaign.verdict
    try:
        report: _Report = worker.pipe.recv()
    except EOFError:
        worker.process.join(_PATIENCE)
        _lose(campaign, worker, ended(worker.process.exitcode))
        return None
    if report.error is not None:
        raise report.error
    verdict.reach.add(report.reach)
    if verdict.refused is not None:
        verdict.refused.update(report.refused)
    verdict.redrawn.update(report.redrawn)
    verdict.doubts += report.doubts
    verdict.costly |= report.costly
    campaign.caller.learn(report.draws)
    for script in report.scripts:
        campaign.run(script, closely=EVERYTHING)
    campaign.report()
    return not report.ended


def _is_running(campaign: Campaign, worker: _Worker) -> bool | None:
    """End a process whose call takes too much, and report that; return as `_receive` does."""
    memory = worker.share.options.memory
    if too_large(worker.process.pid, memory):
        worker.process.kill()
        _lose(campaign, worker, too_much(memory), of_limit=True)
    elif how := worker.watchdog.over():
        worker.process.kill()
        _lose(campaign, worker, how)
    else:
        return True
    return None


def _lose(campaign: Campaign, worker: _Worker, how: str, *, of_limit: bool = False) -> None:
    add_lost_call(campaign.verdict, Loss(worker.watchdog.heartbeat.read(), how, of_limit))


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
        doubts, costly = verdict.doubts if ended else [], dict(verdict.costly)
        reasons = Counter(() if refused is None else refused.reasons)
        reach, verdict.reach = verdict.reach, Reach()
        redrawn = verdict.redrawn - reported_redrawn
        draws = campaign.caller.draws.found_in(line for lines in found for line in lines)
        pipe.send(
            _Report(reach, reasons - reported_refused, redrawn, found, draws, doubts, costly, ended)
        )
        reported_refused = reasons
        reported_redrawn = Counter(verdict.redrawn)
        scripts = len(verdict.divergences)

    budget = Budget.of(share.options.seconds)
    budget.calls = share.calls

    def stop(*_: object) -> None:
        budget.deadline = 0.0

    signal.signal(signal.SIGINT, stop)  # what was found by then is reported
    verdict.costly = learn_anew(share.costly).calls
    contract, python, rust = share.reload()
    rust, refused = served_and_refused(share.name, python, rust, partial=share.options.partial)
    campaign = Campaign(
        Loaded(contract, python, rust), verdict, share.options,
        shrink=False, progress=report, refused=refused,
    )  # fmt: skip
    campaign.budget = budget
    campaign.drawing.hints = share.hints
    campaign.drawing.recipes = share.recipes
    with suppress(BrokenPipeError):  # the process that collects has ended
        try:
            draw(campaign)
            campaign.second_look.finish()
            report(verdict, ended=True)
        except AgentError as error:
            pipe.send(
                _Report(Reach(), Counter(), Counter(), [], [], [], {}, ended=True, error=error)
            )
    pipe.close()
