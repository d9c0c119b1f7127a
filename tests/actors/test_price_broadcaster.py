from decimal import Decimal as D

import pytest

from actors.price_broadcaster import PriceBroadcaster
from actors.pricing.listeners import MOST_LEVELS, MOST_LISTENERS
from lotkeeper.engine.testing import Desk, Probe, a
from lotkeeper.trading.filters.prices import PriceFilter
from lotkeeper.trading.pairs import TradePair
from lotkeeper.trading.prices.levels import Direction, Level
from lotkeeper.trading.prices.words import Source
from lotkeeper.trading.valuing import Top
from messages.connections import StreamDoubted
from messages.health import PricesReported
from messages.lifecycle import Neighbours, NeighboursChanged, StartPrices
from messages.prices import (
    FeedReported,
    LevelCrossed,
    LevelsArmed,
    Price,
    PriceChecked,
    PriceModeChanged,
    PricesChanged,
    PriceSeen,
    RulesLearned,
    SubscribePrices,
    WatchLevels,
    WatchRefused,
)
from messages.queries import FetchFailed, FetchMarket, FetchPrices, MarketFetched, PricesFetched

BTC, ETH = "BTCUSDT", "ETHUSDT"


class Bench:
    """A broadcaster, its Gateway and Monitor, and a stream for each pair that is named."""

    def __init__(self, *symbols: str) -> None:
        self.desk = Desk(PriceBroadcaster)
        self.gateway, self.monitor = self.desk.probe("gateway"), self.desk.probe("monitor")
        self.desk.tell(StartPrices(self.monitor.address, symbols))
        self.desk.tell(NeighboursChanged(self.neighbours()))

    def neighbours(self) -> Neighbours:
        return Neighbours(gateway=self.gateway.address, monitor=self.monitor.address)

    def stream(self, symbol: str) -> Probe:
        return self.desk.probe(f"{symbol} stream")

    def tick(
        self, symbol: str, bid: str, lowest: str = "", highest: str = "", is_confirmed: bool = True, ago_s: float = 0.0
    ) -> None:
        at_ms = self.desk.actor.wall_ms() - int(ago_s * 1000)
        price = Price(symbol, D(bid), D(bid) + 1, D(bid), at_ms, is_confirmed=is_confirmed)
        seen = PriceSeen(price, self.desk.now - ago_s, D(lowest or bid), D(highest or bid))
        self.desk.tell(seen, self.stream(symbol))

    def report(self, symbol: str, reason: str = "", doubt: str = "") -> None:
        self.desk.tell(FeedReported(symbol, not reason, reason, doubt), self.stream(symbol))

    def live(self, seconds: float, *symbols: str, down: str = "") -> None:
        """Time passes; the streams of `symbols` say each second that they deliver, or why not."""
        for _ in range(int(seconds)):
            for symbol in symbols:
                self.report(symbol, down)
            self.desk.advance(1.0)

    def asked(self) -> FetchPrices:
        return self.gateway.pop(FetchPrices)

    def answer(self, question: FetchPrices, **bids: str) -> None:
        tops = {symbol: Top(D(bid), D(bid) + 1) for symbol, bid in bids.items()}
        self.desk.tell(PricesFetched(question.request_id, tops, self.desk.actor.wall_ms()), self.gateway)

    def subscriber(self, *symbols: str, every_s: float = 1.0, name: str = "subscriber") -> Probe:
        probe = self.desk.probe(name)
        self.desk.tell(SubscribePrices(symbols, every_s), probe)
        return probe

    def watcher(self, *levels: tuple[str, str], number: int = 1, name: str = "watcher", symbol: str = BTC) -> Probe:
        probe = self.desk.probe(name)
        wanted = tuple(Level(symbol, D(price), Direction(direction)) for direction, price in levels)
        self.desk.tell(WatchLevels(number, wanted), probe)
        return probe

    def modes(self) -> list[tuple[str, Source, str]]:
        changes = [each for each in self.monitor.received if isinstance(each, PriceModeChanged)]
        return [(each.symbol, each.mode, each.reason) for each in changes]


def seen(probe: Probe) -> list[list[tuple[str, str]]]:
    """What came, message by message."""
    return [[(price.symbol, str(price.bid)) for price in prices] for prices in all_seen(probe)]


