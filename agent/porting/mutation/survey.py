"""What the suite reaches without a mutant: it decides which scripts and tests each mutant runs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import AgentError, ContractError
from agent.porting.files.reading import parse_json, read_text
from agent.porting.mutation.child import Answer, MutantJob
from agent.porting.records.store import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future

__all__ = ["digest_of", "reached_in", "survey_suite"]


def survey_suite(
    scripts: int,
    tests: Sequence[str],
    submit: Callable[[MutantJob], Future[Answer]],
    kept: Path,
    used: Iterable[Path],
) -> Answer:
    """Return what each script and test reaches; that of an earlier run, if all is the same.

    Args:
        scripts: how many scripts there are.
        tests: the files of tests.
        submit: has a job done.
        kept: the file in which the answer is kept.
        used: what it depends on, apart from the modules that it names.

    Raises `AgentError` if a difference is detected without a mutant.
    """
    used = list(used)
    earlier = _kept(kept, used)
    if earlier is not None:
        return earlier
    jobs = [
        submit(MutantJob(0, list(range(scripts)), [], survey=True)),
        submit(MutantJob(0, [], list(tests), survey=True)),
    ]
    of_scripts, of_tests = (job.result() for job in jobs)
    for answer in (of_scripts, of_tests):
        if answer.outcome != "survived":
            message = f"without any mutant there is a {answer.outcome} already: {answer.detail}"
            raise AgentError(message)
    found = replace(
        of_scripts,
        tests=of_tests.tests,
        failed=of_tests.failed,
        loaded=sorted({*of_scripts.loaded, *of_tests.loaded}),
        test_seconds=of_tests.seconds,
    )
    if not found.failed:  # which may pass another time
        content = {"digest": _digest(found, used), "answer": asdict(found)}
        kept.write_text(json.dumps(content), encoding="utf-8")
    return found


def reached_in(survey: Answer) -> set[int]:
    """Return the mutants that anything reaches."""
    return {
        *survey.loading,
        *(number for reached in survey.scripts for number in reached),
        *(number for reached in survey.tests.values() for number in reached),
    }


def digest_of(files: Iterable[Path]) -> str:
    """Return a digest of the interpreter and of files."""
    total = sha256(sys.version.encode())
    for path in files:
        content = path.read_bytes() if path.exists() else b""
        total.update(b"%b\0%d\0%b" % (path.name.encode(), len(content), content))
    return total.hexdigest()


def _kept(path: Path, used: Iterable[Path]) -> Answer | None:
    try:
        saved = parse_json(read_text(path))
        found = decode(saved["answer"], Answer, "not a survey")
        return found if saved["digest"] == _digest(found, used) else None
    except (OSError, ValueError, KeyError, TypeError, ContractError):
        return None


def _digest(survey: Answer, used: Iterable[Path]) -> str:
    return digest_of([*used, *map(Path, survey.loaded)])
