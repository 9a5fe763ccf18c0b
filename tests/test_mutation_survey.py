"""What the suite reaches is looked up once for the same suite."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agent.errors import AgentError
from agent.porting.mutation.child import Answer
from agent.porting.mutation.survey import reached_in, survey_suite

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.mutation.child import MutantJob


class Suite:
    """A suite of two scripts and a file with one test, which loads a helper."""

    def __init__(self, folder: Path) -> None:
        self.kept = folder / "survey.json"
        self.test, self.helper = folder / "test_toy.py", folder / "helper.py"
        for path in (self.test, self.helper):
            path.write_text("pass", encoding="utf-8")
        self.of_tests = Answer(
            "survived", tests={"test_toy.py::test": [3]}, seconds=2.0, loaded=[str(self.helper)]
        )
        self.jobs: list[MutantJob] = []

    def submit(self, job: MutantJob) -> Future[Answer]:
        self.jobs.append(job)
        done: Future[Answer] = Future()
        of_scripts = Answer("survived", loading=[1], scripts=[[2], []], script_seconds=[0.1, 0.2])
        done.set_result(self.of_tests if job.tests else of_scripts)
        return done

    def survey(self) -> Answer:
        self.jobs.clear()
        return survey_suite(2, ["test_toy.py"], self.submit, self.kept, [self.test])


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


def test_it_is_kept_for_the_same_suite(suite: Suite) -> None:
    found = suite.survey()
    assert (found.scripts, found.tests, found.test_seconds) == (
        *([[2], []], {"test_toy.py::test": [3]}, 2.0),
    )
    assert reached_in(found) == {1, 2, 3}
    assert len(suite.jobs) == 2
    assert suite.survey() == found
    assert suite.jobs == []


@pytest.mark.parametrize("file", ["test_toy.py", "helper.py", "survey.json"])
def test_after_a_change_it_is_made_again(suite: Suite, tmp_path: Path, file: str) -> None:
    found = suite.survey()
    (tmp_path / file).write_text("changed", encoding="utf-8")
    assert suite.survey() == found
    assert len(suite.jobs) == 2


def test_one_with_a_test_that_fails_is_not_kept(suite: Suite) -> None:
    suite.of_tests = replace(suite.of_tests, failed={"test_toy.py::test": "no"})
    suite.survey()
    suite.survey()
    assert len(suite.jobs) == 2


def test_a_difference_without_a_mutant_is_an_error(suite: Suite) -> None:
    suite.of_tests = Answer("panic", "in script 3")
    with pytest.raises(AgentError, match="there is a panic already: in script 3"):
        suite.survey()
