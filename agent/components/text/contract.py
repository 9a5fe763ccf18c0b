r"""The text component's contract, which both implementations follow.

**Batches.** An operation takes a batch of strings and returns results in the same order. An item
that is not a `str` is an error of that item only: a list result has an `ItemError` in its place; a
column result lists it in `errors` and has no rows for it. A single `str` or `bytes` as a batch is
refused, because it is almost always a mistake. An instance of a subclass of `str` counts as the
`str` it holds.

**Characters** are code points, and offsets count code points. Lone surrogates are characters too;
no operation changes, joins or refuses them. Character classes, case folding and composition follow
the Unicode version of the running Python (`unicodedata.unidata_version`).

**Words** are the longest runs of characters that are alphanumeric (`str.isalnum`) or ``_``: the
matches of ``\w+``.

**Literal patterns.** Matches do not overlap. From left to right, the earliest match wins, and of
matches with the same start the longest; the search continues after it. Of equal patterns the first
wins.

**Regular expressions** use a dialect without look-around, back-references and captures, which can
be searched in time linear in the text:

- a character matches itself; ``\`` before a character other than an ASCII letter or digit removes
  its special meaning; ``\n``, ``\r``, ``\t``, ``\f``, ``\v`` and ``\xHH``, ``\uHHHH``,
  ``\UHHHHHHHH`` are characters;
- ``.`` matches any character but ``\n``; ``\d``, ``\s``, ``\w``, ``\D``, ``\S`` and ``\W`` have
  the meaning they have in `re`; ``[a-z_\d]`` and ``[^…]`` are sets of characters, in which ``[``
  needs a ``\``;
- ``x|y`` prefers `x`; ``(x)`` and ``(?:x)`` only group;
- ``x*``, ``x+``, ``x?``, ``x{m}``, ``x{m,}``, ``x{m,n}`` with numbers up to `MAX_REPEAT` are
  greedy, and lazy with a ``?`` after them; `x` is one character, a set, or a group without
  repetition and without ``|``;
- ``^`` and ``$`` match only at the start and the end of an item.

A pattern that can match the empty string, such as ``a*``, is refused: it would match everywhere. A
pattern larger than `MAX_PATTERN`, `MAX_SIZE`, `MAX_STATES` or `MAX_DEPTH` is refused too, so that
none takes much memory. A refused pattern raises `PatternError`. Of `MAX_STATES`, a character and a
range within ASCII take 1; any other range and ``.`` take 10; ``\d``, ``\D``, ``\s`` and ``\S`` take
25; ``\w`` and ``\W`` take 80; ``[…]`` takes what its members do, and ``[^…]`` 10 more. Repetitions
count: ``x{m,n}`` takes what n times `x` do.

**Similarity** ranges from 0.0, nothing in common, to 1.0, equal. `MEASURES` lists the measures:
``levenshtein`` is ``(n - d) / n`` for the distance d and the longer length n; ``jaro_winkler`` and
``token_set`` are defined at their operations. Two empty strings have a similarity of 1.0.

**Time and memory.** Words, normalization and case folding take time linear in the text, but for
combining marks in a row, which normalization may put in order in time that grows with the square of
their number. One search for a regular expression takes time linear in the text, too; `find_all` may
search again after each match, and look as far each time. A search for literal patterns takes at
most time in proportion to the text and to the total length of the patterns, whatever they are.
Similarity takes time, and at worst memory, in proportion to the product of the two lengths. Nobody
can choose strings whose hashes collide so that an operation takes longer. Where memory is
exhausted, an operation raises `MemoryError`.

**Signals.** What a signal handler raises, such as `KeyboardInterrupt`, ends an operation; only one
search for a regular expression in one text, and what the interpreter itself does with one string,
is finished first.

**Threads.** All objects are immutable and may be shared between threads. `workers` is the number of
threads that one call may use; it affects neither results nor their order.

Implementations cannot be subclassed. That their objects can be copied or pickled is not promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, get_args

from annotated_types import Ge, Le, MaxLen, MinLen

from agent.components.text.errors import PatternError
from agent.porting.contract.terms import Effect, operation, unpromised

__all__ = [
    "FORMS",
    "MAX_DEPTH",
    "MAX_PATTERN",
    "MAX_REPEAT",
    "MAX_SIZE",
    "MAX_STATES",
    "MAX_WORKERS",
    "MEASURES",
    "BestMatch",
    "ItemError",
    "Matches",
    "Patterns",
    "Regex",
    "Spans",
    "Text",
    "TextFactory",
]

MAX_WORKERS = 64
"""The largest number of threads that a call may use."""

MAX_PATTERN = 1000
"""The largest number of characters in a regular expression."""

MAX_REPEAT = 100
"""The largest number in ``{m,n}``."""

MAX_SIZE = 1000
"""The largest number of characters and sets in a regular expression, repetitions counted."""

MAX_STATES = 10_000
"""The largest number of states of a regular expression, repetitions counted."""

MAX_DEPTH = 20
"""The deepest nesting of groups."""

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
Measure = Literal["levenshtein", "jaro_winkler", "token_set"]

FORMS: tuple[str, ...] = get_args(Form)
MEASURES: tuple[str, ...] = get_args(Measure)

Strings = Iterable[str]
Column = Sequence[int]
"""An `array.array` of type ``q``: 64-bit integers, which numpy accepts without conversion."""


@dataclass(frozen=True)
class ItemError:
    """The error of one item of a batch."""

    index: int
    """Index of the item in the batch, from 0."""
    message: str


@dataclass(frozen=True)
class Spans:
    """Spans found in each item, as columns; ``[index]`` returns the pairs of one item."""

    offsets: Column
    """One entry more than items: item `i` has the rows ``offsets[i]`` to ``offsets[i + 1]``."""
    starts: Column
    """Start of the span in its item."""
    stops: Column
    """End of the span, exclusive."""
    errors: tuple[ItemError, ...]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> list[tuple[int, int]]:
        rows = slice(self.offsets[index], self.offsets[index + 1])
        return list(zip(self.starts[rows], self.stops[rows], strict=True))

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True)
class Matches:
    """Patterns found in each item, as columns; ``[index]`` returns the triples of one item."""

    offsets: Column
    """One entry more than items: item `i` has the rows ``offsets[i]`` to ``offsets[i + 1]``."""
    patterns: Column
    """Index of the pattern, from 0."""
    starts: Column
    """Start of the match in its item."""
    stops: Column
    """End of the span, exclusive."""
    errors: tuple[ItemError, ...]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> list[tuple[int, int, int]]:
        rows = slice(self.offsets[index], self.offsets[index + 1])
        return list(zip(self.patterns[rows], self.starts[rows], self.stops[rows], strict=True))

    def __iter__(self) -> Iterator[list[tuple[int, int, int]]]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True)
class BestMatch:
    """The most similar choice."""

    choice: int
    """Index of the choice, from 0."""
    similarity: float


class Patterns(Protocol):
    """A set of literal patterns, prepared for search."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def find_all(self, items: Strings, /) -> Matches:
        """Find all matches in each item."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def replace_all(
        self, items: Strings, replacements: str | Iterable[str], /
    ) -> list[str | ItemError]:
        """Replace every match by the given string, or by the replacement of its pattern.

        Raises `ValueError` if the numbers of replacements and patterns differ.
        """

    @operation(effect=Effect.READS, raises=())
    def __len__(self) -> int:
        """Return the number of patterns."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return the class name and the number of patterns."""


