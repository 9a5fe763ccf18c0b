"""What the command says: results on standard output, sentences on standard error.

What a file, a build or a program says may be in it, and is escaped.
"""

from __future__ import annotations

import sys

__all__ = ["say", "tell"]


def say(text: str, *, end: str = "\n") -> None:
    """Print a result."""
    print(_shown(text), end=end)


def tell(message: str) -> None:
    """Print a sentence for the person who waits."""
    print(f"agent: {_shown(message)}", file=sys.stderr, flush=True)


def _shown(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    from agent.porting.report.printable import printable  # noqa: PLC0415  # only where needed

    return printable(text)
