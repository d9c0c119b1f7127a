"""Reading a new order from its parameters (source: "Trading endpoints", New order)."""

import secrets
from collections.abc import Mapping
from decimal import Decimal

from lotkeeper.paper.errors import ApiError, mandatory, not_required
from lotkeeper.paper.orders import Ticket
from lotkeeper.paper.params import CLIENT_ID, Params
from lotkeeper.paper.symbols import Rules
from lotkeeper.trading.money import ZERO

SIDES = ("BUY", "SELL")
KINDS = ("LIMIT", "LIMIT_MAKER", "MARKET")
LATER = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
TIFS = ("GTC", "IOC", "FOK")
RESPONSES = ("ACK", "RESULT", "FULL")


def random_id() -> str:
    """A client order id of 22 characters, as the exchange gives where the client sent none."""
    return secrets.token_urlsafe(16)


def read_symbol(params: Params, symbols: Mapping[str, Rules]) -> Rules:
    rules = symbols.get(params.need("symbol"))
    if rules is None:
        raise ApiError(-1121, "Invalid symbol.")
    return rules


def read_ticket(params: Params, symbols: Mapping[str, Rules]) -> Ticket:
    """The order asked for; raises ApiError where a parameter is missing, malformed or not for this type."""
    rules = read_symbol(params, symbols)
    params.need("side")
    side = params.choice("side", SIDES, ApiError(-1117, "Invalid side.")) or ""
    kind = _read_kind(params)
    price, qty, quote_qty = _read_amounts(params, kind)
    for name in ("strategyId", "strategyType"):
        params.number(name)
    return Ticket(
        rules=rules,
        side=side,
        kind=kind,
        tif=_read_tif(params, kind),
        client_id=params.matching("newClientOrderId", CLIENT_ID) or random_id(),
        price=price,
        qty=qty,
        quote_qty=quote_qty,
        stp=_read_stp(params, rules),
    )


def _read_kind(params: Params) -> str:
    kind = params.need("type")
    if kind in LATER:
        raise ApiError(-2010, "Stop loss orders are not supported for this symbol.")
    if kind not in KINDS:
        raise ApiError(-1116, "Invalid orderType.")
    return kind


def _read_tif(params: Params, kind: str) -> str:
    if kind != "LIMIT":
        if "timeInForce" in params:
            raise not_required("timeInForce")
        return "GTC"
    params.need("timeInForce")
    return params.choice("timeInForce", TIFS, ApiError(-1115, "Invalid timeInForce.")) or ""


def _read_amounts(params: Params, kind: str) -> tuple[Decimal, Decimal, Decimal]:
    """Price, quantity and quote quantity; zero for what the type does not take."""
    if kind != "MARKET":
        if "quoteOrderQty" in params:
            raise not_required("quoteOrderQty")
        qty = _positive("quantity", params.need_decimal("quantity"))
        return _positive("price", params.need_decimal("price")), qty, ZERO
    if "price" in params:
        raise not_required("price")
    if "quantity" in params and "quoteOrderQty" in params:
        raise not_required("quoteOrderQty")
    if "quoteOrderQty" in params:
        return ZERO, ZERO, _positive("quoteOrderQty", params.need_decimal("quoteOrderQty"))
    if "quantity" not in params:
        raise mandatory("quantity")
    return ZERO, _positive("quantity", params.need_decimal("quantity")), ZERO


def _positive(name: str, value: Decimal) -> Decimal:
    if not value:
        raise ApiError(-1013, f"Invalid {name}.")
    return value


def _read_stp(params: Params, rules: Rules) -> str:
    mode = params.text("selfTradePreventionMode") or rules.default_stp
    if mode not in (*rules.stp_modes, rules.default_stp):
        raise ApiError(-1013, "This symbol does not allow the specified self-trade prevention mode.")
    return mode


def read_response_kind(params: Params, ticket: Ticket) -> str:
    usual = "ACK" if ticket.kind == "LIMIT_MAKER" else "FULL"
    refusal = ApiError(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    return params.choice("newOrderRespType", RESPONSES, refusal) or usual
