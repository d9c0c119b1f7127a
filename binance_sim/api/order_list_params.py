"""Reading a new order list from its parameters (source: "Order lists")."""

from decimal import Decimal

from binance_sim.api.order_params import SIDES, ParameterNames, random_client_id, read_kind, read_qty, read_rest
from binance_sim.api.params import RequestParams
from binance_sim.errors import ApiError, order_rejection
from binance_sim.matching.place_list import ListTicket
from binance_sim.matching.tickets import STOP_LOSSES, Ticket
from binance_sim.numbers import ZERO
from binance_sim.symbols.rules import SymbolRules

WORKING_KINDS = frozenset({"LIMIT", "LIMIT_MAKER"})
PAIR_KINDS = frozenset({"LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})
# The documented texts differ in their last character (source: "Error codes", messages for -2010).
NOT_SUPPORTED = {
    "OCO": "OCO orders are not supported for this symbol",
    "OTO": "OTO orders are not supported for this symbol",
    "OPO": "OPO orders are not supported for this symbol.",
}
BAD_SIDE = ApiError(-1117, "Invalid side.")


def read_oco(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """orderList/oco: one order above the market, one below, of the same side and quantity."""
    _need(rules, "ocoAllowed", "OCO")
    side, qty = _side(params, "side"), read_qty(params, "quantity")
    return ListTicket(_list_id(params), None, _pair(params, rules, ("above", "below"), side, qty))


def read_old_oco(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """order/oco, deprecated: a LIMIT_MAKER and a STOP_LOSS(_LIMIT) under other names."""
    _need(rules, "ocoAllowed", "OCO")
    side, qty = _side(params, "side"), read_qty(params, "quantity")
    limit = read_rest(params, rules, OldOcoLimitNames(), side=side, kind="LIMIT_MAKER", qty=qty)
    kind = "STOP_LOSS_LIMIT" if "stopLimitPrice" in params else "STOP_LOSS"
    stop = read_rest(params, rules, OldOcoStopNames(), side=side, kind=kind, qty=qty)
    return ListTicket(_list_id(params), None, (limit, stop) if side == "SELL" else (stop, limit))


class OldOcoLimitNames(ParameterNames):
    """Names of order/oco's limit order."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("", "limitClientOrderId")

    def of(self, name: str) -> str:
        known = {"icebergQty": "limitIcebergQty", "strategyId": "limitStrategyId", "strategyType": "limitStrategyType"}
        absent = {"timeInForce": "limitTimeInForce", "stopPrice": "limitStopPrice", "trailingDelta": "limitDelta"}
        return {**known, **absent}.get(name, name)


class OldOcoStopNames(ParameterNames):
    """Names of order/oco's stop order."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("", "stopClientOrderId")

    def of(self, name: str) -> str:
        known = {"price": "stopLimitPrice", "timeInForce": "stopLimitTimeInForce", "icebergQty": "stopIcebergQty"}
        more = {"strategyId": "stopStrategyId", "strategyType": "stopStrategyType"}
        return {**known, **more}.get(name, name)


def read_oto(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """orderList/oto: a working order, and a pending order."""
    _need(rules, "otoAllowed", "OTO")
    side, qty = _side(params, "pendingSide"), read_qty(params, "pendingQuantity")
    return ListTicket(_list_id(params), _working(params, rules), (_pending(params, rules, side, qty),))


def read_otoco(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """orderList/otoco: a working order, and a pending OCO pair."""
    _need(rules, "otoAllowed", "OTO")
    _need(rules, "ocoAllowed", "OCO")
    side, qty = _side(params, "pendingSide"), read_qty(params, "pendingQuantity")
    pair = _pair(params, rules, ("pendingAbove", "pendingBelow"), side, qty)
    return ListTicket(_list_id(params), _working(params, rules), pair)


def read_opo(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """orderList/opo: the pending order sells what the working order bought."""
    _need(rules, "otoAllowed", "OTO")
    _need(rules, "opoAllowed", "OPO")
    _refuse_quantity(params)
    pending = _pending(params, rules, _opo_side(params), ZERO)
    return ListTicket(_list_id(params), _opo_working(params, rules), (pending,), pays=True)


def read_opoco(params: RequestParams, rules: SymbolRules) -> ListTicket:
    """orderList/opoco: the pair sells what the working order bought."""
    _need(rules, "otoAllowed", "OTO")
    _need(rules, "opoAllowed", "OPO")
    _need(rules, "ocoAllowed", "OCO")
    _refuse_quantity(params)
    pair = _pair(params, rules, ("pendingAbove", "pendingBelow"), _opo_side(params), ZERO)
    return ListTicket(_list_id(params), _opo_working(params, rules), pair, pays=True)


def _need(rules: SymbolRules, flag: str, name: str) -> None:
    if not rules.allows(flag):
        raise order_rejection(NOT_SUPPORTED[name])


def _list_id(params: RequestParams) -> str:
    return params.client_id("listClientOrderId") or random_client_id()


def _side(params: RequestParams, name: str) -> str:
    params.require(name)
    return params.choice(name, SIDES, BAD_SIDE) or ""


def _refuse_quantity(params: RequestParams) -> None:
    if "pendingQuantity" in params:
        raise ApiError(-1225, "Pending orders should not include the 'pendingQuantity' tag.")


def _opo_side(params: RequestParams) -> str:
    side = _side(params, "pendingSide")
    if side != "SELL":
        raise ApiError(-1223, "Pending orders in an OPO list must be asks.")
    return side


def _opo_working(params: RequestParams, rules: SymbolRules) -> Ticket:
    working = _working(params, rules)
    if not working.buys:
        raise ApiError(-1222, "Working order in an OPO list must be a bid.")
    return working


def _working(params: RequestParams, rules: SymbolRules) -> Ticket:
    kind = read_kind(params, "workingType", rules)
    if kind not in WORKING_KINDS:
        raise ApiError(-1130, "Data sent for parameter 'workingType' is not valid.")
    side, qty = _side(params, "workingSide"), read_qty(params, "workingQuantity")
    return read_rest(params, rules, ParameterNames("working", "workingClientOrderId"), side=side, kind=kind, qty=qty)


def _pending(params: RequestParams, rules: SymbolRules, side: str, qty: Decimal) -> Ticket:
    """The pending order may be of any type; a MARKET order has a quantity, no quote quantity."""
    kind = read_kind(params, "pendingType", rules)
    return read_rest(params, rules, ParameterNames("pending", "pendingClientOrderId"), side=side, kind=kind, qty=qty)


def _pair(
    params: RequestParams, rules: SymbolRules, prefixes: tuple[str, str], side: str, qty: Decimal
) -> tuple[Ticket, Ticket]:
    above, below = (read_kind(params, f"{prefix}Type", rules) for prefix in prefixes)
    _check_pair(side, above, below)
    high, low = prefixes
    return (
        read_rest(params, rules, ParameterNames(high, f"{high}ClientOrderId"), side=side, kind=above, qty=qty),
        read_rest(params, rules, ParameterNames(low, f"{low}ClientOrderId"), side=side, kind=below, qty=qty),
    )


def _check_pair(side: str, above: str, below: str) -> None:
    """Which types may be above and below the market (source: "Error codes", -1158 to -1199)."""
    if above not in PAIR_KINDS or below not in PAIR_KINDS:
        raise ApiError(-1158, "Order type not supported in OCO.")
    if above == below == "LIMIT_MAKER":
        raise ApiError(-1168, "At least one OCO order must be contingent.")
    wrong = above if side == "BUY" else below  # a SELL's stop loss is below the market, a BUY's above
    other = below if side == "BUY" else above
    if other in STOP_LOSSES:
        number, where = (-1196, "buy OCO must be above") if side == "BUY" else (-1197, "sell OCO must be below")
        raise ApiError(number, f"A stop loss order in a {where}.")
    if wrong == "LIMIT_MAKER":
        number, where = (-1165, "buy OCO must be below") if side == "BUY" else (-1166, "sell OCO must be above")
        raise ApiError(number, f"A limit order in a {where}.")
    if wrong not in STOP_LOSSES:
        number, where = (-1198, "buy OCO must be below") if side == "BUY" else (-1199, "sell OCO must be above")
        raise ApiError(number, f"A take profit order in a {where}.")
