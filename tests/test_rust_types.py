"""What `agent new` makes of annotations and defaults in Rust."""

from __future__ import annotations

from typing import Any

import pytest

from agent.porting.scaffold.types import Mapping, default_in_rust


@pytest.mark.parametrize(("default", "rust", "written"), [
    (5, "i64", "5"), (1 << 63, "i64", None), (True, "i64", None), (True, "bool", "true"),
    (1.5, "f64", "1.5"), (1e16, "f64", "1e+16"), (float("-inf"), "f64", "f64::NEG_INFINITY"),
    ('a"\\é\n', "&str", r'"a\"\\\u{e9}\u{a}"'), ("\ud800", "&str", None),
    (b"a", "&[u8]", "&[97][..]"), (None, "Option<i64>", "None"), (1, "Option<i64>", "Some(1)"),
    ((), "Box<[i64]>", "Box::default()"), ((1,), "Box<[i64]>", None), ([], "Vec<i64>", None),
])  # fmt: skip
def test_defaults_are_written_in_rust_where_they_can_be(
    default: Any, rust: str, written: str | None
) -> None:
    assert default_in_rust(default, rust) == written


@pytest.mark.parametrize(("annotation", "rust"), [
    (complex, "Bound<'py, PyAny>"), (frozenset[int], "Bound<'py, PyAny>"),
    (dict[float, int], "Bound<'py, PyAny>"), (set[Any], "Bound<'py, PyAny>"),
    (int | str, "Bound<'py, PyAny>"), (list[complex], "Vec<Bound<'py, PyAny>>"),
    (tuple[int, int, int, int, int], "Bound<'py, PyAny>"),
])  # fmt: skip
def test_what_has_no_type_in_rust_is_said(annotation: Any, rust: str) -> None:
    mapping = Mapping()
    assert mapping.taken(annotation, "f(a)") == rust
    (said,) = mapping.unmapped
    assert said.startswith("f(a): no type in Rust for ")
