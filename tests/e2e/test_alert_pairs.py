"""What the exchange does to pairs: each is told by its real cause, stops the heartbeat or not, and is told to be over.

Several begin within one run, each on a pair of its own, since a message takes longer than its cause.
"""

import os
import signal
import time
from decimal import Decimal
from pathlib import Path

import pytest

from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.recovery.in_flight import alive_until
from lotkeeper.verification.staging.waiting import wait_for
from messages.orders import MAX_SEND_DELAY_MS
from tests.actors.alerts.webhook import Webhook
from tests.binance_sim.support import Client
from tests.e2e.alerted_system import AlertedSystem
from tests.e2e.environment import WITHIN_S

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
RECV_WINDOW_MS = 5_000  # the default
STRANGE = "FROZEN"  # a status that the exchange may begin to use


def pairs_of(*symbols: str) -> tuple[str, ...]:
    return tuple(part for each in symbols for part in ("--symbol", each))


class PairsInTrouble(AlertedSystem):
    """Bought lots, and what the exchange does to their pairs."""

    def sell_stands(self, pair: str) -> int:
        """The order id of a BUY whose SELL is on the book."""
        bought = self.buy(pair)
        wait_for(f"the SELL on {pair}", lambda: self.sells_of(pair, bought), WITHIN_S)
        return bought

    def move_price(self, pair: str, factor: str) -> None:
        bid = self.bid(pair)
        self.control("price", symbol=pair, price=str((bid * Decimal(factor)).quantize(bid)))

    def bid(self, pair: str) -> Decimal:
        price = wait_for("a price", lambda: self.told()["pairs"][pair]["price"], WITHIN_S)
        return Decimal(price["bid"])

    def compare(self, *pairs: str) -> None:
        """Now, and not within two minutes."""
        for each in pairs:
            self.command("reconcile", each)

    def change_format_of_trades(self, pair: str) -> int:
        """Neither the event nor the row of this BUY (its order id) can be read."""
        event = {"e": "executionReport", "x": "TRADE", "s": pair}
        self.control("faults", name="change-event", where=event, times=0, set={"L": None})
        row = {"method": "myTrades", "symbol": pair}
        self.control("faults", name="change-answer", where=row, times=0, set={"price": None})
        return self.buy(pair)

    def use_new_status(self, pair: str) -> int:
        """The SELL of this BUY (its order id) has it."""
        bought, is_meant = self.sell_stands(pair), {"symbol": pair, "side": "SELL"}
        for method in ("openOrders.status", "order.status"):
            where, new = {"method": method}, {"status": STRANGE}
            self.control("faults", name="change-answer", where=where, times=0, set=new, of=is_meant)
        self.compare(pair)
        return bought

    def raise_tax(self, pair: str) -> None:
        """On each sale, as a country may. The SELL that stands was priced without it, and is far from the market."""
        self.sell_stands(pair)
        self.move_price(pair, "0.9")
        self.control("faults", name="fees", symbol=pair, tax={"seller": "0.01"})
        for each in self.processes("PairKeeper"):  # the next ones ask for it now, and not within ten minutes
            os.kill(each.pid, signal.SIGKILL)

    def let_another_keeper_sell(self, pair: str, started_ms: int) -> str:
        """The client order id of a SELL that another lotkeeper places for the same lot.

        `started_ms` is a moment after the start of the pair's keeper.
        """
        bought = self.sell_stands(pair)
        settled_ms = alive_until(started_ms + MAX_SEND_DELAY_MS, RECV_WINDOW_MS)
        wait_for("no earlier process can have sent it", lambda: time.time() * 1000 > settled_ms, WITHIN_S)
        name = client_order_id(SellName(bought, 7))
        price = str(int(self.bid(pair) * 2))
        placed = Client(self.exchange).order("SELL", symbol=pair, quantity="0.01", price=price, newClientOrderId=name)
        assert placed.ok, placed.text
        return name

    def cancel_all(self, pair: str) -> None:
        assert Client(self.exchange).signed("DELETE", "openOrders", symbol=pair).ok


