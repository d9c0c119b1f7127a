"""What the command line asks of the database."""

from typing import Any

from actors.ledger.explanation import explanation
from actors.ledger.positions import position, sell_changes
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.reports.explanation import explain
from messages.configuration import AskChanges, ChangesReported
from messages.control import AskPositions, CommandRefused, LotExplained, PositionsReported
from messages.pair_rules import PairRulesReported
from persistence.store import Store


def positions(store: Store, message: AskPositions) -> PositionsReported:
    lots = store.lots(symbol=message.symbol or None, open_only=message.is_open_only, limit=message.limit)
    symbols = {lot.symbol for lot in lots if lot.state is not LotState.CLOSED}
    terms = {symbol: store.terms(symbol) for symbol in symbols}
    return PositionsReported(tuple(position(lot, terms.get(lot.symbol)) for lot in lots))


def changes(store: Store, message: AskChanges, now_ms: int) -> ChangesReported:
    found: list[dict[str, Any]] = []
    for symbol, policy in message.policies:
        terms = store.terms(symbol)
        if terms is not None:
            lots = store.lots(symbol=symbol, open_only=True, limit=None)
            found += [each for lot in reversed(lots) for each in sell_changes(lot, terms.market, policy, now_ms)]
    return ChangesReported(tuple(found))


def pair_rules(store: Store) -> PairRulesReported:
    return PairRulesReported(store.pairs())


def lot_explanation(store: Store, lot_id: str, now_ms: int) -> LotExplained | CommandRefused:
    lot = store.lot(lot_id)
    if lot is None:
        return CommandRefused(f"there is no lot {lot_id}; `lotkeeper positions --all` lists them")
    terms = store.terms(lot.symbol)
    is_grouped = terms is not None and terms.policy.group
    others = store.lots(symbol=lot.symbol, open_only=True) if is_grouped else ()
    return LotExplained(explanation(explain(lot, terms, now_ms, others)))
