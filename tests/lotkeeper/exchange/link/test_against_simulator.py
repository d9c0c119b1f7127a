"""The link against the exchange simulator: both ways, with keys of each kind, and with the simulator's faults."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.limits import MINUTE_MS, LimitKind
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition
from lotkeeper.exchange.link.switching_link import SwitchingLink
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, RateLimited, Unknown, is_refused_as
from lotkeeper.exchange.shapes import PlacedOrder
from lotkeeper.exchange.signing import Ed25519Signer, HmacSigner, RsaSigner, Signer
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.lotkeeper.exchange.link.support import Recorder, asked, sent, turn

SYMBOLS = ("BTCUSDT", "ETHUSDT")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {kind: folder / f"{kind}.pem" for kind in ("ed25519", "rsa")}


@pytest.fixture(scope="module")
def exchange(keys: dict[str, Path]) -> Iterator[SimulatorProcess]:
    args = ["--paused", "--balance", "BTC=5"]
    for symbol in SYMBOLS:
        args += ["--symbol", symbol]
    for kind, path in keys.items():
        args += [f"--{kind}-key", str(path)]
    with start_simulator(args) as process:
        for symbol in SYMBOLS:
            process.controls().price(symbol, "60000", "1")
        yield process


@pytest.fixture(params=["ed25519", "hmac", "rsa"])
def signer(request: pytest.FixtureRequest, exchange: SimulatorProcess, keys: dict[str, Path]) -> Signer:
    match request.param:
        case "ed25519":
            return Ed25519Signer(exchange.ed25519_api_key, keys["ed25519"].read_bytes())
        case "rsa":
            return RsaSigner(exchange.rsa_api_key, keys["rsa"].read_bytes())
        case _:
            return HmacSigner(exchange.api_key, exchange.api_secret)


@pytest.fixture
def hmac(exchange: SimulatorProcess) -> Signer:
    return HmacSigner(exchange.api_key, exchange.api_secret)


@pytest.fixture
def ed25519(exchange: SimulatorProcess, keys: dict[str, Path]) -> Signer:
    return Ed25519Signer(exchange.ed25519_api_key, keys["ed25519"].read_bytes())


@contextmanager
def opened(
    exchange: SimulatorProcess, signer: Signer, *, websocket: bool = True
) -> Iterator[tuple[SwitchingLink, Recorder]]:
    recorder = Recorder()
    settings = LinkSettings(exchange.rest_url, exchange.ws_api_url if websocket else "")
    link = SwitchingLink(settings, signer, recorder, may_connect=lambda: True)
    if websocket:
        turn(link, lambda: link.state.condition is LinkCondition.READY)
    yield link, recorder
    link.close()


def sell(client_id: str, price: str = "120000") -> ExchangeRequest:
    return requests.place_sell("BTCUSDT", client_id, Decimal(price), Decimal("0.001"))


def answered(link: SwitchingLink, request: ExchangeRequest) -> object:
    outcome = asked(link, request)
    assert isinstance(outcome, Answered), outcome
    return outcome.body


def test_an_order_is_placed_found_cancelled_and_gone(exchange: SimulatorProcess, signer: Signer) -> None:
    with opened(exchange, signer) as (link, recorder):
        placed = answered(link, sell("lk1-a-1"))
        order_id = placed.report.order_id  # type: ignore[attr-defined]
        assert answered(link, requests.order_by_client_id("BTCUSDT", "lk1-a-1")) == answered(
            link, requests.order_by_id("BTCUSDT", order_id)
        )
        assert order_id in [each.order_id for each in answered(link, requests.open_orders())]  # type: ignore[attr-defined]
        canceled = answered(link, requests.cancel_order("BTCUSDT", order_id, "lk1-a-1-x"))
        assert (canceled.client_id, canceled.status) == ("lk1-a-1", "CANCELED")  # type: ignore[attr-defined]
        again = asked(link, requests.cancel_order("BTCUSDT", order_id, "lk1-a-1-x"))
        assert is_refused_as(again, RefusalKind.CANCEL_REJECTED)
        assert is_refused_as(asked(link, requests.order_by_id("BTCUSDT", 999_999)), RefusalKind.UNKNOWN_ORDER)
        assert link.state.condition is LinkCondition.READY
        assert all(reply.counts for _, reply in recorder.after)


@pytest.mark.parametrize("websocket", [True, False], ids=["websocket", "rest"])
def test_a_sell_with_a_stop_is_two_orders_which_one_cancel_ends(
    exchange: SimulatorProcess, signer: Signer, websocket: bool
) -> None:
    stop = StopPrices(Decimal(30000), Decimal(29900))
    request = requests.place_sell_with_stop("BTCUSDT", SellName(7, 1), Decimal(120000), Decimal("0.001"), stop)
    with opened(exchange, signer, websocket=websocket) as (link, _):
        placed = answered(link, request)
        assert isinstance(placed, PlacedOrder)
        (other,) = placed.others
        assert (placed.report.client_id, other.client_id, other.is_stop) == ("lk1-7-1", "lk1-7-1s", True)
        assert placed.report.list_id == other.list_id is not None
        found = answered(link, requests.order_by_client_id("BTCUSDT", "lk1-7-1s"))
        assert (found, found.stop_price, found.price) == (other, stop.trigger, stop.limit)  # type: ignore[attr-defined]
        ended = answered(link, requests.cancel_order("BTCUSDT", other.order_id, "lk1-7-1-x"))
        assert {(each.client_id, each.cancel_id, each.status) for each in ended} == {  # type: ignore[attr-defined]
            ("lk1-7-1", "lk1-7-1-x", "CANCELED"),
            ("lk1-7-1s", "lk1-7-1-x", "CANCELED"),
        }


def test_both_ways_give_the_same_answers(exchange: SimulatorProcess, hmac: Signer) -> None:
    past = requests.prices_in_second("BTCUSDT", int(time.time() - 60) * 1000)
    questions = [
        requests.open_orders("BTCUSDT"),
        requests.open_orders(),
        requests.trades("BTCUSDT"),
        requests.trades("BTCUSDT", from_id=1, limit=5),
        requests.trades("BTCUSDT", order_id=1),
        requests.commission("BTCUSDT"),
        requests.account(),
        requests.exchange_info(["BTCUSDT"]),
        requests.book_ticker("BTCUSDT"),
        requests.book_tickers(["BTCUSDT", "ETHUSDT"]),
        requests.book_tickers(),
        requests.reference_price("BTCUSDT"),
        requests.average_price("BTCUSDT"),
        past,
        requests.book_tickers(["NOSUCHUSDT"]),
    ]
    with opened(exchange, hmac) as (link, _), opened(exchange, hmac, websocket=False) as (rest, _):
        answered(link, requests.place_sell("BTCUSDT", "lk1-b-1", Decimal(50_000), Decimal("0.001")))  # fills
        for question in questions:
            one, other = asked(link, question), asked(rest, question)
            if "exchangeInfo" in question.path:
                assert one.body.pairs == other.body.pairs  # type: ignore[union-attr, attr-defined]
            elif "avgPrice" in question.path:  # the five minutes move on between the two
                assert abs(one.body / other.body - 1) < Decimal("0.01")  # type: ignore[union-attr, operator]
            else:
                assert one == other, question
        assert isinstance(asked(link, requests.server_time()), Answered)
        assert isinstance(
            answered(link, requests.prices_in_second("BTCUSDT", int(time.time() - 60) * 1000)), BestPrices
        )


def test_each_request_weighs_what_the_exchange_says(exchange: SimulatorProcess, hmac: Signer) -> None:
    with opened(exchange, hmac) as (link, recorder):
        placed = answered(link, sell("lk1-c-1"))
        answered(link, requests.cancel_order("BTCUSDT", placed.report.order_id, "lk1-c-1-x"))  # type: ignore[attr-defined]
        for request in (
            requests.order_by_client_id("BTCUSDT", "lk1-none-1"),
            requests.open_orders("BTCUSDT"),
            requests.open_orders(),
            requests.trades("BTCUSDT"),
            requests.account(),
            requests.commission("BTCUSDT"),
            requests.book_tickers(["BTCUSDT"]),
        ):
            asked(link, request)
        known = None
        for request, reply in recorder.after:
            (count,) = [each.count for each in reply.counts if each.kind is LimitKind.WEIGHT]
            weight = request.cost.weight - (request.cost.refund if isinstance(reply.outcome, Answered) else 0)
            if known is not None and count >= known:  # else a minute is over
                assert count - known == weight, request
            known = count
        orders = [each for each in recorder.after[1][1].counts if each.kind is LimitKind.ORDERS]
        assert {each.window_ms for each in orders} == {10_000, 1440 * MINUTE_MS}


def test_many_orders_at_once(exchange: SimulatorProcess, ed25519: Signer) -> None:
    with opened(exchange, ed25519) as (link, _):
        outcomes = [sent(link, sell(f"lk1-d-{number}")) for number in range(30)]
        turn(link, lambda: all(outcomes))
        ids = {each.body.report.order_id for (each,) in outcomes}  # type: ignore[union-attr, attr-defined]
        assert len(ids) == 30
        cancels = [sent(link, requests.cancel_order("BTCUSDT", each, f"lk1-d-{each}-x")) for each in ids]
        turn(link, lambda: all(cancels))
        assert all(isinstance(each, Answered) for (each,) in cancels)


# ---- faults


@pytest.fixture
def faulty(exchange: SimulatorProcess) -> Iterator[SimulatorProcess]:
    yield exchange
    exchange.controls().lift()
    exchange.controls().fault("clock-skew", ms=0)


def test_a_lost_reply_is_unknown_and_the_order_stands(faulty: SimulatorProcess, ed25519: Signer) -> None:
    with opened(faulty, ed25519) as (link, _):
        faulty.controls().fault("lose-reply", how="silence", where={"method": "order.place"}, times=1)
        assert isinstance(asked(link, sell("lk1-e-1"), 0.3), Unknown)
        report = answered(link, requests.order_by_client_id("BTCUSDT", "lk1-e-1"))
        assert report.status == "NEW"  # type: ignore[attr-defined]


def test_a_reply_that_comes_late_reaches_the_observer(faulty: SimulatorProcess, ed25519: Signer) -> None:
    with opened(faulty, ed25519) as (link, recorder):
        faulty.controls().fault("reply-late", where={"method": "order.place"}, times=1, seconds=0.4)
        assert isinstance(asked(link, sell("lk1-f-1"), 0.1), Unknown)
        turn(link, lambda: recorder.late)
        ((_, outcome),) = recorder.late
        assert isinstance(outcome, Answered)


def test_a_clock_that_is_wrong_is_measured(faulty: SimulatorProcess, signer: Signer) -> None:
    with opened(faulty, signer) as (link, recorder):
        for seconds in (30, -30):
            faulty.controls().fault("clock-skew", ms=seconds * 1000)
            recorder.server_times.clear()
            assert isinstance(asked(link, requests.account()), Answered)
            assert abs(recorder.server_times[0] - time.time() * 1000 - seconds * 1000) < 5000


def test_a_wrong_clock_at_the_logon(faulty: SimulatorProcess, ed25519: Signer) -> None:
    faulty.controls().fault("clock-skew", ms=30_000)
    with opened(faulty, ed25519) as (link, recorder):
        assert isinstance(asked(link, requests.account()), Answered)
        assert len([each for each in recorder.before if each.path == "session.logon"]) == 2


def test_cut_sockets_make_unknown_what_is_in_flight_and_rest_goes_on(faulty: SimulatorProcess, ed25519: Signer) -> None:
    with opened(faulty, ed25519) as (link, _):
        faulty.controls().fault("reply-late", where={"method": "order.place"}, times=10, seconds=5)
        outcomes = [sent(link, sell(f"lk1-g-{number}")) for number in range(3)]
        turn(link, lambda: faulty.controls().faults()[0]["fired"] == 3)
        faulty.controls().fault("cut", socket="requests")
        turn(link, lambda: all(outcomes))
        assert all(isinstance(each, Unknown) for (each,) in outcomes)
        assert isinstance(asked(link, requests.open_orders("BTCUSDT")), Answered)
        turn(link, lambda: link.state.condition is LinkCondition.READY)


def test_a_shutdown_loses_nothing(faulty: SimulatorProcess, ed25519: Signer) -> None:
    with opened(faulty, ed25519) as (link, recorder):
        faulty.controls().fault("reply-late", where={"newClientOrderId": "lk1-h-1"}, seconds=0.5)
        in_flight = sent(link, sell("lk1-h-1"))
        faulty.controls().fault("server-shutdown", seconds=1.0)
        turn(link, lambda: len([each for each in recorder.before if each.path == "session.logon"]) == 2)
        turn(link, lambda: link.state.condition is LinkCondition.READY and in_flight)
        assert isinstance(in_flight[0], Answered)
        assert isinstance(asked(link, requests.open_orders("BTCUSDT")), Answered)


def test_a_mute_socket_is_left_before_the_deadline_of_further_requests(
    faulty: SimulatorProcess, ed25519: Signer
) -> None:
    with opened(faulty, ed25519) as (link, _):
        faulty.controls().fault("mute", socket="requests", seconds=60)
        first = sent(link, requests.account(), 5.0)
        turn(link, lambda: link.state.condition is LinkCondition.SUSPECTED)
        assert isinstance(asked(link, requests.open_orders("BTCUSDT")), Answered)
        turn(link, lambda: link.state.condition is LinkCondition.READY)
        turn(link, lambda: first)
        assert isinstance(first[0], Unknown)


def test_a_ban_is_told(keys: dict[str, Path]) -> None:
    with start_simulator(["--symbol", "BTCUSDT", "--paused"]) as exchange:
        signer = HmacSigner(exchange.api_key, exchange.api_secret)
        with opened(exchange, signer) as (link, recorder):
            exchange.controls().fault("ban", seconds=30)
            turn(link, lambda: recorder.limited)
            assert recorder.limited[0].retry_after_s > 20
            outcome: Outcome = asked(link, requests.account())
            assert isinstance(outcome, RateLimited)


def test_a_revoked_key(keys: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "ed25519.pem"
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--ed25519-key", str(path)]) as exchange:
        signer = Ed25519Signer(exchange.ed25519_api_key, path.read_bytes())
        with opened(exchange, signer) as (link, _):
            exchange.controls().fault("key", permissions=[])
            assert isinstance(asked(link, requests.account(), 0.5), Unknown)  # the refusal names no request
            assert link.state.condition is LinkCondition.LOGGED_OFF
            assert is_refused_as(asked(link, requests.account()), RefusalKind.BAD_KEY)
            turn(link, lambda: link.state.needs_a_person)