def all_seen(probe: Probe) -> list[tuple[Price, ...]]:
    messages = [each for each in probe.received if isinstance(each, PricesChanged)]
    probe.received.clear()
    return [each.prices for each in messages]


def crossed(probe: Probe) -> list[str]:
    messages = [each for each in probe.received if isinstance(each, LevelCrossed)]
    probe.received.clear()
    return [f"{each.level.direction} {each.level.price}" for each in messages]


@pytest.fixture
def bench() -> Bench:
    return Bench()


# Who listens


def test_who_comes_late_gets_the_last_prices_at_once(bench):
    bench.tick(BTC, "60000")
    bench.tick(ETH, "3000")
    assert seen(bench.subscriber(ETH)) == [[(ETH, "3000")]]
    assert seen(bench.subscriber(name="all")) == [[(BTC, "60000"), (ETH, "3000")]]


def test_who_comes_before_any_price_gets_the_first_one_at_once(bench):
    probe = bench.subscriber()
    assert seen(probe) == []
    bench.tick(BTC, "60000")
    assert seen(probe) == [[(BTC, "60000")]]


def test_each_is_told_as_often_as_it_asked_and_the_newest_of_each_pair(bench):
    fast, slow = bench.subscriber(every_s=0.5, name="fast"), bench.subscriber(every_s=2.0, name="slow")
    for second in range(8):
        for step in range(10):
            bench.tick(BTC, str(60000 + 10 * second + step))
            bench.desk.advance(0.1)
    bench.desk.advance(2.0)
    fast_seen, slow_seen = seen(fast), seen(slow)
    assert 15 <= len(fast_seen) <= 18
    assert 4 <= len(slow_seen) <= 6
    assert fast_seen[-1] == slow_seen[-1] == [(BTC, "60079")]


def test_each_change_is_sent_at_once_after_a_calm_and_in_batches_in_a_storm(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "1")
    assert seen(probe) == [[(BTC, "1")]]
    for step in range(100):
        bench.tick(BTC, str(2 + step))
        bench.tick(ETH, str(2 + step))
        bench.desk.advance(0.001)
    bench.desk.advance(0.02)
    batches = seen(probe)
    assert len(batches) <= 6
    assert batches[-1] == [(BTC, "101"), (ETH, "101")]


def test_a_price_that_is_only_younger_is_news_at_an_interval_alone(bench):
    changes, interval = bench.subscriber(every_s=0.0, name="changes"), bench.subscriber(every_s=1.0, name="interval")
    for _ in range(5):
        bench.tick(BTC, "1")
        bench.desk.advance(1.0)
    assert len(seen(changes)) == 1
    assert len(seen(interval)) == 5


def test_several_pairs_come_in_one_message(bench):
    probe = bench.subscriber(every_s=1.0)
    bench.tick(BTC, "1")
    seen(probe)
    for symbol in (ETH, BTC, "BNBUSDT", BTC):
        bench.tick(symbol, "2")
    bench.desk.advance(1.0)
    assert seen(probe) == [[("BNBUSDT", "2"), (BTC, "2"), (ETH, "2")]]


def test_only_the_pairs_that_were_asked_for(bench):
    probe = bench.subscriber(BTC)
    bench.tick(ETH, "3000")
    bench.desk.advance(5.0)
    assert seen(probe) == []


