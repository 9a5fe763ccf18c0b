"""One component whose two sides run beside each other: the one answers, the other is compared."""

from __future__ import annotations

import copy
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect
from agent.porting.project.table import load
from agent.porting.shadow.candidate import Judge
from agent.porting.shadow.context import Context
from agent.porting.shadow.operation import Plan
from agent.porting.shadow.proxy_class import follow
from agent.porting.shadow.reporter import Notes
from agent.porting.shadow.sampling import Budget, Sample
from agent.porting.shadow.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.project.table import Component
    from agent.porting.shadow.call import Call
    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.twins import Followed

__all__ = ["Beside"]


class Beside:
    """A component of which both sides run.

    Args:
        component: its row of the table.
        python: the reference.
        rust: the other side.
        rust_leads: whether Rust answers, so that a share of ``verify`` is compared; otherwise
            Python does, with a share of ``shadow.sample``.
    """

    def __init__(
        self, component: Component, python: Any, rust: Any, *, rust_leads: bool = False
    ) -> None:
        settings = component.shadow
        self.component = component
        self.python = python
        self.rust = rust
        self.rust_leads = rust_leads
        self.lead = rust if rust_leads else python
        """Which implementation answers; after a demotion, Python's."""
        share = component.verify if rust_leads else settings.sample
        self.sample = Sample(share, component.name)
        self.context = Context()
        self.budget = Budget(settings.budget)
        self.clone: Clone = copy.deepcopy if settings.clone is None else load(settings.clone)
        self.followed: dict[int, Followed] = {}
        """By the address of an object; it leaves with the object."""
        self.shadows: dict[type, Any] = {}
        """The subclasses whose objects can be followed, by their base."""
        self.equipped: set[type] = set()
        """Those whose operations compare."""
        self.equipping = Lock()
        self.notes = Notes(self, "rust" if rust_leads else "shadow")
        self.judge = Judge(self)
        worker = settings.worker and not rust_leads
        self.worker = Worker(self.judge.finish, self.judge.leave) if worker else None
        self.finish: Callable[[Call], None] = (
            self.judge.finish if self.worker is None else self.worker.put
        )
        """Compares a call, now or later."""
        self.follow: Callable[[Call, Any], None] = partial(follow, self)
        """Follows what a call gave."""

    @cached_property
    def contract(self) -> Contract:
        """What both sides implement, read when it is first needed.

        Raises `ContractError` for what cannot run twice, or cannot be told apart.
        """
        contract = load_contract(self.component.contract, self.component.factory)
        touching = [
            name for name, spec in _operations(contract)
            if spec.effect is Effect.EXTERNAL and name not in self.component.shadow.skip
        ]  # fmt: skip
        if touching:
            message = (
                f"{self.component.name} cannot run in shadow: {', '.join(touching)} would touch "
                "the outside world twice; shadow.skip leaves operations to Python"
            )
            raise ContractError(message)
        if self.rust_leads:
            _refuse_mixed(self.component.name, contract)
        return contract

    @cached_property
    def plans(self) -> dict[str, dict[str, Plan]]:
        """By the name of the contract or part, then of the operation, what is to be known of it."""
        contract = self.contract
        plans: dict[str, dict[str, Plan]] = {}
        for owner, part in contract.everything.items():
            plans[owner] = {}
            for name, spec in part.operations.items():
                counted = name if part is contract else f"{owner}.{name}"
                if counted not in self.component.shadow.skip:
                    plans[owner][name] = Plan(contract, owner, spec, counted)
        return plans

    @cached_property
    def functions(self) -> dict[str, Plan]:
        """What is to be known of the operations of a function or a module."""
        return self.plans[self.contract.name]

    @cached_property
    def factory(self) -> Plan:
        """What is to be known of how an object is made."""
        contract = self.contract
        if contract.factory is None:
            message = f"{self.component.name}: the table names no factory, so none is made"
            raise ContractError(message)
        return Plan(contract, contract.name, contract.factory, contract.name, makes=True)

    @cached_property
    def looks(self) -> bool:
        """Whether twins are compared by what can be seen of them: if looking calls nobody."""
        worked = self.worker is not None
        return self.contract.factory is not None and not self.factory.roles and not worked

    def demote(self) -> None:
        """Let Python answer from now on, loudly."""
        if self.lead is not self.python:
            self.lead = self.python
            self.notes.demoted()


def _operations(contract: Contract) -> list[tuple[str, OperationSpec]]:
    """Return all operations by the names that they are counted by."""
    return [
        (name if part is contract else f"{part.name}.{name}", spec)
        for part in contract.everything.values()
        for name, spec in part.operations.items()
    ]


def _refuse_mixed(component: str, contract: Contract) -> None:
    """Refuse operations on two objects: with a sample, one may be Rust's alone and one may not."""
    mixed = [
        name
        for name, spec in _operations(contract)
        for parameter in spec.parameters
        if contract.named_by(parameter.annotation) is not None
    ]
    if mixed and contract.factory is not None:
        message = (
            f"{component} cannot be verified while Rust runs: {', '.join(mixed)} takes another "
            "object, which may not be one of the sample"
        )
        raise ContractError(message)
