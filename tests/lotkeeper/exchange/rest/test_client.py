import gzip
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, Unknown
from lotkeeper.exchange.shapes import Account, ExchangeInfo, PlacedOrder
from lotkeeper.exchange.signing import HmacSigner
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.lotkeeper.exchange.http_peer import CUT, RESET, SILENT, HttpPeer, LastWords, answer
from tests.lotkeeper.exchange.peers import PATIENCE_S
from tests.lotkeeper.exchange.rest.test_decode import ORDER, TRADE
from tests.lotkeeper.exchange.rest.test_exchange_info import symbol_row
from tests.ports import deaf_port

SIGNER = HmacSigner("the-api-key", "the-secret")
QUERIED = {**ORDER, "time": 5, "updateTime": 6}
CLOCK_S = 1_700_000_000.25


@contextmanager
def talking(*replies: bytes, certificate_file: Path | None = None) -> Iterator[tuple[RestClient, HttpPeer]]:
    with HttpPeer(*replies, certificate_file=certificate_file) as peer:
        client = RestClient(peer.url, SIGNER, clock=lambda: CLOCK_S, read_timeout_s=20)
        yield client, peer
        client.close()


def sell(client: RestClient) -> Outcome:
    return client.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.160"), Decimal("1E-5"))


def test_sell_is_one_request_without_a_body() -> None:
    with talking(answer(ORDER, X_MBX_USED_WEIGHT_1M="7", X_MBX_ORDER_COUNT_10S="1")) as (client, peer):
        outcome = sell(client)
    assert isinstance(outcome, Answered)
    assert isinstance(outcome.body, PlacedOrder)
    assert (outcome.body.report.order_id, len(outcome.body.fills)) == (28, 2)
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", "/api/v3/order")
    assert asked.headers["x-mbx-apikey"] == "the-api-key"
    assert asked.headers["content-length"] == "0"
    query, _, signature = asked.query.partition("&signature=")
    assert query == (
        "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.00001&price=50100.16"
        "&newClientOrderId=lk1-s-1&newOrderRespType=FULL&recvWindow=5000&timestamp=1700000000250"
    )
    assert signature == SIGNER.sign(query.encode())


@pytest.mark.parametrize(
    ("call", "reply", "line", "check"),
    [
        (
            lambda client: client.cancel_order("BTCUSDT", 28, "lk1-s-1-x"),
            {**ORDER, "status": "CANCELED", "origClientOrderId": "lk1-s-1", "clientOrderId": "lk1-s-1-x"},
            "DELETE /api/v3/order symbol=BTCUSDT&orderId=28&newClientOrderId=lk1-s-1-x",
            lambda body: (body.client_id, body.status, body.is_cancelled_by_us) == ("lk1-s-1", "CANCELED", True),
        ),
        (
            lambda client: client.order_by_client_id("BTCUSDT", "lk1-s-1"),
            QUERIED,
            "GET /api/v3/order symbol=BTCUSDT&origClientOrderId=lk1-s-1",
            lambda body: (body.order_id, body.time_ms) == (28, 6),
        ),
        (
            lambda client: client.order_by_id("BTCUSDT", 28),
            QUERIED,
            "GET /api/v3/order symbol=BTCUSDT&orderId=28",
            lambda body: body.client_id == "lk1-s-1",
        ),
        (
            lambda client: client.open_orders("BTCUSDT"),
            [QUERIED, QUERIED],
            "GET /api/v3/openOrders symbol=BTCUSDT",
            lambda body: [each.order_id for each in body] == [28, 28],
        ),
        (
            lambda client: client.trades("BNBBTC"),
            [TRADE],
            "GET /api/v3/myTrades symbol=BNBBTC&limit=1000",
            lambda body: body[0].trade_id == 28457,
        ),
        (
            lambda client: client.newest_orders("BTCUSDT", 500),
            [QUERIED, {**QUERIED, "origQty": None}],
            "GET /api/v3/allOrders symbol=BTCUSDT&limit=500",
            lambda body: [each.order_id for each in body] == [28],
        ),
        (
            lambda client: client.trades("BNBBTC", since_ms=1_700_000_000_000),
            [],
            "GET /api/v3/myTrades symbol=BNBBTC&limit=1000&startTime=1700000000000",
            lambda body: body == (),
        ),
        (
            lambda client: client.trades("BNBBTC", from_id=0, order_id=9, limit=500),
            [],
            "GET /api/v3/myTrades symbol=BNBBTC&limit=500&orderId=9&fromId=0",
            lambda body: body == (),
        ),
        (
            lambda client: client.commission("币安USDT"),
            {"standardCommission": dict.fromkeys(("maker", "taker", "buyer", "seller"), "0.001")},
            "GET /api/v3/account/commission symbol=%E5%B8%81%E5%AE%89USDT",
            lambda body: body.standard.taker == Decimal("0.001"),
        ),
        (
            lambda client: client.account(),
            {"canTrade": False, "balances": []},
            "GET /api/v3/account omitZeroBalances=true",
            lambda body: body == Account((), False, None),
        ),
    ],
)
def test_signed_requests(
    call: Callable[[RestClient], Outcome], reply: object, line: str, check: Callable[[Any], bool]
) -> None:
    with talking(answer(reply)) as (client, peer):
        outcome = call(client)
    assert isinstance(outcome, Answered)
    assert check(outcome.body)
    (asked,) = peer.asked
    assert f"{asked.method} {asked.path} {asked.query}".startswith(f"{line}&recvWindow=5000&timestamp=")
    assert "signature" in asked.params