def test_a_price_that_was_received_before_the_known_one_is_dropped(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    bench.tick(BTC, "50000", ago_s=0.5)
    bench.desk.advance(2.0)
    assert seen(probe) == [[(BTC, "60000")]]


def test_a_wall_clock_that_is_set_back_stops_nothing(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    price = Price(BTC, D(61000), D(61001), D(61000), 5)
    bench.desk.advance(1.0)
    bench.desk.tell(PriceSeen(price, bench.desk.now, D(61000), D(61000)), bench.stream(BTC))
    assert seen(probe)[-1] == [(BTC, "61000")]


def test_a_new_wish_takes_the_place_of_the_old_one(bench):
    bench.tick(BTC, "60000")
    probe = bench.subscriber(BTC, every_s=1.0)
    bench.tick(BTC, "60001")  # under way when the wish changes
    bench.subscriber(ETH, every_s=1.0)
    seen(probe)
    bench.tick(BTC, "60002")
    bench.tick(ETH, "3000")
    bench.desk.advance(3.0)
    assert seen(probe) == [[(ETH, "3000")]]


def test_the_same_wish_again_is_no_reason_to_repeat(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    seen(probe)
    bench.subscriber()
    bench.desk.advance(2.0)
    assert seen(probe) == []


def test_who_does_not_renew_its_wish_is_taken_for_dead(bench):
    faithful, silent = bench.subscriber(name="faithful"), bench.subscriber(name="silent")
    bench.watcher(("up", "1000000"))
    for second in range(200):
        if second % 30 == 0:
            bench.subscriber(name="faithful")
        bench.tick(BTC, str(60000 + second))
        bench.desk.advance(1.0)
    assert len(seen(faithful)) > 190
    assert 80 < len(seen(silent)) < 100
    assert bench.desk.actor._listeners.count == 1


def test_listeners_are_bounded_and_those_who_are_there_stay(bench):
    first = bench.subscriber(name="first")
    for number in range(MOST_LISTENERS + 5):
        bench.subscriber(name=f"{number}")
    assert len(bench.desk.actor._listeners.subscribers) == MOST_LISTENERS
    bench.tick(BTC, "1")
    assert seen(first) == [[(BTC, "1")]]


def test_a_calm_market_costs_a_look_a_second(bench):
    bench.subscriber()
    bench.tick(BTC, "60000")
    bench.desk.advance(60)
    assert len(bench.desk.wakeups) == 1


# Levels


def test_a_level_wakes_once_and_again_only_when_it_is_armed_anew(bench):
    probe = bench.watcher(("up", "110"), ("down", "90"))
    for bid in ("100", "111", "100", "112", "89"):
        bench.tick(BTC, bid)
    assert crossed(probe) == ["up 110", "down 90"]
    bench.watcher(("up", "110"), ("down", "90"), number=1)  # only says that it lives
    bench.tick(BTC, "111")
    assert crossed(probe) == []
    bench.watcher(("up", "110"), ("down", "90"), number=2)
    assert crossed(probe) == ["up 110"], "it is crossed already"


def test_a_spike_that_no_price_shows_any_more_crosses(bench):
    probe = bench.watcher(("up", "110"))
    bench.tick(BTC, "100")
    bench.tick(BTC, "100", highest="110")
    assert crossed(probe) == ["up 110"]


def test_a_crossing_comes_without_waiting_for_a_batch(bench):
    bench.subscriber(every_s=60.0)
    bench.tick(BTC, "100")
    probe = bench.watcher(("up", "110"))
    bench.tick(BTC, "110")
    assert probe.pop(LevelCrossed).price.bid == 110


def test_a_stream_knows_the_nearest_levels_of_all_watchers(bench):
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.watcher(("up", "110"), ("up", "130"), ("down", "80"), name="one")
    bench.watcher(("up", "120"), ("down", "90"), name="other")
    told = bench.stream(BTC).received
    assert told[-1] == LevelsArmed(BTC, D(110), D(90))
    bench.tick(BTC, "111")
    assert told[-1] == LevelsArmed(BTC, D(120), D(90))
    bench.watcher(number=2, name="other")
    assert told[-1] == LevelsArmed(BTC, D(130), D(80))
    bench.live(91, BTC)
    assert told[-1] == LevelsArmed(BTC, D("Infinity"), D("-Infinity"))


def test_a_stream_in_a_new_life_learns_the_levels_again(bench):
    bench.report(BTC)
    bench.watcher(("up", "110"))
    bench.desk.tell(FeedReported(BTC, True, "", ""), bench.desk.probe("the next stream"))
    assert bench.desk.probe("the next stream").received == [LevelsArmed(BTC, D(110), D("-Infinity"))]


def test_a_price_that_nothing_has_confirmed_wakes_nobody(bench):
    probe = bench.watcher(("up", "110"))
    bench.tick(BTC, "500", is_confirmed=False)
    assert crossed(probe) == []
    bench.tick(BTC, "500")
    assert crossed(probe) == ["up 110"]


def test_a_stale_price_wakes_nobody(bench):
    bench.tick(BTC, "120")
    bench.live(20, BTC)
    assert crossed(bench.watcher(("up", "110"))) == []


def test_too_many_levels_are_refused_aloud_and_none_is_watched(bench):
    probe = bench.watcher(*[("up", str(100 + number)) for number in range(MOST_LEVELS + 1)])
    assert "more than" in probe.pop(WatchRefused).reason
    bench.tick(BTC, "5000")
    assert crossed(probe) == []


# Streams that are down, and REST


def test_all_pairs_whose_streams_are_down_are_asked_for_in_one_request(bench):
    probe = bench.subscriber(every_s=0.0)
    for symbol in (BTC, ETH, "BNBUSDT"):
        bench.report(symbol)
        bench.tick(symbol, "100")
    bench.live(1, BTC, ETH, down="closed by the server")
    question = bench.asked()
    assert question.symbols == (BTC, ETH)
    bench.gateway.nothing()
    seen(probe)
    bench.answer(question, BTCUSDT="101", ETHUSDT="102")
    bench.desk.advance(0.02)
    prices = {price.symbol: price for batch in all_seen(probe) for price in batch}
    assert {symbol: (price.bid, price.source) for symbol, price in prices.items()} == {
        BTC: (101, Source.REST),
        ETH: (102, Source.REST),
    }
    assert bench.modes() == [(BTC, Source.REST, "closed by the server"), (ETH, Source.REST, "closed by the server")]


def test_the_stream_takes_over_when_it_is_proven(bench, caplog):
    caplog.set_level("INFO")
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.live(2, BTC, down="gone")
    bench.answer(bench.asked(), BTCUSDT="101")
    bench.report(BTC)
    bench.tick(BTC, "102")
    (last,) = all_seen(bench.subscriber())[-1]
    assert (last.bid, last.source) == (102, Source.STREAM)
    assert [mode for _, mode, _ in bench.modes()] == [Source.REST, Source.STREAM]
    assert "prices by REST: gone" in caplog.text
    assert "by its stream again" in caplog.text


def test_rest_is_asked_again_every_two_seconds_and_one_question_at_a_time(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    first = bench.asked()
    bench.live(8, BTC, down="gone")
    bench.gateway.nothing()
    bench.answer(first, BTCUSDT="100")
    for _ in range(5):
        bench.live(2, BTC, down="gone")
        bench.answer(bench.asked(), BTCUSDT="100")


def test_a_gateway_that_does_not_answer_is_asked_again_and_its_late_answer_is_nothing(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    late = bench.asked()
    bench.live(10, BTC, down="gone")
    question = bench.asked()
    bench.answer(late, BTCUSDT="99")
    bench.answer(question, BTCUSDT="100")
    assert seen(bench.subscriber()) == [[(BTC, "100")]]
    bench.live(1, BTC, down="gone")
    report = [each for each in bench.monitor.received if isinstance(each, PricesReported)][-1]
    assert report.rest_failures == 1


def test_a_gateway_that_holds_off_is_left_alone_for_that_time(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    question = bench.asked()
    bench.desk.tell(FetchFailed(question.request_id, "rate limited", 30.0), bench.gateway)
    bench.live(29, BTC, down="gone")
    bench.gateway.nothing()
    report = [each for each in bench.monitor.received if isinstance(each, PricesReported)][-1]
    assert report.trouble == "rate limited"
    bench.live(2, BTC, down="gone")
    assert bench.asked()


def test_a_stream_actor_that_is_dead_is_noticed_by_its_silence(bench):
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.desk.advance(7.0)
    assert bench.asked().symbols == (BTC,)
    assert bench.modes()[0][2] == "no word from its stream for 5 s"


def test_a_pair_whose_stream_never_spoke_is_asked_for_too():
    bench = Bench(BTC)
    bench.desk.advance(7.0)
    bench.answer(bench.asked(), BTCUSDT="100")
    assert seen(bench.subscriber()) == [[(BTC, "100")]]


def test_without_a_gateway_it_waits_and_then_asks(bench):
    bench.desk.tell(NeighboursChanged(Neighbours(monitor=bench.monitor.address)))
    bench.report(BTC)
    bench.live(5, BTC, down="gone")
    bench.gateway.nothing()
    bench.desk.tell(NeighboursChanged(bench.neighbours()))
    bench.live(1, BTC, down="gone")
    assert bench.asked()


# Silence


def test_a_pair_that_is_silent_while_others_tick_is_checked_and_stays_fresh(bench):
    probe = bench.subscriber(BTC, every_s=0.0)
    bench.report(BTC)
    bench.tick(BTC, "100")
    checks = 0
    for second in range(40):
        bench.tick(ETH, str(3000 + second))
        bench.live(1, BTC, ETH)
        while bench.gateway.received:
            message = bench.gateway.received.pop(0)
            if isinstance(message, FetchPrices):
                assert message.symbols == (BTC,)
                bench.answer(message, BTCUSDT="100")
                checks += 1
    assert 3 <= checks <= 4
    assert bench.modes() == []
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False]]


def test_a_stream_that_rest_contradicts_is_doubted_and_told_so(bench, caplog):
    probe = bench.subscriber(BTC, every_s=0.0)
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.live(10, BTC)
    bench.answer(bench.asked(), BTCUSDT="105")
    bench.live(2, BTC)
    bench.answer(bench.asked(), BTCUSDT="106")
    doubted = bench.stream(BTC).pop(StreamDoubted)
    assert (doubted.stream, doubted.reason) == (BTC, "REST says 106 / 107, the stream nothing")
    assert bench.modes() == [(BTC, Source.REST, "its stream is deaf: REST says something else")]
    assert all_seen(probe)[-1][0].source is Source.REST
    assert "BTCUSDT stream doubted" in caplog.text
    bench.live(1, BTC)
    bench.tick(BTC, "107")
    bench.live(1, BTC)
    assert bench.modes()[-1] == (BTC, Source.STREAM, "")


def test_what_rest_says_is_told_to_the_stream_for_what_it_holds(bench):
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.report(BTC, doubt="its newest price is far from the last")
    bench.desk.advance(1.0)
    bench.answer(bench.asked(), BTCUSDT="80")
    checked = bench.stream(BTC).pop(PriceChecked)
    assert (checked.bid, checked.ask) == (80, 81)
    assert seen(bench.subscriber()) == [[(BTC, "80")]]


def test_a_price_that_goes_stale_is_told_once_and_again_when_it_is_fresh(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "100")
    bench.live(30, BTC)
    bench.tick(BTC, "100")
    bench.desk.advance(0.05)
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False], [True], [False]]


# The exchange's rules


def rules(is_trading: bool = True, tick: str = "0.01") -> RulesLearned:
    return RulesLearned(BTC, D(tick), is_trading)


def test_rules_reach_the_stream_also_one_that_comes_later(bench):
    bench.desk.tell(rules())
    bench.report(BTC)
    assert bench.stream(BTC).pop(RulesLearned) == rules()
    bench.desk.tell(rules(tick="0.1"))
    assert bench.stream(BTC).pop(RulesLearned) == rules(tick="0.1")


def test_a_halted_pairs_price_is_stale_and_wakes_nobody(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "100")
    bench.desk.tell(rules(is_trading=False))
    bench.desk.advance(0.05)
    watcher = bench.watcher(("up", "90"))
    bench.tick(BTC, "101")
    bench.desk.advance(0.05)
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False], [True], [True]]
    assert crossed(watcher) == []
    bench.desk.tell(rules())
    assert crossed(watcher) == ["up 90"]


