"""The arithmetic of a lot, step by step, as values that a person can follow and recompute."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.floors import RequiredProceeds, exact_floor, round_profit_up
from lotkeeper.trading.lots.lot import Lot, fee_in
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ONE, ZERO, Ratio, floor_to, less, product, total
from lotkeeper.trading.orders.order import SellOrder, share_of
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import AgeStep, Dust, ExitPolicy, Terms
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.reports.armed_exits import ArmedExit, armed_exits
from lotkeeper.trading.reports.instructed_sales import InstructedSale, instructed_sales
from lotkeeper.trading.reports.profit import Sale, realised_profit, sales_of
from lotkeeper.trading.selling.age import policy_at_age, reached_step
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Decision, PlaceSell, Situation
from lotkeeper.trading.selling.grouping import Group, group_of
from lotkeeper.trading.selling.ladder import LadderPart, ladder_of, part_of
from lotkeeper.trading.selling.trailing import NoTrail, TrailingPart, trailing_part

_CLOSE = Decimal("1E-11")  # results of roundings at the twelfth decimal differ by less


@dataclass(frozen=True, slots=True)
class SellTerms:
    """What a SELL asks for, and what it is expected to bring, in quote asset. None: its terms are not known."""

    price: Decimal
    quantity: Decimal  # base
    cost: Decimal
    profit: Decimal | None  # the wanted net profit
    reason: str  # the setting that the wanted profit follows from
    wanted_pct: Decimal | None  # the wanted profit in percent of the cost, if the setting says it so
    sell_rate: Decimal | None  # the expected fee, as a fraction of the proceeds
    floor: Ratio | None  # the exact price before it was rounded up
    proceeds: Decimal
    fee: Decimal | None
    net: Decimal | None  # proceeds less the fee
    trail: Trail | None = None  # how it follows the price; None: a LIMIT

    @property
    def expected_profit(self) -> Decimal | None:
        """What is left of the proceeds after the fee and the cost."""
        return None if self.net is None else less(self.net, self.cost)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A lot and its sums; quantities in base asset, money in quote asset."""

    lot: Lot
    terms: Terms | None  # None: never recorded
    bought: Decimal
    fees_in_base: Decimal  # commissions taken in the coin itself
    paid: Decimal  # price times quantity of all BUY fills
    fees_in_quote: Decimal  # commissions taken in quote, part of the cost
    fees_valued: Decimal  # commissions taken in other assets, valued in quote, part of the cost
    sell_terms: tuple[tuple[SellOrder, SellTerms], ...]  # of the lot's SELLs
    dust: Decimal  # what of the remainder is no whole step
    dust_cost: Decimal
    next_steps: tuple[Decision, ...]  # what would be done now
    next_sell_terms: SellTerms | None  # what the next SELL would ask for
    ladder: tuple[LadderPart, ...]  # how the ladder divides the whole lot; empty without one
    age: tuple[AgeStep, ...]  # the steps of the wanted profit, by the age of the lot
    reached: AgeStep | None  # the step that holds now; None before the first
    exits: tuple[ArmedExit, ...]  # at which price each is reached, and what the exchange holds of it
    sales: tuple[Sale, ...]
    realised_profit: Decimal
    group: Group | None = None  # the lots that it is sold with at a common price; None: it is sold alone
    trailing: TrailingPart | None = None  # what of the lot is to follow the price; None if nothing ever is
    instructed: tuple[InstructedSale, ...] = ()  # what persons asked to be sold of it, the oldest first

    @property
    def correction(self) -> Decimal:
        """What `realised_profit` has beside the sales' profits: the rest of a closed lot counts at its share."""
        return less(self.realised_profit, total(sale.profit for sale in self.sales))

    @property
    def expected_profit(self) -> Decimal | None:
        """The net profit once everything on the book is sold, too; None if the terms of a SELL are not known."""
        profits = [terms.expected_profit for order, terms in self.sell_terms if order.is_live]
        if any(profit is None for profit in profits):
            return None
        return total((self.realised_profit, *(profit for profit in profits if profit is not None)))


