"""What the status says of one pair."""

from typing import Any

from actors.ledger.positions import disposal, iso
from actors.monitor.price_fields import price_fields
from actors.monitor.service_fields import stream_fields
from actors.monitor.view import View
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.reports.fee_rise import FeeRise
from lotkeeper.trading.reports.placing_times import StageTimes
from lotkeeper.trading.reports.profit import unrealised_profit
from messages.health import PairReported, Uncovered, UnresolvedOrder, WaitingLot
from messages.prices import Price


def pair_fields(view: View, symbol: str, now_ms: int) -> dict[str, Any]:
    """A pair's report with its stream and its price; only the latter before its keeper has reported."""
    price = view.prices.get(symbol)
    shared = {
        "stream": stream_fields(view, symbol, now_ms),
        **price_fields(price, view.modes.get(symbol), view.frames.get(symbol), now_ms),
    }
    report = view.pairs.get(symbol)
    if report is None:
        return {"phase": "starting", **shared}
    return {
        **_trust(report, now_ms),
        **_counts(report),
        **_amounts(report, price),
        **_waiting_lots(report),
        "oldest_lot_seconds": None if report.oldest is None else (now_ms - report.oldest.bought_ms) / 1000,
        **_costs(report),
        "disposed": [{"lot": each.lot_id, **disposal(each)} for each in report.disposed],
        "uncovered": None if report.uncovered is None else _uncovered(report.uncovered),
        "fee_rise": None if report.fee_rise is None else _fee_rise(report.fee_rise),
        "came": _came(report),
        "in_doubt": [_unresolved_order(each, now_ms) for each in report.unresolved],
        "first_sells": {str(each.stage): _stage_times(each) for each in report.first_sells},
        "open_buys": [_open_buy(each) for each in report.open_buys],
        "trouble": report.trouble,
        "incarnation": report.incarnation,
        "age_seconds": (now_ms - report.at_ms) / 1000,
        **shared,
    }


def _trust(report: PairReported, now_ms: int) -> dict[str, Any]:
    """What the pair does, and up to when its trades are accounted for."""
    as_of_ms = report.complete_as_of_ms
    return {
        "phase": str(report.phase),  # plain: a command need not import what is behind it
        "paused": report.is_paused,
        "pause": _pause(report.pause) if report.is_paused else None,
        "watch_only": report.watch_only,
        "known_since": iso(report.known_since_ms) if report.known_since_ms else None,
        "history_from": iso(report.history_from_ms) if report.history_from_ms else None,
        "quote": report.quote,
        "complete_as_of": iso(as_of_ms) if as_of_ms else None,
        "complete_age_seconds": (now_ms - as_of_ms) / 1000 if as_of_ms else None,
    }


def _pause(halt: Halt) -> dict[str, Any]:
    """Since when, until when, and by whom a pair is paused; of a pause of an earlier version only that it is one."""
    return {
        "since": iso(halt.at_ms) if halt.at_ms else None,
        "until": iso(halt.until_ms) if halt.until_ms is not None else None,
        "who": halt.who,
        "why": halt.why,
    }


def _counts(report: PairReported) -> dict[str, Any]:
    return {
        "buys": report.buys,
        "lots_open": report.lots_open,
        "lots_closed": report.lots_closed,
        "sells_placed": report.sells_placed,
        "sells_filled": report.sells_filled,
        "sells_unknown": report.sells_unknown,
        "first_sell": iso(report.first_sell_ms) if report.first_sell_ms else None,
    }


def _amounts(report: PairReported, price: Price | None) -> dict[str, Any]:
    return {
        "open_quantity": plain(report.open_quantity),
        "open_cost": plain(report.open_cost),
        "nearest_sell": plain(report.nearest_sell) if report.nearest_sell else None,
        "realised_profit": plain(report.realised_profit),
        "unrealised_profit": _unrealised_profit(report, price),
        "unprotected": plain(report.unprotected),
    }


def _unrealised_profit(report: PairReported, price: Price | None) -> str | None:
    """What the open quantity would earn at the bid, after the expected sell fee; None without price or fee."""
    if price is None or report.sell_rate is None:
        return None
    return plain(unrealised_profit(report.open_quantity, report.open_cost, price.best.bid, report.sell_rate))


def _waiting_lots(report: PairReported) -> dict[str, Any]:
    """The lots of which something has no SELL: how many, and the first of them with their reasons."""
    return {
        "lots_parked": report.lots_parked,
        "lots_queued": report.lots_queued,
        "lots_held": report.lots_held,
        "waiting": [_waiting_lot(each) for each in report.waiting],
    }


def _waiting_lot(lot: WaitingLot) -> dict[str, Any]:
    return {"lot": lot.lot, "state": lot.state, "reason": lot.reason, "quantity": plain(lot.quantity)}


def _uncovered(found: Uncovered) -> dict[str, Any]:
    return {
        "quantity": plain(found.quantity),
        "lots": found.lots,
        "lot": found.lot,
        "seconds": found.for_s,
        "reason": found.reason,
        "command": found.command,
    }


def _fee_rise(rise: FeeRise) -> dict[str, Any]:
    return {
        "sells": rise.sells,
        "shortfall": plain(rise.shortfall),
        "at_a_loss": rise.at_a_loss,
        "lowest_rate": plain(rise.lowest_rate),
    }


def _came(report: PairReported) -> dict[str, Any] | None:
    """Coins that came without a trade, until a person adopts or dismisses them."""
    return {"quantity": plain(report.came), "since": iso(report.came_since_ms)} if report.came else None


def _costs(report: PairReported) -> dict[str, Any]:
    """Commissions by asset and in quote, the fee that a SELL is expected to cost, and how long lots are held."""
    return {
        "fees": {asset: plain(amount) for asset, amount in report.fees},
        "fees_quote": plain(report.fees_quote),
        "sell_rate": None if report.sell_rate is None else plain(report.sell_rate),
        "mean_held_seconds": None if report.mean_held_ms is None else report.mean_held_ms / 1000,
    }


def _stage_times(times: StageTimes) -> dict[str, Any]:
    """How many lots took how long; `counts` by the bounds in BOUNDS_MS."""
    return {"counts": list(times.counts), "sum_seconds": times.sum_ms / 1000}


def _open_buy(order: OrderReport) -> dict[str, Any]:
    """A BUY of the account on the exchange's book."""
    return {
        "client_order_id": order.client_id,
        "order_id": order.order_id,
        "state": order.status,
        "price": plain(order.price),
        "quantity": plain(order.effective_quantity),
        "executed": plain(order.executed),
        "sent": iso(order.created_ms or order.time_ms),
        "type": order.order_type,
    }


def _unresolved_order(order: UnresolvedOrder, now_ms: int) -> dict[str, Any]:
    return {
        "lot": order.lot,
        "order": order.order,
        "what": order.what,
        "age_seconds": max(0, now_ms - order.since_ms) / 1000,
        "evidence": order.evidence,
        "asked": order.asked,
        "next_question_seconds": None if order.next_ms is None else max(0, order.next_ms - now_ms) / 1000,
        "may_arrive_seconds": max(0, order.settles_ms - now_ms) / 1000,
    }
