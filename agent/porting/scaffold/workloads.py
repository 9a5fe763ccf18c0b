"""The workloads of a new component: recorded calls, or else drawn ones."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.benchmark.scripted import UNSEEN
from agent.porting.contract.terms import Effect
from agent.porting.infer.limit import TookTooLong, limited
from agent.porting.scaffold.templates import rendered
from agent.porting.scaffold.typical import typical
from agent.porting.script.calls import occurrences
from agent.porting.script.literals import Writer
from agent.porting.script.statement import parse
from agent.porting.script.store import load_corpus
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.call_writer import Caller
from agent.porting.strategies.domain import OBJECT_SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.strategies.domain import Domain

__all__ = ["workloads_file"]

Calls = list[tuple[str, str]]

_MOST = 60
"""The largest number of calls in a workload."""

_SELDOM = {"__eq__", "__hash__", "__ne__", "__repr__", "__str__"}
"""Methods that most classes have, and few programs call often."""

_WIDEST = 300
"""The largest number of characters of a call or an answer."""

_BYTES = 48
"""The number of bytes that decide one argument."""

_TRIED = 120
"""The number of drawn calls, of which some may raise."""

_SLOW = 3
"""The number of slow calls after which no more are tried."""

_FEWEST = 3
"""The smallest number of calls worth measuring."""

_ODD = re.compile(rf"\b[A-Z]\w*\(|\bbroken\b|\breenter\b|[§¤{OBJECT_SLOT}]")
"""Arguments that only a check passes: hostile objects, and results of earlier lines."""


def workloads_file(
    name: str, contract: Contract, reference: str, implementation: Any, corpus: Path
) -> str | None:
    """Return the text of a table of workloads for a component; None if no calls are known for it.

    They are made on `implementation`, once each to see the answer, and once more to see whether it
    is the same again.
    """
    scripts = load_corpus(corpus)
    calls = max(
        (_answered(lines, contract, implementation) for lines in scripts), key=len, default=[]
    )
    recorded = len(calls) >= _FEWEST
    if not recorded:
        calls = _answered(list(_drawn(contract)), contract, implementation)
    if len(calls) < _FEWEST:
        return None
    text = " ".join(part for call in calls for part in call)
    writes = contract.factory is not None or contract.operations["__call__"].effect is Effect.WRITES
    return rendered(
        "workloads.py",
        name=name,
        recorded=recorded,
        reference=reference,
        subject=_subject(contract),
        calls=[(_quoted(line), _quoted(text)) for line, text in calls],
        again=writes,
        classes=[
            cls for cls in contract.classes.values() if re.search(rf"\b{cls.__name__}\b", text)
        ],
    )


def _quoted(text: str) -> str:
    """Return the literal of a string in formatters' style; it has no lone surrogates."""
    plain = text.isascii() and text.isprintable() and "\\" not in text and '"' not in text
    return f'"{text}"' if plain else repr(text)


def _subject(contract: Contract) -> str:
    return contract.name if contract.factory is not None else contract.name.lower()


def _drawn(contract: Contract) -> Iterator[str]:
    """Yield calls of `contract` with ordinary values, always the same."""
    random = Random(0)  # noqa: S311  # drawn, not secret
    caller = Caller(contract)
    if contract.factory is None:
        (spec,) = contract.operations.values()
        specs = [spec] * _TRIED
    else:
        yield caller.make(caller.simplest(contract.factory)).text
        if (given := _arguments(caller, contract.factory, random)) is not None:
            yield caller.make(given).text
        methods = [
            spec
            for spec in contract.operations.values()
            if spec.kind == "method" and spec.name not in _SELDOM
        ]
        specs = random.choices(methods, k=_TRIED) if methods else []
    for spec in specs:
        if (given := _arguments(caller, spec, random)) is not None:
            yield caller.call(spec, given).text


def _arguments(caller: Caller, spec: OperationSpec, random: Random) -> dict[str, str] | None:
    """Return arguments by name: those that have to be given, and seldom others."""
    found = {
        parameter.name: typical(parameter.annotation, random)
        or _from_domain(caller.domains(spec)[parameter.name], random)
        for parameter in spec.parameters
        if parameter.required or random.randrange(4) == 0
    }
    return None if None in found.values() else {name: str(text) for name, text in found.items()}


def _from_domain(domain: Domain, random: Random) -> str | None:
    """Return a value that a check would pass, but for those that are odd on purpose."""
    tries = (domain.write(Choices(random.randbytes(_BYTES))) for _ in range(8))
    return next((text for text in tries if not _ODD.search(text)), None)


def _answered(lines: list[str], contract: Contract, implementation: Any) -> Calls:
    """Return those of `lines` that answer the same whenever they are run, with their answers."""
    known = {each.text for each in occurrences(lines, contract)}
    lines = [line for line in lines if line in known and len(line) <= _WIDEST]
    first = _run(lines, contract, implementation)
    again = _run([line for line, _ in first], contract, implementation)
    return again if again == first else []


def _run(lines: list[str], contract: Contract, implementation: Any) -> Calls:
    subject = _subject(contract)
    known = words(Journal()) | contract.classes
    names = known | {subject: implementation}
    packages = {cls.__module__.partition(".")[0] for cls in contract.classes.values()}
    writer = Writer(packages)
    found: Calls = []
    slow = 0
    for text in dict.fromkeys(lines) if contract.factory is None else lines:
        outcome = limited(lambda line: line.run(names).unwrap(), parse(text))
        slow += isinstance(outcome.raised, TookTooLong)
        if slow > _SLOW:
            break
        if outcome.raised is not None:
            continue
        answer = _written(writer, outcome.value, known)
        if answer != UNSEEN or contract.factory is not None:
            found.append((text, answer))
        if len(found) == _MOST:
            break
    return found


def _written(writer: Writer, value: Any, known: dict[str, Any]) -> str:
    """Return an expression that is equal to `value`, and not long; else `UNSEEN`."""
    try:
        text = writer.write(value)
        equal = bool(eval(text, dict(known)) == value)  # noqa: S307  # just written
    except Exception:  # noqa: BLE001  # comparing program objects may raise anything
        return UNSEEN
    return text if equal and len(text) <= _WIDEST else UNSEEN