def test_public_requests_carry_no_key() -> None:
    rows = {"symbols": [symbol_row()]}
    ticker = {"symbol": "BTCUSDT", "bidPrice": "1", "askPrice": "2"}
    zipped = answer(gzip.compress(json.dumps(rows).encode()), Content_Encoding="gzip")
    with talking(zipped, answer(rows), answer(ticker), answer({"serverTime": 5})) as (client, peer):
        outcomes = [
            client.exchange_info(None),
            client.exchange_info(["BTCUSDT", "币安USDT"]),
            client.book_ticker("BTCUSDT"),
            client.server_time(),
        ]
    bodies = [outcome.body for outcome in outcomes if isinstance(outcome, Answered)]
    assert bodies[2:] == [BestPrices(Decimal(1), Decimal(2)), 5]
    for body in bodies[:2]:
        assert isinstance(body, ExchangeInfo)
        assert list(body.pairs) == ["BTCUSDT"]
    assert [asked.query for asked in peer.asked] == [
        "",
        "symbols=%5B%22BTCUSDT%22%2C%22%E5%B8%81%E5%AE%89USDT%22%5D",
        "symbol=BTCUSDT",
        "",
    ]
    assert not any("x-mbx-apikey" in asked.headers for asked in peer.asked)


def test_without_a_signer_nothing_signed_is_sent() -> None:
    with HttpPeer(answer({"serverTime": 5})) as peer:
        client = RestClient(peer.url, None)
        assert sell(client) == NotSent("no API key is configured")
        assert isinstance(client.server_time(), Answered)
        client.close()
    assert [asked.path for asked in peer.asked] == ["/api/v3/time"]


# ---- one connection, and nothing twice


def test_all_requests_share_one_connection() -> None:
    with talking(*[answer(QUERIED)] * 5) as (client, peer):
        assert all(isinstance(client.order_by_id("BTCUSDT", 28), Answered) for _ in range(5))
    assert peer.connections == 1


@pytest.mark.parametrize("ending", [CUT, RESET])
def test_sell_whose_answer_was_lost_is_unknown_and_not_sent_again(ending: bytes) -> None:
    with talking(answer(QUERIED), ending, answer(ORDER)) as (client, peer):
        client.order_by_id("BTCUSDT", 28)
        outcome = sell(client)
        assert isinstance(outcome, Unknown)
        assert len(peer.asked) == 2
        assert isinstance(sell(client), Answered)
    assert peer.connections == 2
    assert "signature" not in outcome.reason
    assert "the-api-key" not in outcome.reason


@pytest.mark.parametrize("last", [LastWords(answer(QUERIED)), answer(QUERIED, keep=False)])
def test_sell_on_a_connection_that_the_server_has_closed_goes_over_a_new_one(last: bytes) -> None:
    with talking(last, answer(ORDER)) as (client, peer):
        client.order_by_id("BTCUSDT", 28)
        assert peer.hung_up.wait(PATIENCE_S)
        assert isinstance(sell(client), Answered)
    assert (peer.connections, len(peer.asked)) == (2, 2)


