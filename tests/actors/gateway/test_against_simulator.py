"""What the Gateway's parts count and fetch, against the exchange simulator."""

import time
from collections.abc import Iterator
from decimal import Decimal as D

import pytest

from actors.gateway.answer_cache import PriceFetcher
from actors.gateway.request_runner import Steps
from actors.gateway.throttle import RequestThrottle
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.exchange.budget.limits import DAY_MS, Limit, LimitKind
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome
from lotkeeper.exchange.signing import HmacSigner
from lotkeeper.trading.prices.best_prices import BestPrices


@pytest.fixture(scope="module")
def paper() -> Iterator[SimulatorProcess]:
    with start_simulator(["--symbol", "BTCUSDT", "--symbol", "ETHUSDT", "--balance", "BTC=5"]) as process:
        yield process


class ComparingThrottle(RequestThrottle):
    """Keeps both counts of the weight: by the table, and by the header of the same reply."""

    def __init__(self) -> None:
        super().__init__(time.monotonic, wall_ms)
        self.counted: list[tuple[int, int]] = []

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        before = self._by_header(), self._refunded(request, reply)
        super().after_request(request, reply)
        reported = [count.count for count in reply.counts if count.kind is LimitKind.WEIGHT]
        if reported and reported[0] >= before[0]:  # else a minute is over
            self.counted.append((before[1], reported[0] - before[0]))
        self._header = reported[0] if reported else self._header

    _header = 0

    def _by_header(self) -> int:
        return self._header

    @staticmethod
    def _refunded(request: SentRequest, reply: Reply) -> int:
        return request.cost.weight - (request.cost.refund if isinstance(reply.outcome, Answered) else 0)


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def client(paper: SimulatorProcess, throttle: RequestThrottle) -> RestClient:
    return RestClient(paper.rest_url, HmacSigner(paper.api_key, paper.api_secret), observer=throttle)


def carried_out(steps: Steps[Outcome], rest: RestClient) -> Outcome:
    """Sends each request of the steps, one after the other."""
    try:
        ask = next(steps)
        while True:
            assert isinstance(ask, ExchangeRequest)
            ask = steps.send(rest.send(ask))
    except StopIteration as end:
        found: Outcome = end.value
        return found


def far_above(rest: RestClient, symbol: str) -> D:
    """A price at which nothing is sold, and that the exchange takes."""
    outcome = rest.book_ticker(symbol)
    assert isinstance(outcome, Answered)
    assert isinstance(outcome.body, BestPrices)
    return outcome.body.ask * 2


def test_each_request_weighs_what_the_exchange_says(paper):
    throttle = ComparingThrottle()
    rest = client(paper, throttle)
    assert isinstance(rest.server_time(), Answered)
    throttle.counted.clear()
    order = rest.place_sell("BTCUSDT", "lk1-a-1", far_above(rest, "BTCUSDT"), D("0.001"))
    assert isinstance(order, Answered)
    rest.place_sell("BTCUSDT", "lk1-a-2", D(70_000), D("0.0000001"))  # refused, so that it weighs
    rest.cancel_order("BTCUSDT", order.body.report.order_id, "lk1-a-1-x")
    rest.cancel_order("BTCUSDT", 999_999, "lk1-a-2-x")
    rest.order_by_id("BTCUSDT", order.body.report.order_id)
    rest.order_by_client_id("BTCUSDT", "lk1-none-1")
    rest.open_orders("BTCUSDT")
    rest.trades("BTCUSDT", from_id=1)
    rest.trades("BTCUSDT", order_id=1)
    rest.commission("BTCUSDT")
    rest.account()
    rest.exchange_info(["BTCUSDT"])
    rest.book_ticker("BTCUSDT")
    rest.book_tickers(["BTCUSDT", "ETHUSDT"])
    rest.book_tickers()
    rest.reference_price("BTCUSDT")
    rest.average_price("BTCUSDT")
    rest.close()
    assert len(throttle.counted) >= 16
    assert all(by_table == by_header for by_table, by_header in throttle.counted)
    assert {use.limit.kind: use.limit.maximum for use in throttle.budget.usage(throttle.now_ms)}[
        LimitKind.REQUESTS
    ] == 300_000


def test_a_symbol_that_is_not_listed_does_not_hide_the_others(paper):
    rest, quotes = client(paper, RequestThrottle(time.monotonic, wall_ms)), PriceFetcher()
    for _ in range(2):
        outcome = carried_out(quotes.fetch(["BTCUSDT", "NOSUCHUSDT", "ETHUSDT"], wall_ms()), rest)
        assert isinstance(outcome, Answered)
        assert set(outcome.body) == {"BTCUSDT", "ETHUSDT"}
        assert all(0 < top.bid < top.ask for top in outcome.body.values())
    rest.close()


def test_orders_that_somebody_else_placed_count_too(paper):
    counts = []
    for client_id in ("lk1-b-1", "lk1-c-1"):  # two programs with one account
        throttle = RequestThrottle(time.monotonic, wall_ms)
        rest = client(paper, throttle)
        assert isinstance(rest.place_sell("BTCUSDT", client_id, far_above(rest, "BTCUSDT"), D("0.001")), Answered)
        rest.close()
        uses = throttle.budget.usage(throttle.now_ms)
        counts.append(next(use.used for use in uses if use.limit == Limit(LimitKind.ORDERS, DAY_MS, 160_000)))
    assert counts[1] == counts[0] + 1
