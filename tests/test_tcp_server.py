"""The world that is a TCP server, and what it catches."""

from __future__ import annotations

import os
import socket
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.worlds.tcp_server import TcpServer
from tests import toy_client as toys
from tests.seeds import few_or_all

if TYPE_CHECKING:
    from agent.porting.worlds.loopback import Point


class Again(toys.Right):
    """The same once more, as another class."""


def checked(rust: Any, **settings: Any) -> Any:
    settings = {"examples": 150, "seed": 0, "brief": True} | settings
    return check("client", Loaded(toys.CLIENT, toys.Right, rust), CheckOptions(**settings))


@pytest.mark.parametrize("seed", few_or_all(range(10)))
@pytest.mark.parametrize("wrong", toys.WRONG, ids=lambda cls: cls.__name__)
def test_a_wrong_client_is_caught_by_what_its_server_saw(wrong: type, seed: int) -> None:
    assert checked(wrong, seed=seed).verdict == "divergent"


@pytest.mark.parametrize("seed", few_or_all(range(3)))
def test_clients_that_do_the_same_are_identical(seed: int) -> None:
    verdict = checked(Again, seed=seed, brief=False)
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert set(verdict.operations) == {"Client", "ask"}


def test_a_difference_is_shown_without_ports() -> None:
    found = checked(toys.OneByteMore).divergences[0]
    assert found.where == "world[0]['received']"
    other = checked(toys.OtherPort).divergences[0]
    assert other.rust.startswith("raised EffectStopped(\"socket.connect(('127.0.0.1', ")


def test_nothing_is_left_of_a_world() -> None:
    before = len(threading.enumerate()), sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    checked(Again)
    assert (len(threading.enumerate()), sorted(os.listdir("/proc/self/fd"))) == before  # noqa: PTH208


def asked(server: TcpServer, line: bytes) -> bytes:
    """Send a line over a connection of its own; return all that comes until its end."""
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(line)
        return b"".join(iter(partial(connection.recv, 100), b""))


class TestSteps:
    """What each step does to a client."""

    def test_a_request_is_answered_as_was_said_for_it(self) -> None:
        with TcpServer() as server:
            server.reply_and_close(b"one\n")
            server.reply_in_pieces(b"two", 1)
            server.reply_and_half_close(b"three\n")
            answers = [asked(server, b"%d\n" % number) for number in range(4)]
            assert answers == [b"one\n", b"two", b"three\n", b""]
            assert server.observe() == [
                {"received": b"%d\n" % number, "closed by the client": number == 2}
                for number in range(4)
            ]

    def test_a_connection_stays_open_for_the_next_request(self) -> None:
        with TcpServer() as server, socket.create_connection(("127.0.0.1", server.port)) as client:
            for _ in range(2):
                server.reply(b"ok\n")
                client.sendall(b"a\n")
                assert client.recv(100) == b"ok\n"
            server.hang_up()
            assert client.recv(100) == b""
            assert [each["received"] for each in server.observe()] == [b"a\na\n"]

    @pytest.mark.parametrize("step", [TcpServer.reset, TcpServer.refuse])
    def test_a_connection_is_reset(self, step: Any) -> None:
        with TcpServer() as server:
            step(server)
            with pytest.raises(ConnectionResetError):
                asked(server, b"a\n")
            assert asked(server, b"b\n") == b""

    def test_the_rest_of_a_request_is_not_waited_for_without_end(self) -> None:
        with TcpServer() as server:
            assert asked(server, b"no line") == b""
            assert server.observe()[0]["received"] == b"no line"

    def test_a_connection_is_held_until_it_is_released(self) -> None:
        points: list[tuple[Point, bytes]] = [
            ("accepted", b""), (1, b"a"), (3, b"abc"), ("request", b"abcd\n"),
        ]  # fmt: skip
        for point, received in points:
            seen = [{"received": received, "closed by the client": False}]
            with TcpServer() as server:
                server.reply(b"ok\n")
                server.hold(point)
                with socket.create_connection((server.host, server.port), 10) as client:
                    client.sendall(b"abcd\n")
                    while server.observe() != seen:
                        pass
                    server.release()
                    assert client.recv(100) == b"ok\n"
                assert server.observe() == [{"received": b"abcd\n", "closed by the client": True}]

    @pytest.mark.parametrize("point", ["half", 0, True])
    def test_a_point_is_one_that_it_has(self, point: Any) -> None:
        with (
            TcpServer() as server,
            pytest.raises(ValueError, match="points are: 'accepted', 1"),
        ):
            server.hold(point)

    def test_what_is_too_long_for_a_client_that_does_not_read_is_sent_in_the_end(self) -> None:
        data = b"x" * 10_000_000
        with TcpServer() as server:
            server.reply_and_close(data)
            assert asked(server, b"a\n") == data

    def test_a_greeting_is_sent_first(self) -> None:
        class Polite(TcpServer):
            """One that greets."""

            greeting = b"hello\n"

        with Polite() as server:
            assert asked(server, b"a\n") == b"hello\n"

    def test_its_ports_are_taken_out_of_texts_and_numbers(self) -> None:
        with TcpServer() as server:
            asked(server, b"\n")
            (client,) = server._server.connections
            assert server.normalise(server.port) == "<port>"
            assert server.normalise(f"{server.url}/7") == "tcp://127.0.0.1:<port>/7"
            assert server.normalise(b"%d1" % server.port) == b"%d1" % server.port
            assert server.normalise(f"from {client.client}") == "from <client 1>"
            assert server.normalise(server.port + 1) == server.port + 1

    def test_it_permits_connections_to_itself_alone(self) -> None:
        with TcpServer() as server:
            assert server.permits("socket.connect", (None, ("127.0.0.1", server.port)))
            assert not server.permits("socket.connect", (None, ("127.0.0.1", server.port + 1)))
            assert not server.permits("socket.connect", (None, "/run/a.socket"))
            assert server.permits("socket.getaddrinfo", ("localhost", server.port, 0, 0, 0))
            assert not server.permits("socket.getaddrinfo", ("example.org", 80, 0, 0, 0))
            assert not server.permits("os.remove", ("a", -1))
