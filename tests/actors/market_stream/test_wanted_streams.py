"""Which streams of the exchange a market stream needs."""

import pytest

from actors.market_stream.wanted_streams import WantedStreams
from messages.prices import PricesWanted

BTC_BEST = {"btcusdt@bookTicker", "btcusdt@miniTicker"}
ETH_BEST = {"ethusdt@bookTicker", "ethusdt@miniTicker"}


@pytest.fixture
def wanted() -> WantedStreams:
    return WantedStreams(["BTCUSDT", "ETHUSDT"])


def test_the_best_prices_of_all_pairs_are_wanted_until_somebody_says_otherwise(wanted):
    assert wanted.names(0.0) == BTC_BEST | ETH_BEST


def test_trades_come_with_the_best_prices_by_which_they_are_judged(wanted):
    wanted.learn(PricesWanted((), ("BTCUSDT",), 0.0), 0.0)
    assert wanted.names(100.0) == BTC_BEST | {"btcusdt@trade"}


def test_what_is_not_wanted_any_more_is_kept_for_a_minute(wanted):
    wanted.learn(PricesWanted(("BTCUSDT",), (), 0.0), 10.0)
    assert wanted.names(69.0) == BTC_BEST | ETH_BEST
    assert wanted.names(71.0) == BTC_BEST
    wanted.learn(PricesWanted(("BTCUSDT", "ETHUSDT"), (), 0.0), 200.0)
    assert wanted.names(200.0) == BTC_BEST | ETH_BEST


def test_pairs_of_other_streams_are_none_of_its_business(wanted):
    wanted.learn(PricesWanted(("BTCUSDT", "BNBUSDT"), ("BNBUSDT",), 0.0), 0.0)
    assert wanted.names(100.0) == BTC_BEST


def test_of_a_pair_that_comes_the_best_prices_are_wanted_and_of_one_that_goes_nothing(wanted):
    wanted.learn(PricesWanted(("BTCUSDT",), (), 0.0), 0.0)
    wanted.serve(["BTCUSDT", "SOLUSDT"])
    assert wanted.names(1.0) == BTC_BEST | {"solusdt@bookTicker", "solusdt@miniTicker"}
    wanted.learn(PricesWanted(("ETHUSDT", "BTCUSDT"), (), 0.0), 0.0)
    assert not wanted.are_wanted("ETHUSDT", 1.0)
