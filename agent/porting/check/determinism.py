"""Detects a flaky reference: run twice, and with another hash seed.

An implementation cannot be told apart from one that tells itself apart: what depends on chance, on
time, or on the order of a set has to be named, or each difference in it would be held against Rust.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, get_origin, get_type_hints

from agent.porting.check.budget import Budget
from agent.porting.check.executor import Disagreement, Pair
from agent.porting.check.operations import Drawing
from agent.porting.check.state_machine import run_twins
from agent.porting.compare.comparison import describe
from agent.porting.contract.terms import Invariant, Normalised, Tolerance
from agent.porting.script.statement import parse
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from agent.porting.check.loading import Reload
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract
    from agent.porting.strategies.call_writer import Caller

__all__ = ["unsteady_operations"]

_CALLS = 600
"""Calls that the reference is compared with itself in."""

_STEPS = 30
_DEEPEST = 20
_LONGEST = 10_000
_HASH_SEEDS = ("1", "2")
_PATIENCE = 60.0
"""Seconds after which a process that runs the scripts is given up."""


def unsteady_operations(
    caller: Caller,
    python: Any,
    seed: int,
    reload: Reload | None = None,
    deadline: float = float("inf"),
) -> dict[str, str]:
    """Return the operations whose reference did not do the same twice, and what differed.

    With `reload`, scripts are also run in two processes that hash texts differently. What is not
    done by `deadline`, in the seconds of `time.monotonic`, is left.
    """
    unsteady: dict[str, str] = {}

    def note(_: list[str], found: Disagreement) -> bool:
        unsteady.setdefault(found.operation or found.line, str(found.difference))
        return False

    findings = run_twins(
        Drawing(caller, _STEPS), python, python,
        seed=seed, programs=_CALLS // _STEPS,
        found=note, budget=Budget(_CALLS, deadline), keep=True,
    )  # fmt: skip
    if reload is not None:
        for operation, how in _between_hash_seeds(reload, findings.scripts, deadline):
            unsteady.setdefault(operation, how)
    return unsteady


def _between_hash_seeds(
    reload: Reload, scripts: list[list[str]], deadline: float
) -> Iterator[tuple[str, str]]:
    """Yield the operations that did not do the same in two processes, and what they did."""
    context = multiprocessing.get_context("spawn")
    told: list[list[list[tuple[str, str, str]]]] = []
    ends = []
    for seed in _HASH_SEEDS:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_tell, args=(reload, scripts, there), daemon=True)
        with _environment({"PYTHONHASHSEED": seed}):
            process.start()
        there.close()
        ends.append((process, here))
    for process, here in ends:
        try:
            if here.poll(max(0.0, min(_PATIENCE, deadline - time.monotonic()))):
                told.append(here.recv())
        except EOFError:
            pass
        finally:
            process.kill()
            process.join()
            sweep(process.pid)
    if len(told) < len(ends):
        if time.monotonic() < deadline:
            how = "the processes with other hash seeds reported no result"
            yield "(under other hash seeds)", how
        return
    for one, other in zip(*told, strict=True):
        for (line, operation, did), (_, _, did_there) in zip(one, other, strict=False):
            if did != did_there:
                how = f"{line} depends on the hash seed: {did} or {did_there}"
                yield operation, how
                break


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    saved = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _tell(reload: Reload, scripts: list[list[str]], pipe: Connection) -> None:
    """Run the scripts on the reference in this process, and report what each line did."""
    loaded = reload()
    told = []
    for script in scripts:
        did = []
        with Pair(loaded.contract, loaded.python, loaded.python) as pair:
            for line in script:
                try:
                    outcome = pair.run(line)
                except Disagreement:
                    break
                name, spec = pair.spec(parse(line))
                if name is not None:
                    annotation = Any if spec is None else spec.returns
                    text = _fingerprint(outcome, annotation, loaded.contract)
                    did.append((line, name, pair.without_world(text)))
        told.append(did)
    pipe.send(told)
    pipe.close()


def _fingerprint(outcome: Outcome, annotation: Any, contract: Contract) -> str:
    """Return a text that is the same for outcomes that agree, in whichever process."""
    if outcome.raised is not None:
        return f"raised {type(outcome.raised).__qualname__}{_text(outcome.raised.args, 0)}"
    value = outcome.value
    if get_origin(annotation) is Annotated:
        for tier in annotation.__metadata__:
            if isinstance(tier, Invariant | Tolerance):
                return "any"
            if isinstance(tier, Normalised):
                value = tier.by(value)
    return "an object" if contract.named_by(annotation) else _text(value, 0)


def _text(value: Any, depth: int) -> str:  # noqa: PLR0911  # one for each kind
    """Write a value without what differs from process to process: addresses, the order of sets."""
    kind = type(value).__qualname__
    if depth > _DEEPEST:
        return kind
    if isinstance(value, float):
        return f"{kind} {value.hex()}"
    if isinstance(value, (int, str, bytes, bytearray, type(None), type(...), range, slice)):
        return f"{kind} {describe(value)}"
    if isinstance(value, (set, frozenset)):
        return f"{kind} {sorted(_text(item, depth + 1) for item in value)}"
    if isinstance(value, Mapping):
        return f"{kind} {[_text(item, depth + 1) for pair in value.items() for item in pair]}"
    if isinstance(value, (list, tuple, Iterator)):
        return f"{kind} {[_text(item, depth + 1) for item in islice(value, _LONGEST)]}"
    if is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value), include_extras=True)
        exact = [part.name for part in fields(value) if not _is_loose(hints[part.name])]
        return f"{kind} {[_text(getattr(value, name), depth + 1) for name in exact]}"
    return kind


def _is_loose(annotation: Any) -> bool:
    """Return whether values annotated with `annotation` may differ."""
    return get_origin(annotation) is Annotated and any(
        isinstance(tier, Invariant | Tolerance) for tier in annotation.__metadata__
    )
