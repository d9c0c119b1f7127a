"""The matching alone: no socket, no text, nobody who listens."""

import os
from decimal import Decimal

from benchmarks.binance_sim.cores import Spent, spending
from benchmarks.binance_sim.messages import PAIR, orders
from binance_sim.account.account import Account
from binance_sim.account.fees import plain_fees
from binance_sim.clock import Clock
from binance_sim.matching.ending import cancel
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.outside import Quote
from binance_sim.matching.placing import place
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import ZERO
from binance_sim.symbols.catalogue import choose

FUNDS = {"USDT": Decimal(10**9), "BTC": Decimal(10**5)}
QUOTE = Quote(Decimal(60_000), Decimal(1), Decimal("60000.01"), Decimal(1), 7)


def measure(count: int) -> Spent:
    """So many order requests, the same as over sockets."""
    exchange = Exchange(choose((PAIR,), {}), Clock())
    account = exchange.open_account("main", FUNDS, plain_fees(Decimal("0.001"), Decimal("0.001")), (0, 0))
    exchange.quote(PAIR, QUOTE)
    wanted = list(orders(count))
    with spending(os.getpid()) as spent:
        for number, (verb, params) in enumerate(wanted):
            if verb == "POST":
                _place(exchange, account, params, number)
            else:
                _cancel(exchange, account, str(params["origClientOrderId"]))
    assert exchange.ledger.surplus([account]) == {}
    return spent


def _place(exchange: Exchange, account: Account, params: dict[str, object], number: int) -> None:
    desk = exchange.desks[PAIR]
    price, qty = Decimal(str(params.get("price", ZERO))), Decimal(str(params["quantity"]))
    name = str(params.get("newClientOrderId", number))
    tif = str(params.get("timeInForce", "GTC"))
    ticket = Ticket(desk.rules, str(params["side"]), str(params["type"]), tif, name, price, qty)
    with exchange.transaction(desk) as tx:
        order = place(tx, account, ticket)
    assert order.status == ("NEW" if price else "FILLED")


def _cancel(exchange: Exchange, account: Account, name: str) -> None:
    order = account.blotter(PAIR).by_client[name]
    with exchange.transaction(exchange.desks[PAIR]) as tx:
        cancel(tx, order, f"{name}-cancel")
