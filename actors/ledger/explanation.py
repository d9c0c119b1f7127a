"""The arithmetic of a lot as plain values, for the command line and other programs."""

from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from actors.ledger.positions import iso, percent_of, position, stop_of, trail_fields
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import Ratio, plain
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.policy import AgeStep, Terms
from lotkeeper.trading.reports.armed_exits import ArmedExit
from lotkeeper.trading.reports.explanation import Explanation, SellTerms
from lotkeeper.trading.reports.instructed_sales import InstructedSale
from lotkeeper.trading.reports.profit import Sale
from lotkeeper.trading.selling.decisions import Decision, Keep, Queue, Wait
from lotkeeper.trading.selling.ladder import LadderPart
from lotkeeper.trading.selling.trailing import TrailingPart

Json = dict[str, Any]
_SHOWN = Context(prec=20, rounding=ROUND_DOWN)  # of a quotient without an end


def explanation(found: Explanation) -> Json:
    """Amounts as decimal strings, in the asset that the lot's `base` and `quote` name; times as ISO 8601 in UTC."""
    lot = found.lot
    return {
        **position(lot, found.terms),
        "terms": _terms(found.terms) if found.terms else None,
        "buys": [_fill(lot, fill) for fill in lot.buys],
        "bought": plain(found.bought),
        "fees_in_base": plain(found.fees_in_base),
        "paid": plain(found.paid),
        "fees_in_quote": plain(found.fees_in_quote),
        "fees_valued": plain(found.fees_valued),
        "stock": plain(lot.stock),
        "stock_cost": plain(lot.stock_cost),
        "asked": [
            {
                "client_order_id": order.client_id,
                "state": str(order.state),
                "stop": None if order.stop is None else stop_of(order.stop),
                **_asked(each),
            }
            for order, each in found.sell_terms
        ],
        "ladder": [_part(each) for each in found.ladder],
        "trailing": None if found.trailing is None else _trailing(found.trailing),
        "age": [_age_step(each, lot, is_now=each is found.reached) for each in found.age],
        "exits": [_armed(each) for each in found.exits],
        "instructed": [_instructed(each) for each in found.instructed],
        "dust": plain(found.dust),
        "dust_cost": plain(found.dust_cost),
        "next": [_step(step) for step in found.next_steps],
        "next_asked": _asked(found.next_sell_terms) if found.next_sell_terms else None,
        "sales": [_sale(lot, sale) for sale in found.sales],
        "expected_net": None if found.expected_profit is None else plain(found.expected_profit),
        "correction": plain(found.correction),
        "realised_net": plain(found.realised_profit),
    }


def _terms(terms: Terms) -> Json:
    market, policy = terms.market, terms.policy
    return {
        "tick": plain(market.pair.tick),
        "step": plain(market.pair.step),
        "min_notional": plain(market.pair.min_notional),
        "sell_rate": plain(market.sell_rate),
        "net_profit_pct": plain(policy.net_profit_pct),
        "min_net_profit": plain(policy.min_net_profit),
        "dust": str(policy.dust),
        "sell_fee": str(policy.sell_fee),
        "bnb_discount": policy.bnb_discount,
    }


def _fill(lot: Lot, fill: Fill) -> Json:
    value = next((each for each in lot.fee_values if each.trade_id == fill.trade_id), None)
    return {
        "trade": fill.trade_id,
        "time": iso(fill.time_ms),
        "price": plain(fill.price),
        "quantity": plain(fill.quantity),
        "amount": plain(fill.quote_quantity),
        "fee": plain(fill.commission),
        "fee_asset": fill.commission_asset,
        "fee_price": plain(value.price) if value else None,
        "fee_valued_at": iso(value.time_ms) if value else None,
        "fee_value": plain(value.value) if value else None,
        "maker": fill.is_maker,
    }


