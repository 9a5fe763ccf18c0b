"""The frame of a class in Rust: what belongs to the class is left to Python."""

from __future__ import annotations

from agent.porting.infer.inferred import infer
from agent.porting.scaffold.classes import class_file
from agent.porting.scaffold.target import Layout, Target
from tests.conftest import ROOT


class Span:
    """A first and a last number."""

    def __init__(self, first: int, last: int) -> None:
        self._first = first
        self._last = last

    @classmethod
    def of_one(cls, number: int) -> Span:
        """Return the span of one number."""
        return cls(number, number)

    @staticmethod
    def widest() -> int:
        """Return how wide one may be."""
        return 10

    def width(self) -> int:
        """Return how many numbers there are."""
        return self._last - self._first + 1


def test_what_belongs_to_the_class_is_left_to_python() -> None:
    layout = Layout(ROOT, ".", "tests", {})
    target = Target(f"{__name__}:Span", Span, "tests/test_frame.py", layout)
    text, remarks = class_file("span", target, infer("Span", Span, Span).contract(), guarded=True)

    assert "fn width" in text
    assert "of_one" not in text
    assert "widest" not in text
    belongs = "belongs to the class, so Python serves it until you write it as"
    assert remarks == [
        f"Span.of_one: {belongs} #[classmethod]",
        f"Span.widest: {belongs} #[staticmethod]",
    ]
