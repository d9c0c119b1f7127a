"""Decoding of REST answers (Binance rest-api.md). All raise MalformedError for a body of the wrong shape."""

import logging
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from lotkeeper.exchange import fields
from lotkeeper.exchange.fields import MalformedError, Row
from lotkeeper.exchange.shapes import Account, Balance, PlacedOrder
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.lots.fees import Commission, CommissionRates, Discount
from lotkeeper.trading.money import EXACT, ZERO, floor_to
from lotkeeper.trading.orders.client_ids import is_ours
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade, fill_id_of_allocation
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.prices.best_prices import BestPrices

log = logging.getLogger("lotkeeper.exchange")
_ATOM = Decimal("1E-8")  # of a quote asset: Binance exchangeInfo has quoteAssetPrecision 8 throughout


def queried_order(body: object) -> OrderReport:
    """A row of GET order, openOrders or allOrders."""
    source = fields.row(body)
    time_name = "updateTime" if "updateTime" in source else "time"
    report = _report(source, fields.text(source, "clientOrderId"), fields.whole(source, time_name))
    return replace(report, created_ms=fields.whole(source, "time") if "time" in source else None)


def canceled_order(body: object) -> OrderReport:
    """The reply to DELETE order: `clientOrderId` is the cancel's own, the order's is `origClientOrderId`."""
    source = fields.row(body)
    time_ms = fields.whole(source, "transactTime") if "transactTime" in source else 0  # absent until 2023
    report = _report(source, fields.text(source, "origClientOrderId"), time_ms)
    return replace(report, cancel_id=fields.text(source, "clientOrderId"))


def canceled_orders(body: object) -> OrderReport | tuple[OrderReport, ...]:
    """The reply to DELETE order; of an order in a list the orders that the cancel ended, at least one."""
    source = fields.row(body)
    if "orderReports" not in source:
        return canceled_order(source)
    rows = [fields.row(each) for each in fields.rows(source["orderReports"])]
    ended = tuple(canceled_order(each) for each in rows if each.get("status") == "CANCELED")
    if not ended:
        raise MalformedError("no order of the cancelled list is CANCELED")
    return ended


def placed_list(body: object) -> PlacedOrder:
    """The reply to POST orderList/oco with newOrderRespType RESULT: the order above, and the stop as the other one."""
    rows = [fields.row(each) for each in fields.rows(fields.row(body).get("orderReports"))]
    placed = [placed_order(each).report for each in rows]
    above = next((each for each in placed if not each.is_stop), None)
    if above is None:
        raise MalformedError("the orders of the list have none above")
    return PlacedOrder(above, (), tuple(each for each in placed if each is not above))


def placed_purchase(body: object) -> PlacedOrder:
    """The reply to POST orderList/opo with newOrderRespType FULL: the BUY with its fills, and the SELL as the other."""
    placed = [placed_order(fields.row(each)) for each in fields.rows(fields.row(body).get("orderReports"))]
    buy = next((each for each in placed if each.report.side is Side.BUY), None)
    if buy is None:
        raise MalformedError("the orders of the list have no BUY")
    return replace(buy, others=tuple(each.report for each in placed if each is not buy))


def placed_order(body: object) -> PlacedOrder:
    """The reply to POST order with newOrderRespType FULL.

    Fills whose notional the exchange had to round are left out: the event and myTrades have it.
    """
    source = fields.row(body)
    report = _report(source, fields.text(source, "clientOrderId"), fields.whole(source, "transactTime"))
    report = replace(report, created_ms=report.time_ms)
    parts = [fields.row(part) for part in fields.rows(source.get("fills", []))]
    fills = [_part(part, report) for part in parts if fields.whole(part, "tradeId") >= 0]
    return PlacedOrder(
        report, tuple(fill for fill in fills if floor_to(fill.quote_quantity, _ATOM) == fill.quote_quantity)
    )