def test_answer_cut_short_is_unknown() -> None:
    whole = answer(ORDER)
    with talking(whole[:-20].replace(b"Content-Type", b"Connection: close\r\nContent-Type")) as (client, _):
        assert isinstance(sell(client), Unknown)


def test_answer_that_does_not_come_is_unknown() -> None:
    with HttpPeer(SILENT) as peer:
        client = RestClient(peer.url, SIGNER, read_timeout_s=0.2)
        outcome = sell(client)
        client.close()
    assert isinstance(outcome, Unknown)
    assert "it did not answer in time" in outcome.reason


def test_a_port_on_which_nothing_listens_is_not_sent() -> None:
    with deaf_port() as port:
        outcome = sell(RestClient(f"http://127.0.0.1:{port}", SIGNER))
    assert isinstance(outcome, NotSent)
    assert "signature" not in outcome.reason


def test_host_that_does_not_exist() -> None:
    assert isinstance(sell(RestClient("http://no-such-host.invalid", SIGNER)), NotSent)


def test_redirects_are_not_followed() -> None:
    with talking(answer(b"", 307, Location="/elsewhere")) as (client, peer):
        assert isinstance(sell(client), Unknown)
    assert len(peer.asked) == 1


def test_cookies_are_not_kept() -> None:
    with talking(answer(ORDER, Set_Cookie="a=b"), answer(ORDER)) as (client, peer):
        sell(client)
        sell(client)
    assert "cookie" not in peer.asked[1].headers


@pytest.mark.parametrize("body", [{}, [], "text", {**ORDER, "status": None}, {**ORDER, "fills": [{}]}])
def test_answer_that_is_no_order_is_unknown(body: object) -> None:
    with talking(answer(body)) as (client, _):
        outcome = sell(client)
    assert isinstance(outcome, Unknown)
    assert outcome.reason.startswith("the answer cannot be read: ")


def test_refusals_and_limits_pass_through() -> None:
    missing = answer({"code": -2013, "msg": "Order does not exist."}, 400)
    with talking(missing, answer({"code": -1003, "msg": "Too many"}, 429, Retry_After="3")) as (client, _):
        assert client.order_by_client_id("BTCUSDT", "x") == Refused(
            -2013, "Order does not exist.", RefusalKind.UNKNOWN_ORDER
        )
        assert sell(client) == RateLimited(3.0, "Too many")


def test_small_packets_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    options = []
    original = socket.socket.setsockopt

    def recording(self: socket.socket, *args: Any) -> None:
        options.append(args)
        original(self, *args)

    with talking(answer(ORDER)) as (client, _):
        monkeypatch.setattr(socket.socket, "setsockopt", recording)
        sell(client)
    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options


def test_closed_client_sends_nothing() -> None:
    with talking(answer(ORDER)) as (client, peer):
        client.close()
        assert isinstance(sell(client), NotSent)
    assert peer.asked == []


# ---- the clock


def skewed() -> bytes:
    text = "Timestamp for this request was 1000ms ahead of the server's time."
    return answer({"code": -1021, "msg": text}, 400)


def test_our_time_is_rather_behind_the_exchange_than_ahead() -> None:
    ticks = iter([CLOCK_S, CLOCK_S + 0.3])  # the reply took up to 300 ms
    with HttpPeer(answer({"serverTime": 1_700_000_005_000})) as peer:
        client = RestClient(peer.url, SIGNER, clock=lambda: next(ticks))
        assert client.sync_time() == Answered(4749)
        assert client.now_ms() == 1_700_000_005_299
        client.close()
    assert client.clock_offset_ms == 4749


def test_wrong_clock_is_set_and_the_request_sent_once_more() -> None:
    with talking(skewed(), answer({"serverTime": 1_700_000_009_000}), answer(ORDER)) as (client, peer):
        assert isinstance(sell(client), Answered)
    assert [asked.path for asked in peer.asked] == ["/api/v3/order", "/api/v3/time", "/api/v3/order"]
    assert [asked.params.get("timestamp") for asked in peer.asked] == ["1700000000250", None, "1700000008999"]


