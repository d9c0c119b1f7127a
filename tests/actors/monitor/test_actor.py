from dataclasses import replace
from decimal import Decimal as D

import orjson
import pytest

from actors.monitor.actor import Monitor
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.account import BalancesSeen
from messages.alerts import AlertsReported, CausesFound
from messages.control import AskStatus, StatusReported
from messages.health import AskHoldings, AskReport, HoldingsReported, StreamState
from messages.ledger import IncidentsRecorded, LedgerFailed, RecordBalances, RecordIncidents
from messages.lifecycle import Peers, PeersChanged, StartMonitor
from messages.prices import PricesChanged, SubscribePrices
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


@pytest.fixture
def desk() -> ActorBench[Monitor]:
    desk = ActorBench(Monitor, start_ms=NOW_MS)
    desk.tell(StartMonitor(("BTCUSDT",), NOW_MS))
    return desk


def all_is_well(desk: ActorBench[Monitor]) -> None:
    now_ms = desk.actor.wall_ms()
    for message in (
        reports.pair(at_ms=now_ms),
        reports.stream(),
        reports.stream("BTCUSDT"),
        reports.gateway(at_ms=now_ms),
        reports.ledger(at_ms=now_ms),
        reports.child(),
        PricesChanged((reports.price(),)),
    ):
        desk.tell(message)


def status(desk: ActorBench[Monitor]) -> dict:
    answer = desk.ask(AskStatus())
    assert isinstance(answer, StatusReported)
    return orjson.loads(orjson.dumps(answer.document))


def test_the_service_is_starting_until_all_have_reported(desk):
    assert status(desk)["health"] == "starting"
    all_is_well(desk)
    assert (status(desk)["health"], status(desk)["problems"]) == ("ok", [])
    assert status(desk)["pairs"]["BTCUSDT"]["price"]["bid"] == "60100"


def test_the_newest_report_of_a_source_counts(desk):
    all_is_well(desk)
    desk.tell(reports.gateway(at_ms=NOW_MS, trouble="HTTP 502"))
    assert status(desk)["problems"] == ["gateway: HTTP 502"]
    all_is_well(desk)
    assert status(desk)["health"] == "ok"


def test_silent_sources_are_named(desk):
    all_is_well(desk)
    sources = ["user stream", "market stream BTCUSDT", "gateway", "ledger"]
    desk.advance(15)
    document = status(desk)
    assert document["health"] == "degraded"
    assert document["problems"] == [f"{source}: no report for 15 s" for source in sources]
    desk.advance(10)
    assert status(desk)["problems"] == [f"{source}: no report for 25 s" for source in (*sources, "BTCUSDT")]


def test_who_asks_for_holdings_makes_the_other_keepers_of_the_coin_report_again(desk):
    all_is_well(desk)
    keeper = desk.probe("keeper of BTCUSDT")
    desk.tell(reports.pair(base="BTC"), keeper)
    desk.tell(AskHoldings(1, "BTCEUR", "BTC"), desk.probe("keeper of BTCEUR"))
    assert keeper.pop(AskReport) == AskReport()
    desk.tell(AskHoldings(2, "BTCUSDT", "BTC"), keeper)
    keeper.nothing(AskReport)


def test_it_subscribes_to_prices_and_keeps_its_lease(desk):
    prices = desk.probe("prices")
    desk.tell(PeersChanged(Peers(prices=prices.address)))
    assert prices.pop(SubscribePrices) == SubscribePrices((), 5.0)
    desk.tell(PeersChanged(Peers(prices=prices.address)))
    prices.nothing()
    desk.advance(91)
    assert len(prices.received) == 3


def test_prices_come_often_only_while_somebody_asks_for_the_status(desk):
    prices = desk.probe("prices")
    desk.tell(PeersChanged(Peers(prices=prices.address)))
    assert prices.pop(SubscribePrices).every_s == 5.0
    status(desk)
    assert prices.pop(SubscribePrices).every_s == 0.25
    desk.advance(20)
    status(desk)
    prices.nothing()  # it is subscribed already
    desk.advance(50)
    assert [each.every_s for each in prices.received] == [0.25, 0.25]
    prices.received.clear()
    desk.advance(30)
    assert prices.pop(SubscribePrices).every_s == 5.0


def test_a_new_broadcaster_is_subscribed_to_at_once(desk):
    first, second = desk.probe("first"), desk.probe("second")
    for peers in (Peers(prices=first.address), Peers(), Peers(prices=second.address)):
        desk.tell(PeersChanged(peers))
    assert isinstance(second.pop(SubscribePrices), SubscribePrices)
    first.received.clear()
    desk.advance(31)
    first.nothing()
    assert len(second.received) == 1


def test_a_new_price_replaces_the_last_one_of_its_pair(desk):
    all_is_well(desk)
    price = reports.price()
    desk.tell(PricesChanged((replace(price, best=BestPrices(price.best.bid + 5, price.best.ask)),)))
    assert status(desk)["pairs"]["BTCUSDT"]["price"]["bid"] == "60105"


