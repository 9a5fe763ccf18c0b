"""Readers of files, fed what nobody thought of: each accepts it, or says what is wrong.

Half of what is drawn has its form and wrong values; the other half is a sound file whose text was
cut, doubled, moved and overwritten.
"""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import ContractError, EnvironmentLacking
from agent.porting.ledger.ledger import Ledger
from agent.porting.ledger.process_log import read_run
from agent.porting.project.table import load_table
from agent.porting.project.table_edit import with_stage, without_row
from agent.porting.records.digests import Digests
from agent.porting.records.evidence import (
    Evidence,
    MeasurementEvidence,
    MutationEvidence,
    ParityEvidence,
    ShadowEvidence,
)
from agent.porting.records.store import (
    _checksum,
    evidence_text,
    read_evidence,
    read_record,
    record_json,
    sketch_evidence,
)
from tests.ponds import ROW
from tests.test_record import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

BUDGET = settings(max_examples=300, deadline=None)

NUMBERS = st.integers() | st.sampled_from([2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1])
SCALARS = st.none() | st.booleans() | NUMBERS | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)
)


@st.composite
def spoiled(draw: Callable[[Any], Any], sound: Any, values: st.SearchStrategy[Any] = VALUES) -> Any:
    """Draw a tree like `sound`, some nodes of which are left out, renamed or something else."""
    fate = draw(st.integers(0, 19))
    if fate == 0:
        return draw(values)
    if isinstance(sound, int) and fate < 7:
        return draw(NUMBERS)
    if isinstance(sound, dict):
        return {
            draw(st.text(max_size=6)) if draw(st.integers(0, 19)) == 0 else key: draw(
                spoiled(value, values)
            )
            for key, value in sound.items()
            if draw(st.integers(0, 19))
        }
    if isinstance(sound, list):
        return [
            draw(spoiled(value, values)) for value in sound for _ in range(draw(st.integers(0, 2)))
        ]
    return sound


@st.composite
def mangled(draw: Callable[[Any], Any], sound: bytes) -> bytes:
    """Draw bytes like `sound`, parts of which are cut, doubled, moved or overwritten."""
    content = sound
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        new = draw(st.sampled_from([b"", content[start:end] * 2]) | st.binary(max_size=12))
        to = draw(st.sampled_from([start, end, len(content)]))
        content = content[:start] + new + content[to:]
    return content


ABOUT = {
    "component": "duck", "stage": "shadow", "pid": 1, "began": "x", "rust": None, "reference": None,
}  # fmt: skip
ENTRY = {
    "kind": "mismatch", "number": 1, "at": "x", "operation": "add", "line": "duck.add(1)",
    "where": "result", "python": "2", "rust": "3", "script": ["duck = Duck()"],
}  # fmt: skip
COUNTS = (5).to_bytes(8, "little") + b"matched\t".ljust(120, b"\0")


def lines(entries: list[Any]) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def run_file(head: bytes, counts: bytes, entries: bytes, length: int | None = None) -> bytes:
    """Return the content of a run's file, cut off at a length."""
    return (head[:4096].ljust(4096, b"\0") + counts[:12288].ljust(12288, b"\0") + entries)[:length]


RUNS = st.tuples(
    spoiled(ABOUT).map(json.dumps).map(str.encode) | mangled(json.dumps(ABOUT).encode()),
    st.just(b"") | st.binary(max_size=600) | mangled(COUNTS * 2),
    st.lists(spoiled(ENTRY), max_size=3).map(lines) | mangled(lines([ENTRY, ENTRY])),
    st.sampled_from([None, None, None, 100, 4096, 16_384, 16_500]),
)
"""The arguments of `run_file`: what they make has too many zeros to be shown."""


@BUDGET
@given(RUNS)
def test_the_log_of_a_process_is_read_or_refused(run: Any) -> None:
    with suppress(ValueError):
        found = read_run(run_file(*run))
        assert found is None or isinstance(found.about["component"], str)


