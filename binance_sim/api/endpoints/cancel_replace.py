"""Canceling an order and placing another in one request (source: "Cancel an Existing Order and Send a New Order").

Not atomic: the cancel may succeed and the new order fail. What may refuse the new order before the matching engine is
looked at first, so that nothing is canceled for an order that could never be.
"""

from dataclasses import dataclass
from typing import Any

from binance_sim.api.endpoints.orders import canceled, check_restriction, find_order, read_restriction
from binance_sim.api.order_params import random_client_id, read_response_kind, read_ticket
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import orders as shapes
from binance_sim.errors import ApiError, TooManyOrdersError, cancel_rejection, invalid_data, one_of
from binance_sim.matching import filters
from binance_sim.matching.end_order import cancel
from binance_sim.matching.place_order import place
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import Ticket

SUCCESS, FAILURE, NOT_ATTEMPTED = "SUCCESS", "FAILURE", "NOT_ATTEMPTED"
MODES = ("STOP_ON_FAILURE", "ALLOW_FAILURE")
LIMIT_MODES = ("DO_NOTHING", "CANCEL_ONLY")
NAMES = ("cancelOrderId", "cancelOrigClientOrderId")


@dataclass(frozen=True, slots=True)
class ReplaceRequest:
    """What is asked for, apart from the order to cancel."""

    ticket: Ticket
    kind: str
    allows_failure: bool
    cancels_anyway: bool
    cancel_id: str
    restriction: str | None


@dataclass(frozen=True, slots=True)
class HalfResult:
    """What became of one half: its result, and what it answered or was refused with."""

    result: str
    answer: Json | None
    error: ApiError | None = None


def cancel_replace(call: ApiRequest) -> Json:
    market = call.market()
    wanted = _read(call, market)
    filters.check(market, call.account, (wanted.ticket,))
    full = _limit(call)
    if full is not None and not wanted.cancels_anyway:
        raise full
    with call.exchange.transaction(market) as tx:
        gone = _attempt(lambda: _cancel(call, market, tx, wanted))
        if gone.result == FAILURE and not wanted.allows_failure:
            call.account.unfilled.add()
            return _answer(gone, HalfResult(NOT_ATTEMPTED, None), wanted, full)
        if full is not None:
            return _answer(gone, _failed(full), wanted, full)
        new = _attempt(lambda: shapes.placed(place(tx, call.account, wanted.ticket), wanted.kind, call.unit))
        return _answer(gone, new, wanted, None)


def _read(call: ApiRequest, market: SymbolMarket) -> ReplaceRequest:
    params = call.params
    params.require("cancelReplaceMode")
    mode = params.choice("cancelReplaceMode", MODES, invalid_data("cancelReplaceMode"))
    if not any(name in params for name in NAMES):
        raise one_of(*reversed(NAMES))
    for name, read in ((NAMES[0], params.number), (NAMES[1], params.client_id)):
        read(name)
    ticket = read_ticket(params, market.rules)
    limit_mode = params.choice("orderRateLimitExceededMode", LIMIT_MODES, invalid_data("orderRateLimitExceededMode"))
    wanted = ReplaceRequest(
        ticket=ticket,
        kind=read_response_kind(params, ticket.kind),
        allows_failure=mode == "ALLOW_FAILURE",
        cancels_anyway=limit_mode == "CANCEL_ONLY",
        cancel_id=params.client_id("cancelNewClientOrderId") or random_client_id(),
        restriction=read_restriction(params),
    )
    params.finish()
    if not market.rules.allows("cancelReplaceAllowed"):
        raise ApiError(-2010, "Order cancel-replace is not supported for this symbol.")
    return wanted


def _limit(call: ApiRequest) -> TooManyOrdersError | None:
    try:
        call.account.unfilled.check()
    except TooManyOrdersError as error:
        return error
    return None


def _cancel(call: ApiRequest, market: SymbolMarket, tx: Any, wanted: ReplaceRequest) -> Json:
    order = find_order(market, call.account, call.params, cancel_rejection(), names=NAMES)
    check_restriction(order, wanted.restriction)
    cancel(tx, order, wanted.cancel_id)
    return canceled(order, call)


def _attempt(half: Any) -> HalfResult:
    try:
        return HalfResult(SUCCESS, half())
    except ApiError as error:
        return _failed(error)


def _failed(error: ApiError) -> HalfResult:
    return HalfResult(FAILURE, error.body(), error)


def _answer(gone: HalfResult, new: HalfResult, wanted: ReplaceRequest, full: ApiError | None) -> Json:
    """Both halves; raises ApiError -2021 (409) where one succeeded, -2022 (400) where none did.

    Beyond the order count it is 429, unless failure is allowed (source: the request's table of results).
    """
    whole = {
        "cancelResult": gone.result,
        "newOrderResult": new.result,
        "cancelResponse": gone.answer,
        "newOrderResponse": new.answer,
    }
    if gone.result == new.result == SUCCESS:
        return whole
    limited = full is not None and not wanted.allows_failure
    if SUCCESS in (gone.result, new.result):
        raise ApiError(-2021, "Order cancel-replace partially failed.", 429 if limited else 409, whole)
    raise ApiError(-2022, "Order cancel-replace failed.", 429 if limited else 400, whole)
