"""Finds a contract and one of its operations by the names that a test uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.contract.reader import Contract, read_contract
from agent.porting.project.table import load

if TYPE_CHECKING:
    from agent.porting.contract.reader import OperationSpec

__all__ = ["as_contract", "operation_of"]


def as_contract(contract: Any, factory: Any = None) -> Contract:
    """Return the contract that a protocol is, with its factory's protocol if it has one.

    Either may be a reference, ``"package.module:Protocol"``. A `Contract` is returned as it is.

    Raises:
        UsageError: `contract` is none of these.
        ContractError: the protocol cannot be read.
    """
    if isinstance(contract, Contract):
        return contract
    protocol = load(contract) if isinstance(contract, str) else contract
    if not isinstance(protocol, type):
        message = (
            f"{contract!r} is no contract: give a Protocol, a reference to one as "
            "'package.module:Protocol', or the name of a component"
        )
        raise UsageError(message)
    return read_contract(protocol, load(factory) if isinstance(factory, str) else factory)


def operation_of(contract: Contract, name: str | None) -> OperationSpec:
    """Return an operation by its name, a part's with the part's before it: ``Counter.inc``.

    Without a name, it is the factory, or the function that the contract describes.

    Raises `UsageError`, listing the operations, if there is none of that name.
    """
    known = {
        operation if owner == contract.name else f"{owner}.{operation}": spec
        for owner, part in contract.everything.items()
        for operation, spec in part.operations.items()
    }
    if name is None and contract.factory is not None:
        return contract.factory
    wanted = "__call__" if name is None else name
    if wanted not in known:
        message = f"{contract.name} has no operation {wanted!r}: choose from {', '.join(known)}"
        raise UsageError(message)
    return known[wanted]
