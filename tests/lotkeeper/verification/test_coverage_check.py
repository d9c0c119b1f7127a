"""What is unprotected, by the exchange's own books."""

from typing import Any

from lotkeeper.verification.coverage_check import find_unprotected

INFO = {
    "symbols": [
        {
            "symbol": symbol,
            "baseAsset": symbol[:3],
            "quoteAsset": "USDT",
            "status": "TRADING",
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00010", "maxQty": "9000", "stepSize": "0.00010"},
                {"filterType": "NOTIONAL", "minNotional": "5"},
            ],
        }
        for symbol in ("BTCUSDT", "ETHUSDT")
    ]
}


def buy(
    order_id: int = 7001, executed: str = "0.0100", received: str = "0.0100", price: str = "60000"
) -> dict[str, Any]:
    quote = str(float(executed) * float(price))
    return {"orderId": order_id, "executedQty": executed, "receivedNet": received, "quoteQty": quote}


def books(*buys: dict[str, Any], sells: dict[str, tuple[str, str]] | None = None, symbol: str = "BTCUSDT") -> Any:
    """`sells` by prefix: what was sold, what is offered."""
    by_prefix = {name: {"sold": sold, "offered": offered} for name, (sold, offered) in (sells or {}).items()}
    return {"symbols": {symbol: {"buys": list(buys), "sellsByPrefix": by_prefix}}}


def test_nothing_bought_is_nothing_unprotected():
    assert find_unprotected(books(), INFO) == {}


def test_a_buy_without_a_sell():
    assert find_unprotected(books(buy()), INFO) == {"BTCUSDT": "0.01"}


def test_a_buy_whose_sells_cover_it():
    for sells in (("0", "0.0100"), ("0.0100", "0"), ("0.0040", "0.0060")):
        assert find_unprotected(books(buy(), sells={"lk1-5eh": sells}), INFO) == {}


def test_a_buy_that_is_covered_in_part():
    assert find_unprotected(books(buy(), sells={"lk1-5eh": ("0.0030", "0.0020")}), INFO) == {"BTCUSDT": "0.005"}


def test_the_sells_of_others_cover_nothing():
    foreign = {"lk1-5ei": ("0", "0.0100"), "web": ("0", "0.0100")}
    assert find_unprotected(books(buy(), sells=foreign), INFO) == {"BTCUSDT": "0.01"}


def test_what_the_fee_took_and_what_is_too_small_is_not_missed():
    sells = {"lk1-5eh": ("0", "0.0099")}
    assert find_unprotected(books(buy(received="0.00999"), sells=sells), INFO) == {}
    assert find_unprotected(books(buy(executed="0.0001", received="0.0001", price="40000")), INFO) == {}


def test_buys_add_up_and_pairs_stay_apart():
    both = books(buy(7001), buy(7002), buy(7003), sells={"lk1-5ej": ("0.0100", "0")})
    both["symbols"]["ETHUSDT"] = books(buy(1, "1", "1", "3000"))["symbols"]["BTCUSDT"]
    assert find_unprotected(both, INFO) == {"BTCUSDT": "0.02", "ETHUSDT": "1"}


def test_a_buy_that_never_filled():
    assert find_unprotected(books(buy(executed="0", received="0")), INFO) == {}
