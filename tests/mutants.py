"""Whether the tests can fail: each mutant is one wrong line in the money rules, and some test has to notice.

Run it with `make mutants`. It works on copies of the sources, never on the checkout. Exit code 1 where a mutant lives.
"""

import argparse
import os
import sys
import time

from tests.mutation.mutant import Mutant
from tests.mutation.side_by_side import try_all

MUTANTS = (
    # selling/grouping.py: cost moves to SELLs that bring it, and adds up to zero
    Mutant(
        "selling/grouping.py",
        "a SELL takes over cost that its price does not bring",
        "    most = min(round_cost_down(_fair_cost(order, group)), of_open)\n"
        "    return max(min(less(most, _open_cost(order)), less(of_all, order.cost)), ZERO)",
        "    return max(less(round_cost_down(_fair_cost(order, group)), _open_cost(order)), ZERO)",
    ),
    Mutant(
        "selling/grouping.py",
        "less is taken over than is given",
        "amount = min(total(room.values()), total(excess.values()))\n    taken, given = dict(_divided(room, amount)),",
        "amount = total(excess.values())\n    taken, given = dict(_divided(room, amount)),",
    ),
    Mutant(
        "selling/grouping.py", "a held lot takes part", " and lot.hold is None and lot.buy_ended", " and lot.buy_ended"
    ),
    Mutant("selling/grouping.py", "a lot takes part while its BUY is open", " and lot.buy_ended and", " and"),
    Mutant("selling/grouping.py", "a found SELL takes part", "any(order.was_found for order in lot.orders) or ", ""),
    Mutant("selling/grouping.py", "sold coins bear cost twice", "less(order.cost, order.cost_sold)", "order.cost"),
    Mutant("lots/transfers.py", "one side of a move alone", "else self.cost.copy_negate()", "else self.cost * 0"),
    Mutant("lots/found_price.py", "the oldest found SELL counts", "in reversed(lot.orders) if", "in lot.orders if"),
    Mutant("lots/found_price.py", "a found price does not hold", "found_price(lot) if policy.group else ZERO", "ZERO"),
    # money.py: exact arithmetic and the one rounding
    Mutant("money.py", "a price that is not on the tick is cut", "ONE) if rest > 0 else", "ONE) if rest < 0 else"),
    Mutant("money.py", "a price on the tick is raised by one", "ONE) if rest > 0 else", "ONE) if rest >= 0 else"),
    Mutant("money.py", "a share below zero is cut upward", "ONE) if rest < 0 else", "ONE) if False else"),
    Mutant("money.py", "a quantity is divided, and so rounded", "STRICT.divide_int(value, step)", "value / step"),
    Mutant("money.py", "a step of zero divides", " if step else value", ""),
    Mutant("money.py", "sums are rounded at 28 digits", "reduce(STRICT.add, amounts, ZERO)", "sum(amounts, ZERO)"),
    Mutant(
        "money.py",
        "quotients are compared the wrong way",
        "self.numerator, other.denominator) <",
        "self.numerator, other.denominator) >",
    ),
    Mutant(
        "money.py",
        "the smaller of two is the larger",
        "other if one.is_less_than(other)",
        "one if one.is_less_than(other)",
    ),
    # fee_reserve: how much BNB there is, and when more is bought
    Mutant("fee_reserve/reserve.py", "as much as wanted is too little", "self.free < self", "self.free <= self"),
    Mutant("fee_reserve/reserve.py", "BNB pays without BNB", "if pays and free > 0", "if pays"),
    Mutant(
        "fee_reserve/reserve.py",
        "half a day counts as it is",
        "max(now_ms - paid.first_ms, DAY_MS)",
        "(now_ms - paid.first_ms)",
    ),
    Mutant("fee_reserve/top_up.py", "a new process does not wait", "if now_ms < settled_ms", "if False"),
    Mutant("fee_reserve/top_up.py", "a lost reply is forgotten", "[] if tried_ms is None else [tried_ms]", "[]"),
    Mutant("fee_reserve/top_up.py", "a known name is sent again", "return is_this_hour or any", "return any"),
    Mutant(
        "fee_reserve/top_up.py", "the hour before does not count", "now_ms - moment < HOUR_MS", "now_ms - moment < 0"
    ),
    Mutant("fee_reserve/top_up.py", "a halted pair is bought on", "if not offer.pair.is_trading", "if False"),
    Mutant("fee_reserve/top_up.py", "it is bought without the money", "if offer.quote_free < wanted", "if False"),
    Mutant(
        "fee_reserve/top_up.py", "an amount is not cut to steps", "floor_to(top_up.amount, pair.step)", "top_up.amount"
    ),
    Mutant("fee_reserve/names.py", "each hour has the same name", "exchange_ms // HOUR_MS", "0"),
    # floors.py: the claim and its price
    Mutant("lots/floors.py", "the percentage is a fraction", "product(cost.denominator, _HUNDRED)", "cost.denominator"),
    Mutant(
        "lots/floors.py", "the lesser of the two profits is wanted", "larger(percent, Ratio(", "min(percent, Ratio("
    ),
    Mutant(
        "lots/floors.py",
        "a part wants the profit of the whole",
        "Ratio(product(policy.min_net_profit, part.numerator), part.denominator)",
        "Ratio(policy.min_net_profit)",
    ),
    Mutant("lots/floors.py", "the profit is forgotten", "self.cost.plus(self.profit)", "self.cost"),
    Mutant(
        "lots/floors.py",
        "the sell fee is forgotten",
        "Ratio(product(quantity, less(ONE, sell_rate))))",
        "Ratio(quantity))",
    ),
    Mutant(
        "lots/floors.py",
        "the sell fee is added",
        "Ratio(product(quantity, less(ONE, sell_rate))))",
        "Ratio(product(quantity, total((ONE, sell_rate)))))",
    ),
    Mutant("lots/floors.py", "the price is rounded down", "max(ratio_ceil_to(exact", "max(ratio_floor_to(exact"),
    Mutant("lots/floors.py", "a price of nothing", "sell_rate), tick), tick)", "sell_rate), tick), ZERO)"),
    Mutant("lots/floors.py", "a rate of all is taken", "not 0 <= sell_rate < 1", "not 0 <= sell_rate <= 1"),
    Mutant(
        "lots/floors.py",
        "a share is rounded up",
        "return ratio_floor_to(cost, COST_STEP)",
        "return ratio_ceil_to(cost, COST_STEP)",
    ),
    Mutant(
        "lots/floors.py",
        "a wanted profit is rounded down",
        "return ratio_ceil_to(profit, COST_STEP)",
        "return ratio_floor_to(profit, COST_STEP)",
    ),
    Mutant(
        "lots/floors.py",
        "a SELL that was found pays for more than it can",
        "by_amount if by_amount.is_less_than",
        "by_percent if by_amount.is_less_than",
    ),
    # next_sell.py: quantity, share of the cost, what a filter raises
    Mutant(
        "selling/next_sell.py",
        "the whole cost for a part",
        "share = Ratio(product(left, quantity), rest)",
        "share = Ratio(left)",
    ),
    Mutant(
        "selling/next_sell.py",
        "the SELLs of a climbing lot fall short",
        "return larger(share, Ratio(left) if",
        "return share if True else larger(share, Ratio(left) if",
    ),
    Mutant(
        "selling/next_sell.py",
        "written off dust keeps its cost",
        "idle = dust if policy.dust is Dust.WRITE_OFF",
        "idle = dust if policy.dust is Dust.KEEP",
    ),
    Mutant("selling/next_sell.py", "a quantity below the least", "quantity >= pair.min_quantity", "quantity >= ZERO"),
    Mutant(
        "selling/next_sell.py",
        "the largest quantity is no bound",
        "quantity = min(quantity, floor_to(pair.size.most",
        "quantity = max(quantity, floor_to(pair.size.most",
    ),
    Mutant("selling/next_sell.py", "more than is free is sold", "else min(lot.remainder, free)", "else lot.remainder"),
    Mutant(
        "selling/next_sell.py",
        "a filter lowers the price",
        "Ratio(max([price, *wanted]))",
        "Ratio(min([price, *wanted]))",
    ),
    Mutant(
        "selling/next_sell.py",
        "the last SELL takes a share, and a rest is lost",
        "lot.uncovered_cost if _sells_the_rest(lot, pair, policy, quantity) else round_cost_down(required.cost)",
        "round_cost_down(required.cost)",
    ),
    Mutant(
        "selling/next_sell.py",
        "an order is worth more than the largest",
        "ratio_floor_to(Ratio(most, sell.price), pair.step)",
        "ratio_ceil_to(Ratio(most, sell.price), pair.step)",
    ),
    # ladder.py: parts of a lot
    Mutant(
        "selling/ladder.py",
        "a part that is too small is lost",
        "left[target] = total((left[target], quantity))",
        "left[target] = left[target]",
    ),
    Mutant(
        "selling/ladder.py",
        "a part that stands is placed again",
        "max(less(share, covered.get(part, ZERO)), ZERO)",
        "share",
    ),
    Mutant(
        "selling/ladder.py",
        "a small part is sold with the farthest",
        "return min(others, key=lambda",
        "return max(others, key=lambda",
    ),
    Mutant(
        "selling/ladder.py",
        "the price of a found SELL does not tell its part",
        "profit = less(net, sell.cost)",
        "profit = ZERO",
    ),
    Mutant(
        "selling/next_sell.py",
        "a part is worth less than the smallest order",
        "quantity) >= pair.min_notional",
        "quantity) >= ZERO",
    ),
    Mutant("selling/ladder.py", "the smallest part goes last", "part = min(small, key", "part = max(small, key"),
    Mutant("selling/ladder.py", "the highest price first", "(each in standing, each))", "(each in standing, -each))"),
    Mutant(
        "selling/ladder.py",
        "a part that stands is sold before those that do not",
        "(each in standing, each))",
        "(each not in standing, each))",
    ),
    Mutant("selling/ladder.py", "more than one order carries", "min(quantities[part], most)", "quantities[part]"),
    Mutant(
        "selling/ladder.py",
        "more than is free is divided",
        "rest = lot.remainder if free is None else min(lot.remainder, free)",
        "rest = lot.remainder",
    ),
    Mutant(
        "selling/ladder.py",
        "SELLs of different parts become one",
        "wanted = {own} if own in parts else {part for part in parts if parts.count(part) > 1}",
        "wanted = {own, *parts}",
    ),
    Mutant(
        "selling/ladder.py",
        "of two parts that are as near the higher one",
        "copy_abs(), each))",
        "copy_abs(), -each))",
    ),
    Mutant(
        "selling/ladder.py", "of two small parts the lower one goes first", "(left[each], -each)", "(left[each], each)"
    ),
    Mutant("selling/ladder.py", "nobody says which part is sold with another", "targets.get(part, part)", "part"),
    Mutant(
        "selling/next_sell.py",
        "a quantity below the least is a part",
        "if quantity < pair.min_quantity:\n        return False",
        "if quantity < pair.min_quantity:\n        return True",
    ),
    Mutant(
        "selling/ladder.py",
        "the shares are those of what is left",
        "total((rest, *covered.values()))",
        "rest",
    ),
    Mutant(
        "selling/ladder.py",
        "a part of less than a step",
        'Decimal("0.01")), step)',
        'Decimal("0.01")), ZERO)',
    ),
    # kept_coins.py: a part of the profit in coins
    Mutant(
        "selling/kept_coins.py",
        "coins are kept again",
        "missing = less(wanted, *",
        "missing = wanted or less(wanted, *",
    ),
    Mutant(
        "selling/kept_coins.py",
        "coins that a SELL covers are kept",
        "min(missing, floor_to(lot.remainder, pair.step))",
        "missing",
    ),
    Mutant(
        "selling/kept_coins.py",
        "what was kept is no part of the whole",
        "quantity = total((lot.stock, *(each.quantity for each in kept)))",
        "quantity = lot.stock",
    ),
    Mutant(
        "selling/kept_coins.py",
        "what was kept has cost nothing",
        "cost = total((lot.stock_cost, *(each.cost for each in kept)))",
        "cost = lot.stock_cost",
    ),
    Mutant(
        "selling/kept_coins.py",
        "all of the profit is kept",
        "product(profit.numerator, policy.keep_coins_pct)",
        "product(profit.numerator, _HUNDRED)",
    ),
    Mutant(
        "selling/kept_coins.py",
        "coins come back when less is to be kept",
        "return max(min(missing, floor_to(lot.remainder, pair.step)), ZERO)",
        "return min(missing, floor_to(lot.remainder, pair.step))",
    ),
    Mutant("selling/kept_coins.py", "the cost is kept in coins", "part = kept.divided_by(net)", "part = Ratio(ONE)"),
    Mutant(
        "selling/kept_coins.py",
        "kept coins cost nothing",
        "share_of(lot.inventory_cost, quantity, lot.remainder)",
        "ZERO",
    ),
    Mutant(
        "selling/plan.py",
        "another lot sells what is to be kept",
        "if policy.keep_coins_pct and coins_to_keep(lot, market.pair, policy):",
        "if False:",
    ),
    # stop_leg.py, order.py: a target and a stop for the same coins
    Mutant("orders/stop_leg.py", "the end of one order ends both", "if has_leg_sold or (", "if True or ("),
    Mutant(
        "orders/stop_leg.py", "both have ended and it stands", "(stop.has_ended and stop.target_has_ended)", "False"
    ),
    Mutant("orders/stop_leg.py", "the other order may still sell", "of_stop=not by_stop)", "of_stop=by_stop)"),
    Mutant(
        "orders/order.py",
        "a stop sells the coins twice",
        "before = stop.executed if by_stop",
        "before = ZERO if by_stop",
    ),
    Mutant(
        "orders/order.py", "the target sells the coins twice", "else less(order.executed, stop.executed)", "else ZERO"
    ),
    Mutant(
        "orders/order.py",
        "a triggered stop is cancelled",
        "self.standing_id is not None and not is_selling",
        "self.standing_id is not None",
    ),
    Mutant(
        "book/rebuild.py",
        "a stop that was found is one order",
        "(report.is_stop or report.list_id is not None)",
        "False",
    ),
    # stop_loss.py, stop_slots.py: where a stop stands, and who has one
    Mutant(
        "selling/stop_loss.py",
        "a stop above the cost",
        "less(_WHOLE, policy.stop_loss_pct)",
        "_WHOLE + policy.stop_loss_pct",
    ),
    Mutant(
        "selling/stop_loss.py",
        "the limit is the trigger",
        "less(_WHOLE, policy.stop_limit_pct)), _WHOLE)",
        "_WHOLE), _WHOLE)",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a refused stop is tried at once",
        "if tried_again_ms(lot, at_break_even=is_risen) > now.now_ms:",
        "if False:",
    ),
    Mutant("selling/stop_loss.py", "the waits do not grow", "min(len(refused) - 1, _AGAIN_DOUBLED)", "0"),
    Mutant(
        "selling/stop_loss.py",
        "what was found is placed again",
        "order.is_cancelable and not order.was_found and",
        "order.is_cancelable and",
    ),
    Mutant("selling/stop_loss.py", "the pair takes no lists", "if not pair.takes_lists:", "if False:"),
    Mutant("selling/stop_slots.py", "a stop for each lot", "if room > 0:", "if True:"),
    Mutant("selling/stop_slots.py", "stops go back and forth", "*_between(book, now, buy_order_id)", "*()"),
    Mutant("selling/stop_slots.py", "one order slot is enough", "[free - 1]", "[free]"),
    Mutant("selling/stop_slots.py", "a stop moves for nothing", "product(lowest.price, WORTH_IT)", "ZERO"),
    # break_even.py, and what of stop_loss.py concerns it
    Mutant(
        "selling/break_even.py",
        "the limit is the trigger",
        "less(_WHOLE, policy.break_even_limit_pct)), _WHOLE)",
        "_WHOLE), _WHOLE)",
    ),
    Mutant(
        "selling/break_even.py", "the limit is cut", "ratio_ceil_to(least, tick))", "ratio_ceil_to(least, tick) - tick)"
    ),
    Mutant(
        "selling/break_even.py",
        "the sell fee is forgotten",
        "RequiredProceeds(Ratio(cost)), quantity, sell_rate,",
        "RequiredProceeds(Ratio(cost)), quantity, Decimal(0),",
    ),
    Mutant("selling/break_even.py", "armed at the cost", "total((_WHOLE, policy.break_even_gain_pct))", "_WHOLE"),
    Mutant("selling/break_even.py", "armed at the stop", "max(asked, total((trigger, tick)))", "asked"),
    Mutant(
        "selling/break_even.py",
        "with the database it is forgotten",
        " or any(_was_found_with_stop(order, lot) for order in lot.orders)",
        "",
    ),
    Mutant("selling/break_even.py", "a stop loss arms", "product(prices.trigger, lot.stock) >= lot.stock_cost", "True"),
    Mutant(
        "selling/break_even.py", "placed whatever the bid", "if now.bid is not None and now.bid > trigger:", "if True:"
    ),
    Mutant("selling/break_even.py", "placed at the bid itself", "now.bid > trigger", "now.bid >= trigger"),
    Mutant("selling/break_even.py", "an ended stop still stands", "held.state in _STOOD and has", "has"),
    Mutant(
        "selling/stop_loss.py",
        "a stop before it is armed",
        "(policy.break_even_gain_pct and is_armed(lot))",
        "policy.break_even_gain_pct",
    ),
    Mutant(
        "selling/stop_loss.py",
        "no stop loss while break-even cannot stand",
        "(risen is None or _prevented(risen, sell, lot, now) is not None)",
        "risen is None",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a stop at its target",
        "return found if found.trigger < sell.price else None",
        "return found",
    ),
    Mutant("selling/stop_loss.py", "refusals count for both", "if has_break_even(order) is at_break_even]", "]"),
    Mutant("selling/stop_loss.py", "a stop that stands is waited for", " and not has_break_even(order))", ")"),
    Mutant(
        "selling/stop_loss.py",
        "the bid at the stop is enough",
        "total((each.trigger, market.pair.tick))",
        "each.trigger",
    ),
    Mutant(
        "selling/stop_loss.py",
        "a lot below its stop keeps the slot",
        "risen is not None and _prevented(risen, order, lot, now) is None",
        "risen is not None",
    ),
    Mutant(
        "selling/parking.py",
        "after a refused stop the LIMIT waits",
        "if times == 1 and newest.stop is not None:",
        "if False:",
    ),
    # age.py, changed_terms.py: SELLs at another price
    # trailing.py, trailing_slots.py: a part that follows the price
    Mutant("selling/trailing.py", "it follows from its floor on", "less(BIPS, Decimal(bips))), tick)", "BIPS), tick)"),
    Mutant(
        "selling/trailing.py",
        "its stop price is cut",
        "return ratio_ceil_to(Ratio(product(floor",
        "return ratio_floor_to(Ratio(product(floor",
    ),
    Mutant(
        "selling/trailing.py",
        "it follows before its BUY has ended",
        "not lot.buy_ended or following_sell",
        "following_sell",
    ),
    Mutant("selling/trailing.py", "two of a lot follow", " or following_sell(lot) is not None or", " or"),
    Mutant(
        "selling/trailing.py",
        "the share is a fraction",
        "policy.trailing_share_pct, _PERCENT)",
        "policy.trailing_share_pct)",
    ),
    Mutant(
        "selling/trailing.py",
        "what followed and was sold is not counted",
        "return max(less(share, sold), ZERO)",
        "return share",
    ),
    Mutant("selling/trailing.py", "a part is placed beside its LIMIT", "wanted > rest and any(", "False and any("),
    Mutant(
        "selling/trailing.py",
        "a rest too small for an order is left",
        "or is_enough(others) else whole",
        "or True else whole",
    ),
    Mutant(
        "selling/trailing.py",
        "the smaller takes the larger",
        "whole if part >= others and",
        "whole if part < others and",
    ),
    Mutant(
        "selling/trailing.py", "a filter of it is not asked", "return None if is_refused or not", "return None if not"
    ),
    Mutant(
        "selling/trailing.py",
        "the pair may forbid it",
        "if is_refused or not market.pair.allows_trailing else",
        "if is_refused else",
    ),
    Mutant(
        "selling/trailing.py",
        "a reached stop price is asked for again",
        "is_at_once = now.trail_start is",
        "is_at_once = None is",
    ),
    Mutant("selling/trailing.py", "the smallest LIMIT is cancelled first", "reverse=True", "reverse=False"),
    Mutant("selling/trailing.py", "every LIMIT is cancelled", "        if freed >= wanted:\n            break\n", ""),
    Mutant(
        "selling/trailing_slots.py",
        "the trader's orders take no slots",
        "max(policy.free_algo_slots, book.other_orders.algo_count)",
        "policy.free_algo_slots",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "no slots are left to the trader",
        "max(policy.free_algo_slots, book.other_orders.algo_count)",
        "book.other_orders.algo_count",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "a farther lot takes the slot of a nearer",
        "if free <= 0 or price >= sell.price",
        "if True",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "slots are taken from each other in turn",
        "if less(farthest.price, price) < product(price, WORTH_IT):",
        "if farthest.price <= price:",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "the nearest gives up its slot",
        "book.lots.index.trails.descending()",
        "reversed(list(book.lots.index.trails.descending()))",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "all slots are given up at once",
        "order is None or order.state is OrderState.CANCELING",
        "order is None",
    ),
    Mutant(
        "selling/trailing_slots.py",
        "a refused lot holds up the others",
        "if start is not TrailStart.NOT_NOW and is_to_trail",
        "if is_to_trail",
    ),
    Mutant(
        "lots/attempts.py",
        "a refused trail is a setback",
        "order.trail is not None and order.state is OrderState.REFUSED",
        "False",
    ),
    Mutant(
        "orders/order.py",
        "what the exchange says it is does not count",
        "OrderEvent.REFUSED else report.trail",
        "OrderEvent.REFUSED else order.trail",
    ),
    Mutant(
        "selling/ladder.py",
        "what follows is sold with the rest",
        "return order.trail is None and not order.name",
        "return not order.name",
    ),
    Mutant("selling/age.py", "a step comes too soon", "if age_ms >= step.after_ms", "if age_ms >= step.after_ms // 2"),
    Mutant("selling/age.py", "the first step holds for ever", "in reversed(policy.age)", "in policy.age"),
    Mutant("selling/age.py", "a step asks for more", "min(policy.net_profit_pct, most)", "most"),
    Mutant("selling/age.py", "the least profit stays", "min_net_profit=ZERO,", "min_net_profit=policy.min_net_profit,"),
    Mutant(
        "selling/age.py", "a part stays above the step", "ladder=_at_most(policy.ladder, most)", "ladder=policy.ladder"
    ),
    Mutant(
        "selling/age.py",
        "a part at the step counts twice",
        "if rung.net_profit_pct < most)",
        "if rung.net_profit_pct <= most)",
    ),
    Mutant(
        "selling/age.py",
        "a part at the step is lost",
        "if rung.net_profit_pct >= most)",
        "if rung.net_profit_pct > most)",
    ),
    Mutant(
        "selling/age.py",
        "a lot without a fill is old",
        "now_ms - lot.opened_ms if lot.buys else 0",
        "now_ms - lot.opened_ms",
    ),
    Mutant(
        "selling/changed_terms.py",
        "the highest price is replaced first",
        "key=lambda each: each.price)",
        "key=lambda each: -each.price)",
    ),
    Mutant(
        "selling/changed_terms.py",
        "any other price is worth it",
        "copy_abs() >= product(before, WORTH_IT)",
        "copy_abs() > ZERO",
    ),
    Mutant(
        "selling/changed_terms.py",
        "all parts want the profit of the first",
        "policy.ladder[part_of(order, market, policy)]",
        "policy.ladder[0]",
    ),
    Mutant(
        "selling/changed_terms.py",
        "the least profit in quote counts for each SELL",
        "replace(own, min_net_profit=ZERO) if own.min_net_profit else own",
        "own",
    ),
    Mutant(
        "selling/changed_terms.py",
        "any other profit is another one",
        "return gap >= product(total((order.cost, profit)), WORTH_IT)",
        "return gap != ZERO",
    ),
    Mutant(
        "selling/changed_terms.py",
        "a SELL that was found is placed again",
        "if profit is None:\n        return False",
        "if profit is None:\n        return True",
    ),
    Mutant(
        "selling/changed_terms.py",
        "a SELL asks for too little for ever",
        "more if policy.min_net_profit else more.copy_abs()",
        "more.copy_negate()",
    ),
    Mutant(
        "selling/decide.py",
        "a SELL is cancelled that cannot be placed again",
        "if not isinstance(step, PlaceSell):\n            continue\n        if is_worth_it(order.price, step.price) or",
        "if True or",
    ),
    Mutant(
        "selling/decide.py",
        "all SELLs of a lot are cancelled before one is placed again",
        "replaced = () if is_next else",
        "replaced = () if False else",
    ),
    # lots/lot.py, orders/order.py, dust.py: what there is, and what it cost
    Mutant(
        "lots/lot.py", "a fee in the coin is not taken off", "if fill.commission_asset == self.base])", "if False])"
    ),
    Mutant("lots/lot.py", "a fee in quote is not counted", "if fill.commission_asset == self.quote]", "if False]"),
    Mutant(
        "lots/lot.py",
        "a fee in BNB is not counted",
        "for fill in fills if fill.trade_id in values]",
        "for fill in fills if False]",
    ),
    Mutant(
        "lots/lot.py",
        "dust is worth more than its share",
        "max(min(self.uncovered_cost, share), ZERO)",
        "max(self.uncovered_cost, ZERO)",
    ),
    Mutant(
        "orders/order.py",
        "an ended SELL still covers all",
        "self.quantity if self.is_live else self.executed",
        "self.quantity",
    ),
    Mutant(
        "orders/order.py",
        "an ended SELL still holds its cost",
        "self.cost if self.is_live else self.cost_sold",
        "self.cost",
    ),
    Mutant(
        "selling/dust.py",
        "dust goes for nothing",
        "cost=share_of(source.inventory_cost, quantity, source.remainder)",
        "cost=ZERO",
    ),
    Mutant("selling/dust.py", "dust of a BUY that goes on is given", "is_certain = lot.buy_ended and", "is_certain ="),
    # fees.py, fee_valuation.py: rates and values
    Mutant("lots/fees.py", "the better of maker and taker", "SellFee.WORSE: max(part", "SellFee.WORSE: min(part"),
    Mutant("lots/fees.py", "the seller's part is forgotten", "total((sides[fee], part.seller))", "sides[fee]"),
    Mutant(
        "lots/fees.py",
        "the discount is on tax, too",
        "total((standard, _side(commission.special, fee), _side(commission.tax, fee)))",
        "product(total((standard, _side(commission.special, fee), _side(commission.tax, fee))), Decimal('0.75'))",
    ),
    Mutant(
        "prices/fee_valuation.py",
        "a fee in BNB is valued too low",
        "value = ratio_ceil_to(Ratio(product(fill.commission, price)), COST_STEP)",
        "value = product(fill.commission, price).quantize(COST_STEP, 'ROUND_DOWN')",
    ),
    # filters
    Mutant(
        "filters/base.py",
        "a grid holds what is between its steps",
        "and not (self.step and STRICT.remainder(value, self.step))",
        "and True",
    ),
    Mutant("filters/base.py", "the nearest allowed is the farther one", "min(allowed, key=", "max(allowed, key="),
    Mutant(
        "filters/amounts.py",
        "the smallest order is none",
        "return None if nearest == notional else",
        "return None if True else",
    ),
    Mutant(
        "filters/amounts.py",
        "the side of PERCENT_PRICE_BY_SIDE is the other one",
        "Side.SELL: (self.ask_down, self.ask_up)",
        "Side.SELL: (self.bid_down, self.bid_up)",
    ),
    # self_trade.py, planned_sale.py: a sale that meets a BUY of the same account
    Mutant("selling/self_trade.py", "a BUY under the limit is met", "each.price >= limit", "each.price <= limit"),
    Mutant(
        "selling/self_trade.py",
        "the lowest of the BUYs is met first",
        "return max((each for each in on_book",
        "return min((each for each in on_book",
    ),
    Mutant("selling/self_trade.py", "what ends the SELL does no harm", "mode != SelfTrade", "mode == SelfTrade"),
    Mutant(
        "selling/planned_sale.py",
        "one's own bid is expected to pay",
        "expected = price if is_own_bid else max(",
        "expected = max(",
    ),
    # dust, over crashes and a lost database
    Mutant(
        "recovery/history.py",
        "dust that went with a lot of the past is there still",
        "less(sold, self._received.get(buy_order_id, ZERO), *known)",
        "ZERO",
    ),
    Mutant(
        "selling/plan.py",
        "what a SELL has of a lot that is no dust any more is left to that one",
        "remainders=_remainders(book, lot) if lot.remainder < 0 else (),",
        "remainders=(),",
    ),
    Mutant(
        "selling/dust.py",
        "a second carry passes for a copy of the first",
        "generation=max(generation, 1 + max(before, default=0))",
        "generation=generation",
    ),
    Mutant(
        "book/pair_book.py",
        "a late copy of a BUY is a lot anew",
        "is_read = self._cursor is not None and 0 <= fill.trade_id <= self._cursor",
        "is_read = False",
    ),
    # the SELL that a BUY pays for
    Mutant("orders/client_ids.py", "any name with its end is one", "if is_purchase(purchase) else", "if purchase else"),
    Mutant("book/paid_sells.py", "a SELL that waits is one of ours", "if not report.has_begun or", "if"),
    Mutant("book/paid_sells.py", "the list tells nothing", "return by_list or", "return"),
    Mutant("book/paid_sells.py", "one without its BUY is forgotten", "self._waiting[report.order_id] = report", "pass"),
    Mutant(
        "book/order_lists.py",
        "its lot stays with the list",
        "return self._lots.apply_hold_event(buy_order_id, HoldEvent.UNLISTED) if is_left else None",
        "return None",
    ),
    Mutant("book/pair_book.py", "its sale is a person's", "if not self.paid_sells.is_one(report):", "if True:"),
    Mutant("book/rebuild.py", "it is taken for an order list of ours", "if not name.is_paid and (", "if ("),
    Mutant("book/rebuild.py", "what is bought later is not its", "order.name.is_paid or order.locks", "order.locks"),
    Mutant("selling/changed_terms.py", "it keeps its price for ever", "profit is None and order.name.is_paid", "False"),
    Mutant(
        "selling/dust.py", "any lack is the fee", "return is_paid and lot.buy_ended and missing <=", "return missing <="
    ),
    Mutant(
        "selling/dust.py",
        "more than the fee is the fee",
        "is_paid and lot.buy_ended and missing <= total(",
        "is_paid and bool(",
    ),
    Mutant(
        "buying/paid_sell.py",
        "the fee of the BUY is not its cost",
        "less(buy.quantity, product(buy.quantity, buy_rate))",
        "buy.quantity",
    ),
    Mutant(
        "buying/paid_sell.py",
        "dust that is written off costs nothing",
        "Ratio(spent) if policy.dust is Dust.WRITE_OFF else ",
        "",
    ),
    Mutant("buying/paid_sell.py", "it is one order of two", "before + 1)", "before)"),
    Mutant(
        "buying/paid_sell.py",
        "one LIMIT does what a ladder asks for",
        '"exit.ladder": policy.ladder',
        '"exit.ladder": ()',
    ),
    Mutant(
        "lots/fees.py",
        "the buyer's part is no fee of a BUY",
        "max(part.maker, part.taker), part.buyer",
        "max(part.maker, part.taker), ZERO",
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="FILE", help="mutants of files whose name contains this")
    parser.add_argument("--workers", type=int, default=max(1, min(4, os.cpu_count() or 1)), metavar="COUNT")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.only in mutant.file]
    for mutant in chosen:
        mutant.check()
    started = time.monotonic()
    alive = 0
    for mutant, by in try_all(chosen, options.workers):
        print(f"{'caught' if by else 'ALIVE '}  {mutant.file}: {mutant.what}  {by}", flush=True)
        alive += not by
    print(f"{len(chosen) - alive} of {len(chosen)} caught in {time.monotonic() - started:.0f} s")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
