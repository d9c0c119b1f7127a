"""Decoding of websocket frames. A frame may contain anything; none raises."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import orjson

from lotkeeper.exchange import fields
from lotkeeper.exchange.fields import MalformedError, Row
from lotkeeper.exchange.shapes import (
    Balance,
    BalancesChanged,
    BookTop,
    BuyAccepted,
    Execution,
    Ignored,
    MarketFrame,
    MiniTicker,
    RequestFailed,
    ServerShutdown,
    StreamEnded,
    Subscribed,
    SubscriptionsChanged,
    SubscriptionsListed,
    TradePrint,
    UserFrame,
)
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.fills import Fill, fill_id_of_allocation
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.prices.best_prices import BestPrices

_Frame = TypeVar("_Frame")
_BUY_ACCEPTED = BuyAccepted()  # at the market
_MAX_KIND = 40  # characters of a name that we did not choose


def decode_user_frame(text: bytes) -> UserFrame:
    """A frame of the user data stream (Binance user-data-stream.md): a bare event, a wrapped one, or a reply."""
    source = _loaded(text)
    if isinstance(source, Ignored):
        return source
    event = _unwrapped(source, "event")
    name = event.get("e")
    if name is None and "id" in source:
        return _guarded(_reply, source, "reply")
    reader = _USER_EVENTS.get(name) if isinstance(name, str) else None
    return _guarded(reader, event, str(name)) if reader else Ignored(_kind(name))


def decode_accepted_buy(text: bytes) -> Execution | Ignored:
    """The whole NEW of a BUY, a frame that was a BuyAccepted before."""
    source = _loaded(text)
    return source if isinstance(source, Ignored) else _guarded(_execution, _unwrapped(source, "event"), "NEW of a BUY")


def decode_market_frame(text: bytes) -> MarketFrame:
    """A frame of a market stream (Binance web-socket-streams.md), raw or combined."""
    source = _loaded(text)
    if isinstance(source, Ignored):
        return source
    event = _unwrapped(source, "data")
    name = event.get("e")
    if name is None:
        return _without_event(source, event)
    reader = _MARKET_EVENTS.get(name) if isinstance(name, str) else None
    return _guarded(reader, event, str(name)) if reader else Ignored(_kind(name))


def _without_event(source: Row, event: Row) -> MarketFrame:
    """A frame of bookTicker, the only stream of ours without an event type; or the answer to a request of ours."""
    if "B" in event and "u" in event:
        return _guarded(_book_top, event, "bookTicker")
    return _guarded(_market_reply, source, "reply") if "id" in source else Ignored(_kind(None))


def _market_reply(source: Row) -> SubscriptionsListed | SubscriptionsChanged | RequestFailed | Ignored:
    if "error" in source or "code" in source:
        return _request_failed(source, fields.row(source.get("error", source)))
    names = source.get("result")
    if isinstance(names, list):
        return SubscriptionsListed(frozenset(name for name in names if isinstance(name, str)))
    return SubscriptionsChanged() if "result" in source and names is None else Ignored(_kind(None))


def _request_failed(source: Row, error: Row) -> RequestFailed:
    return RequestFailed(_request_id(source), fields.whole(error, "code"), fields.text(error, "msg"))


def _loaded(text: bytes) -> Row | Ignored:
    try:
        source = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Ignored("not JSON", damaged=True)
    return source if isinstance(source, dict) else Ignored(f"a JSON {type(source).__name__}")


def _unwrapped(source: Row, name: str) -> Row:
    """The payload: under `event` with a subscription id, under `data` with a stream name, or the frame itself."""
    payload = source.get(name)
    if payload is None:
        payload = source.get("data") if "stream" in source else source
    return payload if isinstance(payload, dict) else {}


def _kind(name: object) -> str:
    return name[:_MAX_KIND] if isinstance(name, str) else "no event"


def _guarded(reader: Callable[[Row], _Frame], source: Row, kind: str) -> _Frame | Ignored:
    try:
        return reader(source)
    except MalformedError as error:
        return Ignored(f"{kind}: {error}", damaged=True)


def _execution_report(event: Row) -> Execution | BuyAccepted:
    """Of the NEW of a BUY next to nothing is read: it may be filled right after it, and that event waits."""
    if event.get("x") != "NEW" or event.get("S") != "BUY":
        return _execution(event)
    order_id = event.get("i")
    return _BUY_ACCEPTED if event.get("o") == "MARKET" or not isinstance(order_id, int) else BuyAccepted(order_id)


def _execution(event: Row) -> Execution:
    report = OrderReport(
        symbol=fields.text(event, "s"),
        order_id=fields.whole(event, "i"),
        client_id=_client_id(event),
        side=fields.side(event, "S"),
        status=fields.text(event, "X"),
        price=fields.amount(event, "p"),
        quantity=fields.amount(event, "q"),
        executed=fields.amount(event, "z"),
        quote_executed=fields.amount(event, "Z"),
        time_ms=fields.whole(event, "T"),
        cancel_id=_cancel_id(event),
        created_ms=fields.whole(event, "O") if "O" in event else None,
        list_id=fields.list_id(event, "g"),
        prevented=fields.amount(event, "A") if "A" in event else ZERO,
        is_sor=event.get("uS") is True,
        **fields.order_kind(event, "o", "P"),
        trail=fields.trail(event, "o", "d", "P"),
    )
    execution_type = fields.text(event, "x")
    trade_id = _trade_id(event) if execution_type == "TRADE" else None
    fill = None if trade_id is None else _fill(event, report, trade_id)
    return Execution(report, fill, execution_type, _reason(event))


def _trade_id(event: Row) -> int | None:
    """Of an allocation of smart order routing, which is no trade, its number as an id below zero (Binance faqs/
    sor_faq.md: `t` is -1, `a` the allocation); None where it has neither.
    """
    trade_id = fields.whole(event, "t")
    if trade_id >= 0:
        return trade_id
    return fill_id_of_allocation(fields.whole(event, "a")) if "a" in event else None


def _client_id(event: Row) -> str:
    """The order's own id. After a cancel `c` is the cancel's and `C` the order's; an amendment changes `c`."""
    original = event.get("C")  # "" or, in older frames, null
    if original and event.get("x") != "REPLACED":
        return fields.text(event, "C")
    return fields.text(event, "c")


