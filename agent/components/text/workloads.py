"""The text component's workloads: one table that every harness reads.

The inputs are lines of words drawn with a fixed seed; a few words are frequent and most are rare,
some have accents or capitals. The expected answers are literals. ``tests/test_text_workloads.py``
derives them again from the definitions, without running an implementation.
"""

# ruff: noqa: S311  # drawn with a seed, not secret

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.benchmark.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["JOBS", "REGEX", "WORKLOADS", "Answer", "Inputs", "Job"]

_SEED = 20_261
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u")]
_ACCENTS = str.maketrans("aeiou", "àéîõü")

REGEX = r"[A-Z]\w+ [a-m]\w*"
"""A capitalised word, then one that begins in the first half of the alphabet."""


class Inputs(NamedTuple):
    """The inputs of a run."""

    items: list[str]
    """The batch; the queries of a comparison."""
    others: list[str]
    """The patterns, or the choices of a comparison; otherwise empty."""


class Answer(NamedTuple):
    """The result of a run, reduced to three numbers by `Job.sums`."""

    number: int
    first: int
    second: int


@dataclass(frozen=True)
class Job:
    """One workload: its inputs, its operation and the expected answer."""

    name: str
    about: str
    expected: Answer
    draw: Callable[[], Inputs]
    ready: Callable[[Any, Inputs], Callable[[], Any]]
    """Binds the call that is measured."""
    sums: Callable[[Any], Answer]
    size: int
    """The number of items; of pairs in a comparison."""
    kind: str = ""
    """The name of the operation in the Rust core; empty if the core is not measured on it."""


@cache
def _words() -> tuple[str, ...]:
    random = Random(_SEED)
    lengths = random.choices([1, 2, 3, 4], [3, 6, 4, 2], k=5000)
    return tuple(dict.fromkeys("".join(random.choices(_SYLLABLES, k=length)) for length in lengths))


@cache
def _lines(count: int, accents: float = 0.0) -> tuple[str, ...]:
    """Return lines of ten words: the first is capitalised, some have accents."""
    random = Random(_SEED + count)
    weights = list(accumulate(1.0 / rank for rank in range(2, len(_words()) + 2)))
    lines = []
    for _ in range(count):
        words = random.choices(_words(), cum_weights=weights, k=10)
        words = [word.translate(_ACCENTS) if random.random() < accents else word for word in words]
        lines.append(" ".join(words).capitalize() + ".")
    return tuple(lines)


def _batch(count: int, accents: float = 0.0) -> Callable[[], Inputs]:
    return lambda: Inputs(list(_lines(count, accents)), [])


def _with_patterns(count: int, patterns: int) -> Callable[[], Inputs]:
    def draw() -> Inputs:
        long = [word for word in _words() if len(word) >= 4]
        return Inputs(list(_lines(count)), Random(_SEED).sample(long, patterns))

    return draw


def _compared(queries: int, choices: int, words: int) -> Callable[[], Inputs]:
    """Return a draw of strings to compare, each of `words` words."""

    def draw() -> Inputs:
        texts = [" ".join(line.split()[1 : 1 + words]) for line in _lines(queries + choices)]
        return Inputs(texts[:queries], texts[queries:])

    return draw


def _strings(results: list[str]) -> Answer:
    return Answer(len(results), sum(map(len, results)), sum(map(ord, "".join(results))))


def _spans(found: Any) -> Answer:
    return Answer(len(found.starts), sum(found.starts), sum(found.stops))


def _counts(counts: dict[str, int]) -> Answer:
    return Answer(len(counts), sum(counts.values()), max(counts.values()))


def _rows(rows: list[Any]) -> Answer:
    parts = [int(similarity * 1000) for row in rows for similarity in row]
    return Answer(len(parts), sum(parts), sum(part == 1000 for part in parts))


def _best(found: list[Any]) -> Answer:
    kept = [best for best in found if best is not None]
    similar = sum(int(best.similarity * 1000) for best in kept)
    return Answer(len(kept), sum(best.choice for best in kept), similar)


def _matrix(measure: str) -> Callable[[Any, Inputs], Callable[[], Any]]:
    return lambda text, inputs: lambda: text.similarity_matrix(*inputs, measure)


def _find(text: Any, inputs: Inputs) -> Callable[[], Any]:
    patterns = text.patterns(inputs.others)
    return lambda: patterns.find_all(inputs.items)


def _replace(text: Any, inputs: Inputs) -> Callable[[], Any]:
    patterns = text.patterns(inputs.others)
    return lambda: patterns.replace_all(inputs.items, "<redacted>")