def trade(body: object) -> Fill:
    """A row of GET myTrades."""
    source = fields.row(body)
    return Fill(
        symbol=fields.text(source, "symbol"),
        trade_id=fields.whole(source, "id"),
        order_id=fields.whole(source, "orderId"),
        side=Side.BUY if fields.flag(source, "isBuyer") else Side.SELL,
        price=fields.amount(source, "price"),
        quantity=fields.amount(source, "qty"),
        quote_quantity=fields.amount(source, "quoteQty"),
        commission=fields.signed(source, "commission"),
        commission_asset=_commission_asset(source),
        time_ms=fields.whole(source, "time"),
        is_maker=fields.flag(source, "isMaker"),
        list_id=fields.list_id(source, "orderListId"),
    )


def _commission_asset(source: Row) -> str:
    """Without a commission no asset is needed."""
    value = source.get("commissionAsset")
    return "" if value is None and not fields.signed(source, "commission") else fields.text(source, "commissionAsset")


def open_orders(body: object) -> tuple[OrderReport, ...]:
    """The rows that can be read: an order of the trader's that is new to us must not hide ours.

    One of ours that cannot be read makes the answer useless: it would be missing among the open orders.
    """
    found = []
    for number, each in enumerate(fields.rows(body)):
        try:
            found.append(queried_order(each))
        except MalformedError as error:
            name = each.get("clientOrderId") if isinstance(each, dict) else None
            if isinstance(name, str) and is_ours(name):
                raise MalformedError(f"order {name}: {error}") from None
            log.warning(
                "row %d of the open orders cannot be read and is passed over: %s",
                number,
                error,
                extra=named(LogEvent.ANSWER_IGNORED),
            )
    return tuple(found)


def newest_orders(body: object) -> tuple[OrderReport, ...]:
    """The rows of allOrders that can be read."""
    found = []
    for each in fields.rows(body):
        with suppress(MalformedError):
            found.append(queried_order(each))
    return tuple(found)


def trades(body: object) -> tuple[Fill | UnreadableTrade, ...]:
    """All rows: one that cannot be read hides no other, and is not passed over, because it may be a BUY."""
    found: list[Fill | UnreadableTrade] = []
    for each in fields.rows(body):
        try:
            found.append(trade(each))
        except MalformedError as error:
            source = each if isinstance(each, dict) else {}
            trade_id, order_id, time_ms = (_whole_or_none(source, name) for name in ("id", "orderId", "time"))
            found.append(UnreadableTrade(trade_id, order_id, time_ms, str(error)))
    return tuple(found)


def _whole_or_none(source: Row, name: str) -> int | None:
    with suppress(MalformedError):
        return fields.whole(source, name)
    return None


def allocations(body: object) -> tuple[Fill, ...]:
    """All rows of myAllocations, as fills without a trade."""
    return tuple(allocation(each) for each in fields.rows(body))


def allocation(body: object) -> Fill:
    """A row of GET myAllocations: like a trade, with a number of its own."""
    source = fields.row(body)
    number = fields.whole(source, "allocationId")
    return replace(trade({**source, "id": number}), trade_id=fill_id_of_allocation(number))


def commission(body: object) -> Commission:
    """GET account/commission; the special part is absent before 2025-08."""
    source = fields.row(body)
    return Commission(
        standard=_rates(source.get("standardCommission")),
        special=_rates(source["specialCommission"]) if "specialCommission" in source else CommissionRates(),
        tax=_rates(source["taxCommission"]) if "taxCommission" in source else CommissionRates(),
        discount=_discount(source.get("discount")),
    )


def _discount(value: object) -> Discount | None:
    """The discount for paying fees in BNB; None where the answer has none that can be read: then none is assumed."""
    try:
        source = fields.row(value)
        is_enabled = fields.flag(source, "enabledForAccount") and fields.flag(source, "enabledForSymbol")
        return Discount(fields.text(source, "discountAsset"), fields.amount(source, "discount"), is_enabled)
    except MalformedError:
        return None


def book_ticker(body: object) -> BestPrices:
    source = fields.row(body)
    return BestPrices(fields.amount(source, "bidPrice"), fields.amount(source, "askPrice"))


