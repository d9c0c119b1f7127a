"""The whole system on recorded markets: BTCUSDT and ETHUSDT of 2024-08-08, as they were."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.verification.staging.waiting import wait_for
from persistence.store import Store
from tests.e2e.environment import ROOT, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

DATA = ROOT.parent / "shared" / "data" / "ws"
CAPTURES = [DATA / f"hftbacktest_{symbol}_20240808.txt.gz" for symbol in ("btcusdt", "ethusdt")]
PAIRS = {"BTCUSDT": "BTC", "ETHUSDT": "ETH"}


@pytest.mark.takes(20)
@pytest.mark.skipif(not all(map(Path.exists, CAPTURES)), reason="the recorded captures are not in ../shared/data")
def test_bought_and_sold_at_recorded_prices_and_the_profit_is_the_accounts_own(tmp_path: Path) -> None:
    arguments = [part for capture in CAPTURES for part in ("--replay", str(capture))]
    fees = ["--maker-fee", "0.0002", "--taker-fee", "0.0003"]
    with SystemUnderTest(tmp_path, [*arguments, *fees, "--speed", "20", "--paused"], profit_pct="0.005") as system:
        system.run_unproven()
        system.control("source/start")
        system.wait_until_well()
        _buy_until_replay_ends(system)
        wait_for("every SELL", lambda: not system.unprotected())
        books = _wait_for_ledger(system)
        balances = {asset: system.balance(asset) for asset in ("USDT", *PAIRS.values())}
        system.stop()
        lots = _lots(tmp_path)
    _check_ledger(lots, books, balances)


def _buy_until_replay_ends(system: SystemUnderTest) -> None:
    """A BUY of each pair now and then, until the recording ends."""
    for number in range(100):
        if system.control("summary")["source"]["replay_done"]:
            break
        for symbol in PAIRS:
            system.buy(symbol, str(50 + 7 * (number % 9)))
        time.sleep(0.7)


def _wait_for_ledger(system: SystemUnderTest) -> dict[str, Any]:
    """The exchange's books, once the Ledger knows all their fills."""

    def same() -> dict[str, Any] | None:
        books: dict[str, Any] = system.control("summary")["symbols"]
        filled = sum(sell["status"] == "FILLED" for desk in books.values() for sell in desk["sells"])
        status = system.status()
        return books if status is not None and status["totals"]["sells_filled"] == filled else None

    found: dict[str, Any] = wait_for("the ledger knows all fills", same)
    return found


def _lots(folder: Path) -> list[Lot]:
    store = Store.open(f"sqlite:///{folder}/lots.sqlite")
    try:
        return list(store.lots(limit=None))
    finally:
        store.close()


def _check_ledger(lots: list[Lot], books: dict[str, Any], balances: dict[str, Any]) -> None:
    closed = [lot for lot in lots if lot.state is LotState.CLOSED]
    assert len(lots) == sum(len(desk["buys"]) for desk in books.values()) >= 10
    assert closed
    assert all(realised_profit(lot) > 0 for lot in closed)
    for lot in lots:
        _check_lot(lot, books[lot.symbol])
    before, after = balances["USDT"]
    assert after - before == sum(lot.proceeds - lot.cost for lot in lots)
    for symbol, base in PAIRS.items():
        before, after = balances[base]
        assert after - before == sum(lot.received - lot.sold for lot in lots if lot.symbol == symbol)


def _check_lot(lot: Lot, desk: dict[str, Any]) -> None:
    """Cost, quantity and proceeds to the last digit, from orders that the exchange keeps."""
    (buy,) = (buy for buy in desk["buys"] if buy["orderId"] == lot.buy_order_id)
    assert (lot.cost, lot.received) == (Decimal(buy["quoteQty"]), Decimal(buy["receivedNet"]))
    ids = {order.order_id for order in lot.orders}
    sells = [sell for sell in desk["sells"] if sell["orderId"] in ids]
    fees = sum(Decimal(sell["fees"].get("USDT", "0")) for sell in sells)
    assert lot.proceeds == sum(Decimal(sell["quoteQty"]) for sell in sells) - fees
    assert lot.sold == sum(Decimal(sell["executedQty"]) for sell in sells)
    for order in lot.orders:
        assert order.price * order.quantity * (1 - Decimal("0.0003")) >= order.cost * Decimal("1.00005")
