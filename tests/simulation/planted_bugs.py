"""The forty bugs that the simulation must find: each is a wrong line or two, with a schedule that finds it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlantedBug:
    """One bug, as a change of the sources."""

    what: str
    file: str
    old: str  # is in the file exactly once
    new: str
    seed: int  # a schedule that finds it
    point: str  # of the promise
    also: tuple[tuple[str, str, str], ...] = ()  # file, old and new of further lines that guard the same thing
    is_slow: bool = False  # whether the schedule is played with slow queries
    is_answered: bool = False  # whether its Gateway dies between an answer and telling of it
    has_exits: bool = False  # whether its lots are sold in another way than the default
    has_group: bool = False  # whether its lots are sold as a group
    is_sold: bool = False  # whether an operator sells lots in its schedule
    has_top_ups: bool = False  # whether its schedule is one in which BNB for fees is bought

    @property
    def options(self) -> tuple[str, ...]:
        """Those of the simulation that say which kind of schedule it is."""
        kinds = {
            "--slow": self.is_slow,
            "--answered": self.is_answered,
            "--exits": self.has_exits,
            "--group": self.has_group,
            "--sales": self.is_sold,
            "--top-ups": self.has_top_ups,
        }
        return tuple(option for option, is_chosen in kinds.items() if is_chosen)


_ABSENCE = "lotkeeper/trading/recovery/absence.py"
_GROUPING = "actors/pair_keeper/grouping.py"
_TOP_UP = "lotkeeper/trading/fee_reserve/top_up.py"
_TRAILING = "lotkeeper/trading/selling/trailing.py"
PLANTED = (
    PlantedBug(
        "sent again at once after -2013",
        "lotkeeper/trading/recovery/in_flight.py",
        "if now_ms > alive_until(order.sent_ms, recv_window_ms):",
        "if True:",
        39,
        "4",
        (
            (
                _ABSENCE,
                "            return False\n        return self._is",
                "            return True\n        return self._is",
            ),
            (
                "lotkeeper/trading/recovery/in_flight.py",
                "is_copy = note.client_id",
                "is_copy = False and note.client_id",
            ),
        ),
    ),
    PlantedBug(
        "the same fill counts each time it arrives",
        "lotkeeper/trading/lots/lot.py",
        "if any(known.trade_id == fill.trade_id for known in fills):",
        "if False:",
        0,
        "the pair book",
    ),
    PlantedBug(
        "fencing lets older keepers through",
        "actors/gateway/actor.py",
        "return incarnation == newest",
        "return True",
        469,
        "2",
        (
            ("actors/ledger/actor.py", "        return incarnation == self._newest[symbol]", "        return True"),
            ("actors/gateway/in_flight_guard.py", "            case SellPlaced():\n", "            case None:\n"),
        ),
    ),
    PlantedBug(
        "the fee of a BUY is ignored",
        "lotkeeper/trading/lots/lot.py",
        "if fill.commission_asset == self.base])",
        "if False])",
        1,
        "the pair book",
    ),
    PlantedBug(
        "a late NEW opens an order that has ended",
        "lotkeeper/trading/orders/states.py",
        "    # all of them are surprises: late copies of earlier events change nothing\n    E.ACCEPTED: None,",
        "    E.ACCEPTED: S.OPEN,",
        2761,
        "the pair book",
    ),
    PlantedBug(
        "the cursor skips what was not reported",
        "lotkeeper/trading/recovery/reconcile.py",
        "self.cursor = max(fill.trade_id, ",
        "self.cursor = max(fill.trade_id + 1, ",
        24,
        "1",
    ),
    PlantedBug(
        "UNKNOWN counts as refused after five seconds",
        "actors/pair_keeper/sell_resolution.py",
        "        match decide_not_found(sent, lot, topic.asked, tag.asked_ms, self._state.start.recv_window_ms):\n"
        "            case SendAgain() | AbandonSell() if not self._is_absent(order, tag):",
        "        verdict = decide_not_found(sent, lot, topic.asked, tag.asked_ms, self._state.start.recv_window_ms)\n"
        "        match AbandonSell() if tag.asked_ms - order.sent_ms > 5_000 else verdict:\n"
        "            case SendAgain() if not self._is_absent(order, tag):",
        1,
        "2",
        is_slow=True,
    ),
    PlantedBug(
        "a restart forgets what was in flight",
        "actors/pair_keeper/book_opening.py",
        "        book.load_lots(loaded.lots, loaded.finished)",
        "        from dataclasses import replace\n"
        "        lots = loaded.lots\n"
        "        book.load_lots(replace(lot, orders=tuple(o for o in lot.orders if o.order_id)) for lot in lots)",
        4,
        "4",
        (("actors/gateway/in_flight_guard.py", "note.order.lacks_answer or note.until", "note.until"),),
    ),
    PlantedBug(
        "a SELL found on the exchange is added twice",
        "lotkeeper/trading/book/lot_sells.py",
        "        if known is not None and reuses_name(known, report):\n",
        "        if known is not None and (known.order_id is None or reuses_name(known, report)):\n",
        0,
        "the pair book",
    ),
    PlantedBug(
        "the end by self-trade prevention is ignored",
        "lotkeeper/trading/orders/states.py",
        '    "EXPIRED_IN_MATCH": E.EXPIRED,',
        '    "EXPIRED_IN_MATCH": E.ACCEPTED,',
        4,
        "1",
    ),
    PlantedBug(
        "a new Gateway forgets what was in flight",
        "actors/gateway/in_flight_notes.py",
        "for row, order in rows if order is not None]",
        "for row, order in rows if False]",
        6,
        "4",
    ),
    PlantedBug(
        "a first start counts from its first comparison",
        "lotkeeper/trading/recovery/reconcile.py",
        "counted = [fill for fill in fills if fill.time_ms >= self._begins_ms]",
        "counted = [fill for fill in fills if fill.time_ms >= self.started_ms]",
        4,
        "1",
    ),
    PlantedBug(
        "a new Gateway takes all that is in flight for unsent",
        "actors/gateway/in_flight_notes.py",
        "        return all(note.order.left_by_ms == OVER for note in found) and (bool(found) or is_young)",
        "        return is_young",
        6,
        "4",
        (
            (
                "lotkeeper/trading/recovery/in_flight.py",
                "is_copy = note.client_id",
                "is_copy = False and note.client_id",
            ),
        ),
    ),
    PlantedBug(
        "a row is freed as soon as its order is answered",
        "actors/gateway/in_flight_notes.py",
        "        self._write(note.row, encode_row(order))",
        "        self._write(note.row, encode_row(order) if order.lacks_answer else FREE_ROW)",
        5,
        "2",
        is_answered=True,
    ),
    PlantedBug(
        "a SELL that was accepted some seconds ago is not told to the next keeper",
        "actors/gateway/in_flight_guard.py",
        "compared_at - _LONGEST_LAG_S if keeper.complete_as_of_ms == 0 else compared_at",
        "compared_at",
        3614,
        "2",
    ),
    PlantedBug(
        "that an order is not found needs no second witness",
        _ABSENCE,
        "        return self._is_balance_whole or self._is_younger_shown or self._is_beyond_any_lag",
        "        return True",
        55,
        "2",
        is_slow=True,
    ),
    PlantedBug(
        "what was read for the first time is not read again",
        "lotkeeper/trading/recovery/overlap.py",
        "        if is_first or is_doubtful or is_new:",
        "        if False:",
        19,
        "1",
        is_slow=True,
    ),
    PlantedBug(
        "a keeper does not wait for what an earlier one has in flight",
        "actors/pair_keeper/introduction.py",
        "        self._permission.hold_for_earlier(message.earlier, now)\n",
        "",
        41,
        "4",
    ),
    PlantedBug(
        "a part of a ladder that is too small for an order is lost",
        "lotkeeper/trading/selling/ladder.py",
        "left[target] = total((left[target], quantity))",
        "left[target] = left[target]",
        5,
        "a handler",
        has_exits=True,
    ),
    PlantedBug(
        "coins are kept again with each SELL",
        "lotkeeper/trading/selling/kept_coins.py",
        "missing = less(wanted, *(each.quantity for each in kept))",
        "missing = wanted",
        27,
        "1",
        has_exits=True,
    ),
    PlantedBug(
        "coins that are kept stay in their lot",
        "lotkeeper/trading/lots/lot.py",
        '(*self.dust_given, *self.disposals), "quantity")',
        '(*self.dust_given, *(each for each in self.disposals if each.kind != "KEPT")), "quantity")',
        637,
        "2",
        (
            (
                "lotkeeper/trading/lots/lot.py",
                '(*self.dust_given, *self.disposals), "cost")',
                '(*self.dust_given, *(each for each in self.disposals if each.kind != "KEPT")), "cost")',
            ),
        ),
        has_exits=True,
    ),
    PlantedBug(
        "a step of the age asks for less than the cost",
        "lotkeeper/trading/selling/age.py",
        "most = step.net_profit_pct",
        "most = step.net_profit_pct - 1",
        0,
        "3",
        has_exits=True,
    ),
    PlantedBug(
        "a replaced SELL is placed again before the cancel is answered",
        "lotkeeper/trading/selling/decide.py",
        "return (CancelSell(order.name, order.order_id, why, Cause.NEW_PRICE),)",
        "return (CancelSell(order.name, order.order_id, why, Cause.NEW_PRICE), step)",
        8,
        "2",
        has_exits=True,
    ),
    PlantedBug(
        "a SELL that follows the price has its limit under the floor",
        _TRAILING,
        "else replace(sell, trail=trail)",
        'else replace(sell, trail=trail, price=floor_to(product(sell.price, Decimal("0.98")), market.pair.tick))',
        11,
        "3",
    ),
    PlantedBug(
        "a SELL follows the price from its floor on",
        _TRAILING,
        "less(BIPS, Decimal(bips))), tick)",
        "BIPS), tick)",
        11,
        "3",
    ),
    PlantedBug(
        "a sale that is asked for twice is sold twice",
        "lotkeeper/trading/selling/planned_sale.py",
        "    return newest is not None and newest.request == wish.request and newest.end is None",
        "    return False",
        2,
        "2",
        is_sold=True,
    ),
    PlantedBug(
        "an instruction counts only the SELL that it has on the book",
        "lotkeeper/trading/lots/instructed.py",
        "    return max(less(instruction.quantity, sold), ZERO)",
        "    return instruction.quantity",
        9,
        "2",
        is_sold=True,
    ),
    PlantedBug(
        "the SELL that a BUY pays for is none of ours",
        "lotkeeper/trading/book/lot_sells.py",
        "            or self._paid_sells.name_of(report)\n",
        "",
        6,
        "2",
        is_sold=True,
    ),
    PlantedBug(
        "of two equal commands at once both buy",
        "actors/pair_keeper/purchase_commands.py",
        "is_same = not message.is_dry_run and any(",
        "is_same = False and any(",
        411,
        "4",
        is_sold=True,
    ),
    PlantedBug(
        "a stop and a target both sell",
        "lotkeeper/trading/orders/stop_leg.py",
        "if has_leg_sold or (stop.has_ended and stop.target_has_ended):",
        "if True:",
        2,
        "2",
        has_exits=True,
    ),
    PlantedBug(
        "a restart forgets the stop of a SELL",
        "actors/pair_keeper/book_opening.py",
        "        book.load_lots(loaded.lots, loaded.finished)",
        "        from dataclasses import replace\n"
        "        lots = tuple(\n"
        "            replace(lot, orders=tuple(replace(o, stop=None) for o in lot.orders)) for lot in loaded.lots\n"
        "        )\n"
        "        book.load_lots(lots, loaded.finished)",
        6,
        "1",
        has_exits=True,
    ),
    PlantedBug(
        "a stop sells far below its limit",
        "lotkeeper/trading/selling/stop_loss.py",
        "less(_WHOLE, policy.stop_limit_pct)), _WHOLE), pair.tick)",
        "less(_WHOLE, policy.stop_limit_pct)) / 2, _WHOLE), pair.tick)",
        2,
        "3",
        has_exits=True,
    ),
    PlantedBug(
        "cost moves before the cheap lots have gone up",
        _GROUPING,
        "low = lots_to_raise(group)",
        "low = ()",
        12,
        "3",
        (
            (_GROUPING, " and not lots_to_raise(group):", ":"),
            (
                "lotkeeper/trading/selling/grouping.py",
                "    return max(min(less(most, _open_cost(order)), less(of_all, order.cost)), ZERO)",
                "    return max(less(round_cost_down(_fair_cost(order, group)), _open_cost(order)), ZERO)",
            ),
        ),
        has_group=True,
    ),
    PlantedBug(
        "the dear lots go down, and the cheap ones do not bear it",
        "lotkeeper/trading/lots/transfers.py",
        "return self.cost if self.target == buy_order_id else self.cost.copy_negate()",
        "return self.cost * 0 if self.target == buy_order_id else self.cost.copy_negate()",
        63,
        "3",
        has_group=True,
    ),
    PlantedBug(
        "the dear lots go down before the move is recorded",
        _GROUPING,
        "        if any(map(self._ledger.has_unconfirmed, self._now.recording)):\n            return\n",
        "",
        638,
        "3",
        ((_GROUPING, "        yield from self._ledger.record(sorted(plan.lots), now)\n", ""),),
        has_group=True,
    ),
    PlantedBug(
        "break-even is armed by a price that nothing has confirmed",
        "actors/price_broadcaster/bid_levels.py",
        "if waiting is None or price.is_stale or not price.is_confirmed:",
        "if waiting is None:",
        139,
        "3",
        has_exits=True,
    ),
    PlantedBug(
        "a restart forgets that break-even was armed",
        "persistence/records.py",
        "        break_even_ms=lot.break_even_ms,",
        "        break_even_ms=None,",
        20,
        "the pair book",
        has_exits=True,
    ),
    PlantedBug(
        "a stop at break-even sells below its limit",
        "lotkeeper/trading/selling/break_even.py",
        "less(_WHOLE, policy.break_even_limit_pct)), _WHOLE)",
        "less(_WHOLE, policy.break_even_limit_pct, policy.break_even_gain_pct)), _WHOLE)",
        20,
        "3",
        has_exits=True,
    ),
    PlantedBug(
        "a restart buys BNB for fees while an earlier BUY may still arrive",
        _TOP_UP,
        "if now_ms < settled_ms:",
        "if False:",
        8,
        "4",
        has_top_ups=True,
    ),
    PlantedBug(
        "a BUY of BNB for fees without an answer is forgotten",
        _TOP_UP,
        "moments += [] if tried_ms is None else [tried_ms]",
        "moments += []",
        0,
        "4",
        (("lotkeeper/trading/fee_reserve/names.py", "exchange_ms // HOUR_MS", "exchange_ms // 60_000"),),
        has_top_ups=True,
    ),
)
