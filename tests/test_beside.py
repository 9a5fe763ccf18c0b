"""What a call does beside its result is compared too."""

from __future__ import annotations

import io
import logging
import re
import sys
import warnings
from contextlib import redirect_stdout
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from agent.porting.check.check import check
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from tests import beside

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

SIZE = read_contract(beside.Size)


def checked(python: Any, rust: Any, protocol: Any = beside.Size) -> Verdict:
    pair = Loaded(read_contract(protocol), python, rust)
    return check("size", pair, CheckOptions(examples=1000, seed=0))


@pytest.mark.parametrize(
    ("python", "rust", "where"),
    [
        (beside.warns, beside.size, "warnings"),
        (beside.size, beside.warns, "warnings"),
        (beside.warns, beside.warns_twice, "warnings"),
        (beside.warns, beside.warns_of_another_category, "warnings[0]"),
        (beside.warns, beside.warns_in_other_words, "warnings[0]"),
        (beside.warns, beside.warns_above, "warnings[0]"),
        (beside.warns, beside.warns_of_itself, "warnings[0]"),
        (beside.logs, beside.size, "logging"),
        (beside.logs, beside.logs_an_error, "logging[0]"),
        (beside.logs, beside.logs_elsewhere, "logging[0]"),
        (beside.prints, beside.size, "stdout"),
        (beside.prints, beside.prints_more, "stdout[0]"),
        (beside.prints, beside.complains, "stdout"),
        (beside.size, beside.complains, "stderr"),
    ],
)  # fmt: skip
def test_another_effect_is_a_difference(python: Any, rust: Any, where: str) -> None:
    verdict = checked(python, rust)
    assert verdict.verdict == "divergent"
    (found,) = verdict.divergences
    assert found.where.startswith(where)
    assert (found.sort, len(found.script)) == ("effects", 1)
    assert re.fullmatch(r"size\(.{5,}\)", found.call)


@pytest.mark.parametrize(
    "side", [beside.warns, beside.warns_of_itself, beside.logs, beside.prints, beside.complains]
)
def test_the_same_effects_are_none(side: Any) -> None:
    twin = FunctionType(side.__code__, vars(beside), "twin")
    assert checked(side, twin).verdict == "identical"


def test_what_is_repeated_is_told_once() -> None:
    (found,) = checked(beside.warns, beside.warns_twice).divergences
    assert found.rust == "DeprecationWarning('odd') inside the implementation 2 times"


def test_the_implementation_has_no_lines_to_warn_of() -> None:
    """What the reference attributes to itself, Rust attributes to its caller."""
    assert checked(beside.warns_of_itself, beside.warns).verdict == "identical"


@pytest.mark.parametrize("side", [beside.warns, beside.logs, beside.prints, beside.complains])
def test_what_the_contract_ignores_is_none(side: Any) -> None:
    assert checked(side, beside.size, beside.Quiet).verdict == "identical"


@pytest.mark.parametrize("protocol", [beside.MisspeltWord, beside.NoReason])
def test_only_known_effects_are_ignored_for_a_reason(protocol: Any) -> None:
    with pytest.raises(ContractError, match=r"give one of warnings, .*, and a reason"):
        read_contract(protocol)


def test_all_is_as_before_after_a_line() -> None:
    def state() -> list[Any]:
        return [
            sys.stdout, sys.stderr, warnings.showwarning, list(warnings.filters),
            logging.getLogRecordFactory(), logging.lastResort,
        ]  # fmt: skip

    before = state()
    with Pair(SIZE, beside.prints, beside.prints) as pair:
        for _ in range(3):
            pair.run("size('abc')")
            assert state() == before


def test_an_operation_may_close_or_keep_a_stream() -> None:
    def closes(text: str, /) -> int:
        sys.stdout.write("closing")
        sys.stdout.close()
        return beside.size(text)

    with Pair(SIZE, closes, closes) as pair:
        pair.run("size('abc')")
        pair.run("size('abc')")
    sys.stdout.write("still open")


def test_an_operation_may_redirect_a_stream() -> None:
    def redirects(text: str, /) -> int:
        with redirect_stdout(io.StringIO()):
            sys.stdout.write("nowhere")
        return beside.size(text)

    assert checked(redirects, beside.size).verdict == "identical"
