"""A distant connection between a server's protocol and a real transport, both recorded."""

import asyncio
import socket

from binance_sim.distance.connection import DistantConnection
from binance_sim.distance.delays import Distance
from tests.binance_sim.distance.virtual_time import run_in_virtual_time


class Notes(asyncio.Protocol):
    """The server's protocol: notes what it learns, and when."""

    def __init__(self, loop):
        self.loop, self.notes, self.transport = loop, [], None

    def note(self, *what):
        self.notes.append((round(self.loop.time(), 6), *what))

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.note("data", data)

    def connection_lost(self, exc):
        self.note("lost", type(exc).__name__ if exc else "")

    def pause_writing(self):
        self.note("pause")

    def resume_writing(self):
        self.note("resume")


class RealTransport(asyncio.Transport):
    """The connection on loopback: notes what reaches the client, and when."""

    def __init__(self, server):
        super().__init__({"peername": "client"})
        self.server, self.notes, self.is_closed, self.is_paused = server, [], False, False

    def note(self, *what):
        self.notes.append((round(self.server.loop.time(), 6), *what))

    def write(self, data):
        assert not self.is_closed
        self.note("data", data)

    def close(self):
        self.is_closed = True
        self.note("close")

    def abort(self):
        self.is_closed = True
        self.note("abort")

    def is_closing(self):
        return self.is_closed

    def get_write_buffer_size(self):
        return 7

    def is_reading(self):
        return not self.is_paused

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False


def play(script, round_trip_s=1.0):
    """Run a script of (connection, server, client) at a round trip of a second; returns both notes."""

    async def main():
        loop = asyncio.get_running_loop()
        server = Notes(loop)
        client = RealTransport(server)
        connection = DistantConnection(server, Distance(round_trip_s), loop)
        connection.connection_made(client)
        await script(connection, server, client)
        await asyncio.sleep(100)
        return server.notes, client.notes

    return run_in_virtual_time(main())


async def open_it(connection, server):
    """A request that is answered, so that the connection is open."""
    connection.data_received(b"hello")
    await asyncio.sleep(3)
    server.notes.clear()


def test_the_first_request_of_a_new_connection_takes_two_round_trips_more():
    async def script(connection, server, client):
        connection.data_received(b"first")
        await asyncio.sleep(10)
        connection.data_received(b"second")

    assert play(script)[0] == [(2.5, "data", b"first"), (10.5, "data", b"second")]


def test_a_connection_that_was_opened_ahead_is_ready():
    async def script(connection, server, client):
        await asyncio.sleep(5)
        connection.data_received(b"first")

    assert play(script)[0] == [(5.5, "data", b"first")]


def test_what_the_server_writes_arrives_half_a_round_trip_later():
    async def script(connection, server, client):
        server.transport.write(b"a")
        await asyncio.sleep(0.1)
        server.transport.writelines([b"b", b"c"])

    assert play(script)[1] == [(0.5, "data", b"a"), (0.6, "data", b"bc")]


def test_data_may_be_changed_after_it_was_written():
    async def script(connection, server, client):
        data = bytearray(b"before")
        server.transport.write(data)
        data[:] = b"after"

    assert play(script)[1] == [(0.5, "data", b"before")]


def test_an_end_by_the_server_follows_its_last_data_and_is_known_to_the_server_at_once():
    async def script(connection, server, client):
        await open_it(connection, server)
        server.transport.write(b"last")
        server.transport.close()
        assert server.transport.is_closing()
        server.transport.write(b"too late")
        server.transport.abort()

    server, client = play(script)
    assert server == [(3.0, "lost", "")]
    assert client == [(3.5, "data", b"last"), (3.5, "close")]


def test_a_reset_by_the_server_arrives_half_a_round_trip_later():
    async def script(connection, server, client):
        server.transport.abort()

    assert play(script)[1] == [(0.5, "abort")]


def test_the_server_reads_nothing_more_after_it_ended_the_connection():
    async def script(connection, server, client):
        await open_it(connection, server)
        connection.data_received(b"under way")
        server.transport.close()
        connection.data_received(b"sent before the client knew")
        await asyncio.sleep(1)
        connection.connection_lost(None)

    assert play(script)[0] == [(3.0, "lost", "")]


def test_an_end_by_the_client_is_learned_later_and_after_its_last_data():
    async def script(connection, server, client):
        await open_it(connection, server)
        connection.data_received(b"last")
        client.is_closed = True
        connection.connection_lost(ConnectionResetError())
        server.transport.write(b"to nobody")
        await asyncio.sleep(0.4)
        assert not server.transport.is_closing()
        await asyncio.sleep(0.2)
        assert server.transport.is_closing()

    server, client = play(script)
    assert server == [(3.5, "data", b"last"), (3.5, "lost", "ConnectionResetError")]
    assert client == []


def test_a_task_of_the_server_takes_the_last_data_before_the_end_is_known():
    """As with a real connection, whose end never comes in the same step of the event loop as data."""

    async def script(connection, server, client):
        await open_it(connection, server)
        arrived = server.loop.create_future()
        server.data_received = arrived.set_result
        arrived.add_done_callback(lambda done: server.note("taken", done.result()))
        connection.data_received(b"last")
        connection.connection_lost(None)

    server, _ = play(script)
    assert server == [(3.5, "taken", b"last"), (3.5, "lost", "")]


def test_what_a_killed_client_has_sent_is_read_before_the_server_writes_to_it():
    """The write fails then, and asyncio drops what it has not read yet."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    async def script(connection, server, client):
        await open_it(connection, server)
        client._extra["socket"] = ours
        server.transport.write(b"reply")
        theirs.send(b"order")
        theirs.close()

    with ours:
        server, client = play(script)
    assert server == [(4.0, "data", b"order")]
    assert client == [(3.5, "data", b"reply")]


def test_flow_control_and_facts_about_the_connection_pass_through():
    async def script(connection, server, client):
        transport = server.transport
        assert transport.get_extra_info("peername") == "client"
        assert transport.get_extra_info("socket", "none") == "none"
        assert not transport.can_write_eof()
        transport.pause_reading()
        assert not transport.is_reading()
        transport.resume_reading()
        assert transport.is_reading()
        connection.pause_writing()
        connection.resume_writing()
        transport.write(b"123")
        assert transport.get_write_buffer_size() == 7 + 3
        await asyncio.sleep(1)
        assert transport.get_write_buffer_size() == 7

    assert play(script)[0] == [(0.0, "pause"), (0.0, "resume")]
