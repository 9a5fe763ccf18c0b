"""The two implementations of a shadowed component, and their contract."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect
from agent.porting.shadow.operation import ComparedOperation

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.project.table import Component

__all__ = ["Sides"]


class Sides:
    """Both implementations of a component, and which of them answers.

    Args:
        component: its row of the table.
        python: the reference.
        rust: the implementation in Rust.
        rust_leads: whether Rust answers, so that a share of ``verify`` is compared; otherwise
            Python does, with a share of ``shadow.sample``.
    """

    def __init__(
        self, component: Component, python: Any, rust: Any, *, rust_leads: bool = False
    ) -> None:
        self.component = component
        self.python = python
        self.rust = rust
        self.rust_leads = rust_leads
        self.lead = rust if rust_leads else python
        """Which implementation answers; after a demotion, Python's."""

    @cached_property
    def contract(self) -> Contract:
        """What both sides implement, read when it is first needed.

        Raises `ContractError` for what must not run twice, or would mix up objects.
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
            _refuse_given_later(self.component.name, contract)
        elif self.component.shadow.worker and contract.asynchronous:
            message = (
                f"{self.component.name} is asynchronous: Rust is awaited on the caller's event "
                "loop, so that shadow.worker, a thread that compares, has to be false"
            )
            raise ContractError(message)
        return contract

    @cached_property
    def operations(self) -> dict[str, dict[str, ComparedOperation]]:
        """The operations that are compared, by the name of the contract or part, then by theirs."""
        contract = self.contract
        compared: dict[str, dict[str, ComparedOperation]] = {}
        for owner, part in contract.everything.items():
            compared[owner] = {}
            for name, spec in part.operations.items():
                counted = name if part is contract else f"{owner}.{name}"
                if counted not in self.component.shadow.skip:
                    compared[owner][name] = ComparedOperation(contract, owner, spec, counted)
        return compared

    @cached_property
    def functions(self) -> dict[str, ComparedOperation]:
        """The operations of a function or a module."""
        return self.operations[self.contract.name]

    @cached_property
    def factory(self) -> ComparedOperation:
        """How an object is made; raises `ContractError` where the table names no factory."""
        contract = self.contract
        if contract.factory is None:
            message = f"{self.component.name}: the table names no factory, so none is made"
            raise ContractError(message)
        return ComparedOperation(
            contract, contract.name, contract.factory, contract.name, makes=True
        )

    def demote(self) -> bool:
        """Let Python answer from now on; return whether Rust did until now."""
        if self.lead is self.python:
            return False
        self.lead = self.python
        return True


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


def _refuse_given_later(component: str, contract: Contract) -> None:
    """Refuse operations that give an object when they are awaited: Rust's would have no twin."""
    given = [
        name
        for name, spec in _operations(contract)
        if spec.asynchronous and contract.named_by(spec.given) is not None
    ]
    if given:
        message = (
            f"{component} cannot be verified while Rust runs: {', '.join(given)} gives an object "
            "only when it is awaited"
        )
        raise ContractError(message)