class Regex(Protocol):
    """A compiled regular expression."""

    @property
    def pattern(self) -> str:
        """The source of the expression."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def find_all(self, items: Strings, /) -> Spans:
        """Find all non-overlapping matches in each item."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def search(self, items: Strings, /) -> list[tuple[int, int] | ItemError | None]:
        """Find the first match in each item; None if there is none."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return the class name and the expression."""


_COPIES = "objects are immutable, so that one serves all; only the reference's copy and pickle"


@unpromised(pickle=_COPIES, copy=_COPIES, deepcopy=_COPIES)
class Text(Protocol):
    """Operations on batches of strings."""

    @property
    def workers(self) -> int:
        """The number of threads that one call may use."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def normalize(self, items: Strings, form: Form, /) -> list[str | ItemError]:
        """Return each item in the given Unicode normalization form."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def casefold(self, items: Strings, /) -> list[str | ItemError]:
        """Return each item case-folded, as `str.casefold` does."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def words(self, items: Strings, /) -> Spans:
        """Find the words of each item."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def count_words(self, items: Strings, /) -> dict[str, int]:
        """Count the words of all items together, in the order of first occurrence.

        An item that is not a `str` has no words.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def patterns(self, patterns: Iterable[Annotated[str, MinLen(1)]], /) -> Patterns:
        """Prepare literal patterns for search; raise `ValueError` if one is empty."""

    @operation(effect=Effect.PURE, raises=(TypeError, PatternError))
    def regex(self, pattern: Annotated[str, MinLen(1), MaxLen(MAX_PATTERN)], /) -> Regex:
        """Compile a regular expression; raise `PatternError` if it is not in the dialect."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def levenshtein(self, lefts: Strings, rights: Strings, /) -> list[int | ItemError]:
        """Return the Levenshtein distance of each pair, in characters.

        Raises `ValueError` if `lefts` and `rights` differ in length.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def jaro_winkler(self, lefts: Strings, rights: Strings, /) -> list[float | ItemError]:
        """Return the Jaro-Winkler similarity of each pair.

        For strings of lengths a and b, characters match if they are equal and at most
        ``max(max(a, b) // 2 - 1, 0)`` positions apart; from left to right, each character of the
        left string takes the first free match in the right one. With m matches and t transpositions
        (half of the matches that are out of order, rounded down), the Jaro similarity is
        ``(m / a + m / b + (m - t) / m) / 3``, or 0.0 without a match. If it is above 0.7,
        ``p * 0.1 * (1.0 - jaro)`` is added, where p is the length of the common prefix, at most 4.

        Raises `ValueError` if `lefts` and `rights` differ in length.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def token_set(self, lefts: Strings, rights: Strings, /) -> list[float | ItemError]:
        """Return the token-set similarity of each pair.

        Tokens are the parts that `str.split` returns. Each set of tokens is sorted by code points
        and joined with spaces. Let c be the common tokens, a and b those only in the left or the
        right string. If c is not empty, and a or b is empty, the result is 1.0. Otherwise it is the
        largest of the similarity of c + a and c + b and, if c is not empty, those of c and c + a
        and of c and c + b. The similarity of two texts is ``(n - d) / n``, where n is their total
        length and d the number of insertions and deletions between them. The result is 0.0 if one
        side has no tokens, and 1.0 if neither has.

        Raises `ValueError` if `lefts` and `rights` differ in length.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def similarity_matrix(
        self, queries: Strings, choices: Strings, measure: Measure = "levenshtein", /
    ) -> list[Sequence[float] | ItemError]:
        """Return for each query its similarity to each choice, as an `array.array` of type ``d``.

        Raises `TypeError` if a choice is not a `str`.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def best_match(
        self,
        queries: Strings,
        choices: Strings,
        measure: Measure = "levenshtein",
        /,
        *,
        cutoff: Annotated[float, Ge(0.0), Le(1.0)] = 0.0,
    ) -> list[BestMatch | ItemError | None]:
        """Return the most similar choice for each query; the first one if several are equal.

        The result is None if no choice has a similarity of at least `cutoff`, from 0.0 to 1.0.
        Raises `TypeError` if a choice is not a `str`.
        """

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return the class name and settings."""


class TextFactory(Protocol):
    """The constructor of a text component."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def __call__(self, *, workers: Annotated[int, Ge(1), Le(MAX_WORKERS)] = 1) -> Text:
        """Create a text component.

        Args:
            workers: the number of threads that one call may use, from 1 to `MAX_WORKERS`.

        Raises:
            TypeError: `workers` is not an int (a bool is not accepted).
            ValueError: `workers` is out of range.
        """