def _regex(text: Any, inputs: Inputs) -> Callable[[], Any]:
    regex = text.regex(REGEX)
    return lambda: regex.find_all(inputs.items)


@dataclass(frozen=True)
class _State:
    job: Job
    call: Callable[[], Any]


def _prepare(job: Job, inputs: Inputs, make: Callable[..., Any]) -> _State:
    call = job.ready(make(), inputs)
    call()
    return _State(job, call)


def _run(state: _State, times: int) -> None:
    call = state.call
    for _ in range(times):
        call()


def _answer(state: _State) -> Answer:
    return state.job.sums(state.call())


def _text(job: Job) -> str:
    """Write a job as text for the Rust core: a header of settings, then the strings."""
    inputs = job.draw()
    head = [
        "agent-trace 1 text",
        f"name {job.name}",
        f"kind {job.kind}",
        f"size {job.size}",
        f"expected {' '.join(map(str, job.expected))}",
    ]
    for title, texts in (("items", inputs.items), ("others", inputs.others)):
        head += [f"{title} {len(texts)}", *texts]
    return "\n".join(head) + "\n"


def _workload(job: Job) -> Workload:
    return Workload(
        name=job.name,
        about=job.about,
        size=job.size,
        calls=1,
        entries=0,
        expected=job.expected,
        draw=job.draw,
        prepare=lambda inputs, make: _prepare(job, inputs, make),
        run=_run,
        answer=_answer,
        trace=(lambda: _text(job)) if job.kind else None,
        trace_answer=job.expected,
    )


JOBS = (
    Job(
        "normalize", "NFD of 1,000 lines, some with accents",
        Answer(1000, 63_745, 9_238_109), _batch(1000, 0.2),
        lambda text, inputs: lambda: text.normalize(inputs.items, "NFD"), _strings, 1000,
    ),
    Job(
        "casefold", "1,000 lines, some with accents",
        Answer(1000, 58_986, 6_231_558), _batch(1000, 0.2),
        lambda text, inputs: lambda: text.casefold(inputs.items), _strings, 1000,
    ),
    Job(
        "words", "the words of 1,000 lines",
        Answer(10_000, 266_194, 315_180), _batch(1000, 0.2),
        lambda text, inputs: lambda: text.words(inputs.items), _spans, 1000, "words",
    ),
    Job(
        "count_words", "how often each occurs in 1,000 lines",
        Answer(3054, 10_000, 460), _batch(1000, 0.2),
        lambda text, inputs: lambda: text.count_words(inputs.items), _counts, 1000, "count_words",
    ),
    Job(
        "find", "1,000 patterns in 1,000 lines",
        Answer(2324, 68_503, 80_461), _with_patterns(1000, 1000),
        _find, _spans, 1000, "find",
    ),
    Job(
        "replace", "100 patterns in 1,000 lines",
        Answer(1000, 59_836, 5_640_616), _with_patterns(1000, 100),
        _replace, _strings, 1000,
    ),
    Job(
        "regex", "a word with a capital and another in 1,000 lines",
        Answer(541, 0, 5879), _batch(1000, 0.2), _regex, _spans, 1000,
    ),
    Job(
        "levenshtein", "30 words with 100 others",
        Answer(3000, 457_584, 27), _compared(30, 100, 1),
        _matrix("levenshtein"), _rows, 3000, "levenshtein",
    ),
    Job(
        "levenshtein_lines", "10 lines with 50 others",
        Answer(500, 122_254, 0), _compared(10, 50, 8),
        _matrix("levenshtein"), _rows, 500, "levenshtein",
    ),
    Job(
        "jaro_winkler", "30 words with 100 others",
        Answer(3000, 1_033_114, 27), _compared(30, 100, 1),
        _matrix("jaro_winkler"), _rows, 3000, "jaro_winkler",
    ),
    Job(
        "token_set", "10 lines with 50 others",
        Answer(500, 196_692, 0), _compared(10, 50, 5),
        _matrix("token_set"), _rows, 500, "token_set",
    ),
    Job(
        "best_match", "30 words among 100",
        Answer(24, 858, 17_000), _compared(30, 100, 1),
        lambda text, inputs: lambda: text.best_match(*inputs, cutoff=0.5), _best, 3000,
    ),
)  # fmt: skip
"""The jobs that text is measured on, in the order of reports."""

WORKLOADS = tuple(_workload(job) for job in JOBS)
