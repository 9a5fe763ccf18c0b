"""What must not be read is changed or dropped before a shadow notes anything of a call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.errors import ContractError
from agent.porting.contract.terms import Effect, operation
from agent.porting.project.table import Component, load_table
from agent.porting.shadow import shadowed
from agent.porting.shadow.reporter import finish_all
from tests.shadowing import shadows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shadowing import Shadows

__all__ = ["shadows"]

HERE = "tests.test_shadow_redaction"


class Login(Protocol):
    """A function that takes a secret."""

    @operation(effect=Effect.PURE)
    def __call__(self, user: str, password: str) -> int: ...


def login(user: str, password: str) -> int:
    """Return how long both are."""
    return len(user + password)


def login_rust(user: str, password: str) -> int:
    """Return something else."""
    return len(user) - len(password)


def test_a_string_whose_name_says_that_it_is_secret_is_never_noted(shadows: Shadows) -> None:
    row = Component(
        name="login", contract=f"{HERE}:Login", python=f"{HERE}:login", rust=f"{HERE}:login_rust",
        stage="shadow",
    )  # fmt: skip
    assert shadowed(row, login, login_rust)("ann", "sesame") == 9
    finish_all()
    (found,) = shadows.ledger.mismatches("login")
    assert found.line == "login('ann', 'redacted')"
    assert b"sesame" not in shadows.ledger.path.read_bytes()


def hide(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep no text."""
    return {**arguments, "text": f"a text for {operation}"}


def drop(operation: str, arguments: dict[str, Any]) -> None:
    """Keep nothing."""


def fail(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(arguments["text"])


@pytest.mark.parametrize(
    ("hook", "line", "script"),
    [
        ("hide", "slug('a text for __call__')", ["slug('a text for __call__')"]),
        ("drop", "__call__(…), with arguments redacted", []),
        ("fail", "__call__(…), with arguments the redaction hook failed with ValueError", []),
    ],
)
def test_a_hook_decides_what_is_noted(
    shadows: Shadows, caplog: pytest.LogCaptureFixture, hook: str, line: str, script: list[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        assert shadows("slug", redact=f"{HERE}:{hook}")("wrong") == "wrong"
    (found,) = shadows.ledger.mismatches("slug")
    assert (found.line, list(found.script)) == (line, script)
    assert (found.python, found.rust) == ("(redacted)", "(redacted)")
    assert "wrong" not in caplog.text
    assert line in caplog.text
    assert b"wrong" not in shadows.ledger.path.read_bytes()


def test_the_calls_before_are_redacted_too(shadows: Shadows) -> None:
    stack = shadows("stack", redact=f"{HERE}:double")([4, 5])
    for value in (1, 13):
        stack.push(value)
    stack.pop()
    (found,) = shadows.ledger.mismatches("stack")
    assert [line for line in found.script if "push" in line] == ["stack.push(2)", "stack.push(26)"]


def double(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep twice the number."""
    return {
        name: value * 2 if isinstance(value, int) else value for name, value in arguments.items()
    }


def test_a_hook_is_a_reference(tmp_path: Path) -> None:
    path = tmp_path / "components.toml"
    path.write_text(
        '[components.slug]\ncontract = "a:B"\npython = "a:C"\nrust = "a:D"\nstage = "shadow"\n'
        "shadow.redact = 3\n",
        encoding="utf-8",
    )
    with pytest.raises(ContractError, match=r"shadow: redact 3 is not a reference"):
        load_table(path)
