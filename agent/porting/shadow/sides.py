"""The two implementations of a shadowed component, and their contract."""

from __future__ import annotations

import sys
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self, get_args

from agent.errors import ContractError
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect
from agent.porting.interpose.classes import HEAP_TYPE
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.operation import ComparedOperation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.project.table import Component

__all__ = ["Sides", "being_imported"]


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

    def require(self) -> None:
        """Raise `ContractError` now, with the reason, if what runs cannot be compared.

        A contract that needs the very module that is being imported, in which the reference is
        decorated, is read when it is first needed.
        """
        if being_imported(self.python):
            try:
                load_contract(self.component.contract, self.component.factory)
            except Exception as error:
                if is_interruption(error):
                    raise
                return
        if self.operations and isinstance(self.python, type):
            self.factory  # noqa: B018  # it is read
            if self.rust_leads:
                _refuse_builtin(self.component.name, self.python)

    @cached_property
    def contract(self) -> Contract:
        """What both sides implement, read when it is first needed.

        Raises `ContractError` if it cannot be read, and for what must not run twice, or would mix
        up objects.
        """
        try:
            contract = load_contract(self.component.contract, self.component.factory)
        except (ImportError, AttributeError) as error:
            message = f"{self.component.name}: its contract cannot be read: {error}"
            raise ContractError(message) from error
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
            name = self.component.name
            _refuse_mixed(name, contract)
            _refuse_without_twin(name, contract)
            _refuse_left(name, contract, self.component.shadow.skip)
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

    def is_object(annotation: Any) -> bool:
        return annotation is Self or contract.named_by(annotation) is not None

    mixed = [
        name
        for name, spec in _operations(contract)
        if any(_within(parameter.annotation, is_object) for parameter in spec.parameters)
    ]
    if mixed and contract.factory is not None:
        message = (
            f"{component} cannot be verified while Rust runs: {', '.join(mixed)} takes another "
            "object, which may not be one of the sample"
        )
        raise ContractError(message)


def _refuse_without_twin(component: str, contract: Contract) -> None:
    """Refuse operations that give an object later, or within another: Rust's has no twin."""

    def is_object(annotation: Any) -> bool:
        own = getattr(annotation, "_is_protocol", False)  # a part only if it is given by itself
        home = contract.protocol.__module__
        known = annotation is Self or contract.named_by(annotation) is not None
        return known or (own and annotation.__module__ == home)

    for name, spec in _operations(contract):
        direct = contract.named_by(spec.returns) is not None
        if direct and not spec.asynchronous:
            continue
        if _within(spec.returns, is_object):
            how = "only when it is awaited" if spec.asynchronous else "within another"
            message = (
                f"{component} cannot be verified while Rust runs: {name} gives an object {how}, "
                "where it has no twin"
            )
            raise ContractError(message)


def _refuse_left(component: str, contract: Contract, skip: Sequence[str]) -> None:
    """Refuse operations that are left to Python and change an object, which is Rust's."""
    left = [
        name
        for name, spec in _operations(contract)
        if name in skip and spec.effect not in {Effect.PURE, Effect.READS}
    ]
    if left and contract.factory is not None:
        message = (
            f"{component} cannot be verified while Rust runs: shadow.skip leaves "
            f"{', '.join(left)} to Python, and Rust's object would not be changed"
        )
        raise ContractError(message)


def _refuse_builtin(component: str, python: type) -> None:
    """Refuse a class whose state the interpreter reads by itself: it would read Python's."""
    builtin = next((base for base in python.__mro__[:-1] if not base.__flags__ & HEAP_TYPE), None)
    if builtin is not None:
        message = (
            f"{component} cannot be verified while Rust runs: {python.__name__} keeps its state as "
            f"a {builtin.__name__} does, which is read without asking Rust"
        )
        raise ContractError(message)


def _within(annotation: Any, found: Callable[[Any], bool]) -> bool:
    """Return whether `found` holds for an annotation or one that it is made of."""
    inner = annotation if isinstance(annotation, list) else get_args(annotation)
    return found(annotation) or any(_within(part, found) for part in inner)


def being_imported(described: Any) -> bool:
    """Return whether the module of a function or class, or a module, is being imported."""
    name = described.__name__ if isinstance(described, ModuleType) else described.__module__
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))