def test_a_keeper_is_answered_what_other_pairs_hold_of_its_coin():
    """A pair that has not reported may hold some of it when its symbol begins with the coin."""
    desk = ActorBench(Monitor, start_ms=NOW_MS)
    desk.tell(StartMonitor(("BTCUSDT", "BTCEUR", "BTCUSDC", "ETHUSDT", "SOLUSDT"), NOW_MS))
    desk.tell(reports.pair("BTCUSDT", base="BTC", held=D(3)))
    desk.tell(reports.pair("BTCEUR", base="BTC", held=D("0.5"), is_adopting=True))
    desk.tell(reports.pair("ETHUSDT", base="ETH", held=D(7)))
    keeper = desk.probe("keeper")
    desk.tell(AskHoldings(4, "BTCUSDT", "BTC"), keeper)
    found = keeper.pop(HoldingsReported)
    assert found == HoldingsReported(
        4, (PairHolding("BTCEUR", D("0.5"), NOW_MS - 500, NOW_MS - 4000, is_adopting=True), PairHolding("BTCUSDC"))
    )


def incidents(ledger: Probe) -> list[tuple[str, bool]]:
    """What the Ledger was told, by kind, and whether it is over."""
    found = [each for message in ledger.received for each in message.incidents]
    ledger.received.clear()
    return [(str(each.kind), each.ended_ms is not None) for each in found]


def test_what_goes_wrong_is_recorded_when_it_begins_and_when_it_is_over(desk):
    ledger = desk.probe("ledger")
    desk.tell(PeersChanged(Peers(ledger=ledger.address)))
    all_is_well(desk)
    desk.tell(reports.stream(state=StreamState.DOWN))
    assert incidents(ledger) == [("stream-lost", False)]
    desk.tell(reports.stream())
    assert incidents(ledger) == [("stream-lost", True)]


def test_a_restart_is_recorded_also_where_its_end_was_not_seen(desk):
    ledger = desk.probe("ledger")
    desk.tell(PeersChanged(Peers(ledger=ledger.address)))
    all_is_well(desk)
    desk.tell(reports.child(restarts=1, reason="killed by SIGKILL"))
    assert incidents(ledger) == [("actor-restarted", True)]


def test_what_the_ledger_does_not_confirm_is_said_again(desk):
    ledger = desk.probe("ledger")
    all_is_well(desk)
    desk.tell(reports.child(restarts=1, reason="killed by SIGKILL"))
    desk.tell(PeersChanged(Peers(ledger=ledger.address)))
    for _ in range(2):
        desk.advance(6)
        assert set(incidents(ledger)) == {("actor-restarted", True)}
    desk.tell(LedgerFailed("", "disk full"), ledger)
    desk.advance(1)
    desk.tell(IncidentsRecorded(99), ledger)
    desk.advance(6)
    assert incidents(ledger) != [], "an answer to another message confirms nothing"


def test_balances_are_recorded_together(desk):
    ledger = desk.probe("ledger")
    desk.tell(PeersChanged(Peers(ledger=ledger.address)))
    for at_ms in (5, 6, 4):
        desk.tell(BalancesSeen((BalanceSeen("BTC", D(at_ms), D(0), at_ms),)))
    ledger.nothing(RecordBalances)
    desk.advance(4.1)
    (message,) = (each for each in ledger.received if isinstance(each, RecordBalances))
    assert message.balances == (BalanceSeen("BTC", D(6), D(0), 6),)


def test_all_that_is_open_is_said_once_all_have_reported(desk):
    ledger = desk.probe("ledger")
    desk.tell(PeersChanged(Peers(ledger=ledger.address)))
    desk.advance(4)
    ledger.nothing()
    all_is_well(desk)
    desk.advance(4)
    message = ledger.pop(RecordIncidents)
    assert (message.incidents, message.are_all) == ((), True)


def test_the_alerts_learn_every_few_seconds_what_is_wrong(desk):
    alerts = desk.probe("alerts")
    desk.tell(PeersChanged(Peers(alerts=alerts.address)))
    all_is_well(desk)
    desk.advance(5.0)
    assert alerts.pop(CausesFound).causes == ()
    desk.tell(reports.ledger(at_ms=desk.actor.wall_ms(), trouble="the disk is full"))
    desk.advance(5.0)
    assert [each.text for each in alerts.pop(CausesFound).causes] == ["the disk is full"]


def test_a_monitor_that_knows_nothing_yet_says_nothing_for_a_while(desk):
    alerts = desk.probe("alerts")
    desk.tell(PeersChanged(Peers(alerts=alerts.address)))
    desk.advance(15.0)
    alerts.nothing()
    desk.advance(10.0)
    assert alerts.pop(CausesFound).unproven


def test_what_the_alerts_report_is_in_the_status(desk):
    all_is_well(desk)
    desk.tell(AlertsReported(NOW_MS, 3, 1, ()))
    assert status(desk)["alerts"]["open"] == 3
