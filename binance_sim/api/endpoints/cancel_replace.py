"""Canceling an order and placing another in one request (source: "Cancel an Existing Order and Send a New Order").

Not atomic: the cancel may succeed and the new order fail. The checks of the new order that do not need the matching
engine come first, so that nothing is canceled for an order that cannot be placed.
"""

from dataclasses import dataclass
from typing import Any

from binance_sim.api.endpoints.orders import cancel_answer_of, check_restriction, find_order, read_restriction
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
    """The request, apart from the order to cancel."""

    ticket: Ticket
    kind: str
    allows_failure: bool
    cancels_anyway: bool
    cancel_id: str
    restriction: str | None


@dataclass(frozen=True, slots=True)
class HalfResult:
    """The result of the cancel or of the new order, with its answer or its error."""

    result: str
    answer: Json | None
    error: ApiError | None = None


def cancel_replace(request: ApiRequest) -> Json:
    market = request.market()
    replacement = _read(request, market)
    filters.check(market, request.account, (replacement.ticket,))
    limit_error = _order_limit_error(request)
    if limit_error is not None and not replacement.cancels_anyway:
        raise limit_error
    with request.exchange.transaction(market) as tx:
        cancel_half = _attempt(lambda: _cancel(request, market, tx, replacement))
        if cancel_half.result == FAILURE and not replacement.allows_failure:
            request.account.unfilled.add()
            return _combined_answer(cancel_half, HalfResult(NOT_ATTEMPTED, None), replacement, limit_error)
        if limit_error is not None:
            return _combined_answer(cancel_half, _failed_half(limit_error), replacement, limit_error)
        order_half = _attempt(
            lambda: shapes.new_order_answer(
                place(tx, request.account, replacement.ticket), replacement.kind, request.unit
            )
        )
        return _combined_answer(cancel_half, order_half, replacement, None)


def _read(request: ApiRequest, market: SymbolMarket) -> ReplaceRequest:
    params = request.params
    params.require("cancelReplaceMode")
    mode = params.choice("cancelReplaceMode", MODES, invalid_data("cancelReplaceMode"))
    if not any(name in params for name in NAMES):
        raise one_of(*reversed(NAMES))
    for name, read in ((NAMES[0], params.number), (NAMES[1], params.client_id)):
        read(name)
    ticket = read_ticket(params, market.rules)
    limit_mode = params.choice("orderRateLimitExceededMode", LIMIT_MODES, invalid_data("orderRateLimitExceededMode"))
    replacement = ReplaceRequest(
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
    return replacement


def _order_limit_error(request: ApiRequest) -> TooManyOrdersError | None:
    try:
        request.account.unfilled.check()
    except TooManyOrdersError as error:
        return error
    return None


def _cancel(request: ApiRequest, market: SymbolMarket, tx: Any, replacement: ReplaceRequest) -> Json:
    order = find_order(market, request.account, request.params, cancel_rejection(), names=NAMES)
    check_restriction(order, replacement.restriction)
    cancel(tx, order, replacement.cancel_id)
    return cancel_answer_of(order, request)


def _attempt(half: Any) -> HalfResult:
    try:
        return HalfResult(SUCCESS, half())
    except ApiError as error:
        return _failed_half(error)


def _failed_half(error: ApiError) -> HalfResult:
    return HalfResult(FAILURE, error.body(), error)


def _combined_answer(
    cancel_half: HalfResult, order_half: HalfResult, replacement: ReplaceRequest, limit_error: ApiError | None
) -> Json:
    """Both halves; raises ApiError -2021 (409) if one succeeded, -2022 (400) if both failed.

    The status is 429 if the order count is exceeded and failure is not allowed (source: the table of results).
    """
    whole = {
        "cancelResult": cancel_half.result,
        "newOrderResult": order_half.result,
        "cancelResponse": cancel_half.answer,
        "newOrderResponse": order_half.answer,
    }
    if cancel_half.result == order_half.result == SUCCESS:
        return whole
    limited = limit_error is not None and not replacement.allows_failure
    if SUCCESS in (cancel_half.result, order_half.result):
        raise ApiError(-2021, "Order cancel-replace partially failed.", 429 if limited else 409, whole)
    raise ApiError(-2022, "Order cancel-replace failed.", 429 if limited else 400, whole)
