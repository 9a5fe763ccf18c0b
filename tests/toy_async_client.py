"""Asynchronous clients of a line protocol, right and wrong: what is cancelled in a world."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Annotated, Any, Literal, Protocol

from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, Given, operation


class Ask(Protocol):
    """Asks a server for a line."""

    @operation(effect=Effect.EXTERNAL)
    async def __call__(
        self, port: Annotated[int, Given("port")], line: Literal[b"a\n", b"bcde\n"]
    ) -> bytes: ...


ASK = replace(read_contract(Ask), world="agent.porting.worlds.tcp_server:TcpServer")

KEPT = ExitStack()
"""Connections that were left open."""


async def ask(port: int, line: bytes) -> bytes:
    """Ask with the streams of asyncio, and close the connection whatever happens."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(line)
        await writer.drain()
        return await reader.readline()
    finally:
        writer.close()


async def ask_again(port: int, line: bytes) -> bytes:
    """Do exactly the same."""
    return await ask(port, line)


async def ask_with_sockets(port: int, line: bytes) -> bytes:
    """Do the same in other turns of the loop: with a socket, and in a task of its own."""
    return await asyncio.ensure_future(_asked(port, line))


async def _asked(port: int, line: bytes) -> bytes:
    with closing(_socket()) as client:
        await _connected(client, port, line)
        return await _line(client)


async def swallow(port: int, line: bytes) -> bytes:
    """Wrong: a cancellation gives an empty line."""
    try:
        return await ask(port, line)
    except asyncio.CancelledError:
        return b""


async def leave_open(port: int, line: bytes) -> bytes:
    """Wrong: a connection stays open after a cancellation."""
    client = _socket()
    try:
        await _connected(client, port, line)
        received = await _line(client)
    except asyncio.CancelledError:
        KEPT.enter_context(client)
        raise
    except BaseException:
        client.close()
        raise
    client.close()
    return received


async def ask_in_a_thread(port: int, line: bytes) -> bytes:
    """Ask in a thread, which wakes the loop from outside."""
    return await asyncio.to_thread(_ask, port, line)


async def ask_and_block(port: int, line: bytes) -> bytes:
    """Ask without letting the loop run."""
    return _ask(port, line)


def _ask(port: int, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(line)
        with client.makefile("rb") as received:
            return received.readline()


def _socket() -> socket.socket:
    client = socket.socket()
    client.settimeout(0.0)
    return client


async def _connected(client: socket.socket, port: int, line: Any) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    if not isinstance(line, bytes):
        kind = type(line).__name__
        message = f"data argument must be a bytes-like object, not {kind!r}"
        raise TypeError(message)
    await loop.sock_sendall(client, line)


async def _line(client: socket.socket) -> bytes:
    received = b""
    while b"\n" not in received:
        piece = await asyncio.get_running_loop().sock_recv(client, 100)
        if not piece:
            break
        received += piece
    line, end, _ = received.partition(b"\n")
    return line + end
