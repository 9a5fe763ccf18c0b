"""A toy client of a line protocol, right and wrong: what is checked against a TCP server."""

from __future__ import annotations

import socket
from typing import Protocol
from weakref import finalize

from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect, operation

SERVER = "agent.porting.worlds.tcp_server:TcpServer"


class Client(Protocol):
    """Asks a server."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def ask(self, text: str) -> str:
        """Send a line over a connection of its own; return the line that is the answer."""


class MakesClient(Protocol):
    """How one is made."""

    def __call__(self, host: str, port: int) -> Client:
        """Make a client of the server at `port` of `host`."""


class Right:
    """As it should be."""

    def __init__(self, host: str, port: int) -> None:
        self._server = host, port

    def ask(self, text: str) -> str:
        """Send a line; return the line that is the answer."""
        line = str.encode(text, "utf-8", "replace").replace(b"\n", b" ") + b"\n"
        received = self._exchange(line)
        return received.partition(b"\n")[0].decode("utf-8", "replace")

    def _exchange(self, line: bytes) -> bytes:
        connection = socket.socket()
        try:
            connection.settimeout(5.0)
            connection.connect(self._server)
            connection.sendall(line)
            received = b""
            while b"\n" not in received:
                piece = connection.recv(1024)
                if not piece:
                    break
                received += piece
            return received
        finally:
            self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        connection.close()


class OneByteMore(Right):
    """Sends one byte more."""

    def _exchange(self, line: bytes) -> bytes:
        return super()._exchange(line + b"\0")


class DoesNotClose(Right):
    """Keeps its connections."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._kept: list[socket.socket] = []
        finalize(self, close_all, self._kept)

    def _end(self, connection: socket.socket) -> None:
        self._kept.append(connection)


def close_all(connections: list[socket.socket]) -> None:
    """Close what was kept open."""
    for connection in connections:
        connection.close()


class RetriesTwice(Right):
    """Asks again where the connection was reset."""

    def _exchange(self, line: bytes) -> bytes:
        for _ in range(2):
            try:
                return super()._exchange(line)
            except ConnectionResetError:
                continue
        return super()._exchange(line)


class Swallows(Right):
    """Takes a reset for an empty answer."""

    def _exchange(self, line: bytes) -> bytes:
        try:
            return super()._exchange(line)
        except ConnectionResetError:
            return b""


class OtherPort(Right):
    """Asks another server."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port + 1)


WRONG = (OneByteMore, DoesNotClose, RetriesTwice, Swallows, OtherPort)

CLIENT = load_contract(f"{__name__}:Client", f"{__name__}:MakesClient", SERVER)
