"""What the journal says, as facts: pairs, rates, bids, BUYs with their fills, SELLs with theirs. Amounts are exact."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lotkeeper.verification.judge.naming import is_cancel_of_a_sell

Json = dict[str, Any]
OPEN = ("NEW", "PENDING_NEW", "PARTIALLY_FILLED")
NEVER = 10**18


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A pair's assets and what its filters say about SELLs; zero means: no such limit."""

    symbol: str
    base: str
    quote: str
    status: str
    tick: Fraction
    step: Fraction
    least_qty: Fraction
    least_notional: Fraction


@dataclass(frozen=True, slots=True)
class FillFacts:
    """A trade of an order. `at` is the number of its line; `fee` was charged in `fee_asset`."""

    at: int
    wall_ns: int
    qty: Fraction
    quote: Fraction
    fee: Fraction
    fee_asset: str


@dataclass(slots=True)
class BuyFacts:
    """A BUY and its fills in order."""

    account: str
    symbol: str
    order_id: int
    client_id: str
    list_id: int
    fills: list[FillFacts] = field(default_factory=list)


@dataclass(slots=True)
class SellFacts:
    """A SELL: accepted at line `at`; `named` is the order id of the BUY in its client order id.

    `ended` is the execution type that ended it, empty while it is open, and `ended_by` the client order id that it bore
    then: after a cancel that of the cancel.
    """

    account: str
    symbol: str
    order_id: int
    client_id: str
    list_id: int
    named: int | None
    at: int
    wall_ns: int
    price: Fraction
    qty: Fraction
    fills: list[FillFacts] = field(default_factory=list)
    ended: str = ""
    ended_at: int = 0
    ended_ns: int = 0
    ended_by: str = ""
    sizes: list[tuple[int, Fraction]] = field(
        default_factory=list
    )  # what it was before it was amended, until which line

    @property
    def was_amended(self) -> bool:
        return bool(self.sizes)

    @property
    def was_canceled_by_hand(self) -> bool:
        return self.ended == "CANCELED" and not is_cancel_of_a_sell(self.ended_by)

    def qty_at(self, line: int) -> Fraction:
        return next((qty for until, qty in self.sizes if line < until), self.qty)

    def taken_out_at(self, line: int) -> Fraction:
        """What a hand took out of it by then: amended away, or left when it was canceled."""
        first = self.sizes[0][1] if self.sizes else self.qty
        is_canceled = self.was_canceled_by_hand and self.ended_at <= line
        return first - (self.sold if is_canceled else self.qty_at(line))

    @property
    def sold(self) -> Fraction:
        return sum((each.qty for each in self.fills), Fraction(0))

    def open_at(self, line: int) -> Fraction:
        """What it still offered right after that line."""
        if line < self.at or (self.ended and self.ended_at <= line):
            return Fraction(0)
        return self.qty_at(line) - self.sold_at(line)

    def sold_at(self, line: int) -> Fraction:
        return sum((each.qty for each in self.fills if each.at <= line), Fraction(0))

    def brought_at(self, line: int) -> Fraction:
        """What its trades brought until then, before commission."""
        return sum((each.quote for each in self.fills if each.at <= line), Fraction(0))


@dataclass(frozen=True, slots=True)
class SellRefusal:
    """A SELL that the exchange did not take."""

    at: int
    wall_ns: int
    code: int
    text: str


@dataclass(slots=True)
class JournalEvidence:
    """All facts of one era: from a start or a wipe, where ids begin anew, to the next one.

    `pairs` and `rates` have all that was in force, each with its line; a rate also with its symbol ("": usual). `funds`
    are what an account had of an asset at the start, with what came and went without a trade.
    """

    pairs: dict[str, list[tuple[int, PairFacts]]] = field(default_factory=dict)
    rates: dict[str, list[tuple[int, str, Fraction]]] = field(default_factory=dict)
    bids: dict[str, list[tuple[int, Fraction]]] = field(default_factory=dict)
    buys: dict[tuple[str, str, int], BuyFacts] = field(default_factory=dict)
    sells: dict[tuple[str, str, int], SellFacts] = field(default_factory=dict)
    naming: dict[tuple[str, str, int], list[SellFacts]] = field(default_factory=dict)
    listed: dict[tuple[str, str, int], list[SellFacts]] = field(default_factory=dict)
    refusals: dict[tuple[str, int], SellRefusal] = field(default_factory=dict)
    funds: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    first_ns: int = 0
    last_ns: int = 0
    lines: int = 0

    def pair(self, symbol: str, line: int = NEVER) -> PairFacts:
        """The pair as it was at that line; raises KeyError for one that the journal did not introduce."""
        known = self.pairs[symbol]
        return next((pair for at, pair in reversed(known) if at <= line), known[0][1])

    def successor(self) -> "JournalEvidence":
        """What goes on when ids begin anew: pairs, rates and bids, no orders."""
        known = (self.pairs, self.rates, self.bids)
        return JournalEvidence(*known, funds=self.funds, first_ns=self.last_ns, last_ns=self.last_ns)

    def sells_of(self, buy: BuyFacts) -> list[SellFacts]:
        """The SELLs that name this BUY, in the order in which they were accepted."""
        return self.naming.get((buy.account, buy.symbol, buy.order_id), [])

    def sells_of_list(self, buy: BuyFacts) -> list[SellFacts]:
        """The SELLs of the BUY's own order list, if it has one."""
        return self.listed.get((buy.account, buy.symbol, buy.list_id), [])

    def add_sell(self, sell: SellFacts) -> None:
        self.sells[sell.account, sell.symbol, sell.order_id] = sell
        if sell.named is not None:
            self.naming.setdefault((sell.account, sell.symbol, sell.named), []).append(sell)
        if sell.list_id >= 0:
            self.listed.setdefault((sell.account, sell.symbol, sell.list_id), []).append(sell)
