"""The whole exchange at a distance, by an aiohttp client in the same process, in virtual time."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from binance_sim.application import Application
from binance_sim.server import make_server, open_ports, ready_line
from binance_sim.settings import Settings, prepare
from tests.binance_sim.distance.virtual_time import run_in_virtual_time

ROUND_TRIP_S = 0.1


@asynccontextmanager
async def exchange(**more):
    """The ready line of an exchange 100 ms away, and a client of it."""
    settings = Settings(symbols=("BTCUSDT",), paused=True, round_trip_ms=ROUND_TRIP_S * 1000, **more)
    app = Application(settings, prepare(settings))
    runner = web.ServerRunner(make_server(app), shutdown_timeout=0.2)
    await runner.setup()
    tasks = []
    try:
        ports = await open_ports(app, runner, 0)
        tasks = app.start()
        async with aiohttp.ClientSession() as client:
            yield ready_line(app, *ports), client
    finally:
        for task in tasks:
            task.cancel()
        await runner.cleanup()
        app.close()


def run(script, **more):
    async def main():
        async with exchange(**more) as (ready, client):
            await script(ready, client, Watch())

    run_in_virtual_time(main())


class Watch:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.last = self.loop.time()

    def round_trips(self):
        """Since the last call; the clock may be late by a thousandth of one for each timer."""
        now = self.loop.time()
        passed, self.last = (now - self.last) / ROUND_TRIP_S, now
        return pytest.approx(passed, abs=0.05)


async def get(client, ready, path):
    async with client.get(f"{ready['rest_url']}/api/v3/{path}") as response:
        return await response.json()


async def control(client, ready, path, **body):
    headers = {"X-Control-Key": ready["control_key"]}
    async with client.post(f"{ready['control_url']}/{path}", json=body, headers=headers) as response:
        return await response.json()


def test_a_request_takes_a_round_trip_and_two_more_on_a_new_connection():
    async def script(ready, client, watch):
        assert await get(client, ready, "ping") == {}
        assert watch.round_trips() == 3
        assert await get(client, ready, "ping") == {}
        assert watch.round_trips() == 1

    run(script)


def test_the_upgrade_of_a_socket_takes_one_more_and_messages_half_each_way():
    async def script(ready, client, watch):
        async with client.ws_connect(ready["ws_api_url"]) as socket:
            assert watch.round_trips() == 3
            await socket.send_str(json.dumps({"id": 1, "method": "time"}))
            assert (await socket.receive_json())["status"] == 200
            assert watch.round_trips() == 1
            await socket.ping(b"x")
            await socket.send_str(json.dumps({"id": 2, "method": "ping"}))
            assert (await socket.receive_json())["id"] == 2
            assert watch.round_trips() == 1

    run(script)


def test_a_price_arrives_half_a_round_trip_after_its_control_request_which_takes_no_time():
    async def script(ready, client, watch):
        async with client.ws_connect(f"{ready['stream_url']}/ws/btcusdt@bookTicker") as socket:
            watch.round_trips()
            await control(client, ready, "price", symbol="BTCUSDT", price="70000")
            assert watch.round_trips() == 0
            while (await socket.receive_json())["b"] != "70000.00000000":
                pass
            assert watch.round_trips() == 0.5

    run(script)


def test_requests_in_flight_together_take_one_round_trip_and_are_answered_in_order():
    async def script(ready, client, watch):
        async with client.ws_connect(ready["ws_api_url"]) as socket:
            watch.round_trips()
            for number in range(50):
                await socket.send_str(json.dumps({"id": number, "method": "ping"}))
            assert [(await socket.receive_json())["id"] for _ in range(50)] == list(range(50))
            assert watch.round_trips() == 1

    run(script)


def test_jitter_reorders_nothing_within_a_connection():
    async def script(ready, client, watch):
        async with client.ws_connect(ready["ws_api_url"]) as socket:
            for number in range(100):
                await socket.send_str(json.dumps({"id": number, "method": "ping"}))
                await asyncio.sleep(0.005)
            assert [(await socket.receive_json())["id"] for _ in range(100)] == list(range(100))

    run(script, jitter_ms=200)


def test_a_cut_reaches_the_client_half_a_round_trip_later():
    async def script(ready, client, watch):
        async with client.ws_connect(f"{ready['stream_url']}/ws/btcusdt@trade") as socket:
            watch.round_trips()
            cut = await control(client, ready, "faults", name="cut", socket="market")
            assert cut["dropped"] == 1
            assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE)
            assert watch.round_trips() == 0.5

    run(script)


def test_the_control_api_has_a_port_of_its_own():
    async def script(ready, client, watch):
        assert ready["control_url"].rpartition("/")[0] != ready["rest_url"]

    run(script)
