"""Asynchronous operations act on a world, and are cancelled at its steps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Literal, Protocol

from agent.porting.check.executor import Disagreement, Pair
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, Given, operation
from agent.porting.worlds.tcp_server import TcpServer  # noqa: F401  # the world of the contract


class Ask(Protocol):
    """Asks a server for a line."""

    @operation(effect=Effect.EXTERNAL)
    async def __call__(
        self, port: Annotated[int, Given("port")], line: Literal[b"a\n", b"b\n"]
    ) -> bytes: ...


ASK = replace(read_contract(Ask), world="agent.porting.worlds.tcp_server:TcpServer")


async def ask(port: int, line: bytes) -> bytes:
    """Ask with the streams of asyncio, and close the connection whatever happens."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(line)
        return await reader.readline()
    finally:
        writer.close()


async def ask_twin(port: int, line: bytes) -> bytes:
    """Do the same in a task of its own."""
    return await asyncio.ensure_future(ask(port, line))


async def swallow(port: int, line: bytes) -> bytes:
    """Wrong: a cancellation gives an empty line."""
    try:
        return await ask(port, line)
    except asyncio.CancelledError:
        return b""


LINES = [
    "world.reply(b'ok\\n')",
    "await ask(port, b'a\\n')",
    "world.reply_in_pieces(b'ok\\n', 20)",
    "task = start(ask(port, b'b\\n'))",
    "turns(1)",
    "cancel(task)",
    "await task",
]


def _found(rust: object) -> str | None:
    with Pair(ASK, ask, rust) as pair:
        for line in LINES:
            try:
                pair.run(line)
            except Disagreement as found:
                return str(found)
    return None


def test_a_world_is_asked_by_both_sides() -> None:
    assert _found(ask_twin) is None


def test_a_cancellation_that_is_swallowed_is_shown() -> None:
    found = _found(swallow)
    assert found is not None
    assert found.startswith("await task")
