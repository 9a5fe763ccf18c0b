"""One run of one mutant, in a process of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from agent.porting.check.known_divergences import load_register
from agent.porting.fallback.attribution import served_and_refused
from agent.porting.mutation.suite import Tests, difference_in
from agent.porting.mutation.switch import Switch
from agent.porting.project.table import split

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract

__all__ = ["SCRIPT", "Answer", "Child", "MutantJob", "MutationTask"]

_MEMORY = 4 << 30
"""Bytes that a child may take beyond what it begins with: a mutant may grow without end."""

_FRAMEWORK = Path(__file__).resolve().parents[2]

_PANIC = b"panicked at"
"""What Rust writes to the standard error of a process in which something panicked."""

SCRIPT = "script "
"""The word that a child sends before it runs a script, with the number; a test has its name."""


@dataclass(frozen=True)
class MutationTask:
    """What all jobs have in common."""

    contract: str
    factory: str | None
    python: str
    rust: str
    """References, as in the table of components."""
    extension: str
    """The extension that holds the mutants."""
    mutants: int
    """How many there are."""
    scripts: list[list[str]]
    root: str
    """Of the project whose tests are run."""
    register: str
    """The file of accepted divergences."""
    component: str
    """Whose entries in it count."""
    partial: bool = False
    """Whether Rust may leave calls to Python."""
    world: str | None = None
    """Reference of the world that external operations run in."""


@dataclass(frozen=True)
class MutantJob:
    """What a child is asked for."""

    mutant: int
    """0 for none."""
    scripts: list[int]
    """Which of the plan's to run, until there is a difference."""
    tests: list[str]
    """Files of tests or single ones, run after the scripts until one fails."""
    patience: float | None = None
    """Seconds that a script may take, or a test where there are no scripts."""
    test_patience: float | None = None
    """Seconds that a test may take."""
    survey: bool = False
    """Whether to go on after a difference, and report what each script and test reaches."""
    tests_first: bool = False
    """Whether a test is likelier to notice than a script."""


@dataclass
class Answer:
    """The outcome of a job."""

    outcome: str
    """"survived", "difference", "test", "panic", "crash" or "hang"."""
    detail: str = ""
    """Where the difference was, or how the child ended."""
    script: int | None = None
    """The script that differs, or in which the child ended or hung."""
    test: str | None = None
    """The test that failed, or in which the child ended or hung."""
    loading: list[int] = field(default_factory=list)
    """What loading the extension reaches, or what is reached only once; only for a survey, as all
    below."""
    scripts: list[list[int]] = field(default_factory=list)
    """What each script reaches."""
    script_seconds: list[float] = field(default_factory=list)
    """How long each script took."""
    tests: dict[str, list[int]] = field(default_factory=dict)
    """What each test reaches; the quickest first."""
    failed: dict[str, str] = field(default_factory=dict)
    """Tests that fail, and why."""
    seconds: float = 0.0
    """The longest time that a script took, or a test that reaches a mutant."""
    test_seconds: float = 0.0
    """The same of tests, where it is another."""
    loaded: list[str] = field(default_factory=list)
    """The files of the modules that were loaded in the end, but for those of other packages."""


