"""Facts from the journal: pairs, rates, bids, BUYs and SELLs with their fills. Amounts are exact fractions."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lotkeeper.verification.judge.naming import is_paid, is_service_cancel, target_name_of

Json = dict[str, Any]
OPEN = ("NEW", "PENDING_NEW", "PARTIALLY_FILLED")
NEVER = 10**18
_FILLED = ("TRADE", "FILLED")  # how an order that was filled has ended, by its events or by a query


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A pair's assets, and its filters for SELLs; zero means no such limit."""

    symbol: str
    base: str
    quote: str
    status: str
    tick: Fraction
    step: Fraction
    min_qty: Fraction
    min_notional: Fraction


@dataclass(frozen=True, slots=True)
class FillFacts:
    """A trade of an order. `at` is its line number in the journal; `fee` was charged in `fee_asset`."""

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
    """A SELL and its fills in order."""

    account: str
    symbol: str
    order_id: int
    client_id: str
    list_id: int
    buy_order_id: int | None  # the order id of the BUY in the client order id
    at: int  # the line number of its acceptance
    wall_ns: int
    price: Fraction
    qty: Fraction
    fills: list[FillFacts] = field(default_factory=list)
    ended: str = ""  # the execution type that ended it, empty while it is open
    ended_at: int = 0
    ended_ns: int = 0
    ended_by: str = ""  # its client order id at its end: after a cancel, the id of the cancel
    # Its quantities before amendments, each with the line number until which it was valid.
    sizes: list[tuple[int, Fraction]] = field(default_factory=list)
    target: "SellFacts | None" = None  # of a stop: the order that sells the same coins at the floor

    @property
    def counts_from(self) -> int:
        """The line from which on it offers its coins: a stop offers what its target offers, until that one expires."""
        if self.target is None:
            return self.at
        has_expired = self.target.ended and self.target.ended not in _FILLED
        is_left = not self.ended or self.ended_at > self.target.ended_at
        return self.target.ended_at if has_expired and is_left else NEVER

    @property
    def judged_price(self) -> Fraction:
        """The price that counts for the lot as a whole: that a stop sells for less is what it was asked for."""
        return self.price if self.target is None else self.target.price

    @property
    def was_amended(self) -> bool:
        return bool(self.sizes)

    @property
    def was_canceled_manually(self) -> bool:
        return self.ended == "CANCELED" and not is_service_cancel(self.ended_by)

    def change_lines(self) -> set[int]:
        """The lines at which its quantity, or what it sold or offers, changes."""
        amended = {line for line, _ in self.sizes}
        counted = {self.at, self.counts_from} - {NEVER}
        return {*counted, *(each.at for each in self.fills), *amended, *([self.ended_at] if self.ended else [])}

    def qty_at(self, line: int) -> Fraction:
        return next((qty for until, qty in self.sizes if line < until), self.qty)

    def withdrawn_at(self, line: int) -> Fraction:
        """What a person withdrew from it by this line: by an amendment, or the remainder at a cancel.

        Nothing from a stop: its target, which sells the same coins, counts.
        """
        if self.target is not None:
            return Fraction(0)
        first = self.sizes[0][1] if self.sizes else self.qty
        is_canceled = self.was_canceled_manually and self.ended_at <= line
        return first - (self.sold if is_canceled else self.qty_at(line))

    @property
    def sold(self) -> Fraction:
        return sum((each.qty for each in self.fills), Fraction(0))

    def open_at(self, line: int) -> Fraction:
        """What it still offered after this line."""
        begins = self.counts_from
        if begins == NEVER or line < begins or (self.ended and self.ended_at <= line):
            return Fraction(0)
        return self.qty_at(line) - self.sold_at(line)

    def sold_at(self, line: int) -> Fraction:
        return sum((each.qty for each in self.fills if each.at <= line), Fraction(0))

    def proceeds_at(self, line: int) -> Fraction:
        """The proceeds of its trades up to this line, before commission; those of a stop at its target's price."""
        if self.target is not None:
            return self.sold_at(line) * self.target.price
        return sum((each.quote for each in self.fills if each.at <= line), Fraction(0))


@dataclass(frozen=True, slots=True)
class SellRefusal:
    """A SELL that the exchange refused."""

    at: int
    wall_ns: int
    code: int
    text: str


@dataclass(slots=True)
class JournalEvidence:
    """All facts of one era: from a start or a wipe, where ids restart, to the next one."""

    # By symbol: the pair's facts and their changes, each with its line number.
    pairs: dict[str, list[tuple[int, PairFacts]]] = field(default_factory=dict)
    # By account: (line number, symbol, or empty for all pairs, sell rate).
    rates: dict[str, list[tuple[int, str, Fraction]]] = field(default_factory=dict)
    # By symbol: (time in ns, bid).
    bids: dict[str, list[tuple[int, Fraction]]] = field(default_factory=dict)
    buys: dict[tuple[str, str, int], BuyFacts] = field(default_factory=dict)
    sells: dict[tuple[str, str, int], SellFacts] = field(default_factory=dict)
    sells_by_buy: dict[tuple[str, str, int], list[SellFacts]] = field(default_factory=dict)
    sells_by_list: dict[tuple[str, str, int], list[SellFacts]] = field(default_factory=dict)
    refusals: dict[tuple[str, int], SellRefusal] = field(default_factory=dict)
    # By account and asset: the amount at the start, with later deposits and withdrawals.
    funds: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    first_ns: int = 0
    last_ns: int = 0
    lines: int = 0

    def pair(self, symbol: str, line: int = NEVER) -> PairFacts:
        """The pair as it was at this line; raises KeyError for a pair that the journal does not describe."""
        known = self.pairs[symbol]
        return next((pair for at, pair in reversed(known) if at <= line), known[0][1])

    def next_era(self) -> "JournalEvidence":
        """The start of the next era: the same pairs, rates and bids, no orders."""
        known = (self.pairs, self.rates, self.bids)
        return JournalEvidence(*known, funds=self.funds, first_ns=self.last_ns, last_ns=self.last_ns)

    def sells_of(self, buy: BuyFacts) -> list[SellFacts]:
        """The SELLs that name this BUY, in the order in which they were accepted."""
        return self.sells_by_buy.get((buy.account, buy.symbol, buy.order_id), [])

    def sells_of_list(self, buy: BuyFacts) -> list[SellFacts]:
        """The SELLs of the BUY's own order list, if it has one; not those of the service."""
        found = self.sells_by_list.get((buy.account, buy.symbol, buy.list_id), [])
        return [each for each in found if each.buy_order_id is None]

    def paying_buy(self, key: tuple[str, str, int], client_id: str) -> int | None:
        """The BUY (order id) that is in the order list of this key and pays for the SELL of this name."""
        buys = (each for each in self.buys.values() if (each.account, each.symbol, each.list_id) == key)
        return next((each.order_id for each in buys), None) if is_paid(client_id) else None

    def add_sell(self, sell: SellFacts) -> None:
        self.sells[sell.account, sell.symbol, sell.order_id] = sell
        if sell.buy_order_id is not None:
            self.sells_by_buy.setdefault((sell.account, sell.symbol, sell.buy_order_id), []).append(sell)
        if sell.list_id >= 0:
            peers = self.sells_by_list.setdefault((sell.account, sell.symbol, sell.list_id), [])
            peers.append(sell)
            _pair_up(peers)


def _pair_up(sells: list[SellFacts]) -> None:
    """Let a stop of ours know its target, whichever of the two was accepted first."""
    by_name = {each.client_id: each for each in sells}
    for each in sells:
        each.target = by_name.get(target_name_of(each.client_id) or "")
