"""A world that is a TCP server on the loopback interface, scripted byte by byte."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from annotated_types import MaxLen

from agent.porting.worlds.driven import DrivenWorld
from agent.porting.worlds.loopback import HOST, Ending, Loopback, Point, Reply
from agent.porting.worlds.world import step

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["TcpServer"]

Bytes = Literal[b"ok\n", b"", b"no\n", b"o", b"ok\nmore\n"] | Annotated[bytes, MaxLen(200)]
Milliseconds = Literal[0, 1, 20]

_LOCAL = {HOST, "localhost"}


class TcpServer(DrivenWorld):
    """A server of its own; ``host`` is its address, ``port`` its port, ``url`` both.

    A request is whatever ends with `ends`. Steps say, one request after the other, how it is
    answered. So that no client waits for ever, the connection is closed after a request for which
    nothing was said, after a reply that is not complete, and after a second of waiting for the rest
    of a request. Observed are, for each connection in the order in which they were accepted, the
    bytes that were received, and whether the client has closed it.

    A subclass says how its protocol's requests and replies end, in `ends`, or in `end_of_request`
    and `completes`, and what is sent when a connection is accepted, in `greeting`. The server runs
    in a thread: compiled code that waits for it must release the interpreter's lock. For an
    asynchronous client in Python it acts only when the client's event loop is idle, by its clock.
    """

    gives: ClassVar[tuple[str, ...]] = ("host", "port", "url")
    settle: ClassVar[float] = 0.1
    points: ClassVar[tuple[Any, ...]] = ("accepted", 1, 3, "request")

    ends: ClassVar[bytes] = b"\n"
    """What a request ends with, and a reply."""
    greeting: ClassVar[bytes] = b""
    """What is sent when a connection is accepted."""

    host = HOST
    port: int
    url: str

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._server = Loopback(self.end_of_request, self.greeting)
        self.port = self._server.port
        self.url = f"tcp://{HOST}:{self.port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections, and end the server's thread."""
        self._server.close()

    def end_of_request(self, received: bytes) -> int | None:
        """Return how many bytes of `received` are the first request; None if it is not complete."""
        found = received.find(self.ends)
        return None if found < 0 else found + len(self.ends)

    def completes(self, reply: bytes) -> bool:
        """Return whether a client that was sent `reply` waits for no more of it."""
        return reply.endswith(self.ends)

    @step
    def reply(self, data: Bytes) -> None:
        """Answer the next request with `data`; if that is complete, the connection stays open."""
        self._then(data)

    @step
    def reply_in_pieces(self, data: Bytes, pause: Milliseconds) -> None:
        """Answer the next request with `data` in two pieces, `pause` milliseconds apart."""
        half = len(data) // 2
        self._then(data[:half], data[half:], pause=pause / 1000)

    @step
    def reply_and_close(self, data: Bytes) -> None:
        """Answer the next request with `data`, and close the connection."""
        self._then(data, ending="closed")

    @step
    def reply_and_half_close(self, data: Bytes) -> None:
        """Answer the next request with `data` and send no more; what comes is still received."""
        self._then(data, ending="half closed")

    @step
    def reset(self) -> None:
        """Reset the connection on which the next request comes."""
        self._then(ending="reset")

    @step
    def refuse(self) -> None:
        """Reset the next connection when its first byte has come, so that connecting succeeds."""
        with self._server.lock:
            self._server.refusals += 1

    @step
    def hang_up(self) -> None:
        """Close the connections that are open now."""
        self._server.hang_up()

    def observe(self) -> list[dict[str, Any]]:
        """Return what was received on each connection, and whether its client has closed it."""
        if self._server.act() < float("inf"):
            self._server.wake()
        with self._server.lock:
            return [
                {"received": bytes(each.received), "closed by the client": each.ended}
                for each in self._server.connections
            ]

    def normalise(self, value: Any) -> Any:
        """Return `value` with ``<port>`` for the server's port, and likewise for its clients'."""
        with self._server.lock:
            clients = [each.client for each in self._server.connections]
        names = {str(client): f"<client {at}>" for at, client in enumerate(clients, 1)}
        names[str(self.port)] = "<port>"
        if isinstance(value, bytes):
            return _replaced(value.decode("latin-1"), names).encode("latin-1")
        if isinstance(value, str):
            return _replaced(value, names)
        return names.get(str(value), value) if type(value) is int else value

    def permits(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Permit connections to the server, and nothing else."""
        if event == "socket.connect":
            address = arguments[1]
            return isinstance(address, tuple) and address[:2] == (HOST, self.port)
        if event == "socket.getaddrinfo":
            return arguments[0] in _LOCAL
        return False

    def hold(self, point: Point) -> None:
        """Stop at a point of each connection: ``"accepted"``, ``"request"`` or a number of bytes.

        At the first, nothing was received; at the second, a whole request was, and nothing was
        answered. A number is how many bytes are received from now on, 1 or more.
        """
        number = isinstance(point, int) and not isinstance(point, bool) and point > 0
        if not number and point not in {"accepted", "request"}:
            super().hold(point)
        self._server.hold(point)

    def release(self) -> None:
        """Go on with the connections that were stopped."""
        self._server.release()

    def drive(self, clock: Callable[[], float] | None) -> None:
        """Act only in `act` from now on, by that clock; None: in the server's thread again."""
        with self._server.lock:
            self._server.turns.drive(clock)
        if clock is None:
            self._server.wake()

    def pause(self) -> None:
        """Do nothing until the next `drive`."""
        self._server.turns.pause()

    def act(self) -> float:
        """Receive and send all that can be; return in how many seconds there is more to send."""
        return self._server.act()

    def wakes(self, descriptor: int) -> bool:
        """Return whether a descriptor is that of a connection to the server."""
        try:
            client = socket.socket(fileno=descriptor)
        except OSError:  # no socket
            return False
        try:
            return bool(client.getpeername()[:2] == (HOST, self.port))
        except OSError:  # not connected
            return False
        finally:
            client.detach()

    def _then(self, *pieces: bytes, pause: float = 0.0, ending: Ending = "open") -> None:
        if ending == "open" and not self.completes(b"".join(pieces)):
            ending = "closed"
        with self._server.lock:
            self._server.replies.append(Reply(pieces, pause, ending))


def _replaced(text: str, names: dict[str, str]) -> str:
    return re.sub("[0-9]+", lambda found: names.get(found[0], found[0]), text)