@settings(BUDGET, max_examples=200)
@given(RUNS)
def test_a_damaged_log_takes_nothing_from_the_others(
    tmp_path_factory: pytest.TempPathFactory, run: Any
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("state") / "ledger.sqlite")
    ledger.runs.mkdir()
    (ledger.runs / "a.run").write_bytes(run_file(*run))
    goose = json.dumps({**ABOUT, "component": "goose"}).encode()
    (ledger.runs / "b.run").write_bytes(run_file(goose, COUNTS, lines([ENTRY])))
    with suppress(EnvironmentLacking):
        ledger.sums("duck")
    with suppress(EnvironmentLacking):
        ledger.mismatches("duck")
    assert ledger.sums("goose").matched == 5
    assert [each.line for each in ledger.mismatches("goose")] == ["duck.add(1)"]


TABLE = ROW.format(name="duck", workloads="WORKLOADS", stage="shadow") + (
    'sources = ["a.py"]\npartial = true\nverify = 0.5\n'
    "[components.duck.shadow]\nsample = 0.5\nskip = ['add']\nclone = 'pond.contract:clone'\n"
    "[components.duck.thresholds]\ncalls = 10\nmutation = 0.5\nshadow_reason = 'none'\n"
    "[thresholds]\nspeedup = 2.0\n"
)


def written(tree: dict[str, Any]) -> bytes:
    return tomlkit.dumps(tree).encode()


TOML_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text("abz:.", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abz", max_size=4), inner),
)
TABLES = spoiled(tomllib.loads(TABLE), TOML_VALUES).filter(lambda tree: isinstance(tree, dict)).map(
    written
) | mangled(TABLE.encode())


@BUDGET
@given(TABLES)
def test_a_table_is_read_or_refused(content: bytes) -> None:
    with suppress(ContractError):
        rows = load_table("table.toml", lambda _: content)
        assert all(row.name == name for name, row in rows.items())


@BUDGET
@given(TABLES)
def test_an_edit_of_a_table_changes_what_it_is_to_and_nothing_else(content: bytes) -> None:
    try:
        text = content.decode()
        before = load_table("table.toml", lambda _: content)
    except (ContractError, ValueError):
        return
    name = next(iter(before))
    with suppress(ContractError):
        after = load_table("table.toml", lambda _: with_stage(text, name, "python").encode())
        assert after == {**before, name: before[name]._replace(stage="python")}
    with suppress(ContractError):
        assert tomllib.loads(without_row(text, name)).get("components", {}).keys() == (
            before.keys() - {name}
        )


SOUND_EVIDENCE = evidence_text(
    Evidence(
        "duck",
        Digests(*["0" * 64] * 7),
        ParityEvidence("2026-01-02", "identical", 9, 9, 0, 0, 1, 2, {"odd": 1}),
        MutationEvidence("2026-01-02", 9, 8, 1, 0.9, 2),
        ShadowEvidence("2026-01-02", 5, 0, 0),
        MeasurementEvidence(
            "2026-01-02", bool(1), 2.0, 1.9, 2.1, None, {"adds": (1.9, None)}, "x", "y", "z", 0.1, 2
        ),
    )
)


def sealed(content: Any) -> bytes:
    """Return the text of evidence whose checksum fits, which is no protection from an editor."""
    if isinstance(content, dict):
        content.pop("checksum", None)
        content["checksum"] = _checksum(content)
    return json.dumps(content).encode()


@BUDGET
@given(spoiled(json.loads(SOUND_EVIDENCE)).map(sealed) | mangled(SOUND_EVIDENCE.encode()))
def test_evidence_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "duck.json"
    path.write_bytes(content)
    sketch = None
    with suppress(ContractError):
        sketch = sketch_evidence(path)
    with suppress(ContractError):
        if found := read_evidence(path):
            assert found == sketch or found.measurement  # whose pairs are lists in a sketch


@BUDGET
@given(spoiled(json.loads(json.dumps(record_json(RECORD)))))
def test_a_record_is_read_or_refused(data: Any) -> None:
    with suppress(ContractError):
        again = read_record(json.loads(json.dumps(record_json(read_record(data)))))
        assert repr(again) == repr(read_record(data))  # a figure that is no number equals none
