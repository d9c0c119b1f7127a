"""The matching engine alone: no socket, no text, no listeners."""

import os
from decimal import Decimal

from benchmarks.binance_sim.cpu import CpuTime, measure_cpu
from benchmarks.binance_sim.messages import PAIR, orders
from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import standard_fees
from binance_sim.clock import SimulatorClock
from binance_sim.matching.end_order import cancel
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.place_order import place
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import ZERO
from binance_sim.symbols.catalogue import choose_rules

FUNDS = {"USDT": Decimal(10**9), "BTC": Decimal(10**5)}
QUOTE = ExternalQuote(Decimal(60_000), Decimal(1), Decimal("60000.01"), Decimal(1), 7)


def measure(count: int) -> CpuTime:
    """Execute the same order requests as over sockets."""
    exchange = Exchange(choose_rules((PAIR,), {}), SimulatorClock())
    account = exchange.open_account("main", FUNDS, standard_fees(Decimal("0.001"), Decimal("0.001")), (0, 0))
    exchange.show_quote(PAIR, QUOTE)
    wanted = list(orders(count))
    with measure_cpu(os.getpid()) as spent:
        for number, (verb, params) in enumerate(wanted):
            if verb == "POST":
                _place(exchange, account, params, number)
            else:
                _cancel(exchange, account, str(params["origClientOrderId"]))
    assert exchange.ledger.surplus([account]) == {}
    return spent


def _place(exchange: Exchange, account: TradingAccount, params: dict[str, object], number: int) -> None:
    market = exchange.markets[PAIR]
    price, qty = Decimal(str(params.get("price", ZERO))), Decimal(str(params["quantity"]))
    name = str(params.get("newClientOrderId", number))
    tif = str(params.get("timeInForce", "GTC"))
    ticket = Ticket(market.rules, str(params["side"]), str(params["type"]), tif, name, price, qty)
    with exchange.transaction(market) as tx:
        order = place(tx, account, ticket)
    assert order.status == ("NEW" if price else "FILLED")


def _cancel(exchange: Exchange, account: TradingAccount, name: str) -> None:
    order = exchange.markets[PAIR].blotter(account).by_client[name]
    with exchange.transaction(exchange.markets[PAIR]) as tx:
        cancel(tx, order, f"{name}-cancel")
