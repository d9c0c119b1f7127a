"""What a person has done: pauses, sales, purchases, comparisons, settled orders."""

from typing import Literal

from lotkeeper.service.schemas.base import Amount, Document, Moment
from lotkeeper.service.schemas.pairs import UnresolvedStatus


class PairAnswer(Document):
    """What one pair answered to a command that was given to all."""

    pair: str
    done: str | None = None
    error: str | None = None


class MetBuy(Document):
    """A BUY of your own that the sale would meet."""

    order_id: int
    price: Amount
    self_trade: str
    then: str


class PlannedSaleShown(Document):
    """A sale that is planned, or begun."""

    state: Literal["planned", "begun"]
    lot: str
    pair: str
    base: str
    quote: str
    quantity: Amount
    kind: str
    price: Amount
    bid: Amount | None
    expected_price: Amount
    floor: Amount
    under_floor_pct: Amount | None
    cost: Amount
    fee: Amount
    net: Amount
    profit: Amount
    cancels: list[str]
    left: Amount
    meets: MetBuy | None


class FoundSale(Document):
    """A sale that was asked for before."""

    state: Literal["found"]
    lot: str
    pair: str
    base: str
    quote: str
    quantity: Amount
    kind: str
    price: Amount
    asked: Moment
    who: str
    why: str
    sold: Amount
    orders: list[str]


class RefusedSale(Document):
    """One of several lots that is not sold."""

    state: Literal["refused"]
    lot: str
    error: str


Sale = PlannedSaleShown | FoundSale | RefusedSale


class PlannedBuy(Document):
    """A purchase that is planned or done; the order stands in it once it was sent."""

    state: Literal["planned", "bought", "placed"] | str
    pair: str
    base: str
    quote: str
    kind: str
    price: Amount | None
    quantity: Amount | None
    amount: Amount | None
    ask: Amount | None
    expected_price: Amount
    expected_quantity: Amount
    cost: Amount
    fee: Amount
    sell_price: Amount
    sell_by_exchange: bool
    no_list: str
    lot: str | None = None
    order_id: int | None = None
    client_order_id: str | None = None
    status: str | None = None
    ordered: Amount | None = None
    executed: Amount | None = None
    spent: Amount | None = None


class FoundBuy(Document):
    """A purchase that was asked for before."""

    state: Literal["found"]
    pair: str
    base: str
    quote: str
    asked: Moment
    who: str
    why: str
    lot: str
    order_id: int
    client_order_id: str
    status: str
    ordered: Amount
    executed: Amount
    spent: Amount


class ComparedPair(Document):
    """`lotkeeper reconcile`, of one pair."""

    pair: str
    dry_run: bool
    as_of_ms: int
    differences: list[str]
    money: str


class UnresolvedOrderListed(UnresolvedStatus):
    """The same with its pair."""

    pair: str