GONE, FORMAT, STATUS = "ETHUSDT", "XRPUSDT", "BNBUSDT"


@pytest.mark.takes(80)
@pytest.mark.long
def test_what_the_exchange_changes_is_told_and_the_heartbeat_waits_for_each_pair(tmp_path: Path) -> None:
    arguments = pairs_of(GONE, FORMAT, STATUS)
    with Webhook() as webhook, PairsInTrouble(tmp_path, webhook, arguments=arguments, profit_pct="50") as system:
        system.run()
        gone = system.sell_stands(GONE)
        system.heartbeat_goes_on()
        system.control("faults", name="delist", symbol=GONE)
        unread, strange = system.change_format_of_trades(FORMAT), system.use_new_status(STATUS)
        for each in (GONE, FORMAT, STATUS):
            system.heartbeat_stops(f"{each}: ")
        system.message("WARNING not-listed", "does not list it any more", f"Do: lotkeeper release {GONE}-{gone}")
        # The BUY may have been filled by more than one trade.
        system.message("CRITICAL unreadable", f"of order {unread} ", "cannot be read", f"Do: lotkeeper adopt {FORMAT} ")
        system.message("WARNING strange-status", STRANGE, f"Do: lotkeeper release {STATUS}-{strange}")
        assert not [text for text in webhook.texts if "refused" in text or "coins-came" in text or "degraded" in text]
        system.controls.lift()
        system.compare(FORMAT, STATUS)
        system.heartbeat_stops(f"{GONE}: ", without=(f"{FORMAT}: ", f"{STATUS}: "))
        lifted_ms = int(time.time() * 1000)
        system.control("faults", name="list-again", symbol=GONE)
        system.compare(GONE)
        system.heartbeat_comes_back(GONE, lifted_ms=lifted_ms)
        for pair, bought in ((GONE, gone), (FORMAT, unread)):
            wait_for(f"the SELL on {pair}", lambda pair=pair, bought=bought: system.sells_of(pair, bought), WITHIN_S)
        for each in ("not-listed", "unreadable", "strange-status"):
            system.message("OVER", each)


TAXED, STOPPED, SHARED = "ADAUSDT", "SOLUSDT", "BTCUSDT"
EXITS = {
    TAXED: {"net_profit_pct": "0.5"},
    STOPPED: {"net_profit_pct": "50", "stop_loss": {"below_cost_pct": 85}},
}
OWN_COINS = ("--balance", "BTC=1", "--balance", "USDT=100000")


@pytest.mark.longest
def test_what_only_costs_money_leaves_the_heartbeat_going_and_another_keeper_stops_it(tmp_path: Path) -> None:
    arguments = (*pairs_of(TAXED, STOPPED, SHARED), *OWN_COINS)
    with Webhook() as webhook:
        system = PairsInTrouble(tmp_path, webhook, arguments=arguments, profit_pct="50", exits=EXITS)
        with system:
            system.run()
            system.raise_tax(TAXED)
            stopped = system.sell_stands(STOPPED)
            system.message("WARNING fee-rise", "1.1 % now", f"Do: lotkeeper resume {TAXED}")
            explain = f"Do: lotkeeper explain {STOPPED}-{stopped}"
            system.message("WARNING stop-refused", "PERCENT_PRICE_BY_SIDE", explain)
            system.heartbeat_goes_on()
            name = system.let_another_keeper_sell(SHARED, int(time.time() * 1000))
            system.heartbeat_stops(f"{SHARED}: watch-only", name)
            system.message("CRITICAL watch-only", name, f"Do: lotkeeper resume {SHARED}")
            system.cancel_all(TAXED)
            system.command_does("resume", TAXED, "--yes")
            system.move_price(STOPPED, "2")  # which sells its lot
            system.heartbeat_stops(f"{SHARED}: watch-only")
            assert Client(system.exchange).signed("DELETE", "order", symbol=SHARED, origClientOrderId=name).ok
            system.command_does("resume", SHARED, "--yes")
            system.heartbeat_comes_back(SHARED)
            for each in ("fee-rise", "stop-refused", "watch-only"):
                system.message("OVER", each)
