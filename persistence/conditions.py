"""What the database itself refuses: conditions on every row, in SQL that both engines understand alike.

Only what no fact can break stands here: a record that the database refuses is sent again for ever. So a commission or a
cost may be below zero, and a state that the exchange names may be any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lotkeeper.trading.incidents import SEVERITY_NAMES, IncidentEnd
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.list_kinds import OrderListKind, StopKind
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.profit_entries import EntryKind
from lotkeeper.trading.trouble_kinds import INCIDENTS, RULES

_DIGITS = "'0123456789'"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column; a column that is empty keeps it."""

    table: str
    column: str
    sql: str  # `{0}` stands for the column
    text: str  # for people: what the column has to be

    def on(self, row: str = "") -> str:
        """The condition; `row` is the prefix of the column, as in `NEW.`."""
        return self.sql.format(f"{row}{self.column}")


# Plain digits, perhaps with one point between them. These functions are in both engines, regular expressions are not;
# and no percent sign, which drivers take for a parameter.
_NUMBER = (
    f"rtrim(rtrim(rtrim({{0}}, {_DIGITS}), '.'), {_DIGITS}) IN ('', '-') AND replace({{0}}, '..', '') = {{0}} "
    "AND rtrim({0}, '.') = {0} AND ltrim({0}, '.') = {0} AND substr({0}, 1, 2) <> '-.' AND {0} NOT IN ('', '-')"
)
_NOT_BELOW_ZERO = f"{_NUMBER} AND (substr({{0}}, 1, 1) <> '-' OR rtrim({{0}}, '0.') = '-')"

# By table: amounts that may be below zero, those that are not, and moments.
_SIGNED = {
    "carries": "cost",
    "closed_sums": "profit fees_quote",
    "cost_moves": "cost",
    "disposals": "cost proceeds",
    "fee_values": "value",
    "fills": "commission",
    "lots": "profit fees_quote rest",
    "orders": "cost profit",
    "profit_entries": "cost proceeds fee",
    "profit_sums": "cost proceeds fee profit by_hand",
}
_AMOUNTS = {
    "balances": "free locked",
    "buy_orders": "price quantity executed",
    "carries": "quantity",
    "disposals": "quantity",
    "fee_values": "price",
    "fills": "price quantity quote_quantity",
    "order_lists": "trigger_price limit_price",
    "orders": "price quantity executed sell_rate stop_price",
    "profit_entries": "quantity",
    "sell_instructions": "price quantity sold_before",
}
_MOMENTS = {
    "balances": "at_ms seen_ms",
    "buy_orders": "placed_ms updated_ms",
    "carries": "time_ms",
    "cost_moves": "time_ms",
    "cursors": "at_ms",
    "decisions": "at_ms",
    "disposals": "time_ms",
    "fee_values": "time_ms",
    "fills": "time_ms",
    "incidents": "opened_ms ended_ms",
    "lots": "break_even_ms opened_ms closed_ms",
    "orders": "sent_ms updated_ms created_ms",
    "profit_entries": "time_ms bought_from_ms bought_to_ms",
    "purchases": "at_ms sent_ms",
    "sell_instructions": "at_ms",
}
_VALUES: dict[tuple[str, str], Iterable[str]] = {
    ("decisions", "kind"): DecisionKind,
    ("decisions", "cause"): Cause,
    ("disposals", "way"): DisposalKind,
    ("fills", "side"): Side,
    ("incidents", "kind"): [RULES[kind].incident for kind in INCIDENTS],
    ("incidents", "severity"): SEVERITY_NAMES.values(),
    ("incidents", "how_ended"): IncidentEnd,
    ("lots", "state"): LotState,
    ("lots", "hold"): HoldReason,
    ("order_lists", "kind"): OrderListKind,
    ("order_lists", "stop_kind"): StopKind,
    ("orders", "state"): OrderState,
    ("profit_entries", "kind"): EntryKind,
    ("profit_sums", "span"): ("day", "month"),
    ("sell_instructions", "kind"): PriceKind,
    ("sell_instructions", "ended"): InstructionEnd,
}


def conditions() -> tuple[Condition, ...]:
    """All of them, in the order of tables and columns."""
    found = [
        *_of(_SIGNED, _NUMBER, "a decimal number"),
        *_of(_AMOUNTS, _NOT_BELOW_ZERO, "a decimal number, and not below zero"),
        *_of(_MOMENTS, "{0} >= 0", "milliseconds since 1970"),
        *(_one_of(table, column, values) for (table, column), values in _VALUES.items()),
    ]
    return tuple(sorted(found, key=lambda each: (each.table, each.column)))


def _of(columns: dict[str, str], sql: str, text: str) -> Iterator[Condition]:
    yield from (Condition(table, each, sql, text) for table, names in columns.items() for each in names.split())


def _one_of(table: str, column: str, values: Iterable[str]) -> Condition:
    names = [str(each) if isinstance(each, StrEnum) else each for each in values]
    listed = ", ".join(f"'{name}'" for name in names)
    return Condition(table, column, f"{{0}} IN ({listed})", f"one of {', '.join(names)}")
