"""Reading a new order from its parameters (source: "New order").

The orders of a list have the same parameters under longer names (`workingPrice`, `pendingAboveStopPrice`, ...), which
`ParameterNames` translates.
"""

import secrets
from dataclasses import dataclass
from decimal import Decimal

from binance_sim.api.params import RequestParams
from binance_sim.errors import ApiError, one_of, order_rejection, unneeded_parameter
from binance_sim.matching.tickets import AT_MARKET, STOPS, Ticket
from binance_sim.numbers import ZERO
from binance_sim.symbols.rules import SymbolRules

SIDES = ("BUY", "SELL")
KINDS = ("LIMIT", "LIMIT_MAKER", "MARKET", *sorted(STOPS))
WITH_TIF = frozenset({"LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
TIFS = ("GTC", "IOC", "FOK")
RESPONSES = ("ACK", "RESULT", "FULL")
MIN_STRATEGY_TYPE = 1_000_000
PEGS = ("pegPriceType", "pegOffsetType", "pegOffsetValue")
# What error texts call the types that a pair does not allow.
TYPE_NAMES = {
    "MARKET": "Market",
    "STOP_LOSS": "Stop loss",
    "STOP_LOSS_LIMIT": "Stop loss limit",
    "TAKE_PROFIT": "Take profit",
    "TAKE_PROFIT_LIMIT": "Take profit limit",
}


@dataclass(frozen=True, slots=True)
class ParameterNames:
    """The names of one order's parameters: a prefix makes `price` to `workingPrice`."""

    prefix: str = ""
    client_id: str = "newClientOrderId"
    quantity: str = "quantity"

    def of(self, name: str) -> str:
        return self.prefix + name[0].upper() + name[1:] if self.prefix else name


def random_client_id() -> str:
    """A client order id of 22 characters, as the exchange chooses if the client sends none."""
    return secrets.token_urlsafe(16)


def read_ticket(params: RequestParams, rules: SymbolRules) -> Ticket:
    """The requested order; raises ApiError if a parameter is missing, malformed or not allowed for its type."""
    params.require("side")
    side = params.choice("side", SIDES, ApiError(-1117, "Invalid side.")) or ""
    kind = read_kind(params, "type", rules)
    quote_qty = _read_quote_qty(params, kind, rules)
    qty = ZERO if quote_qty else read_qty(params, "quantity")
    return read_rest(params, rules, ParameterNames(), side=side, kind=kind, qty=qty, quote_qty=quote_qty)


def read_kind(params: RequestParams, name: str, rules: SymbolRules) -> str:
    kind = params.require(name)
    if kind not in KINDS:
        raise ApiError(-1116, "Invalid orderType.")
    if kind not in rules.order_types:
        raise order_rejection(f"{TYPE_NAMES.get(kind, 'These')} orders are not supported for this symbol.")
    return kind


def read_rest(
    params: RequestParams,
    rules: SymbolRules,
    names: ParameterNames,
    *,
    side: str,
    kind: str,
    qty: Decimal,
    quote_qty: Decimal = ZERO,
) -> Ticket:
    """Read everything but side, type and quantity."""
    _refuse_pegs(params, names)
    stop_price, trailing = _read_stop(params, kind, names, rules)
    tif = _read_tif(params, kind, names)
    return Ticket(
        rules=rules,
        side=side,
        kind=kind,
        tif=tif,
        client_id=params.client_id(names.client_id) or random_client_id(),
        price=_read_price(params, kind, names),
        qty=qty,
        quote_qty=quote_qty,
        stp=_read_stp(params, rules),
        stop_price=stop_price,
        trailing_delta=trailing,
        iceberg_qty=_read_iceberg(params, kind, names, tif=tif, rules=rules, qty=qty),
        strategy_id=params.number(names.of("strategyId")),
        strategy_type=_read_strategy_type(params, names.of("strategyType")),
    )


def read_qty(params: RequestParams, name: str) -> Decimal:
    return _positive(name, params.require_decimal(name))


def _positive(name: str, value: Decimal) -> Decimal:
    if not value:
        raise ApiError(-1013, f"Invalid {name}.")
    return value


def _read_quote_qty(params: RequestParams, kind: str, rules: SymbolRules) -> Decimal:
    """The quote quantity of a MARKET order, zero if the quantity is given instead."""
    if "quoteOrderQty" not in params:
        return ZERO
    if kind != "MARKET" or "quantity" in params:
        raise unneeded_parameter("quoteOrderQty")
    if not rules.allows("quoteOrderQtyMarketAllowed"):
        raise order_rejection("Quote order qty market orders are not support for this symbol.")
    return _positive("quoteOrderQty", params.require_decimal("quoteOrderQty"))


def _read_price(params: RequestParams, kind: str, names: ParameterNames) -> Decimal:
    name = names.of("price")
    if kind in AT_MARKET:
        if name in params:
            raise unneeded_parameter(name)
        return ZERO
    return _positive(name, params.require_decimal(name))


def _read_tif(params: RequestParams, kind: str, names: ParameterNames) -> str:
    name = names.of("timeInForce")
    if kind not in WITH_TIF:
        if name in params:
            raise unneeded_parameter(name)
        return "GTC"
    params.require(name)
    return params.choice(name, TIFS, ApiError(-1115, "Invalid timeInForce.")) or ""


def _read_stop(params: RequestParams, kind: str, names: ParameterNames, rules: SymbolRules) -> tuple[Decimal, int]:
    stop, delta = names.of("stopPrice"), names.of("trailingDelta")
    if kind not in STOPS:
        for name in (stop, delta):
            if name in params:
                raise unneeded_parameter(name)
        return ZERO, 0
    price, trailing = params.decimal(stop) or ZERO, params.number(delta) or 0
    if not price and not trailing:
        raise one_of(stop, delta)
    if trailing and not rules.allows("allowTrailingStop"):
        raise order_rejection("Trailing stop orders are not supported for this symbol.")
    return price, trailing


def _read_iceberg(
    params: RequestParams, kind: str, names: ParameterNames, *, tif: str, rules: SymbolRules, qty: Decimal
) -> Decimal:
    name = names.of("icebergQty")
    value = params.decimal(name) or ZERO
    if not value:
        return ZERO
    if kind in AT_MARKET:
        raise unneeded_parameter(name)
    if tif != "GTC":
        raise ApiError(-1160, f"Parameter '{name}' is not supported if `{names.of('timeInForce')}` is not GTC.")
    if not rules.allows("icebergAllowed"):
        raise order_rejection("Iceberg orders are not supported for this symbol.")
    if qty and value > qty:
        raise order_rejection("IcebergQty exceeds QTY.")
    return value


def _refuse_pegs(params: RequestParams, names: ParameterNames) -> None:
    if any(names.of(name) in params for name in PEGS):
        raise order_rejection("Pegged orders are not supported for this symbol.")


def _read_stp(params: RequestParams, rules: SymbolRules) -> str:
    mode = params.text("selfTradePreventionMode") or rules.default_stp
    if mode not in (*rules.stp_modes, rules.default_stp):
        raise ApiError(-1013, "This symbol does not allow the specified self-trade prevention mode.")
    return mode


def _read_strategy_type(params: RequestParams, name: str) -> int | None:
    value = params.number(name)
    if value is not None and value < MIN_STRATEGY_TYPE:
        raise ApiError(-1134, f"`{name}` was less than 1000000.")
    return value


def read_response_kind(params: RequestParams, kind: str) -> str:
    """ACK, RESULT or FULL; the default is FULL for MARKET and LIMIT orders, ACK for others."""
    usual = "FULL" if kind in ("MARKET", "LIMIT") else "ACK"
    refusal = ApiError(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    return params.choice("newOrderRespType", RESPONSES, refusal) or usual