def book_tickers(body: object) -> dict[str, BestPrices]:
    """The best prices by symbol; a row that cannot be read does not hide the others."""
    found: dict[str, BestPrices] = {}
    for each in fields.rows(body):
        with suppress(MalformedError):
            found[fields.text(each, "symbol")] = book_ticker(each)
    return found


def prices_in_second(at_ms: int, body: object) -> BestPrices | None:
    """GET klines of one second: highest price as bid, lowest as ask. None without the candle that begins at `at_ms`.

    The exchange answers with a later candle where it has none of that second.
    """
    for each in map(fields.rows, fields.rows(body)):
        candle = dict(zip(("begin", "open", "high", "low"), each, strict=False))
        if fields.whole(candle, "begin") == at_ms:
            return BestPrices(fields.amount(candle, "high"), fields.amount(candle, "low"))
    return None


def reference_price(body: object) -> Decimal | None:
    """GET referencePrice: None where the exchange has set none."""
    source = fields.row(body)
    return None if source.get("referencePrice") is None else fields.amount(source, "referencePrice")


def average_price(body: object) -> Decimal:
    """GET avgPrice: filters measure by it where there is no reference price."""
    return fields.amount(fields.row(body), "price")


def account(body: object) -> Account:
    """GET account: an asset whose row cannot be read is named, so that nobody takes it for one without coins."""
    source = fields.row(body)
    balances, unread = [], set()
    for each in map(fields.row, fields.rows(source.get("balances"))):
        try:
            balances.append(
                Balance(fields.text(each, "asset"), fields.amount(each, "free"), fields.amount(each, "locked"))
            )
        except MalformedError:
            unread.add(str(each.get("asset")))
    uid = fields.whole(source, "uid") if "uid" in source else None
    updated_ms = fields.whole(source, "updateTime") if "updateTime" in source else None
    return Account(tuple(balances), fields.flag(source, "canTrade"), uid, frozenset(unread), updated_ms)


def server_time(body: object) -> int:
    return fields.whole(fields.row(body), "serverTime")


def _report(source: Row, client_id: str, time_ms: int) -> OrderReport:
    return OrderReport(
        symbol=fields.text(source, "symbol"),
        order_id=fields.whole(source, "orderId"),
        client_id=client_id,
        side=fields.side(source, "side"),
        status=fields.text(source, "status"),
        price=fields.amount(source, "price"),
        quantity=_quantity(source),
        executed=fields.amount(source, "executedQty"),
        # Below zero means "not available" (Binance rest-api.md, "Query order").
        quote_executed=max(ZERO, fields.signed(source, "cummulativeQuoteQty")),
        time_ms=time_ms,
        list_id=fields.list_id(source, "orderListId"),
        prevented=fields.amount(source, "preventedQuantity") if "preventedQuantity" in source else ZERO,
        is_sor=source.get("usedSor") is True,
        **fields.order_kind(source, "type", "stopPrice"),
        trail=fields.trail(source, "type", "trailingDelta", "stopPrice"),
    )


def _quantity(source: Row) -> Decimal:
    """The pending order of an OPO has none before its BUY is filled (Binance faqs/opo.md); it sells nothing then."""
    is_of_list = "origQty" not in source and fields.list_id(source, "orderListId") is not None
    return ZERO if is_of_list else fields.amount(source, "origQty")


def _part(source: Row, report: OrderReport) -> Fill:
    """One of the `fills` of a reply, which took liquidity; the reply has neither its time nor its notional."""
    price, quantity = fields.amount(source, "price"), fields.amount(source, "qty")
    return Fill(
        symbol=report.symbol,
        trade_id=fields.whole(source, "tradeId"),
        order_id=report.order_id,
        side=report.side,
        price=price,
        quantity=quantity,
        quote_quantity=EXACT.multiply(price, quantity),
        commission=fields.signed(source, "commission"),
        commission_asset=fields.text(source, "commissionAsset"),
        time_ms=report.time_ms,
        is_maker=False,
    )


def _rates(value: object) -> CommissionRates:
    source = fields.row(value)
    return CommissionRates(*(fields.amount(source, name) for name in ("maker", "taker", "buyer", "seller")))
