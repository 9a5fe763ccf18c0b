"""Makes all mutants of a component and runs the parity suite on each."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from agent.errors import EnvironmentLacking, InternalError
from agent.porting.mutation.building import build
from agent.porting.mutation.child import Answer, MutantJob, MutationTask
from agent.porting.mutation.crates import find_mutants, find_workspace
from agent.porting.mutation.results import BY_DIFFERENCE, Result, Results, digests_of_tests
from agent.porting.mutation.sample import sample
from agent.porting.mutation.score import Score
from agent.porting.mutation.survey import digest_of, reached_in, survey_suite
from agent.porting.mutation.survivors import load_explanations
from agent.porting.project.import_path import worker_command, worker_environment
from agent.porting.project.table import split

if TYPE_CHECKING:
    from agent.porting.mutation.mutants import Mutant
    from agent.porting.project.table import Component

__all__ = ["Suite", "measure_mutation"]

Tell = Callable[[str], None]

_SLOWER = 5
"""The time limit of a mutant, as a multiple of its slowest script or test without the mutant."""

_PATIENCE = 5.0
"""Seconds that any script may take."""

_TEST_PATIENCE = 20.0
"""Seconds that any test may take: a test may wait before it considers something stuck."""


_AGAIN = {"crash": 3, "hang": 1}
"""How often a mutant that ends or blocks its process gets another one."""


@dataclass(frozen=True)
class Suite:
    """What is run on each mutant."""

    scripts: list[list[str]]
    tests: list[Path]
    """Files of parity tests."""
    register: Path
    """The register of divergences, which do not count as differences."""
    root: Path
    """The root of the project, in which the tests run."""
    explained: Path
    """The register of explained survivors."""


def measure_mutation(  # noqa: PLR0913  # each says one thing about the campaign
    component: Component,
    suite: Suite,
    *,
    jobs: int,
    most: int = 0,
    sources: Iterable[str] = (),
    fresh: bool = False,
    tell: Tell,
    progress: Callable[[int, int, int], None],
) -> Score:
    """Run `suite` on every mutant of the Rust side of `component`.

    Args:
        component: the row of the table.
        suite: the scripts and tests to run.
        jobs: processes that run at the same time.
        most: mutants that run, a random sample if there are more; 0 for all.
        sources: patterns of further Rust files that belong to the component.
        fresh: ignore earlier results.
        tell: called with each step.
        progress: called with the numbers of finished, all and surviving mutants.

    Raises:
        EnvironmentLacking: the tools to make and run mutants are missing.
        AgentError: the suite detects a difference without a mutant.
    """
    if not hasattr(os, "fork"):
        message = "each mutant runs in a process of its own, made by fork, which this system lacks"
        raise EnvironmentLacking(message)
    folder = suite.root / "build" / "mutation" / component.name
    folder.mkdir(parents=True, exist_ok=True)
    workspace = find_workspace(split(component.rust)[0])
    files = find_mutants(workspace, component.name, list(sources), component.sources)
    tell(f"changing {', '.join(source.file for source in files)}")
    built = build(workspace, files, folder, tell)
    everyone = [mutant for source in files for mutant in source.mutants]
    mutants = [mutant for mutant in everyone if mutant.number not in built.unbuildable]
    plan = MutationTask(
        component.contract, component.factory, component.python, component.rust,
        str(built.extension), len(everyone), suite.scripts, str(suite.root),
        str(suite.register), component.name, component.partial, component.world,
    )  # fmt: skip
    path = folder / "plan.json"
    path.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    if fresh:
        (folder / "results.jsonl").unlink(missing_ok=True)
    with _Servers(path, jobs) as servers:
        tell(f"running {len(suite.scripts):,} scripts and the parity tests without a mutant")
        tests = [test.relative_to(suite.root).as_posix() for test in suite.tests]
        used = [built.extension, path, suite.register]
        survey = survey_suite(
            len(suite.scripts), tests, servers.submit, folder / "survey.json", [*used, *suite.tests]
        )
        for test, why in survey.failed.items():
            tell(f"left out, as it fails without a mutant: {test}: {why}")
        tell(f"{len(reached_in(survey)):,} of {len(mutants):,} mutants are reached")
        chosen = sample(mutants, most)
        if len(chosen) < len(mutants):
            tell(f"running a sample of {len(chosen):,} of them")
        apart = {test.resolve() for test in suite.tests}
        helpers = [Path(file) for file in survey.loaded if Path(file) not in apart]
        digests = digests_of_tests(suite.tests, suite.root)
        results = Results(folder / "results.jsonl", digest_of([*used, *helpers]), digests)
        _run_all(chosen, suite, survey, results, servers, progress)
    return Score(
        component.name,
        [(mutant, results.of(mutant) or Result("unreached")) for mutant in chosen],
        len(built.unbuildable),
        load_explanations(suite.explained, component.name),
        component.thresholds.equivalent,
        mutants,
    )


def _run_all(  # noqa: PLR0913, PLR0917  # each says one thing about the run
    mutants: list[Mutant],
    suite: Suite,
    survey: Answer,
    results: Results,
    servers: _Servers,
    progress: Callable[[int, int, int], None],
) -> None:
    """Run each mutant whose result is not known, on what reaches it."""
    shown = ["\n".join(lines) for lines in suite.scripts]
    always = set(survey.loading)
    reaching = [set(reached) | always for reached in survey.scripts]
    testing = {
        test: set(reached) | always
        for test, reached in survey.tests.items()
        if test not in survey.failed
    }
    reached = reached_in(survey)
    pending: dict[Future[Answer], Mutant] = {}
    done = survived = 0
    for mutant in mutants:
        known = results.of(mutant)
        if known is None and mutant.number not in reached:
            known = Result("unreached")
            results.add(mutant, known)
        if known is not None:
            done += 1
            survived += known.outcome in {"survived", "unreached"}
            continue
        scripts = [index for index, numbers in enumerate(reaching) if mutant.number in numbers]
        tests = [test for test, numbers in testing.items() if mutant.number in numbers]
        if passed := results.survived(mutant):
            scripts, tests = [], [test for test in tests if test.partition("::")[0] not in passed]
        before = results.noticed_by(mutant)
        # What noticed it before is likeliest to notice it again; then the quickest comes first.
        scripts.sort(key=lambda index: (shown[index] != before, survey.script_seconds[index]))
        tests.sort(key=lambda test: test != before)
        job = MutantJob(
            mutant.number, scripts, tests,
            patience=max(_PATIENCE, _SLOWER * survey.seconds),
            test_patience=max(_TEST_PATIENCE, _SLOWER * survey.test_seconds),
            tests_first=before in tests,
        )  # fmt: skip
        pending[servers.submit(job)] = mutant
    progress(done, len(mutants), survived)
    while pending:
        ready, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in ready:
            mutant = pending.pop(future)
            answer = future.result()
            by = answer.test if answer.script is None else shown[answer.script]
            noticed_by = by or "" if answer.outcome in BY_DIFFERENCE else ""
            results.add(mutant, Result(answer.outcome, answer.detail, noticed_by))
            done += 1
            survived += answer.outcome == "survived"
            progress(done, len(mutants), survived)


def _after(job: MutantJob, answer: Answer) -> MutantJob:
    """Return what is left of a job whose process ended; nothing if that was before its first."""
    scripts, tests = job.scripts, job.tests
    return replace(
        job,
        scripts=scripts[scripts.index(answer.script) + 1 :] if answer.script in scripts else [],
        tests=tests[tests.index(answer.test) + 1 :] if answer.test in tests else [],
    )


class _Servers:
    """Processes that run jobs, one at a time each; leaving the block ends them."""

    def __init__(self, plan: Path, jobs: int) -> None:
        self._threads = ThreadPoolExecutor(jobs)
        self._all = [
            subprocess.Popen(  # noqa: S603  # this interpreter, this package
                worker_command("agent.porting.mutation.server", str(plan)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=worker_environment(),
            )
            for _ in range(jobs)
        ]
        self._free: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for server in self._all:
            self._free.put(server)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for server in self._all:
            server.terminate()
            server.communicate()

    def ask(self, job: MutantJob) -> Answer:
        """Have one of the servers do a job."""
        server = self._free.get()
        try:
            if server.stdin is None or server.stdout is None:
                message = "a server without pipes"
                raise InternalError(message)
            server.stdin.write(json.dumps(asdict(job)) + "\n")
            server.stdin.flush()
            answer = server.stdout.readline()
        finally:
            self._free.put(server)
        if not answer:
            message = f"a process that runs mutants ended with status {server.wait()}"
            raise InternalError(message)
        return Answer(**json.loads(answer))

    def settle(self, job: MutantJob) -> Answer:
        """Have a job done, its scripts and its tests in processes of their own.

        After a panic, and where a process ends, what is left may still show a difference; one that
        hangs is given another script or test, and no more of this time.
        """
        settled = Answer("survived")
        parts = [
            replace(job, tests=[]),
            replace(job, scripts=[], patience=job.test_patience),
        ]
        for part in reversed(parts) if job.tests_first else parts:
            left, runs = part, 0
            while left.scripts or left.tests:
                answer = self.ask(left)
                runs += 1
                if answer.outcome in BY_DIFFERENCE:
                    return answer
                if settled.outcome == "survived":
                    settled = answer
                if runs > _AGAIN.get(answer.outcome, 0):
                    break
                left = _after(left, answer)
            if settled.outcome == "hang":
                break
        return settled

    def submit(self, job: MutantJob) -> Future[Answer]:
        """Have a job settled in its turn."""
        return self._threads.submit(self.ask if job.survey else self.settle, job)
