"""Scripts are made shorter and simpler as long as they show what they showed."""

from __future__ import annotations

import pytest

from agent.porting.check.shrink import shrunk


def test_lines_that_do_not_matter_go() -> None:
    lines = [f"x{index} = {index}" for index in range(40)] + ["f(x7, x23)"]

    def shows(some: list[str]) -> bool:
        return {"x7 = 7", "x23 = 23", "f(x7, x23)"} <= set(some)

    assert shrunk(lines, shows) == ["x7 = 7", "x23 = 23", "f(x7, x23)"]


@pytest.mark.parametrize(
    ("line", "holds", "short"),
    [
        ("f('some long text with ß in it')", lambda text: "ß" in text, "f('ß')"),
        ("f([1, 2, 3, (4, -7)])", lambda text: "-" in text, None),
        ("f(12345678)", lambda text: int(text[2:-1] or 0) > 1000, None),
        ("f(a, key=1, other='b')", lambda text: "key" in text, "f(key=0)"),
        ("f({'a': 1, 'b': [2, 3]})", lambda text: "3" in text, "f(3)"),
        ("x[g('abc')] = [1, 2]", lambda text: "x[" in text and "g(" in text, "x[g()] = 0"),
        ("del x['long key']", lambda text: "x[" in text, "del x['']"),
        ("f(2 ** 64 + 1)", lambda text: "64" in text, "f(64)"),
    ],
)
def test_values_get_simpler(line: str, holds: object, short: str | None) -> None:
    assert callable(holds)
    got = shrunk([line], lambda some: bool(holds(some[-1])))
    assert len(got) == 1
    assert holds(got[0])
    if short is None:
        assert len(got[0]) < len(line)
    else:
        assert got == [short]


def test_what_nothing_shows_any_more_stays() -> None:
    assert shrunk(["a = 1", "f(a)"], lambda some: False) == ["a = 1", "f(a)"]
