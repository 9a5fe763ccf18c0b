r"""What is drawn from the strategies of a contract, as the expressions of a script.

A value is written as a literal, or as the call that builds it. One that has no such expression is
drawn again, for each side by itself, from the choices that its expression names:
``drawn('Parser.parse.source', b'\x03')``.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import UsageError
from agent.porting.compare.comparison import Comparison
from agent.porting.script.literals import Unwritable, Writer
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.sampler import Sampler, simpler_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Choice", "Draws", "redrawn_in"]

_WIDEST = 4_000
"""Characters of a literal; what is longer is drawn again."""

_REDRAWN = re.compile(r"\bdrawn\('([^']+)'")


class Choice(NamedTuple):
    """What decides a value: a strategy, by its name, and the bytes that it reads."""

    name: str
    row: bytes

    def __str__(self) -> str:
        return f"drawn({self.name!r}, {self.row!r})"


class Draws:
    """The strategies of a contract by name, and the expressions of what they gave.

    Args:
        classes: the classes that scripts know by name.
    """

    def __init__(self, classes: Mapping[str, type] | None = None) -> None:
        names = {} if classes is None else dict(classes)
        known = {cls: name for name, cls in names.items()}
        self._writer = Writer(names=known, widest=_WIDEST, redact=False)
        self.names: dict[str, Any] = words(Journal()) | names | {"drawn": self.draw}
        """What expressions of draws may name."""
        self._samplers: dict[str, Sampler] = {}
        self._texts: dict[Choice, str | None] = {}
        self._choices: dict[str, Choice] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._samplers

    def add(self, name: str, source: Any, place: str) -> None:
        """Name a strategy, or a function that returns one; `place` is what errors call it."""
        self._samplers[name] = Sampler(source, place)

    def draw(self, name: str, row: bytes = b"") -> Any:
        """Return the value that `row` decides, made afresh: what ``drawn`` does in a script.

        Raises `UsageError` for an unknown name and for a row that decides none, as may be after a
        change of the strategy or of Hypothesis.
        """
        if name not in self._samplers:
            known = ", ".join(self._samplers) or "none"
            message = f"no strategy is called {name!r} here: there are {known}"
            raise UsageError(message)
        drawn = self._samplers[name].draw(row)
        if drawn is None:
            message = f"the strategy {name} gives nothing for {row!r} any more"
            raise UsageError(message)
        return drawn[0]

    def text(self, name: str, row: bytes) -> str | None:
        """Return the expression of what `row` decides, or None if it decides nothing."""
        asked = Choice(name, row)
        if asked not in self._texts:
            self._texts[asked] = self._text(asked)
        return self._texts[asked]

    def _text(self, asked: Choice) -> str | None:
        drawn = self._samplers[asked.name].draw(asked.row)
        if drawn is None:
            return None
        value, row = drawn
        choice = Choice(asked.name, row)
        text = self._written(value) or str(choice)
        self._choices.setdefault(ast.unparse(ast.parse(text, mode="eval")), choice)
        return text

    def _written(self, value: Any) -> str | None:
        """Write `value`, if that makes an identical one again."""
        try:
            text = self._writer.write(value)
            # Marks that are replaced in drawn scripts are no ASCII, but for one.
            text = text.encode("ascii", "backslashreplace").decode()
            text = text.replace("{reenter}", "\\x7breenter}")
            again = eval(text, dict(self.names))  # noqa: S307  # our own
        except (Unwritable, RecursionError):
            return None
        except Exception:  # noqa: BLE001  # a constructor that refuses what it once accepted
            return None
        return text if Comparison().first("value", value, again) is None else None

    def simpler(self, text: str) -> Iterator[str] | None:
        """Return simpler draws of the strategy that gave `text`; None if none did.

        `text` is written as `ast.unparse` does.
        """
        choice = self._choices.get(text)
        return None if choice is None else self._simpler(choice)

    def _simpler(self, choice: Choice) -> Iterator[str]:
        for row in simpler_rows(choice.row):
            text = self.text(choice.name, row)
            if text is not None:
                yield text

    def found_in(self, lines: Iterable[str]) -> list[Choice]:
        """Return what decided the values of draws in a script, so that others can learn it."""
        if not self._choices:
            return []
        nodes = (node for line in lines for node in ast.walk(ast.parse(line)))
        texts = dict.fromkeys(ast.unparse(node) for node in nodes if isinstance(node, ast.expr))
        return [self._choices[text] for text in texts if text in self._choices]

    def learn(self, choices: Iterable[Choice]) -> None:
        """Take note of what was drawn in another process."""
        for choice in choices:
            if choice.name in self._samplers:
                self.text(*choice)


def redrawn_in(lines: Iterable[str]) -> Counter[str]:
    """Count the arguments in `lines` that are drawn again, by the name of their strategy."""
    return Counter(name for line in lines if "drawn(" in line for name in _REDRAWN.findall(line))