def explain(lot: Lot, terms: Terms | None, now_ms: int, others: Iterable[Lot] = ()) -> Explanation:
    """The arithmetic of a lot, by the terms of its pair as they are now; None: they were never recorded.

    `others` are the open lots of the pair, where they are sold as a group.
    """
    configured, reached = terms, reached_step(terms.policy, lot, now_ms) if terms else None
    if terms is not None and reached is not None:
        terms = replace(terms, policy=policy_at_age(terms.policy, lot, now_ms))
    policy = terms.policy if terms else None
    steps = decide(lot, terms.market, terms.policy, Situation(now_ms)) if terms else ()
    placing = next((step for step in steps if isinstance(step, PlaceSell)), None)
    dust = _dust(lot, terms.market.pair if terms else None)
    return Explanation(
        lot=lot,
        terms=terms,
        bought=total(fill.quantity for fill in lot.buys),
        fees_in_base=total(fee_in(fill, lot.base) for fill in lot.buys),
        paid=total(fill.quote_quantity for fill in lot.buys),
        fees_in_quote=total(fee_in(fill, lot.quote) for fill in lot.buys),
        fees_valued=less(lot.fees(lot.buys), total(fee_in(fill, lot.quote) for fill in lot.buys)),
        sell_terms=tuple(
            (order, _sell_terms(order, terms, lot)) for order in lot.orders if order.executed or order.is_live
        ),
        dust=dust,
        dust_cost=_dust_cost(lot, dust, policy),
        next_steps=steps,
        next_sell_terms=_sell_terms(placing, terms, lot) if placing else None,
        ladder=ladder_of(lot, terms.market, terms.policy) if terms and terms.policy.ladder else (),
        age=terms.policy.age if terms else (),
        reached=reached,
        exits=armed_exits(lot, configured, steps, now_ms),
        sales=sales_of(lot),
        realised_profit=realised_profit(lot),
        group=_group(lot, terms, others) if terms and terms.policy.group else None,
        trailing=_trailing(lot, terms) if terms and terms.policy.trailing_bips else None,
        instructed=instructed_sales(lot),
    )


def _group(lot: Lot, terms: Terms, others: Iterable[Lot]) -> Group | None:
    found = group_of(others, terms.market, terms.policy)
    return found if found is not None and lot.buy_order_id in found.numbers else None


def _trailing(lot: Lot, terms: Terms) -> TrailingPart | None:
    """Whose turn it is, only the keeper knows."""
    if lot.state is LotState.CLOSED:
        return None
    part = trailing_part(lot, terms.market, terms.policy)
    is_waiting = part.sell is None and part.why_not is None and bool(part.quantity)
    return replace(part, why_not=NoTrail.NO_SLOT) if is_waiting else part


def _dust(lot: Lot, pair: TradePair | None) -> Decimal:
    if lot.remainder <= 0 or pair is None:
        return max(lot.remainder, ZERO)
    return less(lot.remainder, floor_to(lot.remainder, pair.step))


def _dust_cost(lot: Lot, dust: Decimal, policy: ExitPolicy | None) -> Decimal:
    """The dust's share of what is left of the cost; zero if the next SELL has to bring it."""
    is_brought = policy is not None and policy.dust is Dust.WRITE_OFF
    return ZERO if is_brought or not dust else share_of(lot.inventory_cost, dust, lot.remainder)


def _sell_terms(sell: SellOrder | PlaceSell, terms: Terms | None, lot: Lot) -> SellTerms:
    proceeds = product(sell.price, sell.quantity)
    reason, wanted_pct = _reason(sell, terms, lot) if terms else ("", None)
    fee = None if sell.sell_rate is None else product(proceeds, sell.sell_rate)
    return SellTerms(
        price=sell.price,
        quantity=sell.quantity,
        cost=sell.cost,
        profit=sell.profit,
        reason=reason,
        wanted_pct=wanted_pct,
        sell_rate=sell.sell_rate,
        floor=_floor(sell),
        proceeds=proceeds,
        fee=fee,
        net=None if fee is None else less(proceeds, fee),
        trail=sell.trail,
    )


def _floor(sell: SellOrder | PlaceSell) -> Ratio | None:
    if sell.profit is None or sell.sell_rate is None or sell.sell_rate >= ONE:
        return None
    return exact_floor(RequiredProceeds(Ratio(sell.cost), Ratio(sell.profit)), sell.quantity, sell.sell_rate)


def _reason(sell: SellOrder | PlaceSell, terms: Terms, lot: Lot) -> tuple[str, Decimal | None]:
    """Which setting the profit follows from, and its percentage, by the present policy; empty if from none."""
    policy = terms.policy
    if sell.profit is None:
        return "", None
    if sell.name.is_instructed:
        return "instruction", None  # its price was asked for: the profit is what that leaves
    if policy.ladder:
        rung = policy.ladder[part_of(sell, terms.market, policy)]
        return ("ladder", rung.net_profit_pct) if _is_percentage(sell, rung.net_profit_pct) else ("", None)
    if _is_percentage(sell, policy.net_profit_pct):
        return "net_profit_pct", policy.net_profit_pct
    part = round_profit_up(Ratio(product(policy.min_net_profit, sell.quantity), lot.stock)) if lot.stock > 0 else ZERO
    return ("min_net_profit" if policy.min_net_profit and sell.profit >= part else ""), None


def _is_percentage(sell: SellOrder | PlaceSell, percent: Decimal) -> bool:
    """Whether the wanted profit is so much of the cost."""
    wanted = round_profit_up(Ratio(product(sell.cost, percent), Decimal(100)))
    return sell.profit is not None and less(sell.profit, wanted).copy_abs() <= _CLOSE
