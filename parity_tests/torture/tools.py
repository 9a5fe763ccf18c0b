"""What hostile runs do with tools."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from agent.components.tools.errors import DuplicateTool
from tests.torture.subject import Calls, Operation, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SUBJECT"]


def _running(*argv: str, **settings: Any) -> Callable[[Any, int], object]:
    return lambda tools, number: tools.run([*argv, str(number)], **settings)


def _holds(tools: Any) -> None:
    result = tools.run(["/bin/echo", "a"])
    assert (result.returncode, result.stdout, result.stderr) == (0, b"a\n", b""), result


def _prepare(tools_class: Any, calls: Calls) -> Any:
    return tools_class()


def _define(tools: Any, number: int) -> None:
    with suppress(DuplicateTool):
        tools.define(f"tool{number}", ["/bin/echo", "{text}"])


SUBJECT = Subject(
    prepare=_prepare,
    operations=(
        Operation("define", _define),
        Operation("run", _running("/bin/echo"), atomic=False),
        Operation(
            "run with input", lambda tools, number: tools.run(["/bin/cat"], input=b"a" * number),
            atomic=False,
        ),
    ),
    holds=_holds,
)  # fmt: skip
