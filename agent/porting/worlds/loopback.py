"""A server on the loopback interface with scripted answers, in a separate thread."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HOST", "Connection", "Ending", "Loopback", "Reply"]

HOST = "127.0.0.1"

_PATIENCE = 1.0
"""Seconds that the rest of a request is waited for, before its connection is closed."""

_LOOK = 0.2
"""Seconds after which the thread looks at the time again."""

_JOIN = 5.0
"""Seconds that the thread is given to end."""

_AT_ONCE = struct.pack("ii", 1, 0)
"""``SO_LINGER`` for closing a connection with a reset."""

Ending = Literal["open", "closed", "half closed", "reset"]
"""How a reply leaves the connection."""


@dataclass(frozen=True)
class Reply:
    """What is done when a request is complete."""

    pieces: tuple[bytes, ...] = ()
    """What is sent, one after the other."""
    pause: float = 0.0
    """Seconds before each piece but the first."""
    ending: Ending = "open"


@dataclass
class Connection:
    """What was seen of one connection."""

    client: int
    """The port of the client."""
    received: bytearray = field(default_factory=bytearray)
    ended: bool = False
    """Whether the client has closed it, or its own direction of it."""
    left: bytes = b""
    """What was received of a request that is not complete."""
    until: float = float("inf")
    """When the rest of it is waited for no longer, in the seconds of `time.monotonic`."""
    closed: bool = False
    """Whether this side has closed it."""


class Loopback:
    """The server.

    Args:
        end_of_request: returns how many bytes of what was received are the first request; None
            where that is not complete.
        greeting: is sent when a connection is accepted.
    """

    def __init__(
        self, end_of_request: Callable[[bytes], int | None], greeting: bytes = b""
    ) -> None:
        self.connections: list[Connection] = []
        """In the order in which they were accepted."""
        self.replies: deque[Reply] = deque()
        """To the next requests; where there is none, the connection is closed."""
        self.refusals = 0
        """How many of the next connections are reset as soon as they are accepted."""
        self.lock = threading.Lock()
        """Held while any of these is read or changed."""
        self._end_of_request = end_of_request
        self._greeting = greeting
        self._selector = selectors.DefaultSelector()
        self._listening = socket.create_server((HOST, 0))
        self._listening.settimeout(0.0)
        self.port: int = self._listening.getsockname()[1]
        self._awake, self._wake = socket.socketpair()
        self._quiet = threading.Event()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, name="agent-world-server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close all connections and end the thread."""
        self._wake.close()
        self._thread.join(_JOIN)
        for key in list(self._selector.get_map().values()):
            _socket(key.fileobj).close()
        self._selector.close()

    def hang_up(self) -> None:
        """Close the connections that are open now."""
        with self.lock:
            for key in list(self._selector.get_map().values()):
                if isinstance(key.data, Connection):
                    self._close(_socket(key.fileobj), key.data)

    def catch_up(self) -> None:
        """Wait until all that was sent so far has been received: a few seconds at most."""
        self._quiet.clear()
        self._wake.send(b"?")
        self._quiet.wait(_JOIN)

    def _serve(self) -> None:
        while True:
            asked = False
            ready = self._selector.select(_LOOK)
            while ready:
                for key, _ in ready:
                    if key.fileobj is not self._awake:
                        self._attend(_socket(key.fileobj), key.data)
                    elif self._awake.recv(64):
                        asked = True
                    else:
                        return
                ready = self._selector.select(0.0)
            self._give_up()
            if asked:
                self._quiet.set()

    def _attend(self, ready: socket.socket, connection: Connection | None) -> None:
        with self.lock:
            if connection is None:
                self._accept()
            elif not connection.closed:
                self._receive(ready, connection)

    def _accept(self) -> None:
        try:
            accepted, address = self._listening.accept()
        except OSError:  # the client has gone already
            return
        connection = Connection(address[1])
        self.connections.append(connection)
        if self.refusals:
            self.refusals -= 1
            self._close(accepted, connection, reset=True)
            return
        accepted.settimeout(_PATIENCE)
        self._selector.register(accepted, selectors.EVENT_READ, connection)
        with suppress(OSError):
            accepted.sendall(self._greeting)

    def _receive(self, ready: socket.socket, connection: Connection) -> None:
        try:
            data = ready.recv(1 << 16)
        except OSError:  # a client that closes before it has read all resets the connection
            data = b""
        if not data:
            connection.ended = True
            self._close(ready, connection)
            return
        connection.received += data
        connection.left += data
        while not connection.closed and (size := self._end_of_request(connection.left)):
            connection.left = connection.left[size:]
            self._answer(ready, connection)
        connection.until = time.monotonic() + _PATIENCE if connection.left else float("inf")

    def _answer(self, ready: socket.socket, connection: Connection) -> None:
        reply = self.replies.popleft() if self.replies else Reply(ending="closed")
        with suppress(OSError):  # what the client does not wait for
            for index, piece in enumerate(reply.pieces):
                if index and reply.pause:
                    time.sleep(reply.pause)
                ready.sendall(piece)
            if reply.ending == "half closed":
                ready.shutdown(socket.SHUT_WR)
        if reply.ending in {"closed", "reset"}:
            self._close(ready, connection, reset=reply.ending == "reset")

    def _close(self, ready: socket.socket, connection: Connection, *, reset: bool = False) -> None:
        connection.closed = True
        with suppress(KeyError, ValueError):
            self._selector.unregister(ready)
        with suppress(OSError):
            if reset:
                ready.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        ready.close()

    def _give_up(self) -> None:
        now = time.monotonic()
        with self.lock:
            for key in list(self._selector.get_map().values()):
                if isinstance(key.data, Connection) and key.data.until < now:
                    self._close(_socket(key.fileobj), key.data)


def _socket(found: object) -> socket.socket:
    if not isinstance(found, socket.socket):
        raise TypeError(found)
    return found
