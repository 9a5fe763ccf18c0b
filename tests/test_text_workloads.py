"""The text component's workloads: their answers, derived from definitions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.components.text.workloads import JOBS, REGEX, WORKLOADS, Answer, Inputs, Job

if TYPE_CHECKING:
    from agent.porting.benchmark.workload import Workload
    from agent.porting.registry.registry import Side


def _levenshtein(left: str, right: str) -> float:
    """Go through the whole table of distances."""
    row = list(range(len(right) + 1))
    for one in left:
        above, row = row, [row[0] + 1]
        for place, other in enumerate(right):
            row.append(min(above[place] + (one != other), above[place + 1] + 1, row[place] + 1))
    longer = max(len(left), len(right))
    return (longer - row[-1]) / longer


def _common(left: str, right: str) -> int:
    row = [0] * (len(right) + 1)
    for one in left:
        above, row = row, [0]
        for place, other in enumerate(right):
            longest = above[place] + 1 if one == other else max(above[place + 1], row[place])
            row.append(longest)
    return row[-1]


def _jaro_winkler(left: str, right: str) -> float:
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    taken: dict[int, int] = {}
    for place, character in enumerate(right):
        near = range(max(place - reach, 0), min(place + reach + 1, len(left)))
        for other in near:
            if other not in taken and left[other] == character:
                taken[other] = place
                break
    if not taken:
        return 0.0
    pairs = zip(sorted(taken), sorted(taken.values()), strict=True)
    moved = sum(left[one] != right[other] for one, other in pairs) // 2
    matches = len(taken)
    jaro = (matches / len(left) + matches / len(right) + (matches - moved) / matches) / 3
    prefix = 0
    while prefix < 4 and left[prefix : prefix + 1] == right[prefix : prefix + 1] != "":
        prefix += 1
    return jaro + prefix * 0.1 * (1.0 - jaro) if jaro > 0.7 else jaro


def _indel(left: str, right: str) -> float:
    return 2 * _common(left, right) / (len(left) + len(right))


def _token_set(left: str, right: str) -> float:
    ours, theirs = set(left.split()), set(right.split())
    both = " ".join(sorted(ours & theirs))
    left = " ".join([both, *sorted(ours - theirs)]).strip()
    right = " ".join([both, *sorted(theirs - ours)]).strip()
    if both and both in (left, right):
        return 1.0
    ratios = [_indel(left, right)]
    if both:
        ratios += [_indel(both, left), _indel(both, right)]
    return max(ratios)


_MEASURES = {
    "levenshtein": _levenshtein,
    "levenshtein_lines": _levenshtein,
    "jaro_winkler": _jaro_winkler,
    "token_set": _token_set,
    "best_match": _levenshtein,
}


def _found(inputs: Inputs) -> list[tuple[int, int, int]]:
    """Try every pattern at every place."""
    by_length = sorted(inputs.others, key=len, reverse=True)
    found = []
    for index, line in enumerate(inputs.items):
        place = 0
        while place < len(line):
            pattern = next((each for each in by_length if line.startswith(each, place)), None)
            if pattern is not None:
                found.append((index, place, place + len(pattern)))
            place += len(pattern or " ")
    return found


def _of_strings(texts: list[str]) -> Answer:
    return Answer(
        len(texts), sum(map(len, texts)), sum(ord(each) for text in texts for each in text)
    )


def _of_spans(spans: list[tuple[int, int]]) -> Answer:
    return Answer(len(spans), sum(start for start, _ in spans), sum(stop for _, stop in spans))


def derived(job: Job) -> Answer:  # noqa: PLR0911  # one for each kind
    """Return what a job comes to."""
    inputs = job.draw()
    match job.name:
        case "normalize":
            return _of_strings([unicodedata.normalize("NFD", line) for line in inputs.items])
        case "casefold":
            return _of_strings([line.casefold() for line in inputs.items])
        case "words":
            words = [match.span() for line in inputs.items for match in re.finditer(r"\w+", line)]
            return _of_spans(words)
        case "count_words":
            counts = Counter(re.findall(r"\w+", "\n".join(inputs.items)))
            return Answer(len(counts), counts.total(), max(counts.values()))
        case "find":
            return _of_spans([(start, stop) for _, start, stop in _found(inputs)])
        case "replace":
            lines = list(inputs.items)
            for index, start, stop in reversed(_found(inputs)):
                lines[index] = f"{lines[index][:start]}<redacted>{lines[index][stop:]}"
            return _of_strings(lines)
        case "regex":
            lines = inputs.items
            return _of_spans([found.span() for line in lines for found in re.finditer(REGEX, line)])
    measure = _MEASURES[job.name]
    rows = [[measure(query, choice) for choice in inputs.others] for query in inputs.items]
    if job.name == "best_match":
        best = [(row.index(max(row)), max(row)) for row in rows if max(row) >= 0.5]
        similar = sum(int(similarity * 1000) for _, similarity in best)
        return Answer(len(best), sum(choice for choice, _ in best), similar)
    parts = [int(similarity * 1000) for row in rows for similarity in row]
    return Answer(len(parts), sum(parts), parts.count(1000))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_expected_answer_follows_from_the_definition(job: Job) -> None:
    assert derived(job) == job.expected


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_every_run_has_the_same_answer(workload: Workload, side: Side) -> None:
    state = workload.prepare(workload.draw(), registry.implementation("text", side))
    assert workload.answer(state) == workload.expected
    workload.run(state, 2)
    assert workload.answer(state) == workload.expected
