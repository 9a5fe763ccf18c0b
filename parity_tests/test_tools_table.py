"""The table of tools: templates, their arguments and what is refused, on each side."""

from __future__ import annotations

from typing import Any

import pytest

from agent.components.tools.errors import ArgumentMismatch, DuplicateTool, ToolTimeout, UnknownTool
from parity_tests.tooling import programs

pytestmark = programs


@pytest.mark.parametrize(
    ("template", "arguments", "expected"),
    [
        (["{a}"], {"a": "b c; $HOME `id`"}, ["b c; $HOME `id`"]),
        (["{a}{b:int}{a}", "{{}}", "x}}{{y"], {"a": "", "b": -7}, ["-7", "{}", "x}{y"]),
        (["-n{a}", "--b={c}"], {"a": "-1", "c": "-d"}, ["-n-1", "--b=-d"]),
        (["--", "{a}", "{b:path}"], {"a": "-x", "b": "-y"}, ["--", "-x", "-y"]),
        (["{a:path}", "x{a:path}"], {"a": "-y"}, ["./-y", "x-y"]),
        (["{a:int}", "{b:int}"], {"a": 2**63 - 1, "b": -(2**63)}, [str(2**63 - 1), str(-(2**63))]),
        (["{a_1:text}", "{a_1}"], {"a_1": "ö\n"}, ["ö\n", "ö\n"]),
        ([], {}, []),
    ],
)
def test_arguments_are_put_into_the_template(
    tools: Any, child: str, template: list[str], arguments: dict[str, Any], expected: list[str]
) -> None:
    tools.define("say", [child, "echo", *template])
    told = tools.call("say", arguments).stdout.decode()
    assert told == "".join(f"{each}." for each in expected)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (["{"], r"argv\[1\] has a brace that begins or ends no placeholder"),
        (["}"], r"argv\[1\] has a brace"),
        (["a", "{a"], r"argv\[2\] has a brace"),
        (["{}"], r"argv\[1\] has a brace"),
        (["{A}"], r"argv\[1\] has a brace"),
        (["{1}"], r"argv\[1\] has a brace"),
        (["{a:float}"], r"argv\[1\] has a brace"),
        (["{a:}"], r"argv\[1\] has a brace"),
        (["{a }"], r"argv\[1\] has a brace"),
        (["{ö}"], r"argv\[1\] has a brace"),
        (["{{a}"], r"argv\[1\] has a brace"),
        (["{a}", "{a:int}"], r"argv\[2\] has a of another kind than before"),
    ],
)
def test_a_template_that_is_none_is_refused(tools: Any, template: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        tools.define("say", ["echo", *template])
    assert tools.names() == []


def test_the_program_is_no_argument(tools: Any) -> None:
    with pytest.raises(ValueError, match=r"argv\[0\] must not have a placeholder"):
        tools.define("say", ["a{b}"])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ArgumentMismatch, "say lacks the argument a"),
        ({"a": "", "b": 1, "d": 1}, ArgumentMismatch, "say has no argument d"),
        ({"a": "", "b": 1, "D e": 1}, ArgumentMismatch, "say has no argument 'D e'"),
        ({"a": "", 5: 1}, ArgumentMismatch, "say has no argument 5"),
        ({"a": "", "b": "1", "c": "x"}, TypeError, "b must be an int, not str"),
        ({"a": "", "b": True, "c": "x"}, TypeError, "b must be an int, not bool"),
        ({"a": "", "b": 2**63, "c": "x"}, ValueError, f"b must be from {-(2**63)} to {2**63 - 1}"),
        ({"a": 1, "b": 1, "c": "x"}, TypeError, "a must be a str, not int"),
        ({"a": "\0", "b": 1, "c": "x"}, ValueError, "a must not hold a null character"),
        ({"a": "-x", "b": 1, "c": "x"}, ValueError, "a must not begin with -, as '-x'"),
        ({"a": "", "b": 1, "c": ""}, ValueError, "c must be a path, not ''"),
        ([], TypeError, "arguments must be a dict, not list"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    tools: Any, arguments: Any, error: type[Exception], message: str
) -> None:
    tools.define("say", ["true", "{a}", "{b:int}", "{c:path}"])
    with pytest.raises(error, match=message):
        tools.call("say", arguments)


@pytest.mark.parametrize("name", ["", "A", "1", "a-b", "a b", "é", "a\n"])
def test_a_name_that_is_none_is_refused(tools: Any, name: str) -> None:
    message = "name must be small letters, digits and _, a letter first, not"
    with pytest.raises(ValueError, match=message):
        tools.define(name, ["true"])
    with pytest.raises(ValueError, match=message):
        tools.call(name, {})


def test_names_are_taken_once_and_sorted(tools: Any) -> None:
    tools.define("b", ["true"])
    tools.define("a", ["true"])
    with pytest.raises(DuplicateTool, match="b is defined already"):
        tools.define("b", ["false"])
    assert tools.names() == ["a", "b"]
    assert tools.call("b", {}).returncode == 0
    with pytest.raises(UnknownTool, match="no tool is called c"):
        tools.call("c", {})


def test_a_tool_has_limits_of_its_own(tools: Any, child: str) -> None:
    tools.define("fill", [child, "fill", "{count:int}"], max_output=10)
    result = tools.call("fill", {"count": 100})
    assert (result.stdout, result.truncated) == (bytes(10), True)
    tools.define("wait", [child, "sleep"], timeout=0.2)
    with pytest.raises(ToolTimeout, match=r"child was killed after 0\.2 seconds"):
        tools.call("wait", {}, check=True)


def test_a_call_takes_what_a_run_takes(tools: Any, child: str) -> None:
    tools.define("cat", [child, "cat"])
    assert tools.call("cat", {}, input=b"a").stdout == b"a"
    tools.define("env", ["child", "env"])
    env = {"PATH": child.removesuffix("/child"), "A": "b"}
    assert b"A=b\n" in tools.call("env", {}, env=env).stdout
    tools.define("pwd", [child, "pwd"])
    assert tools.call("pwd", {}, cwd="/usr").stdout == b"/usr\n"
