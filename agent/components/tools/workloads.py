"""The tools' workloads: one table that every harness reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.benchmark.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["WORKLOADS"]

_WORLD = "agent.components.tools.world:Programs"
_LARGE = 64 << 20


class _State:
    """Tools, and a program that they run again and again."""

    def __init__(self, tools: Any, argv: Sequence[str], settings: dict[str, Any]) -> None:
        self.call: Callable[[], Any] = partial(tools.run, argv, **settings)


def _run(state: _State, times: int) -> None:
    for _ in range(times):
        state.call()


def _answer(state: _State) -> tuple[Any, ...]:
    result = state.call()
    kept = len(result.stdout), len(result.stderr)
    return result.returncode, *kept, result.timed_out, result.truncated, result.held


def _workload(
    name: str, about: str, argv: Sequence[str], expected: tuple[Any, ...], **settings: Any
) -> Workload:
    def prepare(given: Sequence[str], make: Callable[[], Any], _: Any) -> _State:
        state = _State(make(), given, settings)
        _run(state, 1)
        return state

    return Workload(
        name=name,
        about=about,
        size=1,
        calls=1,
        entries=0,
        expected=expected,
        draw=lambda: argv,
        prepare=prepare,
        run=_run,
        answer=_answer,
        world=_WORLD,
    )


WORKLOADS = (
    _workload("true", "a program that does nothing", ["/bin/true"], (0, 0, 0, False, False, False)),
    _workload("found", "the same, found in PATH", ["true"], (0, 0, 0, False, False, False)),
    _workload(
        "echo", "1,000 bytes to a program and back", ["/bin/cat"],
        (0, 1000, 0, False, False, False), input=b"a" * 1000,
    ),
    _workload(
        "capture", "64 MiB of output", ["/usr/bin/head", "-c", str(_LARGE), "/dev/zero"],
        (0, _LARGE, 0, False, False, False), max_output=_LARGE,
    ),
    _workload(
        "truncate", "64 MiB of output, 1 MiB of which is kept",
        ["/usr/bin/head", "-c", str(_LARGE), "/dev/zero"],
        (0, 1 << 20, 0, False, True, False), max_output=1 << 20,
    ),
)  # fmt: skip
"""What the tools are measured on, in the order of reports."""
