"""The parts of a component's skeleton in every layout: contract, workloads, remarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import ContractError, UsageError
from agent.porting.infer.inferred import infer
from agent.porting.infer.observed import observed_types
from agent.porting.infer.usage import usage_of
from agent.porting.scaffold.workloads import workloads_file
from agent.porting.script.store import load_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.contract.reader import Contract
    from agent.porting.infer.inferred import Inferred
    from agent.porting.scaffold.changes import Changes
    from agent.porting.scaffold.target import Target

__all__ = ["Scaffold", "inferred_contract", "workloads_text"]

_OPENED = "the reference takes what it is given"
"""Why code that was there before its contract refuses nothing."""


@dataclass
class Scaffold:
    """What is to be written for a component, and what a person should know of it."""

    changes: Changes
    remarks: list[str]
    """What was guessed or cannot be mapped, and what is left to be done."""
    rust: str
    """The file that the port is to be written in."""


def inferred_contract(name: str, target: Target, corpus: Path) -> Inferred:
    """Infer the contract, also from the types that recorded calls pass."""
    title = f"The contract of `{target.reference}`, inferred from its code; edit it as needed."
    described = target.described
    inferred = infer(name, described, described, title=title, opened=_OPENED)
    try:
        contract = inferred.contract()
    except ContractError as error:  # of the text, which is not shown
        message = f"{target.reference} has nothing that could be compared: {error}"
        raise UsageError(message) from error
    scripts = load_corpus(corpus)
    if not scripts:
        return inferred
    types = observed_types(scripts, contract)
    types[name] = types.get(contract.name, {})  # a function, or how an object is made
    return infer(name, described, described, types, title=title, opened=_OPENED)


def workloads_text(name: str, target: Target, contract: Contract, corpus: Path) -> str | None:
    """Return the table of workloads, unless making calls would touch the world."""
    if usage_of(target.described).outside is not None:
        return None
    return workloads_file(name, contract, target.reference, target.described, corpus)
