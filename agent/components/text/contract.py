r"""The text component's contract: what every implementation does, stated once.

**Batches.** An operation takes many strings and answers in their order. What is no `str` among them
is an error of that item alone: in a list an `ItemError` stands in its place, columns tell it in
`errors` and have nothing for it. A single `str` or `bytes` is refused as a batch, as it is hardly
ever meant as one. An instance of a subclass of `str` counts as the `str` it holds.

**Characters** are code points, and so are all offsets. Every code point is a character, lone
surrogates among them, which no operation changes, joins, or refuses. Which of them are letters, how
they fold and how they compose is what the running Python's Unicode version says
(`unicodedata.unidata_version`).

**Words** are the longest runs of characters that are alphanumeric (`str.isalnum`) or ``_``: what
``\w+`` finds.

**Literal patterns.** Matches do not overlap: going from left to right, the earliest match counts,
of those that begin together the longest, and the search goes on behind it. Of equal patterns the
first counts.

**Regular expressions** are of a dialect without look-around, back-references or captures, which
can be searched for in time linear in the text:

- a character stands for itself; ``\`` before a character that is no ASCII letter or digit takes
  its meaning away; ``\n``, ``\r``, ``\t``, ``\f``, ``\v`` and ``\xHH``, ``\uHHHH``,
  ``\UHHHHHHHH`` are characters;
- ``.`` is any character but ``\n``; ``\d``, ``\s``, ``\w``, ``\D``, ``\S`` and ``\W`` are what they
  are in `re`; ``[a-z_\d]`` and ``[^…]`` are sets of characters, in which ``[`` needs a ``\``;
- ``x|y`` prefers `x`; ``(x)`` and ``(?:x)`` group, and nothing more;
- ``x*``, ``x+``, ``x?``, ``x{m}``, ``x{m,}``, ``x{m,n}`` with numbers up to `MAX_REPEAT` take as
  much as they can, with a ``?`` behind them as little; `x` is one character, a set, or a group in
  which nothing is repeated and nothing is chosen with ``|``;
- ``^`` and ``$`` are the very beginning and end of an item.

A pattern that can match nothing at all, as ``a*`` can, is refused: it would match everywhere. So is
one larger than `MAX_PATTERN`, `MAX_SIZE` or `MAX_DEPTH` allows. Each refusal is a `PatternError`.

**Similarity** is 0.0 for nothing in common to 1.0 for equal. `MEASURES` tells the measures:
``levenshtein`` is ``(n - d) / n`` for distance d and longer length n; ``jaro_winkler`` and
``token_set`` are defined at their operations. Two empty strings have a similarity of 1.0.

**Threads.** Nothing that is made here ever changes, so that threads may share it. `workers` is how
many threads one call may use; order and results do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, get_args

from annotated_types import Ge, Le, MaxLen, MinLen

from agent.errors import PatternError
from agent.porting.contract.terms import Effect, operation

__all__ = [
    "FORMS",
    "MAX_DEPTH",
    "MAX_PATTERN",
    "MAX_REPEAT",
    "MAX_SIZE",
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
"""Most threads that a call may use."""

MAX_PATTERN = 1000
"""Most characters in a regular expression."""

MAX_REPEAT = 100
"""Largest number in a ``{m,n}``."""

MAX_SIZE = 1000
"""Most characters and sets in a regular expression, each repetition counted."""

MAX_DEPTH = 20
"""How deep groups may stand in each other."""

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
Measure = Literal["levenshtein", "jaro_winkler", "token_set"]

FORMS: tuple[str, ...] = get_args(Form)
MEASURES: tuple[str, ...] = get_args(Measure)

Strings = Iterable[str]
Column = Sequence[int]
"""An `array.array` of type ``q``: 64-bit integers, which numpy takes as they are."""


@dataclass(frozen=True)
class ItemError:
    """What is wrong with one item of a batch."""

    index: int
    """Where in the batch it stands."""
    message: str


@dataclass(frozen=True)
class Spans:
    """What was found in each item, as columns; ``[index]`` gives an item's own as pairs."""

    offsets: Column
    """One more than there are items: item `i` has rows ``offsets[i]`` to ``offsets[i + 1]``."""
    starts: Column
    """Where a span begins in its item."""
    stops: Column
    """Where it has ended."""
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
    """Which patterns were found where; ``[index]`` gives an item's own as triples."""

    offsets: Column
    """One more than there are items: item `i` has rows ``offsets[i]`` to ``offsets[i + 1]``."""
    patterns: Column
    """Which pattern it is, counted from 0."""
    starts: Column
    """Where the match begins in its item."""
    stops: Column
    """Where it has ended."""
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
    """Which choice is the most similar."""

    choice: int
    """Where among the choices it stands."""
    similarity: float


