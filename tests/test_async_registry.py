"""A coroutine function stays one for its importers, whichever side runs."""

from __future__ import annotations

import asyncio
import inspect
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
[components.double]
contract = "asyncpkg.contract:Double"
python = "asyncpkg.numbers:double"
rust = "asyncpkg.rust:double"
stage = "{stage}"
partial = {partial}
verify = {verify}
"""

CONTRACT = """\
from typing import Protocol
from agent.porting.contract.terms import Effect, operation

class Double(Protocol):
    @operation(effect=Effect.PURE)
    async def __call__(self, value: int) -> int: ...
"""

NUMBERS = """\
from asyncpkg import registry

@registry.port("double")
async def double(value):
    "Return twice a number."
    return value * 2
"""

RUST = """\
from asyncio import get_running_loop

def double(value):  # as a compiled function: it returns a future
    future = get_running_loop().create_future()
    future.set_result(value * 2)
    return future
"""

INIT = """\
from agent.porting.registry.registry import Registry

registry = Registry.of_package("asyncpkg", "ASYNCPKG_IMPL")
"""


@pytest.mark.parametrize(
    ("stage", "partial", "verify"),
    [
        ("python", "false", 0.0),
        ("shadow", "false", 0.0),
        ("rust", "false", 0.0),
        ("rust", "true", 0.0),
        ("rust", "false", 1.0),
        ("rust", "true", 1.0),
    ],
)
def test_it_is_a_coroutine_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, partial: str, verify: float
) -> None:
    package = tmp_path / "asyncpkg"
    package.mkdir()
    table = TABLE.format(stage=stage, partial=partial, verify=verify)
    files = {
        "components.toml": table, "contract.py": CONTRACT, "numbers.py": NUMBERS, "rust.py": RUST,
        "__init__.py": INIT,
    }  # fmt: skip
    for name, text in files.items():
        (package / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("ASYNCPKG_LEDGER", str(tmp_path / "ledger.sqlite"))
    for name in ("asyncpkg", "asyncpkg.numbers", "asyncpkg.rust", "asyncpkg.contract"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    double = import_module("asyncpkg.numbers").double

    async def main() -> list[Any]:
        task = asyncio.create_task(double(2))
        return [await task, *await asyncio.gather(double(3), double(value=4))]

    assert inspect.iscoroutinefunction(double)
    assert (double.__name__, double.__module__) == ("double", "asyncpkg.numbers")
    assert asyncio.run(main()) == [4, 6, 8]
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        double()
