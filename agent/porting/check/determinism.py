"""Detects a flaky reference: run twice, and with another hash seed.

An implementation cannot be told apart from one that tells itself apart: what depends on chance, on
time, or on the order of a set has to be named, or each difference in it would be held against Rust.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Annotated, Any, get_origin, get_type_hints

from agent.porting.check.budget import Budget
from agent.porting.check.disagreement import Disagreement, note_unsteady
from agent.porting.check.executor import Pair
from agent.porting.check.hashes import without_number
from agent.porting.check.leftovers import LEFTOVERS
from agent.porting.check.operations import Drawing
from agent.porting.check.processes import SPAWN, environment
from agent.porting.check.state_machine import run_twins
from agent.porting.compare.comparison import describe
from agent.porting.compare.introspection import without_addresses
from agent.porting.compare.masks import Unsteady, place_of
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

_Part = tuple[str, str]
"""A place in what a call did, and what is there."""

_Told = list[_Part]

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
) -> dict[str, Unsteady]:
    """Return the operations whose reference did not do the same twice, and where.

    With `reload`, scripts are also run in two processes that hash texts differently. What is not
    done by `deadline`, in the seconds of `time.monotonic`, is left.
    """
    unsteady: dict[str, Unsteady] = {}

    def note(_: list[str], found: Disagreement) -> bool:
        if found.difference.where not in LEFTOVERS:  # what is made once is left the first time
            note_unsteady(unsteady, found)
        return False

    findings = run_twins(
        Drawing(caller, _STEPS), python, python,
        seed=seed, programs=_CALLS // _STEPS,
        found=note, budget=Budget(_CALLS, deadline), unsteady=unsteady, keep=True,
    )  # fmt: skip
    if reload is not None:
        for operation, found in _between_hash_seeds(reload, findings.scripts, deadline):
            unsteady.setdefault(operation, found).places.update(found.places)
    return unsteady


def _between_hash_seeds(
    reload: Reload, scripts: list[list[str]], deadline: float
) -> Iterator[tuple[str, Unsteady]]:
    """Yield the operations that did not do the same in two processes, and where."""
    told: list[list[list[tuple[str, str, _Told]]]] = []
    ends = []
    for seed in _HASH_SEEDS:
        here, there = SPAWN.Pipe(duplex=False)
        process = SPAWN.Process(target=_tell, args=(reload, scripts, there), daemon=True)
        with environment({"PYTHONHASHSEED": seed}):
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
            yield "(under other hash seeds)", Unsteady(how)
        return
    for one, other in zip(*told, strict=True):
        for (line, operation, did), (_, _, did_there) in zip(one, other, strict=False):
            differ = [pair for pair in zip_longest(did, did_there) if pair[0] != pair[1]]
            if differ:
                shown = [" ".join(each) if each else "nothing" for each in differ[0]]
                how = f"{line} depends on the hash seed: {shown[0]} or {shown[1]}"
                places = {place_of(each[0]) for pair in differ for each in pair if each}
                yield operation, Unsteady(how, places)
                break


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
                    outcome = without_number(outcome, spec)
                    parts = [
                        (place, pair.without_world(text))
                        for place, text in _fingerprint(outcome, annotation, loaded.contract)
                    ]
                    did.append((line, name, parts))
        told.append(did)
    pipe.send(told)
    pipe.close()


def _fingerprint(outcome: Outcome, annotation: Any, contract: Contract) -> Iterator[_Part]:
    """Yield texts by place that are the same for outcomes that agree, in whichever process."""
    if outcome.raised is not None:
        yield "raised", type(outcome.raised).__qualname__
        yield from _all_parts("raised.args", outcome.raised.args)
        return
    value = outcome.value
    if get_origin(annotation) is Annotated:
        for tier in annotation.__metadata__:
            if isinstance(tier, Invariant | Tolerance):
                return
            if isinstance(tier, Normalised):
                value = tier.by(value)
    if not contract.named_by(annotation):
        yield from _all_parts("result", value)


def _all_parts(place: str, value: Any) -> Iterator[_Part]:
    try:
        yield from _parts(place, value, 0)
    except Exception as error:  # noqa: BLE001  # whatever going through a value raises
        yield place, f"raises {type(error).__qualname__}"


def _parts(  # noqa: C901  # one for each kind
    place: str, value: Any, depth: int
) -> Iterator[_Part]:
    """Write the parts of a value without what differs from process to process.

    That are addresses, and the order of sets.
    """
    kind = type(value).__qualname__
    if depth > _DEEPEST:
        yield place, kind
    elif isinstance(value, float):
        yield place, f"{kind} {value.hex()}"
    elif isinstance(value, (int, str, bytes, bytearray, type(None), type(...), range, slice)):
        yield place, f"{kind} {without_addresses(describe(value))}"
    elif isinstance(value, (set, frozenset)):
        items = sorted(str(list(_parts("", item, depth + 1))) for item in value)
        yield place, f"{kind} {items}"
    elif isinstance(value, Mapping):
        yield place, f"{kind} of {len(value)}"
        for index, (key, held) in enumerate(value.items()):
            yield from _parts(f"{place}.keys()[{index}]", key, depth + 1)
            yield from _parts(f"{place}[{describe(key)}]", held, depth + 1)
    elif isinstance(value, (list, tuple, Iterator)):
        yield place, kind
        for index, item in enumerate(islice(value, _LONGEST)):
            yield from _parts(f"{place}[{index}]", item, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        yield place, kind
        hints = get_type_hints(type(value), include_extras=True)
        for name in [part.name for part in fields(value) if not _is_loose(hints[part.name])]:
            yield from _parts(f"{place}.{name}", getattr(value, name), depth + 1)
    else:
        yield place, kind


def _is_loose(annotation: Any) -> bool:
    """Return whether values annotated with `annotation` may differ."""
    return get_origin(annotation) is Annotated and any(
        isinstance(tier, Invariant | Tolerance) for tier in annotation.__metadata__
    )
