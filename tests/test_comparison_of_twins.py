"""Twins, and classes of one name in two modules, are compared by what they hold and show."""

from __future__ import annotations

from enum import Enum
from typing import Any

from agent.porting.compare.comparison import Comparison


def test_a_part_not_met_yet_is_named_briefly_too() -> None:
    class Left:
        """The reference."""

    class Right:
        """Its replacement."""

    said = [f"{prefix}Link is no iterator" for prefix in ("", f"{Right.__module__}.")]
    twins: Any = {Left: (Right, vars)}
    errors = TypeError(said[0]), TypeError(said[1])
    assert Comparison(twins).first("raised", *errors) is None
    assert Comparison().first("raised", *errors) is not None


def _enumeration(module: str, value: int = 1) -> Any:
    return Enum("Mode", {"SAFE": value}, module=module)


def test_members_of_enumerations_of_one_name_are_compared_by_name_and_value() -> None:
    comparison = Comparison(strangers=True)
    one, other, changed = (
        _enumeration(module, value) for module, value in (("a", 1), ("b", 1), ("c", 2))
    )
    assert comparison.first("result", one.SAFE, other.SAFE) is None
    found = Comparison(strangers=True).first("result", one.SAFE, changed.SAFE)
    assert found is not None
    assert found.where == "result._value_"


def test_the_words_in_which_the_stack_is_used_up_do_not_matter() -> None:
    used_up = "maximum recursion depth exceeded"
    left, right = RecursionError(used_up), RecursionError(f"{used_up} in comparison")
    assert Comparison().first("raised", left, right) is None
    assert Comparison().first("raised", left, RecursionError("nested too deeply")) is not None


def test_texts_may_name_the_modules_of_the_twins() -> None:
    one, other = (type("Span", (), {"__module__": module}) for module in ("spans.a", "spans.b"))
    comparison = Comparison({one: (other, vars)})
    texts = "spans.a.Span(1), spans.a.utc", "spans.b.Span(1), spans.b.utc"
    assert comparison.first("result", *texts) is None
    assert comparison.first("result", "spans.a.Span(1)", "spans.b.Span(2)") is not None
    assert comparison.first("result", "my.spans.a.x", "my.spans.b.x") is not None


def test_what_raises_when_it_is_printed_is_compared_by_that() -> None:
    def printing(said: str) -> Any:
        class Torn:
            def __repr__(self) -> str:
                raise ValueError(said)

        return Torn()

    comparison = Comparison(strangers=True)
    assert comparison.first("result", printing("torn"), printing("torn")) is None
    found = Comparison(strangers=True).first("result", printing("torn"), printing("whole"))
    assert found is not None
    assert found.where == "result.__repr__().args[0]"
