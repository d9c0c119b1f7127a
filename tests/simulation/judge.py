"""Judges the promise by the exchange's orders and trades alone: what was lost, sold twice or sold too cheaply.

The keeper's book does not count. Only for point 4 (silence proves nothing) the judge considers what the keeper could
know: an order may be sent again only after the exchange, asked late enough, said that it does not have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal as D
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binance_sim.matching.orders import Order
from lotkeeper.exchange.rest.outcomes import Answered, Unknown, is_refused_as
from lotkeeper.trading.orders.client_ids import SellName, is_cancel, is_purchase, purchase_of, sell_name
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.recovery.in_flight import BACKEND_MS
from lotkeeper.trading.selling.break_even import is_armed
from tests.simulation.judged_lot import (
    MOST_DUST,
    PROFIT,
    RATE,
    RULE,
    Lot,
    cost_of,
    dust_of,
    is_cut_by_hand,
    is_named,
    is_sellable,
    kept_by,
    least_cost,
    least_sellable,
    least_wanted,
    numbers_of,
    proceeds_without_instructed,
    received_by,
    unit_cost,
)
from tests.simulation.lot_not_offered import lot_not_offered
from tests.simulation.lots_together import Market, lack_of_all
from tests.simulation.operator_purchases import from_free_coins, paying_buy
from tests.simulation.operator_sales import AskedSales
from tests.simulation.pairs_of_orders import is_stop, open_quantity
from tests.simulation.venue import BASE, SYMBOL

if TYPE_CHECKING:
    from binance_sim.matching.sinks import ExecutionEvent
    from tests.simulation.world import World

RECV_WINDOW_S = 5.0
_MARKET = Market(RATE, Fraction(RULE.step), Fraction(MOST_DUST))
_PRICE_TRAVELS_US = 2_000_000  # at most, from the market to a keeper
LAG_S = 2.0  # queries show what happened longer ago


class BrokenPromiseError(AssertionError):
    """The text names the point of the promise, the lot and the numbers."""


@dataclass(slots=True)
class Sent:
    """An order that was sent to the exchange."""

    incarnation: int  # of the keeper
    gateway: object
    at: float
    is_doubtful: bool = True  # the sender got no answer
    is_denied: bool = False  # a Gateway read that the exchange, asked late enough, does not know the order
    is_unlisted: bool = False  # a Gateway read a list of the open orders that was made late enough


@dataclass(frozen=True, slots=True)
class Proof:
    """What an answer proves once a Gateway has read it. Until then it travels, and the Gateway may die."""

    denied: tuple[Sent, ...] = ()
    unlisted: tuple[Sent, ...] = ()


NO_PROOF = Proof()


class Judge:
    """`spare` is the quantity of the coin that the account had before the first BUY.

    `policies` are all by which the lots are sold: the first of the schedule, and what it is changed to. Each asks for
    the profit of the judge at least, until a step of a lot's age.
    `stop` is the part of its cost that a stop has to bring at least; None: no stop is asked for.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.spare = D(0)
        self.policies: tuple[ExitPolicy, ...] = ()
        self.stop: Fraction | None = None
        self.lots: dict[int, Lot] = {}
        self.bids: list[tuple[int, D]] = []  # each best bid of the market, and from when on (microseconds)
        self.at_break_even: list[tuple[int, Order]] = []  # the stops at break-even that the exchange took, with the BUY
        self.exempt: dict[int, str] = {}  # lots that no keeper could know, or not as a whole, and why
        self.uncounted: dict[int, D] = {}  # what of such a lot was received before its keeper's time
        self.sold_manually = D(0)
        self.asked_sales = AskedSales()
        self._sent: dict[str, Sent] = {}
        self._rebuilt_until: dict[int, float] = {}

    # Executions

    def on_execution(self, execution: "ExecutionEvent") -> None:
        order = execution.order
        self.world.tell("exchange", lambda: _line(execution))
        if order.ticket.buys:
            if order.trades:
                self.lots.setdefault(order.order_id, Lot(order))
            return
        buy = paying_buy(order)
        if buy is not None and not order.qty:
            return  # it waits for its BUY, or has ended with it
        name = sell_name(order.ticket.client_id) if buy is None else SellName(buy.order_id, 0)
        if name is None:
            if execution.what == "TRADE" and execution.trade is not None:
                self.sold_manually += execution.trade.qty
            return
        lot = self.lots.get(name.buy_order_id)
        if lot is None:
            raise BrokenPromiseError(f"2: {order.client_id} names a BUY that bought nothing")
        if order not in lot.sells:
            lot.sells.append(order)
            lot.most_offered = max(lot.most_offered, lot.offered)
            if is_stop(order):
                self._check_risen(lot, order)
            if self._is_grouped:
                self._check_all_together(order.client_id)
            else:
                self._check_price(lot, order, is_instructed=name.is_instructed)
        self._check_not_twice(lot)
        self._check_as_asked(name.buy_order_id, lot)
        if name.is_instructed and execution.what not in ("NEW", "TRADE") and not is_cancel(order.client_id):
            self.asked_sales.allow_again(name.buy_order_id)
        if execution.what in ("CANCELED", "EXPIRED") and self.world.now < self._rebuilt_until.get(name.buy_order_id, 0):
            self.exempt[name.buy_order_id] = "its SELL ended while the lost database was being rebuilt"

    # 2: nothing sold twice

    def _check_not_twice(self, lot: Lot) -> None:
        over = -lot.uncovered
        others = self._dust_of_others(lot)
        if over > others:
            raise BrokenPromiseError(f"2: {numbers_of(lot)}: {over} more than was received; dust of others: {others}")
        received = sum((each.received + each.from_free_coins for each in self.lots.values()), D(0))
        offered = sum((each.offered for each in self.lots.values()), D(0))
        if offered > received:
            raise BrokenPromiseError(f"2: of all lots {offered} is sold or offered, and {received} was received")

    def _check_as_asked(self, number: int, lot: Lot) -> None:
        """Of what a person asked for by instruction nothing is sold twice."""
        excess = self.asked_sales.excess(number, lot.instructed)
        if excess > 0:
            raise BrokenPromiseError(f"2: {numbers_of(lot)}: {excess} more by instruction than was asked for")

    # 3: nothing below its floor

    def _check_price(self, lot: Lot, sell: Order, *, is_instructed: bool) -> None:
        """The one exception is what a person asked for by name."""
        if not is_instructed or not self.asked_sales.may_be_under_floor(
            lot.buy.order_id, sell.price, self._lowest_bid()
        ):
            self._check_floor(lot, sell)

    def _lowest_bid(self) -> D:
        """The lowest that the best bid can have been: of the market, or a BUY of the account."""
        own = (each.price for each in self.world.venue.orders.values() if each.ticket.buys and each.price)
        return min([self.world.venue.lowest, *own])

    def _check_floor(self, lot: Lot, sell: Order) -> None:
        """A SELL's coins of other lots are dust, and may have cost nothing: dust that others have now, or that the lot
        took before. Fees in a third asset may be left to the lot's other SELLs, because a SELL found on the book was
        priced before these fees were known.
        """
        dust = Fraction(max(self._dust_of_others(lot), lot.dust_taken))
        own = max(Fraction(0), Fraction(sell.qty) - dust) / Fraction(sell.qty)
        least = min(Fraction(each.quote) / Fraction(received_by(each)) for each in lot.buy.trades)
        if is_stop(sell):
            self._check_stop(sell, least * own)
            return
        profit = self._profit(lot)
        least *= (1 + profit) / (1 - RATE) * own
        if Fraction(sell.price) < least:
            raise BrokenPromiseError(f"3: {sell.client_id} at {sell.price}, its floor is {float(least):.8f}")
        _check_trail(sell)
        own_offered = Fraction(lot.offered - lot.offered_by_instruction)
        lack = least_cost(lot, own_offered - dust) * (1 + profit) - proceeds_without_instructed(lot) * (1 - RATE)
        if lack > 0:
            raise BrokenPromiseError(f"3: the SELLs of {numbers_of(lot)} bring {float(lack):.8f} too little")

    @property
    def _is_grouped(self) -> bool:
        return any(policy.group for policy in self.policies)

    def _check_all_together(self, when: str) -> None:
        """A lot of a group may be sold under its own floor; unless a person sells some of them for another price."""
        if any(lot.instructed for lot in self.lots.values()):
            return
        lack = lack_of_all(self.lots.values(), least_wanted, _MARKET, Fraction(self.sold_manually))
        if lack > 0:
            raise BrokenPromiseError(f"3: with {when} all lots of the group bring {float(lack):.8f} too little")

    def _check_stop(self, stop: Order, cost: Fraction) -> None:
        """The only order of ours that may sell under the floor, and only where it was asked for and as far as that."""
        if self.stop is None:
            raise BrokenPromiseError(f"3: {stop.client_id} is a stop that nobody asked for")
        least = cost * self.stop - 2 * Fraction(RULE.tick)  # the trigger and the limit are rounded down
        if Fraction(stop.price) < least:
            raise BrokenPromiseError(f"3: {stop.client_id} sells down to {stop.price}, and may to {float(least):.8f}")

    def _check_risen(self, lot: Lot, stop: Order) -> None:
        """A stop at the cost or above it is one at break-even: only once a bid that was real has reached the level.

        Where a BUY was filled at several prices, only a stop that is above all of them is known to be one.
        A price travels for a while, so a bid from shortly before the first fill counts as well.
        """
        cost = min(map(unit_cost, lot.buy.trades))
        if Fraction(stop.ticket.stop_price) < max(map(unit_cost, lot.buy.trades)):
            return
        gains = [each.break_even_gain_pct for each in self.policies if each.break_even_gain_pct]
        level = cost * (1 + Fraction(min(gains, default=D(1000))) / 100)
        highest = self._highest_bid(lot.buy.trades[0].time - _PRICE_TRAVELS_US)
        if highest < level:
            text = f"the bid was at {highest}, and arms it from {float(level):.4f} on"
            raise BrokenPromiseError(f"3: {stop.client_id} is a stop at break-even: {text}")
        self.at_break_even.append((lot.buy.order_id, stop))

    def _highest_bid(self, since_us: int) -> D:
        before = [bid for at, bid in self.bids if at <= since_us][-1:]
        return max([*before, *(bid for at, bid in self.bids if at > since_us)], default=D(0))

    def _check_floor_at_end(self, lot: Lot) -> None:
        """Once the whole lot is covered, its SELLs together reach the floor of the lot."""
        covered = Fraction(lot.offered) - Fraction(self._dust_of_others(lot))
        if not lot.sells or lot.instructed or covered <= 0 or lot.offered > lot.received or lot.uncovered >= RULE.step:
            return
        cost = sum(map(cost_of, lot.buy.trades), Fraction(0)) * covered / Fraction(lot.received)
        lack = cost * (1 + self._profit(lot)) - proceeds_without_instructed(lot) * (1 - RATE)
        if lack > 0:
            raise BrokenPromiseError(f"3: the SELLs of {numbers_of(lot)} bring {float(lack):.8f} too little in the end")

    def _profit(self, lot: Lot) -> Fraction:
        """The least that a lot of this age may ask for; the exchange tells times in whole milliseconds."""
        age_ms = self.world.venue.clock.us() // 1000 - lot.buy.trades[0].time // 1000
        steps = (step for policy in self.policies for step in policy.age if age_ms >= step.after_ms)
        return min([PROFIT, *(Fraction(step.net_profit_pct) / 100 for step in steps)])

    def _dust_of_others(self, lot: Lot) -> D:
        return sum((dust_of(each) for each in self.lots.values() if each is not lot), D(0))

    # 4: silence proves nothing

    def on_request(self, method: str, params: Mapping[str, str]) -> None:
        """A request is sent to the exchange."""
        if method != "POST":
            return
        client_id, now = _client_id(params), self.world.now
        before = self._sent.get(client_id)
        if before is not None and before.is_doubtful and not self._is_asked_about(client_id, before):
            raise BrokenPromiseError(
                f"4: {client_id} is sent again {now - before.at:.1f} s after it was sent with no answer, and the "
                "exchange was not asked since the request can no longer arrive"
            )
        self._sent[client_id] = Sent(self.world.system.incarnation, self.world.system.gateway, now)

    def on_reply(self, method: str, params: Mapping[str, str], outcome: object, proof: Proof = NO_PROOF) -> None:
        """The reply to a request is at the Gateway that sent it, which handles it. `proof` is that of an answer."""
        if isinstance(outcome, Unknown):
            return
        sent = self._sent.get(_client_id(params)) if method == "POST" else None
        if sent is not None:
            sent.is_doubtful = False
        for each in proof.denied:
            each.is_denied = True
        for each in proof.unlisted:
            each.is_unlisted = True

    def on_answer(self, path: str, params: Mapping[str, str], outcome: object) -> Proof:
        """The exchange answers a query. That it does not know an order counts only if it was asked late enough."""
        if path.endswith("/order") and is_refused_as(outcome, RefusalKind.UNKNOWN_ORDER):
            sent = self._sent.get(params.get("origClientOrderId", ""))
            return Proof(denied=(sent,)) if sent is not None and self._is_dead(sent) else NO_PROOF
        if path.endswith("/openOrders") and isinstance(outcome, Answered):
            return Proof(unlisted=tuple(filter(self._is_dead, self._sent.values())))
        if path.endswith("/allOrders") and isinstance(outcome, Answered):
            self._look_at_empty_database()
        return NO_PROOF

    def _is_dead(self, sent: Sent) -> bool:
        return self.world.now > sent.at + RECV_WINDOW_S + BACKEND_MS / 1000

    def _is_asked_about(self, client_id: str, sent: Sent) -> bool:
        """By its client id, or by a comparison if the sender's successor cannot know the order; both late enough."""
        return sent.is_denied or (sent.is_unlisted and not self._is_known(client_id, sent))

    def _is_known(self, client_id: str, sent: Sent) -> bool:
        """Whether the sender of the second can know the first: the same keeper or Gateway sent it, or the keeper loaded
        it from the database.
        """
        name, system = sell_name(client_id), self.world.system
        is_read = name is not None and self.world.database.has_loaded(name.buy_order_id, name.generation)
        return is_read or sent.incarnation == system.incarnation or sent.gateway is system.gateway

    def _look_at_empty_database(self) -> None:
        """Without a cursor BUYs count from the moment of the start on. An earlier one is known by an open SELL, or is
        newer than the newest one that a SELL names, open or ended. Before that start nobody reads the answer.
        """
        began_ms = self.world.database.history_from_ms(SYMBOL)
        if began_ms is None:
            return
        began_us = began_ms * 1000
        mark = self._newest_named()
        for number, lot in self.lots.items():
            before = [each for each in lot.buy.trades if each.time < began_us]
            if before and not any(each.is_open for each in lot.sells) and not self._is_newer(lot, mark):
                self.exempt[number] = "bought before the first start, or the database was lost while it had no SELL"
                self.uncounted[number] = sum(map(received_by, before), D(0))
            self._rebuilt_until[number] = self.world.now + 60

    def _newest_named(self) -> Lot | None:
        """The newest lot that a SELL names; None if the exchange's queries, which lag behind, may show no SELL yet."""
        shown_us = self.world.venue.clock.us() - int(LAG_S * 1_000_000)
        named = [(lot, each.created) for lot in self.lots.values() for each in lot.sells if is_named(each)]
        is_certain = any(created_us <= shown_us for _, created_us in named)
        return max((lot for lot, _ in named), key=lambda lot: lot.buy.order_id) if is_certain else None

    def _is_newer(self, lot: Lot, mark: Lot | None) -> bool:
        """Whether a trade of the BUY is newer than the mark, and no SELL was placed for it since."""
        if mark is None:
            return False
        first = mark.buy.trades[0].trade_id
        placed_us = max((each.created for each in lot.sells), default=0)
        newest = lot.buy.trades[-1]
        is_by_order = lot.buy.order_id > mark.buy.order_id
        return newest.time > placed_us and (is_by_order or newest.trade_id >= first)

    # 1: no BUY is lost

    def has_unsold_lots(self) -> bool:
        """Whether a lot is left that could be sold and is not, by the exchange."""
        return any(
            is_sellable(lot, lot.received - sum((each.filled for each in lot.sells), D(0)) - self._kept(lot))
            for number, lot in self.lots.items()
            if number not in self.exempt
        )

    def check_end(self) -> None:
        """Every lot is sold or offered, except for what is too small and for what the trader sold manually."""
        free = self.world.venue.balance()
        lots = {
            number: uncovered
            for number, lot in self.lots.items()
            if (number not in self.exempt or number in self.uncounted)
            and is_sellable(lot, min(uncovered := self._unoffered(number, lot), free))
        }
        least = {number: least_sellable(self.lots[number]) for number in lots}
        found = lot_not_offered(lots, least, self.sold_manually)
        if found is not None:
            number, missing = found
            text = f"{missing} {BASE} could be sold, and no SELL offers it"
            raise BrokenPromiseError(f"1: {numbers_of(self.lots[number])}: {text}")
        for lot in () if self._is_grouped else self.lots.values():
            self._check_floor_at_end(lot)
        if self._is_grouped:
            self._check_all_together("the end")
        self._check_kept_at_end()
        self._check_bought_once()

    def _check_kept_at_end(self) -> None:
        """What is kept is not sold: neither by its own lot, nor as dust by another one.

        Only where the amount is certain: one policy without age, and no coins that left or were bought otherwise.
        """
        policy = self.policies[0] if len(self.policies) == 1 else None
        if policy is None or policy.age or not policy.keep_coins_pct or self.exempt or self.sold_manually:
            return
        whole = [lot for lot in self.lots.values() if is_sellable(lot, lot.received - self._kept(lot))]
        kept = sum((max(self._kept(lot) - RULE.step, D(0)) for lot in whole), D(0))
        left = sum((lot.uncovered for lot in self.lots.values()), D(0))
        if left < kept:
            raise BrokenPromiseError(f"2: {kept} was to be kept, and all but {left} is sold or offered")

    def _check_bought_once(self) -> None:
        """What a person asked for is bought once, however often it was asked for."""
        names = [
            each.ticket.client_id for each in self.world.venue.orders.values() if is_purchase(each.ticket.client_id)
        ]
        asked = self.world.purchases.asked if self.world.purchases else set()
        if len(set(names)) < len(names) or len(names) > len(asked):
            raise BrokenPromiseError(f"bought twice: {len(asked)} purchases were asked for, and {names} were sent")

    @property
    def paid_sells(self) -> int:
        """How many SELLs were paid by their BUYs."""
        return sum(bool(purchase_of(each.ticket.client_id)) for lot in self.lots.values() for each in lot.sells)

    def _unoffered(self, number: int, lot: Lot) -> D:
        return lot.uncovered - self.uncounted.get(number, D(0)) - self._kept(lot) - self._given_in_pieces(lot)

    def _given_in_pieces(self, lot: Lot) -> D:
        """What other lots sell of a lot that a person has cut into pieces which are each too small for an order."""
        others = (-each.uncovered for each in self.lots.values() if each is not lot)
        return min(sum((over for over in others if over > 0), D(0)), lot.uncovered) if is_cut_by_hand(lot) else D(0)

    def _kept(self, lot: Lot) -> D:
        """The most that may be kept of a lot, by the policy that keeps most."""
        return max((kept_by(policy, lot) for policy in self.policies), default=D(0))

    # The keeper's book

    def compare_book(self, book: Any) -> None:
        """The keeper's book agrees with the exchange."""
        for number, lot in self.lots.items():
            known = book.lots.get(number)
            if known is None or number in self.exempt:
                continue
            sold = sum((each.filled for each in lot.sells), D(0))
            is_open = open_quantity(lot.sells)
            if (known.received, known.sold, known.open_quantity) != (lot.received, sold, is_open):
                raise BrokenPromiseError(
                    f"book: {numbers_of(lot)}; the keeper has {known.received}, {known.sold}, {known.open_quantity}"
                )
        self._check_armed(book)
        believed, held = sum((each.stock - each.sold for each in book.lots.values()), D(0)), self.world.venue.held()
        fees = sum((from_free_coins(lot.sells, lot.received) for lot in self.lots.values()), D(0))
        # With an unknown lot, the coins of a manual sale cannot be assigned. Fees that were taken from free coins may
        # be more than the dust of all lots.
        if believed > held + fees and not self.exempt:
            raise BrokenPromiseError(f"book: the lots believe in {believed} {BASE}, and the account has {held}")

    def _check_armed(self, book: Any) -> None:
        """That the price has risen is not forgotten, unless the database was lost: then a stop has to tell of it."""
        for number, _ in self.at_break_even if not self.world.database.was_lost else ():
            if number in book.lots and not is_armed(book.lots[number]):
                raise BrokenPromiseError(f"book: the keeper forgot that the break-even of lot {number} was armed")


def _check_trail(sell: Order) -> None:
    """A SELL that follows the price works at the highest trade less its distance: from its stop price on, at its limit
    or above.
    """
    delta, stop = sell.ticket.trailing_delta, Fraction(sell.ticket.stop_price)
    if delta and stop and stop * (10_000 - delta) / 10_000 < Fraction(sell.price):
        raise BrokenPromiseError(
            f"3: {sell.client_id} follows the price from {float(stop)} on, too low for {sell.price}"
        )


def _client_id(params: Mapping[str, str]) -> str:
    """The client order id of an order that is sent; of an order list that of its target, or of its BUY."""
    names = ("newClientOrderId", "aboveClientOrderId", "workingClientOrderId")
    return next((params[each] for each in names if params.get(each)), "")


def _line(execution: "ExecutionEvent") -> str:
    order, trade = execution.order, execution.trade
    part = f", {trade.qty} at {trade.price} (trade {trade.trade_id})" if trade else ""
    return (
        f"{execution.what} {order.ticket.side} {order.order_id} {order.client_id}: {order.status}, "
        f"{order.filled} of {order.qty} at {order.price}{part}"
    )
