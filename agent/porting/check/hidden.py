"""What the verdict says of a reference that reads more than its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.contract.terms import Effect
from agent.porting.infer.hidden_state import hidden_state

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict
    from agent.porting.contract.reader import Contract

__all__ = ["note_hidden_state"]


def note_hidden_state(verdict: Verdict, contract: Contract, python: Any) -> None:
    """Note what the operations read beside their arguments and their object.

    It is a doubt where the contract says that there is nothing of that kind.
    """
    for name, spec in contract.operations.items():
        if contract.factory is not None and spec.effect is not Effect.PURE:
            continue  # it may read the state of its object, which may be anything
        is_whole = name == "__call__" and not isinstance(python, type)
        member = python if is_whole else getattr(python, name, None)
        read = hidden_state(getattr(member, "fget", member))
        if not read:
            continue
        verdict.hidden_state[name] = read
        if spec.effect is Effect.PURE:
            verdict.doubts.append(
                f"{name} is not Effect.PURE, as the contract says: the reference reads "
                f"{', '.join(read)}. Declare it as Effect.READS"
            )