def test_a_pair_that_fell_silent_or_is_halted_has_its_rules_asked_for_one_pair_at_a_time(bench):
    bench.report(BTC)
    bench.report(ETH)
    asked = []
    for _ in range(80):
        bench.live(1, BTC, ETH)
        asked += [each.symbol for each in bench.gateway.received if isinstance(each, FetchMarket)]
        bench.gateway.received.clear()
    assert asked == [BTC, ETH]
    bench.live(30, BTC, ETH)
    question = bench.gateway.pop(FetchMarket)
    pair = a(TradePair, symbol=BTC, status="HALT", price=PriceFilter(D("0.01")))
    bench.desk.tell(a(MarketFetched, request_id=question.request_id, pair=pair), bench.gateway)
    assert bench.stream(BTC).received[-1] == rules(is_trading=False)


# The Monitor


def test_a_new_monitor_is_told_of_the_modes(bench):
    bench.report(BTC)
    bench.report(BTC, "gone")
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(NeighboursChanged(Neighbours(gateway=bench.gateway.address, monitor=newer.address)))
    assert newer.pop(PriceModeChanged).reason == "gone"


def test_it_reports_itself(bench):
    bench.subscriber()
    bench.watcher(("up", "1"), ("down", "2"))
    bench.desk.advance(1.0)
    report = bench.monitor.received[-1]
    assert (report.subscribers, report.levels, report.rest_requests) == (1, 2, 0)