def test_a_clock_that_stays_wrong_is_not_set_a_second_time() -> None:
    with talking(skewed(), answer({"serverTime": 1}), skewed()) as (client, peer):
        outcome = sell(client)
    assert isinstance(outcome, Refused)
    assert (outcome.code, len(peer.asked)) == (-1021, 3)


def test_wrong_clock_that_cannot_be_set_is_a_refusal() -> None:
    with talking(skewed(), answer({}, 503)) as (client, peer):
        assert isinstance(sell(client), Refused)
    assert len(peer.asked) == 2


# ---- the observer


class Recorder:
    """Records what an observer hears, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def on_request(self, request: SentRequest) -> None:
        self.heard.append(("before", request.method, request.path, request.cost.weight, request.is_signed))

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        self.heard.append(("after", request.path, type(reply.outcome), [count.count for count in reply.counts]))

    def on_server_time(self, server_ms: int) -> None:
        self.heard.append(("time", server_ms))


def test_the_observer_hears_of_every_single_request_and_what_the_exchange_counts() -> None:
    time_reply = answer({"serverTime": 1_700_000_009_000}, X_MBX_USED_WEIGHT_1M="8")
    with HttpPeer(skewed(), time_reply, CUT) as peer:
        recorder = Recorder()
        client = RestClient(peer.url, SIGNER, clock=lambda: CLOCK_S, observer=recorder)
        assert isinstance(sell(client), Unknown)
        client.close()
    assert recorder.heard == [
        ("before", "POST", "/api/v3/order", 1, True),
        ("after", "/api/v3/order", Refused, []),
        ("before", "GET", "/api/v3/time", 1, False),
        ("after", "/api/v3/time", Answered, [8]),
        ("time", 1_700_000_009_000),
        ("before", "POST", "/api/v3/order", 1, True),
        ("after", "/api/v3/order", Unknown, []),
    ]
    assert len(peer.asked) == 3


# ---- TLS and proxies


def test_tls_is_verified(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with talking(answer(ORDER), answer(ORDER), certificate_file=trusted) as (client, peer):
        assert isinstance(sell(client), Answered)
        assert isinstance(sell(client), Answered)
        assert peer.connections == 1
        client.close()
        monkeypatch.delenv("SSL_CERT_FILE")
        outcome = sell(RestClient(peer.url, SIGNER))
        assert isinstance(outcome, NotSent)
        assert "its certificate is not trusted" in outcome.reason
    assert len(peer.asked) == 2


def test_the_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpPeer(answer(ORDER), answer(ORDER)) as proxy, talking(answer(ORDER)) as (_, peer):
        monkeypatch.setenv("http_proxy", f"http://user:pass@localhost:{proxy.port}")
        client = RestClient("http://exchange.invalid/base", SIGNER)
        monkeypatch.delenv("http_proxy")  # resolved once, at the start
        assert isinstance(sell(client), Answered)
        assert isinstance(sell(client), Answered)
        client.close()
        monkeypatch.setenv("http_proxy", f"http://localhost:{proxy.port}")
        monkeypatch.setenv("no_proxy", "localhost")
        direct = RestClient(peer.url, SIGNER)
        assert isinstance(sell(direct), Answered)
        direct.close()
    assert [asked.target.partition("?")[0] for asked in proxy.asked] == [
        "http://exchange.invalid/base/api/v3/order"
    ] * 2
    assert proxy.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
    assert len(peer.asked) == 1


@pytest.mark.parametrize("ending", [CUT, RESET])
def test_answer_lost_behind_a_proxy_is_unknown(ending: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpPeer(ending) as proxy:
        monkeypatch.setenv("http_proxy", f"http://localhost:{proxy.port}")
        client = RestClient("http://exchange.invalid", SIGNER)
        assert isinstance(sell(client), Unknown)
        client.close()
    assert [asked.method for asked in proxy.asked] == ["POST"]


def test_proxy_that_is_not_there_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with deaf_port() as port:
        monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{port}")
        for scheme in ("http", "https"):
            assert isinstance(sell(RestClient(f"{scheme}://exchange.invalid", SIGNER)), NotSent)


def test_proxy_that_refuses_the_tunnel_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpPeer(answer(b"", 407, keep=False)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://localhost:{proxy.port}")
        assert isinstance(sell(RestClient("https://exchange.invalid", SIGNER)), NotSent)
    assert [asked.method for asked in proxy.asked] == ["CONNECT"]
