"""What follows from the exchange's answers for a first configuration."""

from decimal import Decimal as D

import pytest

from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions
from lotkeeper.exchange.shapes import Account, Balance, ExchangeInfo
from lotkeeper.service.doctor.facts import Trouble
from lotkeeper.service.setup.picture import (
    MOST_CANDIDATES,
    AccountPicture,
    Candidate,
    about_fees,
    candidates,
    refusals,
    unlisted,
    warnings,
)
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.lotkeeper.service.doctor.samples import RESTRICTIONS
from tests.lotkeeper.trading import make

SYMBOLS = (("BTC", "USDT"), ("BTC", "USDC"), ("ETH", "USDT"), ("ETH", "TRY"), ("DOGE", "USDT"), ("BNB", "USDT"))
RULES = {f"{base}{quote}": make.pair(symbol=f"{base}{quote}", base=base, quote=quote) for base, quote in SYMBOLS}
PRICES = {symbol: BestPrices(D(100), D(101)) for symbol in RULES}


def account(can_trade: bool = True, **free: str) -> Account:
    return Account(tuple(Balance(asset, D(amount), D(0)) for asset, amount in free.items()), can_trade, 1)


def picture(restrictions: KeyRestrictions | Trouble = RESTRICTIONS, **more: object) -> AccountPicture:
    given = {"account": account(), "rules": ExchangeInfo(RULES, ()), "restrictions": restrictions, **more}
    return AccountPicture(**given)  # type: ignore[arg-type]


def symbols(*orders: str, **free: str) -> list[str]:
    return [each.symbol for each in candidates(RULES, account(**free), PRICES, orders)]


def test_pairs_of_coins_that_are_enough_for_an_order():
    assert symbols(USDT="1000", BTC="1", DOGE="0.01") == ["BTCUSDT", "BTCUSDC"]  # DOGE is worth 1 USDT


def test_the_quote_asset_that_the_account_has_comes_first():
    assert symbols(USDC="1000", BTC="1") == ["BTCUSDC", "BTCUSDT"]
    assert symbols(ETH="1") == ["ETHUSDT"]  # TRY is no usual quote asset


def test_pairs_with_open_orders_come_before_all_others_whatever_is_held():
    found = candidates(RULES, account(BTC="1", USDT="9"), PRICES, ["ETHTRY", "ETHTRY", "GONEUSDT"])
    assert (found[0].symbol, found[0].open_orders) == ("ETHTRY", 2)
    assert found[0].is_proposed


def test_what_does_not_trade_is_no_candidate():
    rules = {"BTCUSDT": make.pair(status="BREAK")}
    assert candidates(rules, account(BTC="1"), PRICES, []) == []


def test_at_most_so_many():
    rules = {f"C{number}USDT": make.pair(symbol=f"C{number}USDT", base=f"C{number}") for number in range(40)}
    prices = dict.fromkeys(rules, BestPrices(D(100), D(101)))
    held = account(**{f"C{number}": "1" for number in range(40)})
    assert len(candidates(rules, held, prices, [])) == MOST_CANDIDATES


def test_coins_alone_are_not_proposed():
    assert not Candidate("BTCUSDT", "BTC", D(1)).is_proposed
    assert Candidate("BTCUSDT", "BTC", D(1), traded_ms=7).is_proposed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"may_withdraw": True}, "may withdraw"),
        ({"may_trade": False}, "may not trade"),
        ({"may_read": False}, "may not read"),
    ],
)
def test_a_key_that_must_not_be_used_is_refused(changes, words):
    given = {name: getattr(RESTRICTIONS, name) for name in RESTRICTIONS.__slots__} | changes
    (found,) = refusals(picture(KeyRestrictions(**given)))
    assert words in found


def test_an_account_that_may_not_trade_is_refused_also_where_nothing_is_known_of_the_key():
    found = refusals(picture(Trouble("404", is_not_offered=True), account=account(can_trade=False)))
    assert len(found) == 1
    assert refusals(picture()) == []


def test_what_should_be_mended():
    open_key = KeyRestrictions(
        may_read=True, may_trade=True, may_withdraw=False, may_transfer=True, is_bound_to_addresses=False
    )
    assert len(warnings(picture(open_key))) == 2
    assert warnings(picture()) == []
    assert "test networks do not" in warnings(picture(Trouble("HTTP 404", is_not_offered=True)))[0]


def test_a_pair_that_is_not_listed_is_named_with_the_nearest():
    assert list(unlisted(["BTCUSDT", "BTCUSD"], picture())) == [
        "the exchange does not list BTCUSD; did you mean BTCUSDT or BTCUSDC?"
    ]


def test_what_pays_the_fees():
    assert about_fees(picture()) == "fees are paid in the coins that a trade brings"
    assert "BNB, of which 0.5 is free" in about_fees(picture(fee_asset="BNB", account=account(BNB="0.5")))