class Child:
    """Does a job; sends a line before each part of it, and then the answer."""

    def __init__(
        self, plan: MutationTask, job: MutantJob, contract: Contract, python: Any, channel: IO[str]
    ) -> None:
        self._plan = plan
        self._job = job
        self._contract = contract
        self._register = load_register(Path(plan.register), plan.component)
        self._python = python
        self._channel = channel
        self._answer = Answer("survived")
        self._begun = time.monotonic()

    def run(self) -> None:
        """Do the job and send the answer."""
        _limit_memory()
        with tempfile.TemporaryFile() as errors:
            os.dup2(errors.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            switch = Switch(Path(self._plan.extension), self._plan.mutants, self._job.mutant)
            try:
                module, attribute = split(self._plan.rust)
                rust = getattr(switch.install(module), attribute)
                rust, _ = served_and_refused(
                    self._plan.component, self._python, rust, partial=self._plan.partial
                )
            except Exception as error:  # noqa: BLE001  # whatever a mutant does there
                self._answer = Answer("crash", f"cannot be loaded: {error!r}")
            else:
                self._answer.loading = switch.reached()
                self._run_scripts(switch, rust, errors)
                if self._answer.outcome == "survived" and self._job.tests:
                    self._run_tests(switch, errors)
        if self._job.survey:
            self._answer.loaded = _loaded(Path(self._plan.root))
        self._channel.write("\n" + json.dumps(asdict(self._answer)) + "\n")

    def _run_scripts(self, switch: Switch, rust: Any, errors: IO[bytes]) -> None:
        """Run scripts until there is a difference that is more than a panic."""
        answer = self._answer
        for index in self._job.scripts:
            self._begin(f"{SCRIPT}{index}")
            script = self._plan.scripts[index]
            found = difference_in(self._contract, self._python, rust, script, self._register)
            took = self._end()
            if self._job.survey:
                answer.scripts.append(switch.reached())
                answer.script_seconds.append(took)
            panicked = _panicked(errors)
            if panicked and answer.outcome == "survived":
                answer.outcome, answer.detail = "panic", found or f"in {SCRIPT}{index}"
            if found is not None and not panicked:
                answer.outcome, answer.detail, answer.script = "difference", found, index
                return
        if self._job.survey:
            once = set().union(*answer.scripts) - self._reached_again(switch, rust)
            answer.loading = sorted({*answer.loading, *once})

    def _reached_again(self, switch: Switch, rust: Any) -> set[int]:
        """Return what the scripts reach in a process that has run them all before.

        What they reach only once, as a table that is read when it is first needed, concerns all.
        """
        for index in self._job.scripts:
            self._begin(f"{SCRIPT}{index}")
            difference_in(self._contract, self._python, rust, self._plan.scripts[index], [])
            self._end()
        return set(switch.reached())

    def _run_tests(self, switch: Switch, errors: IO[bytes]) -> None:
        answer, survey = self._answer, self._job.survey

        took: dict[str, float] = {}

        def ended(test: str) -> None:
            took[test] = self._end()
            panicked = _panicked(errors)
            if survey:
                answer.tests[test] = switch.reached()
            elif test in tests.failed and answer.outcome in {"survived", "panic"}:
                answer.outcome = "panic" if panicked else "test"
                answer.detail = f"{test}: {tests.failed[test]}"
                answer.test = test
                if not panicked:
                    tests.stop()

        if self._job.patience is not None:
            os.environ["AGENT_MUTANT_SECONDS"] = f"{self._job.patience:g}"
        tests = Tests(self._begin, ended)
        root = Path(self._plan.root)
        os.chdir(root)
        tests.run(root, self._job.tests)
        if survey:
            answer.tests = {test: answer.tests[test] for test in sorted(took, key=took.__getitem__)}
            # How long the others take says nothing about a mutant.
            answer.seconds = max((took[test] for test in took if answer.tests[test]), default=0.0)
            answer.failed = tests.failed

    def _begin(self, what: str) -> None:
        self._begun = time.monotonic()
        self._channel.write(f"{what}\n")
        self._channel.flush()

    def _end(self) -> float:
        took = time.monotonic() - self._begun
        self._answer.seconds = max(self._answer.seconds, took)
        return took


def _panicked(errors: IO[bytes]) -> bool:
    """Return whether anything panicked since this was last asked."""
    size = os.fstat(errors.fileno()).st_size
    found = _PANIC in os.pread(errors.fileno(), size, 0)
    os.ftruncate(errors.fileno(), 0)
    os.lseek(errors.fileno(), 0, os.SEEK_SET)
    return found


def _loaded(root: Path) -> list[str]:
    """Return the files of the framework's and the project's loaded modules."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    paths = (Path(file).resolve() for file in files if isinstance(file, str))
    places = _FRAMEWORK, root.resolve()
    return sorted(
        {
            str(path)
            for path in paths
            if path.suffix == ".py"
            and "site-packages" not in path.parts
            and any(path.is_relative_to(place) for place in places)
        }
    )


def _limit_memory() -> None:
    """Let this process take so much more memory and no more, where that can be said."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  # not everywhere

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
