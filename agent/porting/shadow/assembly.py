"""Assembles the parts of a shadow for each resolved component."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent.porting.project.table import load
from agent.porting.shadow.awaited import Awaited
from agent.porting.shadow.belonging import Belonging
from agent.porting.shadow.callbacks import Context
from agent.porting.shadow.candidate import Candidate
from agent.porting.shadow.isolation import Isolation
from agent.porting.shadow.primary import Primary
from agent.porting.shadow.proxy_class import Classes
from agent.porting.shadow.proxy_function import Functions
from agent.porting.shadow.reporter import Reporter
from agent.porting.shadow.sampling import CallSampler, TimeShare
from agent.porting.shadow.sides import Sides
from agent.porting.shadow.worker import Worker

if TYPE_CHECKING:
    from agent.porting.project.table import Component
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.twins import Followed

__all__ = ["assembled"]


def assembled(component: Component, python: Any, rust: Any, *, rust_leads: bool) -> Any:
    """Return what callers get in the place of `python` or, if `rust_leads`, of `rust`.

    Raises `ContractError`, with the reason, for what cannot be compared.
    """
    settings = component.shadow
    sides = Sides(component, python, rust, rust_leads=rust_leads)
    sides.require()
    sampler = CallSampler(component.verify if rust_leads else settings.sample, component.name)
    reporter = Reporter(component, sampler, rust_leads=rust_leads)
    context = Context()
    share = TimeShare(settings.budget)
    clone: Clone = copy.deepcopy if settings.clone is None else load(settings.clone)
    followed: dict[int, Followed] = {}
    works = settings.worker and not rust_leads

    def follow(call: ComparedCall, value: Any) -> None:
        classes.follow(call, value)  # made last: its objects perform through the primary

    def is_of_python(value: Any) -> bool:
        return classes.is_of_python(value)

    def paired(mine: Any, theirs: Any) -> bool:
        known = followed.get(id(mine))
        return known is not None and known.twin is theirs and known.family.lost is None

    belonging = None
    if rust_leads and isinstance(python, type):
        belonging = Belonging(sides, followed, is_of_python)
    candidate = Candidate(
        sides, context, share, reporter, belonging,
        follow=follow, paired=paired, looks=not works,
    )  # fmt: skip
    finish = candidate.finish
    if works:
        worker = Worker(candidate.finish, candidate.leave, reporter.put_off)
        reporter.wait_for(worker)
        finish = worker.put
    isolation = Isolation(
        context, share, clone, followed, is_of_python, candidate, rust_leads=rust_leads
    )
    awaited = Awaited(sides, context, reporter, candidate, isolation, follow=follow)
    primary = Primary(
        sides, context, reporter, candidate, isolation, awaited, belonging,
        finish=finish, follow=follow, later=works,
    )  # fmt: skip
    classes = Classes(sides, context, sampler, reporter, followed, primary, belonging)
    if isinstance(python, type):
        return classes.proxy(python)
    functions = Functions(sides, context, sampler, reporter, primary)
    if isinstance(python, ModuleType):
        return functions.module(sides.lead)
    return functions.function(sides.lead)