def _cancel_id(event: Row) -> str:
    """The id of the request that cancelled the order; empty where there was none."""
    return fields.text(event, "c") if event.get("C") and event.get("x") == "CANCELED" else ""


def _fill(event: Row, report: OrderReport, trade_id: int) -> Fill:
    quantity = fields.amount(event, "l")
    if not quantity:
        raise MalformedError("l of a trade should not be zero")
    return Fill(
        symbol=report.symbol,
        trade_id=trade_id,
        order_id=report.order_id,
        side=report.side,
        price=fields.amount(event, "L"),
        quantity=quantity,
        quote_quantity=fields.amount(event, "Y"),
        commission=fields.signed(event, "n"),
        commission_asset=fields.text(event, "N") if event.get("N") is not None else "",
        time_ms=report.time_ms,
        is_maker=fields.flag(event, "m"),
        list_id=report.list_id,
    )


def _reason(event: Row) -> str:
    """The expiry reason if there is one (since 2026-03), else the reject reason; empty for none."""
    for name in ("eR", "r"):
        reason = event.get(name)
        if isinstance(reason, str) and reason != "NONE":
            return reason
    return ""


def _balances(event: Row) -> BalancesChanged:
    """A balance that cannot be read hides no other: it is only one of several signs that something was missed."""
    assets = []
    for each in fields.rows(event.get("B")):
        with suppress(MalformedError):
            source = fields.row(each)
            assets.append(Balance(fields.text(source, "a"), fields.amount(source, "f"), fields.amount(source, "l")))
    return BalancesChanged(tuple(assets), fields.whole(event, "u"))


def _stream_ended(event: Row) -> StreamEnded:
    return StreamEnded(fields.text(event, "e"))


def _server_shutdown(event: Row) -> ServerShutdown:
    return ServerShutdown(fields.whole(event, "E"))


def _request_id(source: Row) -> str | int | None:
    request_id = source.get("id")
    if not isinstance(request_id, str | int | None):
        raise MalformedError("id should be a text or a whole number")
    return request_id


def _reply(source: Row) -> Subscribed | RequestFailed | Ignored:
    if "error" in source:
        return _request_failed(source, fields.row(source["error"]))
    result = source.get("result")
    if isinstance(result, dict) and "subscriptionId" in result:
        return Subscribed(_request_id(source), fields.whole(result, "subscriptionId"))
    return Ignored("reply")


def _book_top(event: Row) -> BookTop:
    return BookTop(
        fields.text(event, "s"),
        BestPrices(fields.amount(event, "b"), fields.amount(event, "a")),
        fields.amount(event, "B"),
        fields.amount(event, "A"),
        fields.whole(event, "u"),
    )


def _trade_print(event: Row) -> TradePrint:
    return TradePrint(
        fields.text(event, "s"),
        fields.whole(event, "t"),
        fields.amount(event, "p"),
        fields.amount(event, "q"),
        fields.whole(event, "T"),
    )


def _mini_ticker(event: Row) -> MiniTicker:
    return MiniTicker(fields.text(event, "s"), fields.amount(event, "c"), fields.whole(event, "E"))


_USER_EVENTS: dict[str, Callable[[Row], UserFrame]] = {
    "executionReport": _execution_report,
    "outboundAccountPosition": _balances,
    "eventStreamTerminated": _stream_ended,
    "serverShutdown": _server_shutdown,
}
_MARKET_EVENTS: dict[str, Callable[[Row], MarketFrame]] = {
    "trade": _trade_print,
    "24hrMiniTicker": _mini_ticker,
    "serverShutdown": _server_shutdown,
}
