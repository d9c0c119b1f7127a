"""What pairs hold of a coin, as far as the Monitor knows."""

from decimal import Decimal as D

from actors.monitor.view import View
from lotkeeper.trading.book.holdings import Listing, PairHolding
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


def held(view: View, base: str, excluded: str) -> list[PairHolding]:
    return list(view.holdings(base, excluded))


def test_pairs_of_the_coin_but_one_are_listed_as_they_reported():
    pairs = {
        "BTCUSDT": reports.pair("BTCUSDT", base="BTC", held=D(3)),
        "BTCEUR": reports.pair("BTCEUR", base="BTC", held=D("0.5")),
        "ETHUSDT": reports.pair("ETHUSDT", base="ETH", held=D(7)),
    }
    view = View(symbols=tuple(pairs), pairs=pairs)
    assert held(view, "BTC", "BTCUSDT") == [PairHolding("BTCEUR", D("0.5"), NOW_MS - 500, NOW_MS - 4000)]


def test_a_pair_that_is_not_listed_and_was_never_kept_holds_nothing():
    unlisted = {"base": "", "complete_as_of_ms": None}
    pairs = {
        "BTCEUR": reports.pair("BTCEUR", listing=Listing.NEVER_KEPT, **unlisted),
        "BTCGBP": reports.pair("BTCGBP", listing=Listing.DELISTED, **unlisted),
    }
    view = View(symbols=("BTCUSDT", *pairs), pairs=pairs)
    (delisted,) = held(view, "BTC", "BTCUSDT")
    assert (delisted.symbol, delisted.listing) == ("BTCGBP", Listing.DELISTED)


def test_a_pair_without_a_report_is_listed_when_its_symbol_begins_with_the_coin():
    view = View(symbols=("BTCUSDT", "BTCUSDC", "ETHUSDT"))
    assert held(view, "BTC", "BTCUSDT") == [PairHolding("BTCUSDC")]


def test_a_pair_is_complete_as_of_what_its_keeper_reported():
    view = View(pairs={"BTCUSDT": reports.pair(complete_as_of_ms=NOW_MS)})
    assert (view.complete_as_of_ms("BTCUSDT"), view.complete_as_of_ms("ETHUSDT")) == (NOW_MS, None)


def test_of_a_pair_that_has_gone_nothing_is_known_any_more():
    view = View(
        symbols=("BTCUSDT", "ETHUSDT"),
        pairs={symbol: reports.pair(symbol) for symbol in ("BTCUSDT", "ETHUSDT")},
        keepers={"ETHUSDT": "its keeper"},
        prices={"ETHUSDT": reports.price("ETHUSDT")},
        children={key: reports.child(key) for key in ("ETHUSDT", "ETHUSDT keeper", "BTCUSDT keeper", "gateway")},
    )
    view.keep_only(("BTCUSDT", "SOLUSDT"))
    assert (view.symbols, list(view.pairs), view.keepers, view.prices) == (("BTCUSDT", "SOLUSDT"), ["BTCUSDT"], {}, {})
    assert list(view.children) == ["BTCUSDT keeper", "gateway"]
