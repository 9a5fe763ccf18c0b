"""Run the jobs of a measurement, each in a fresh process, one after another."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.errors import InternalError
from agent.porting.project.import_path import worker_command, worker_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.porting.benchmark.worker import MeasurementJob

__all__ = ["run_jobs"]


def run_jobs(jobs: Iterable[MeasurementJob]) -> Iterator[list[dict[str, Any]]]:
    """Yield the answers of each job, in order; what they print on standard error passes through.

    Raises `InternalError` for a process that did not end well.
    """
    for job in jobs:
        done = subprocess.run(  # noqa: S603  # this interpreter, this package
            worker_command("agent.porting.benchmark.worker"),
            input=json.dumps(asdict(job)),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=worker_environment(),
            check=False,
        )
        if done.returncode != 0:
            message = f"a measuring process ended with status {done.returncode}"
            raise InternalError(message)
        yield [json.loads(line) for line in done.stdout.splitlines()]