class Patterns(Protocol):
    """Literal patterns, ready to be searched for."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def find_all(self, items: Strings, /) -> Matches:
        """Find all matches in each item."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def replace_all(
        self, items: Strings, replacements: str | Iterable[str], /
    ) -> list[str | ItemError]:
        """Replace every match: by the one string, or by that of its pattern.

        Raises `ValueError` if there are not as many replacements as patterns.
        """

    @operation(effect=Effect.READS, raises=())
    def __len__(self) -> int:
        """Return the number of patterns."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return class and number of patterns."""


class Regex(Protocol):
    """A regular expression, ready to be searched for."""

    @property
    def pattern(self) -> str:
        """The expression it was made from."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def find_all(self, items: Strings, /) -> Spans:
        """Find all matches in each item, each where the one before it ended or later."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def search(self, items: Strings, /) -> list[tuple[int, int] | ItemError | None]:
        """Find the first match in each item, or None."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return class and expression."""


class Text(Protocol):
    """Operations on batches of strings."""

    @property
    def workers(self) -> int:
        """How many threads one call may use."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def normalize(self, items: Strings, form: Form, /) -> list[str | ItemError]:
        """Return each item in a Unicode normalization form."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def casefold(self, items: Strings, /) -> list[str | ItemError]:
        """Return each item folded for caseless matching, as `str.casefold` does."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def words(self, items: Strings, /) -> Spans:
        """Find the words of each item."""

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def count_words(self, items: Strings, /) -> dict[str, int]:
        """Count the words of all items together; the first one seen comes first.

        What is no `str` among the items has no words.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def patterns(self, patterns: Iterable[Annotated[str, MinLen(1)]], /) -> Patterns:
        """Make literal patterns ready, none of them empty."""

    @operation(effect=Effect.PURE, raises=(TypeError, PatternError))
    def regex(self, pattern: Annotated[str, MinLen(1), MaxLen(MAX_PATTERN)], /) -> Regex:
        """Make a regular expression ready; raises `PatternError` for what the dialect has not."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def levenshtein(self, lefts: Strings, rights: Strings, /) -> list[int | ItemError]:
        """Return how many characters must be put in, left out or changed, pair by pair.

        Raises `ValueError` if there are not as many of one as of the other; so do the next two.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def jaro_winkler(self, lefts: Strings, rights: Strings, /) -> list[float | ItemError]:
        """Return the similarity of Jaro and Winkler, pair by pair.

        Characters match that are equal and at most ``max(max(a, b) // 2 - 1, 0)`` places apart, a
        and b being the lengths; in order, each of the left takes the first one of the right that is
        still free. With m matches, of which t stand in another order (half of those that differ,
        rounded down), Jaro's similarity is ``(m / a + m / b + (m - t) / m) / 3``, and 0.0 without a
        match. Where it is above 0.7, ``p * 0.1 * (1.0 - jaro)`` is added, p being the
        length of the common prefix, at most 4.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def token_set(self, lefts: Strings, rights: Strings, /) -> list[float | ItemError]:
        """Return how similar the sets of words are, pair by pair.

        The tokens are what `str.split` gives; each set is in the order of its code points and
        joined with a space. With c the tokens in both, a and b those in the left or right alone:
        where c is not empty and a or b is, 1.0. Otherwise the largest of: the similarity of c + a
        and c + b, and, with c not empty, those of c with c + a and c with c + b. This similarity is
        ``(n - d) / n`` for the n characters of both and the d that must be put in or left out. It
        is 0.0 where one side has no tokens, but 1.0 where neither has.
        """

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def similarity_matrix(
        self, queries: Strings, choices: Strings, measure: Measure = "levenshtein", /
    ) -> list[Sequence[float] | ItemError]:
        """Return for each query an `array.array` of type ``d``: its similarity to each choice.

        Every choice has to be a `str`.
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
        """Return for each query the first of the most similar choices.

        None where no choice has a similarity of at least `cutoff`. Every choice has to be a `str`.
        """

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return class and settings."""


class TextFactory(Protocol):
    """How a text component is made."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def __call__(self, *, workers: Annotated[int, Ge(1), Le(MAX_WORKERS)] = 1) -> Text:
        """Make one.

        Args:
            workers: how many threads one call may use, from 1 to `MAX_WORKERS`.

        Raises:
            TypeError: `workers` is no int (bool is not a number here).
            ValueError: it is out of its range.
        """
