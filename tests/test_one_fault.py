"""The corpus of faults is what it says, and a check finds what docs/one-fault.md says it finds."""

from __future__ import annotations

import random
import re
from collections import Counter
from importlib import import_module

import pytest

from tests.agreeing.pairs import agreeing_pairs
from tests.one_fault.corpus import Fault, faults, source, twin_source
from tests.one_fault.report import found_by_name
from tests.one_fault.running import Pair, run_all
from tests.one_fault.witness import outcome

FAULTS = faults()
SAMPLE = 6
"""Faults, and half as many pairs that agree, that are checked here: the session checks them all."""


def test_there_are_enough_of_each_sort_and_half_re_enact_a_report() -> None:
    sorts = Counter(fault.sort for fault in FAULTS)
    assert sorts["functions"] >= 100
    assert sorts["classes"] >= 40
    for sort, count in sorts.items():
        assert 2 * sum(fault.seen is not None for fault in FAULTS if fault.sort == sort) >= count


@pytest.mark.parametrize("module", dict.fromkeys(fault.module for fault in FAULTS))
def test_each_twin_differs_in_one_place(module: str) -> None:
    sections = source(module).split("\n# fault: ")[1:]
    assert len(sections) == sum(fault.module == module for fault in FAULTS)
    for section in sections:
        assert len(re.findall(r"(?:^ *# twin:.*\n)+", section, re.MULTILINE)) == 1, section
    assert "# twin:" not in twin_source(module)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_shows(fault: Fault) -> None:
    base = "tests.one_fault"
    reference, twin, same = (
        outcome(import_module(f"{package}.{fault.module}"), fault.shown)
        for package in (base, f"{base}.twins", f"{base}.twins.same")
    )
    assert reference != twin
    assert reference == same


def test_what_the_page_says_is_found_is_found() -> None:
    found = found_by_name()
    assert set(found) == {fault.name for fault in FAULTS}
    known = [fault for fault in FAULTS if found[fault.name]]
    sample = random.Random("one fault").sample(known, SAMPLE)
    pairs = [Pair(fault.name, fault.kind, fault.python, fault.rust) for fault in sample]
    results = run_all(pairs, [0], jobs=2)
    assert {result.pair.name: result.answer for result in results} == dict.fromkeys(
        (pair.name for pair in pairs), "found"
    )


def test_nothing_is_found_in_pairs_that_agree() -> None:
    sample = random.Random("agreeing").sample(agreeing_pairs(), SAMPLE // 2)
    results = run_all(sample, [0], jobs=2)
    assert [result for result in results if result.answer in {"found", "failed"}] == []
