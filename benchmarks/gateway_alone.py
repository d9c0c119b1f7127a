"""What a SELL costs the Gateway alone, until its bytes are in the socket: calls and processor time.

The exchange is the simulator, over its WebSocket API; the Gateway runs in this process. Calls are the same in each run,
whatever else the machine does. To compare two versions run it in both checkouts by turns: `python -m
benchmarks.gateway_alone`, with 40 ms of rest before each SELL also `--rest-ms 40`.
"""

import argparse
import select
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

from actors.gateway.actor import Gateway
from benchmarks.keeper_alone import show_medians
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.engine.actor.clock import SystemClock
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.exchange.link.states import LinkCondition
from lotkeeper.exchange.websocket.send_buffer import SendBuffer
from messages.lifecycle import Credentials, JournalPlace, LeaseChecked, StartGateway
from messages.orders import PlaceSellOrder, SellPlaced
from messages.queries import FetchMarket

SYMBOL, ABOVE, QUANTITY = "BTCUSDT", Decimal(150_000), Decimal("0.001")
_SIMULATOR = ["--symbol", SYMBOL, "--balance", "BTC=1000", "--order-limit", "1000000", "--weight-limit", "10000000"]
_PATIENCE_S = 10.0


@dataclass
class SellCosts:
    """One entry for each SELL; times in microseconds of this thread."""

    to_socket: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)  # of Python and C functions, from the message to the bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=150, help="of SELLs, at most 190 in all")
    parser.add_argument("--rest-ms", type=float, default=0, help="before each")
    options = parser.parse_args()
    costs = SellCosts()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, start_simulator(_SIMULATOR) as exchange:
        stage = Stage(exchange, Path(folder))
        for number in range(options.count):
            time.sleep(options.rest_ms / 1000)
            stage.sell(number, costs, with_calls=number >= options.count - 10)
        stage.desk.actor.on_exit()
    show_medians(vars(costs))


class Stage:
    """A Gateway that is connected to the exchange."""

    def __init__(self, exchange: SimulatorProcess, folder: Path) -> None:
        self.desk = ActorBench(Gateway)
        self.desk.actor._clock = SystemClock()
        self.keeper, launcher, monitor = (self.desk.probe(each) for each in ("keeper", "launcher", "monitor"))
        self.sent = Sent()
        self.desk.tell(
            StartGateway(
                exchange.rest_url,
                5000,
                launcher.address,
                monitor.address,
                in_flight=JournalPlace(str(folder / "test.in-flight")),
                ws_api_url=exchange.ws_api_url,
            ),
            launcher,
        )
        self.desk.tell(LeaseChecked())
        self.desk.tell(Credentials("hmac", exchange.api_key, exchange.api_secret, None), launcher)
        self._turn_until(self._is_connected)
        self.desk.tell(FetchMarket(1, SYMBOL), self.keeper)  # its answer tells the exchange's limits
        self._turn_until(lambda: self.keeper.received)
        self.keeper.received.clear()

    def sell(self, number: int, costs: SellCosts, *, with_calls: bool) -> None:
        actor, now_ms = self.desk.actor, time.time_ns() // 1_000_000
        order = PlaceSellOrder(SYMBOL, 1, f"lk1-{number + 1}-1", ABOVE + number, QUANTITY, now_ms)
        self.sent.begin(with_calls=with_calls)
        began = time.thread_time_ns()
        actor.receiveMessage(order, self.keeper.address)
        ended = time.thread_time_ns()
        if with_calls:
            costs.calls.append(self.sent.calls)
        else:
            costs.to_socket.append((self.sent.at_ns - began) / 1000)
            costs.after.append((ended - self.sent.at_ns) / 1000)
        self._turn_until(lambda: self.keeper.received)
        reply = self.keeper.received.pop()
        assert isinstance(reply, SellPlaced), reply

    def _is_connected(self) -> bool:
        link = self.desk.actor._link
        return link is not None and link.state.condition is LinkCondition.READY

    def _turn_until(self, is_enough: Callable[[], Any]) -> None:
        limit = time.monotonic() + _PATIENCE_S
        while not is_enough():
            assert time.monotonic() < limit, "it did not happen"
            ready, _, _ = select.select(self.desk.actor.watched(), [], [], 0.02)
            self.desk.actor.on_readable(ready)
            self.desk.advance(0.02)


class Sent:
    """When bytes were put into a socket first, and after how many calls."""

    def __init__(self) -> None:
        self.at_ns, self.calls = 0, 0
        send = SendBuffer.send

        def noted(buffer: SendBuffer, data: bytes, sock: socket.socket) -> None:
            send(buffer, data, sock)
            sys.setprofile(None)
            self.at_ns = self.at_ns or time.thread_time_ns()

        setattr(SendBuffer, "send", noted)  # noqa: B010 - mypy takes no method for another

    def begin(self, *, with_calls: bool) -> None:
        self.at_ns, self.calls = 0, 0
        if with_calls:
            sys.setprofile(self._count)

    def _count(self, frame: FrameType, event: str, argument: Any) -> None:
        self.calls += event in ("call", "c_call")


if __name__ == "__main__":
    main()
