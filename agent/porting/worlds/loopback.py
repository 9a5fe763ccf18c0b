"""A server on the loopback interface with scripted answers.

It acts in a thread of its own, or only when the event loop of a script asks it to. In the second
case nothing happens at the same time, and each script has one course.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agent.porting.worlds.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HOST", "Connection", "Ending", "Loopback", "Point", "Reply"]

HOST = "127.0.0.1"

_PATIENCE = 1.0
"""Seconds that the rest of a request is waited for, before its connection is closed."""

_LOOK = 0.2
"""Seconds after which the thread looks at the time again."""

_JOIN = 5.0
"""Seconds that the thread is given to end."""

_INSTANT = 1e-9
"""Seconds that are no time at all: sums of delays are rounded."""

_NEVER = float("inf")

_AT_ONCE = struct.pack("ii", 1, 0)
"""``SO_LINGER`` for closing a connection with a reset."""

Ending = Literal["open", "closed", "half closed", "reset"]
"""How a reply leaves the connection."""

Point = Literal["accepted", "request"] | int
"""Where a connection is held: once accepted, before the answer, or after so many bytes."""


@dataclass(frozen=True)
class Reply:
    """What is done when a request is complete."""

    pieces: tuple[bytes, ...] = ()
    """What is sent, one after the other."""
    pause: float = 0.0
    """Seconds before each piece but the first."""
    ending: Ending = "open"


@dataclass(eq=False)
class Connection:
    """What was seen of one connection, and what is still to be done on it."""

    client: int
    """The port of the client."""
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    ended: bool = False
    """Whether the client has closed it, or its own direction of it."""
    left: bytes = b""
    """What was received of requests that are not answered yet."""
    until: float = _NEVER
    """When the rest of a request is waited for no longer, by the server's clock."""
    closed: bool = False
    """Whether this side has closed it."""
    refused: bool = False
    """Whether it is reset when its first byte has come."""
    greeting: bytes = b""
    """What is still to be sent before anything else."""
    pieces: deque[tuple[float, bytes]] = field(default_factory=deque)
    """What is still to be sent of the present reply, and when, by the server's clock."""
    ending: Ending = "open"
    """How the present reply ends."""
    held: bool = False
    """Whether nothing is done on it."""
    before: int = 0
    """How many bytes had come when connections began to be held."""


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
        """How many of the next connections are reset when their first byte has come."""
        self.turns = Turns()
        """Whose turn it is: that of the thread, or that of an event loop."""
        self.lock = threading.RLock()
        """Held while any of these is read or changed."""
        self._open: list[Connection] = []
        """Those of them that this side has not closed."""
        self._point: Point | None = None
        self._end_of_request = end_of_request
        self._greeting = greeting
        self._selector = selectors.DefaultSelector()
        self._listening = socket.create_server((HOST, 0))
        self._listening.settimeout(0.0)
        self.port: int = self._listening.getsockname()[1]
        self._awake, self._wake = socket.socketpair()
        self._closed = False
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, name="agent-world-server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close all connections and end the thread."""
        with self.lock:
            self._closed = True
            self.turns.drive(None)
        self._wake.close()
        self._thread.join(_JOIN)
        for each in self.connections:
            each.socket.close()
        self._listening.close()
        self._awake.close()
        self._selector.close()

    def hang_up(self) -> None:
        """Close the connections that are open now."""
        with self.lock:
            for each in list(self._open):
                self._close(each)

    def hold(self, point: Point) -> None:
        """Do nothing more on each connection that reaches `point`, until `release`."""
        with self.lock:
            self._point = point
            for each in self.connections:
                each.before = len(each.received)

    def release(self) -> None:
        """Go on with what was held, and hold nothing more."""
        with self.lock:
            self._point = None
            for each in list(self._open):
                if each.held:
                    self._resume(each)
        self.wake()

    def wake(self) -> None:
        """Let the thread look at what there is to do."""
        with suppress(OSError):
            self._wake.send(b"?")

    def act(self) -> float:
        """Do all that there is to do; return the seconds until there is more by itself."""
        with self.lock:
            if self._closed:
                return _NEVER
            self.turns.asked()
            busy = True
            while busy:
                busy = False
                for key, _ in self._selector.select(0.0):
                    busy = busy or key.fileobj is not self._awake
                    self._attend(key.fileobj, key.data)
                for each in list(self._open):
                    busy = self._keep_time(each) or busy
            now = self.turns.now()  # what was due by then waits until more can be sent
            dues = (self._due(each) - now for each in self._open)
            return min((left for left in dues if left > _INSTANT), default=_NEVER)

    def _serve(self) -> None:
        while not self._closed:
            left = _LOOK
            if self.turns.wait():
                with self.lock:
                    if self.turns.is_free:
                        left = min(left, self.act())
                if not self._closed:
                    self._selector.select(left)

    def _attend(self, ready: object, connection: Connection | None) -> None:
        if connection is not None:
            if not (connection.closed or connection.held):
                self._receive(connection)
        elif ready is self._awake:
            self._awake.recv(64)
        else:
            self._accept()

    def _accept(self) -> None:
        try:
            accepted, address = self._listening.accept()
        except OSError:  # the client has gone already
            return
        accepted.settimeout(0.0)
        connection = Connection(address[1], accepted, greeting=self._greeting)
        self.connections.append(connection)
        self._open.append(connection)
        connection.refused = self.refusals > 0
        self.refusals -= connection.refused
        self._selector.register(accepted, selectors.EVENT_READ, connection)
        if self._point == "accepted":
            self._hold(connection)
        else:
            self._go_on(connection)

    def _hold(self, connection: Connection) -> None:
        connection.held = True
        self._selector.unregister(connection.socket)

    def _resume(self, connection: Connection) -> None:
        """Receive what came meanwhile, and go on unless the client has closed the connection."""
        connection.held = False
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        while not connection.refused and (data := self._received(connection, 1 << 16)) is not None:
            if not data:
                connection.ended = True
                self._close(connection)
                return
            connection.received += data
            connection.left += data
        self._go_on(connection)

    @staticmethod
    def _received(connection: Connection, most: int) -> bytes | None:
        """Return what was received, of which there is none at the end; None if nothing came."""
        try:
            return connection.socket.recv(most)
        except BlockingIOError:
            return None
        except OSError:  # a client that closes before it has read all resets the connection
            return b""

    def _receive(self, connection: Connection) -> None:
        most = 1 if connection.refused else 1 << 16
        if isinstance(self._point, int):
            most = min(most, max(1, connection.before + self._point - len(connection.received)))
        data = self._received(connection, most)
        if data is None:  # it was ready to be written to
            self._go_on(connection)
            return
        if not data:
            connection.ended = True
            self._close(connection)
            return
        connection.received += data
        connection.left += data
        if connection.refused:
            self._close(connection, reset=True)
        elif (
            isinstance(self._point, int)
            and len(connection.received) >= connection.before + self._point
        ):
            self._hold(connection)
        else:
            self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        """Send what is due, and answer what is complete."""
        with suppress(BlockingIOError):
            self._answer(connection)
        if self._is_over(connection):
            return
        blocked = connection.greeting or (
            connection.pieces and connection.pieces[0][0] <= self.turns.now() + _INSTANT
        )
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if blocked else 0)
        self._selector.modify(connection.socket, events, connection)
        waits = connection.left and not connection.pieces
        connection.until = self.turns.now() + _PATIENCE if waits else _NEVER

    def _answer(self, connection: Connection) -> None:
        while connection.greeting:
            connection.greeting = self._sent(connection, connection.greeting)
        while not self._is_over(connection):
            while connection.pieces and connection.pieces[0][0] <= self.turns.now() + _INSTANT:
                at, piece = connection.pieces[0]
                rest = self._sent(connection, piece) if piece else b""
                connection.pieces[0] = at, rest
                if not rest:
                    connection.pieces.popleft()
            if connection.pieces:
                return
            if connection.ending != "open":
                self._end(connection)
                continue
            size = self._end_of_request(connection.left)
            if not size:
                return
            if self._point == "request":
                self._hold(connection)
                return
            connection.left = connection.left[size:]
            reply = self.replies.popleft() if self.replies else Reply(ending="closed")
            now = self.turns.now()
            connection.ending = reply.ending
            connection.pieces.extend(
                (now + index * reply.pause, piece) for index, piece in enumerate(reply.pieces)
            )

    @staticmethod
    def _sent(connection: Connection, data: bytes) -> bytes:
        """Send what can be sent now; return the rest, of which there is none if nobody reads it."""
        try:
            return data[connection.socket.send(data) :]
        except BlockingIOError:
            raise
        except OSError:  # what the client does not wait for
            return b""

    def _end(self, connection: Connection) -> None:
        if connection.ending == "half closed":
            connection.ending = "open"
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_WR)
        else:
            self._close(connection, reset=connection.ending == "reset")

    def _close(self, connection: Connection, *, reset: bool = False) -> None:
        connection.closed = True
        self._open.remove(connection)
        with suppress(KeyError, ValueError):
            self._selector.unregister(connection.socket)
        with suppress(OSError):
            if reset:
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        connection.socket.close()

    @staticmethod
    def _is_over(connection: Connection) -> bool:
        """Return whether nothing is done on a connection, for now or for good."""
        return connection.closed or connection.held

    def _due(self, connection: Connection) -> float:
        """Return when there is something to do on a connection without anything that comes."""
        if self._is_over(connection):
            return _NEVER
        return connection.pieces[0][0] if connection.pieces else connection.until

    def _keep_time(self, connection: Connection) -> bool:
        """Do what is due; return whether anything was."""
        if self._due(connection) > self.turns.now() + _INSTANT:
            return False
        if not connection.pieces:
            self._close(connection)
            return True
        before = connection.pieces[0]
        self._go_on(connection)
        return not connection.pieces or connection.pieces[0] is not before