def _asked(asked: SellTerms) -> Json:
    return {
        "price": plain(asked.price),
        "quantity": plain(asked.quantity),
        "cost": plain(asked.cost),
        "wanted_profit": _maybe(asked.profit),
        "wanted_by": asked.reason,
        "wanted_pct": _maybe(asked.wanted_pct),
        "sell_rate": _maybe(asked.sell_rate),
        "floor": None if asked.floor is None else _quotient(asked.floor),
        "expected_proceeds": plain(asked.proceeds),
        "expected_fee": _maybe(asked.fee),
        "expected_net": _maybe(asked.net),
        "expected_profit": _maybe(asked.expected_profit),
        **trail_fields(asked.trail),
    }


def _part(part: LadderPart) -> Json:
    """A part that is too small for an order is sold with another one."""
    return {
        "share_pct": plain(part.rung.share_pct),
        "net_profit_pct": plain(part.rung.net_profit_pct),
        "quantity": plain(part.quantity),
        "sold_at_pct": plain(part.sold_with.net_profit_pct),
    }


def _trailing(part: TrailingPart) -> Json:
    """What of the lot follows the price or is to, and why it does not."""
    refusal = "" if part.refusal is None else f" ({part.refusal})"
    return {
        "distance_pct": percent_of(part.distance_bips),
        "share_pct": plain(part.share_pct),
        "quantity": plain(part.quantity),
        "client_order_id": part.sell.client_id if part.sell else None,
        "why_not": None if part.why_not is None else f"{part.why_not}{refusal}",
    }


def _age_step(step: AgeStep, lot: Lot, *, is_now: bool) -> Json:
    """From when on the most that is wanted is this percentage, and whether that holds now."""
    return {
        "after_seconds": step.after_ms // 1000,
        "from": iso(lot.opened_ms + step.after_ms),
        "net_profit_pct": plain(step.net_profit_pct),
        "now": is_now,
    }


def _armed(each: ArmedExit) -> Json:
    """At which price it is reached; what the exchange holds of it, or why it holds nothing."""
    return {
        "kind": str(each.kind),
        "trigger": _maybe(each.trigger),
        "price": _maybe(each.price),
        "quantity": plain(each.quantity),
        "client_order_id": each.client_id or None,
        "from": None if each.from_ms is None else iso(each.from_ms),
        "arms_at": _maybe(each.arms_at),
        "why_not": each.why_not,
    }


def _instructed(sale: InstructedSale) -> Json:
    """What a person asked to be sold, and how far it has come; the SELLs are those that are open or sold something."""
    asked = sale.instruction
    return {
        "number": asked.number,
        "state": str(sale.state),
        "asked_at": iso(asked.at_ms),
        "who": asked.who,
        "why": asked.why,
        "quantity": plain(asked.quantity),
        "whole": asked.is_whole,
        "kind": str(asked.kind),
        "price": plain(asked.price),
        "below_floor": asked.is_below_floor_allowed,
        "sold": plain(sale.sold),
        "brought": plain(sale.brought),
        "sold_otherwise": plain(sale.sold_otherwise),
        "left": plain(sale.left),
        "client_order_ids": [order.client_id for order in sale.sells if order.is_live or order.executed],
        "open": [order.client_id for order in sale.sells if order.is_live],
    }


def _sale(lot: Lot, sale: Sale) -> Json:
    return {
        **_fill(lot, sale.fill),
        "net": plain(sale.net),
        "cost": plain(sale.cost),
        "profit": plain(sale.profit),
        "held_seconds": sale.held_ms / 1000,
    }


def _step(decision: Decision) -> Json:
    """What would be done now: its kind, and why where it says so."""
    kind = type(decision).__name__
    until = {"until": str(decision.until)} if isinstance(decision, Wait) else {}
    price = {"price": plain(decision.price)} if isinstance(decision, Queue) else {}
    kept = {"quantity": plain(decision.disposal.quantity)} if isinstance(decision, Keep) else {}
    return {"decision": kind, "why": getattr(decision, "why", ""), **until, **price, **kept}


def _maybe(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)


def _quotient(ratio: Ratio) -> str:
    """Twenty digits, the rest cut off."""
    return plain(_SHOWN.divide(ratio.numerator, ratio.denominator))
