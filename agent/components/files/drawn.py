"""What a check draws where any text would do, and most would find nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["drawn_expressions", "drawn_globs", "drawn_words"]


def drawn_globs() -> SearchStrategy[str]:
    """Draw globs, mostly of the names of the world."""
    from hypothesis import strategies as st  # noqa: PLC0415  # tools alone draw

    parts = (
        "a", "b", "sub", "c", "deep", "d", "*", "**", "?", "/", ".txt", "[a-d]", "[!a]", "[", "]",
        "[[:alpha:]]", "[]-]", "\\", "é", ".hidden", "***", "/**/", "**/", "/**",
    )  # fmt: skip
    return st.lists(st.sampled_from(parts), min_size=1, max_size=5).map("".join)


def drawn_expressions() -> SearchStrategy[str]:
    """Draw patterns of the dialect, and some that are almost of it."""
    from hypothesis import strategies as st  # noqa: PLC0415

    atoms = (
        "a", "b", "t", "ex", "é", ".", "\\d", "\\w", "\\s", "\\W", "\\S", "[a-f]", "[^a]",
        "[^\\s]", "\\.", "\\x00", "\\r", "[]a]", "[a-]", "[\\d_]",
    )  # fmt: skip
    marks = ("", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,3}", "{1,2}?")
    edges = ("^", "$", "\\b", "\\B", "|", "(", ")", "(?:", "(a|b)", "(?:t|)", "{", "]", "\\")
    piece = st.tuples(st.sampled_from(atoms), st.sampled_from(marks)).map("".join)
    return st.lists(piece | piece | piece | st.sampled_from(edges), max_size=6).map("".join)


def drawn_words() -> SearchStrategy[str]:
    """Draw texts that the world's files hold."""
    from hypothesis import strategies as st  # noqa: PLC0415

    return st.sampled_from(
        ("a", "text", "b", " ", "word", "\n", "é", "x\r", "aa", "line of", "B", "-")
    )
