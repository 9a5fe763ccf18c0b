"""Mutants: what is changed in Rust, where, and one text that holds all of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agent.errors import AgentError
from agent.porting.mutation.conditional import holds
from agent.porting.mutation.mutants import Mutant, Source, integer_constants, read_source
from agent.porting.mutation.schemata import render

if TYPE_CHECKING:
    from collections.abc import Iterable

LINUX = frozenset({"unix", 'target_os="linux"', 'feature="cache"'})


def source(text: str) -> Source:
    content = text.encode()
    return read_source("src/lib.rs", content, 1, LINUX, integer_constants(content))


def mutants(text: str) -> list[Mutant]:
    return list(source(text).mutants)


def after(text: str, *, body: bool = False) -> set[str]:
    """What the line that holds `text` becomes, without what replaces a whole body."""
    found = mutants(f"fn f() {{\n{text}\n}}")
    return {mutant.after for mutant in found if body or not mutant.after.startswith("return")}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("g(a + b)", ["g(a - b)"]),
        ("g(a - b)", ["g(a + b)"]),
        ("g(a * b)", ["g(a + b)"]),
        ("g(a / b)", ["g(a * b)"]),
        ("g(a % b)", ["g(a / b)"]),
        ("g(a << b)", ["g(a >> b)"]),
        ("g(a & b)", ["g(a | b)"]),
        ("g(a | b)", ["g(a & b)"]),
        ("g(a < b)", ["g(a <= b)", "g(a >= b)"]),
        ("g(a >= b)", ["g(a > b)", "g(a < b)"]),
        ("g(a == b)", ["g(a != b)"]),
        ("g(a != b)", ["g(a == b)"]),
        ("g(a && b)", ["g(a || b)"]),
        ("g(a || b)", ["g(a && b)"]),
        ("g(!a)", ["g(a)"]),
        ("g(-a)", ["g(a)"]),
        ("g(true)", ["g(false)"]),
        ("g(0)", ["g(1)"]),
        ("g(7_u8)", ["g(8u8)", "g(6u8)"]),
        ("g(0x1F)", ["g(32)", "g(30)"]),
        ("g(0.5)", ["g((0.5 + 1.0))"]),
        ("g(a..b)", ["g(a..((b) + 1))"]),
        ("g(a..=b)", ["g(a..=((b) - 1))"]),
        ("g(Some(a))", ["g(None)"]),
        ("g(a.min(b))", ["g(a.max(b))"]),
        ("g(a.is_some())", ["g(a.is_none())"]),
        ("a += b;", ["a -= b;", ""]),
        ("a += 1;", ["a -= 1;", "a += 2;", ""]),
        ("g();", [""]),
        ("a = b;", [""]),
        ("return;", [""]),
        ("if g() { h() }", ["if !(g()) { h() }"]),
        ("if a && let Some(b) = c { h() }", ["if !(a) && let Some(b) = c { h() }"]),
        ("while a {}", ["while !(a) {}"]),
        ("match a { b if c => d, _ => e }", ["match a { b if !(c) => d, _ => e }"]),
    ],
)
def test_each_operator_has_its_changes(text: str, changed: list[str]) -> None:
    assert after(text) == set(changed)


@pytest.mark.parametrize(
    ("returned", "values"),
    [
        ("", ["()"]),
        ("-> bool", ["true", "false"]),
        ("-> u64", ["0", "1"]),
        ("-> f64", ["0.0", "1.0"]),
        ("-> String", ["String::new()"]),
        ("-> &'static str", ['""']),
        ("-> Option<Slot>", ["None"]),
        ("-> Vec<u8>", ["Vec::new()"]),
        ("-> PyResult<bool>", ["Ok(true)", "Ok(false)"]),
        ("-> io::Result<()>", ["Ok(())"]),
        ("-> Slot", []),
    ],
)
def test_a_body_is_replaced_by_what_its_type_allows(returned: str, values: list[str]) -> None:
    found = [mutant.what for mutant in mutants(f"fn f() {returned} {{ g() }}")]
    assert found == [f"return `{value}` at once" for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "let (0, [1, ..]) = a;",
        "if let Some(1..=3) = a { }",
        'println!("{}", 1 + 2);',
        "let a: [u8; 4] = g::<3>(b.0);",
        "const A: usize = 1 + 2;",
        "#[cfg(test)] g(1);",
        '#[cfg(not(target_os = "linux"))] g(1);',
        "Vec::with_capacity(1 + 2)",
        "a.reserve(2 * b.min(3));",
        "if a < 1 { b.reserve(1); }",
    ],
)  # fmt: skip
def test_nothing_is_changed_where_it_would_prove_nothing(text: str) -> None:
    assert not {each for each in after(text) if re.search("[0-9]", each)}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a.try_reserve(b);", True),
        ("a.try_reserve_exact(b)?;", True),
        ("a.try_reserve(b).map_err(c)?;", True),
        ("a.try_push(b)?;", False),
        ("a.parse().map_err(c)?;", False),
    ],
)
def test_statements_that_only_set_room_aside_are_not_dropped(text: str, *, left: bool) -> None:
    dropped = [each.what for each in mutants(f"fn f() {{\n{text}\n}}") if not each.after]
    assert dropped == ([] if left else ["drop the statement"])


@pytest.mark.parametrize(
    "text",
    [
        "#[cfg(test)] mod tests { fn f() { g(1) } }",
        "#[test] fn f() { g(1) }",
        "impl F { fn reserve(&mut self) -> bool { if self.a < 1 { self.b.grow(1); } true } }",
        "const fn f() -> usize { 1 }",
        '#[cfg(feature = "bench")] fn f() { g(1) }',
        "static A: u8 = 1; struct B([u8; 3]); enum C { D = 1 } type E = [u8; 2];",
        '#![cfg(feature = "bench")] fn f() { g(1) }',
    ],
)
def test_what_is_not_run_has_no_mutants(text: str) -> None:
    assert mutants(text) == []


def test_modules_that_are_not_compiled_are_named() -> None:
    assert source('#[cfg(feature = "bench")] mod replay; mod other;').absent == ["replay"]


def test_integer_constants_are_changed_where_they_are_used() -> None:
    text = 'const MOST: u32 = 1 << 31; const NAME: &str = "a"; fn f() { g(MOST, NAME); }'
    assert {mutant.what for mutant in mutants(text)} >= {
        "`MOST` becomes 1 more",
        "`MOST` becomes 1 less",
    }
    assert not [mutant for mutant in mutants(text) if "NAME` becomes" in mutant.what]


def test_a_mutant_says_where_it_is() -> None:
    text = "impl<V> Cache<V> {\n    fn len(&self) -> usize {\n        self.n + 1\n    }\n}\n"
    _, _, third, *_ = mutants(text)
    assert (third.line, third.function, third.what) == (3, "Cache::len", "`+` becomes `-`")
    assert (third.before, third.after) == ("self.n + 1", "self.n - 1")


def test_the_same_change_twice_is_distinguished_whatever_the_lines_above() -> None:
    text = "fn f() { g(1); g(1) }"
    found = mutants(text)
    moved = mutants(f"// a comment\n\n{text}")
    assert len({mutant.identity for mutant in found}) == len(found)
    assert [mutant.identity for mutant in moved] == [mutant.identity for mutant in found]


NESTED = """
fn f(a: &[u32], limit: u32) -> bool {
    let mut total = 0; // keep me
    for &each in a {
        if each < limit && each != 7 {
            total += each * 2 + 1;
        }
    }
    total >= limit
}
"""


def active(text: str, number: int) -> str:
    """What a rendered text comes to when the switch says `number`."""
    pattern = re.compile(r"if ::agent_mutation_switch::on\((\d+)\) \{")
    while (found := pattern.search(text)) is not None:
        first, end = block(text, found.end() - 1)
        rest = re.compile(r"\s*else ").match(text, end)
        chosen, stop = (first, end) if int(found[1]) == number else ("", end)
        if rest is not None:
            tail = rest.end()
            other_end = tail
            while text.startswith("if ::agent", other_end):
                _, other_end = block(text, text.index("{", other_end))
                other_end += len(" else ")
            _, other_end = block(text, text.index("{", other_end))
            if int(found[1]) != number:
                chosen = text[tail:other_end]
                if chosen.startswith("{"):
                    chosen = block(chosen, 0)[0]
            stop = other_end
        text = text[: found.start()] + chosen + text[stop:]
    return text


def block(text: str, start: int) -> tuple[str, int]:
    """The inside of the block that opens at `start`, and where it ends."""
    depth = 0
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return text[start + 1 : index].strip(), index + 1
    raise AssertionError(text)


def plain(text: str) -> str:
    return re.sub(r"[\s()]", "", text)


def test_the_text_with_all_mutants_is_the_original_when_none_is_chosen() -> None:
    assert plain(active(render(source(NESTED)).content.decode(), 0)) == plain(NESTED)


def test_each_mutant_differs_from_the_original_in_its_own_place_alone() -> None:
    rendered = render(source(NESTED)).content.decode()
    texts = {mutant.number: active(rendered, mutant.number) for mutant in mutants(NESTED)}
    assert len({plain(text) for text in texts.values()} | {plain(NESTED)}) == len(texts) + 1


def test_the_text_parses_again() -> None:
    import tree_sitter_rust  # noqa: PLC0415  # as the framework does
    from tree_sitter import Language, Parser  # noqa: PLC0415

    rendering = render(source(NESTED))
    tree = Parser(Language(tree_sitter_rust.language())).parse(rendering.content)
    assert not tree.root_node.has_error


def test_the_length_grows_with_depth_alone() -> None:
    deep = "fn f() { g(" + " + ".join(["a"] * 60) + ") }"
    assert len(render(source(deep)).content) < 60 * 80 * 5


def numbers(found: Iterable[Mutant], what: str) -> set[int]:
    return {mutant.number for mutant in found if mutant.what == what}


class TestBlame:
    """Which mutants an error of the compiler is about."""

    def test_an_error_in_a_branch_is_that_mutants(self) -> None:
        rendering = render(source(NESTED))
        for branch in rendering.branches:
            assert rendering.blamed([(branch.start, branch.end)]) == set(branch.mutants)

    def test_an_error_about_a_choice_is_all_its_mutants(self) -> None:
        rendering = render(source("fn f() { g(a < b) }"))
        wrap = next(wrap for wrap in rendering.wraps if len(wrap.mutants) == 2)
        assert rendering.blamed([(wrap.start, wrap.end)]) == set(wrap.mutants)

    def test_an_error_around_is_rather_a_statements(self) -> None:
        text = "fn f() { if a { drop(b); return; } g(b, 1) }"
        found = source(text)
        rendering = render(found)
        start = rendering.content.index(b"drop")
        end = rendering.content.index(b"g(b") + 1
        blamed = rendering.blamed([(end - 1, end), (start + 5, start + 6)])
        assert blamed == numbers(found.mutants, "drop the statement") & blamed
        assert blamed

    def test_an_error_elsewhere_belongs_to_no_mutant(self) -> None:
        rendering = render(source("fn f() { g(1) }\nfn h() {}"))
        end = len(rendering.content)
        assert rendering.blamed([(end - 2, end - 1)]) == set()
        assert rendering.blamed([]) == set()

    def test_what_is_left_out_is_not_in_the_text(self) -> None:
        found = source("fn f() { g(1) }")
        everything = {mutant.number for mutant in found.mutants}
        assert render(found, everything).content == found.content


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("unix", True),
        ("windows", False),
        ("true", True),
        ('feature = "cache"', True),
        ('feature = "bench"', False),
        ("not(windows)", True),
        ('all(unix, target_os = "linux")', True),
        ("all(unix, windows)", False),
        ("any(windows, not(test))", True),
        ("all()", True),
        ("any()", False),
    ],
)
def test_conditional_compilation_is_read(predicate: str, *, expected: bool) -> None:
    assert holds(predicate, LINUX) is expected


def test_conditions_that_are_not_understood_are_refused() -> None:
    with pytest.raises(AgentError, match="not understood"):
        holds("unix windows", LINUX)
