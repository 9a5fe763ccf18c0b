"""Writing and reading of records as JSON.

What a verb relies on is read strictly, by msgspec. `sketch_evidence` is for `agent status`, which
needs no extra: it makes sure of the layout and of who wrote the file, and trusts the types.
"""

from __future__ import annotations

import json
from dataclasses import asdict, make_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from agent.errors import ContractError
from agent.porting.files.reading import parse_json, read_text
from agent.porting.records.digests import Digests
from agent.porting.records.evidence import (
    Evidence,
    MeasurementEvidence,
    MutationEvidence,
    ParityEvidence,
    ShadowEvidence,
)
from agent.porting.records.measurement import Conditions, Measurement, Record
from agent.porting.sources.build import Build

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "EVIDENCE_SCHEMA",
    "RECORD_SCHEMA",
    "decode",
    "evidence_text",
    "read_evidence",
    "read_record",
    "record_json",
    "sketch_evidence",
]

EVIDENCE_SCHEMA = 2
"""The version of the layout of evidence."""

RECORD_SCHEMA = 1
"""The version of the layout of a record of measurements, as ``agent bench --json`` prints it.

A field that is new does not change it; one that goes, or means something else, does.
"""

T = TypeVar("T")


def decode(data: Any, kind: type[T], what: str) -> T:
    """Return `data`, which came from JSON, as an instance of the dataclass `kind`.

    A field that has a default may be missing. Raises `ContractError`, beginning with `what`, for a
    value of another type, and for a field that is unknown.
    """
    import msgspec  # noqa: PLC0415  # the extra "check"

    try:
        found = msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = f"{what}: {error}"
        raise ContractError(message) from error
    if (unknown := _unknown_field(data, msgspec.to_builtins(found))) is not None:
        message = f"{what}: unknown field {unknown}"
        raise ContractError(message)
    return found


def _unknown_field(data: Any, found: Any, path: str = "$") -> str | None:
    """Return the path of a field that `data` has and `found`, made of it, has not."""
    if isinstance(data, dict) and isinstance(found, dict):
        if unknown := data.keys() - found.keys():
            return f"{path}.{min(unknown)}"
        parts = [(data[key], found[key], f"{path}.{key}") for key in data]
    elif isinstance(data, list):
        parts = [(data[at], part, f"{path}[{at}]") for at, part in enumerate(found)]
    else:
        return None
    return next(filter(None, (_unknown_field(*part) for part in parts)), None)


def evidence_text(evidence: Evidence) -> str:
    """Return the content of a file of evidence: sorted, so that a change shows as few lines."""
    content = {"schema": EVIDENCE_SCHEMA, **asdict(evidence)}
    content["checksum"] = _checksum(content)
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_evidence(path: Path) -> Evidence | None:
    """Return the evidence in the file at `path`; None if there is no such file.

    Raises `ContractError` for a file that is not evidence, or was not written by this framework.
    """
    content = _evidence_content(path)
    return None if content is None else decode(content, Evidence, f"{path} is not evidence")


def sketch_evidence(path: Path) -> Evidence | None:
    """Return what `read_evidence` does, without a look at the types of the figures.

    Raises `ContractError` as `read_evidence` does, but for those types.
    """
    content = _evidence_content(path)
    if content is None:
        return None
    try:
        findings = {
            name: None if content[name] is None else kind(**content[name])
            for name, kind in _FINDINGS.items()
        }
        return Evidence(content["component"], Digests(**content["digests"]), **findings)
    except (KeyError, TypeError) as error:
        message = f"{path} is not evidence: {error}"
        raise ContractError(message) from error


_FINDINGS: dict[str, type[Any]] = {
    "parity": ParityEvidence,
    "mutation": MutationEvidence,
    "shadow": ShadowEvidence,
    "measurement": MeasurementEvidence,
}


def _evidence_content(path: Path) -> dict[str, Any] | None:
    try:
        content = parse_json(read_text(path))
    except FileNotFoundError:
        return None
    except ValueError as error:
        message = f"{path} is not evidence: {error}"
        raise ContractError(message) from error
    if not isinstance(content, dict) or content.get("schema") != EVIDENCE_SCHEMA:
        message = f"{path} is not evidence of layout {EVIDENCE_SCHEMA}; delete it and promote again"
        raise ContractError(message)
    if content.pop("checksum", None) != _checksum(content):
        message = f"{path} was changed after agent promote wrote it; delete it and promote again"
        raise ContractError(message)
    del content["schema"]
    return content


def _checksum(content: dict[str, Any]) -> str:
    """Return a digest of `content`, whatever its order: figures typed in by hand do not fit it."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def record_json(record: Record) -> dict[str, Any]:
    """Return a record of measurements in the types that JSON knows."""
    build = record.build._asdict()
    return {"schema": RECORD_SCHEMA, **asdict(record), "build": build}


def read_record(data: Any) -> Record:
    """Return the record that `record_json` turned into `data`.

    Raises `ContractError`, which names the field, for what is none.
    """
    if not isinstance(data, dict) or data.get("schema") != RECORD_SCHEMA:
        message = f"this is not a record of measurements of layout {RECORD_SCHEMA}"
        raise ContractError(message)
    what = "not a record of measurements"
    fields = {key: value for key, value in data.items() if key != "schema"}
    found = decode(fields, _RECORD, what)
    build = Build(**vars(found.build))
    return Record(found.component, build, found.conditions, found.workloads)


# Named tuples are arrays to msgspec; in the file, a build is an object.
_BUILD = make_dataclass("Build", get_type_hints(Build).items(), frozen=True)
_RECORD: Any = make_dataclass(
    "Record",
    [
        ("component", str),
        ("build", _BUILD),
        ("conditions", Conditions),
        ("workloads", tuple[Measurement, ...]),
    ],
)
