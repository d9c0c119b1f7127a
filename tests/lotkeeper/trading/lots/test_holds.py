"""What holds a lot: neither an event at the wrong moment nor a resume nor a restart frees it too early."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot, with_hold_event
from lotkeeper.trading.lots.states import READING, HoldEvent, HoldReason, LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.states import ImpossibleError, OrderEvent
from lotkeeper.trading.recovery.trust import MARGIN_MS
from lotkeeper.trading.selling.decisions import CancelSell, Close, PlaceSell, Release, TransferDust, Wait
from lotkeeper.trading.selling.plan import PairConditions, decide_lot
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.world import MOVES, POLICIES, World

H, V = HoldReason, HoldEvent


def cancelled(book, order, executed="0"):
    """A person cancels the SELL; the cancel bears no name of ours."""
    report = make.sell_report(order, order.order_id or 70, "CANCELED", executed)
    book.apply_report(replace(report, cancel_id="web_9"))


def shrunk(book, order, quantity="0.3"):
    """A person makes the SELL smaller, which gives it another client id."""
    report = make.sell_report(order, order.order_id or 70, client_id="web_9")
    book.apply_report(replace(report, quantity=D(quantity)))


def restarted(book):
    """A later process with the same lots, as the database gives them back."""
    later = make.book()
    later.load_lots(book.lots.values())
    return later


def released(book, buy=7, at=make.NOW):
    """Carries out what is decided about a released lot until nothing more is; the SELLs that are cancelled on the way.

    A cancel is answered at once: it is ours, and carries the name that we derived.
    """
    sells = []
    while not isinstance(step := make.decision(book.lots[buy]), Close):
        assert isinstance(step, CancelSell | Release), step
        if isinstance(step, Release):
            book.lots.release_rest(buy, at)
            continue
        sells.append(step.order_id)
        book.lots.apply_order_event(step.name, OrderEvent.CANCEL_SENT, make.NOW)
        order = next(each for each in book.lots[buy].orders if each.name == step.name)
        book.apply_report(make.sell_report(order, order.order_id, "CANCELED", str(order.executed)))
    book.lots.apply_decision(book.lots[buy], step)
    return sells


def gone(lot):
    return [(each.kind, each.quantity) for each in lot.disposals]


# A release


@pytest.mark.parametrize("change", [cancelled, shrunk])
@pytest.mark.parametrize("again", [lambda book: book, restarted], ids=["the same process", "after a restart"])
def test_a_released_lot_is_not_sold_whatever_a_person_does_to_its_sell(change, again):
    book, order = make.selling()
    book.lots.apply_hold_event(7, V.RELEASED)
    change(book, order)
    book = again(book)
    assert book.lots.resume(make.NOW) == []
    assert book.lots[7].hold is H.RELEASING
    assert released(book) == ([70] if change is shrunk else [])
    lot = book.lots[7]
    assert (lot.state, lot.hold, lot.remainder, lot.sold) == (LotState.CLOSED, None, 0, 0)
    assert gone(lot) == [(DisposalKind.RELEASED, 1)]
    make.check(lot)


@pytest.mark.parametrize("change", [cancelled, shrunk])
def test_nor_while_our_own_cancel_is_under_way(change):
    book, order = make.selling()
    book.lots.apply_hold_event(7, V.RELEASED)
    book.lots.apply_order_event(order.name, OrderEvent.CANCEL_SENT, make.NOW)
    change(book, order)
    book.lots.resume(make.NOW)
    assert book.lots[7].hold is H.RELEASING
    assert not isinstance(make.decision(book.lots[7]), PlaceSell)


@pytest.mark.parametrize("executed", ["0.4", "1"])
def test_what_a_released_lot_sells_before_the_cancel_is_sold_and_only_the_rest_is_its_owners(executed):
    book, order = make.selling()
    book.lots.apply_hold_event(7, V.RELEASED)
    book.apply_fill(make.sell(2, quantity=executed))
    cancelled(book, order, executed)
    book.lots.resume(make.NOW)
    released(book)
    rest = 1 - D(executed)
    assert book.lots[7].sold == D(executed)
    assert gone(book.lots[7]) == ([(DisposalKind.RELEASED, rest)] if rest else [])
    make.check(book.lots[7])


def test_a_lot_that_a_person_held_can_be_released_and_then_stays_so():
    book, order = make.selling()
    cancelled(book, order)
    assert book.lots[7].hold is H.CANCELLED_BY_HAND
    book.lots.apply_hold_event(7, V.RELEASED)
    book.lots.resume(make.NOW)
    released(book)
    assert gone(book.lots[7]) == [(DisposalKind.RELEASED, 1)]


def test_the_history_of_a_released_lot_need_not_be_read():
    book, _ = make.selling()
    book.lots.apply_hold_event(7, V.RELEASED)
    assert book.hold_until_read(7) is None
    assert book.lots.being_read() == []


# A lot that is being read


def reading():
    """A lot rebuilt from its SELL on the exchange, which stands."""
    book = make.book()
    book.apply_report(make.named_report(7, 2, 71, "0.4", "100.11"))
    book.apply_fill(make.buy())
    book.rebuild_lot(7)
    return book, book.lots[7].orders[0]


def test_a_lot_that_is_being_read_is_released_only_afterwards():
    book, _ = reading()
    before = book.lots[7]
    with pytest.raises(ImpossibleError, match="not known before its history is read"):
        book.lots.apply_hold_event(7, V.RELEASED)
    assert book.lots[7] is before


@pytest.mark.parametrize(
    ("change", "after"), [(cancelled, H.CANCELLED_BY_HAND), (shrunk, H.AMENDED_BY_HAND)], ids=["cancelled", "amended"]
)
@pytest.mark.parametrize("again", [lambda book: book, restarted], ids=["the same process", "after a restart"])
def test_what_a_person_does_while_a_lot_is_read_holds_it_when_it_is_read(change, after, again):
    book, order = reading()
    change(book, order)
    book = again(book)
    assert [each.hold for each in book.lots.being_read()] == [H(f"READING_{after.removesuffix('_BY_HAND')}")]
    assert book.lots.apply_hold_event(7, V.READ).hold is after
    assert isinstance(make.decision(book.lots[7]), Wait)
    assert [each.state for each in book.lots.resume(make.NOW)] == [LotState.OPEN]
    assert isinstance(make.decision(book.lots[7]), PlaceSell)


def test_a_resume_while_a_lot_is_read_takes_effect_when_it_is_read():
    """The person wants it sold again, and what it sold before is not known yet."""
    book, order = reading()
    book.apply_report(make.sell_report(order, 71, "CANCELED"))
    (lot,) = book.lots.resume(make.NOW)
    assert (lot.state, lot.hold) == (LotState.HELD, H.READING)
    assert isinstance(make.decision(lot), Wait)
    assert book.lots.apply_hold_event(7, V.READ).state is LotState.OPEN


def test_a_lot_held_by_hand_is_read_all_the_same():
    """Resumed meanwhile, it would sell again what a SELL that is not known yet has sold."""
    book, order = make.selling()
    cancelled(book, order)
    book.hold_until_read(7)
    assert book.lots.being_read() == [book.lots[7]]
    book.lots.resume(make.NOW)
    assert isinstance(make.decision(book.lots[7]), Wait)


def test_a_doubt_about_the_history_outlives_a_second_reading_and_a_cancel_by_hand():
    book, order = reading()
    why = "order 90, cancelled by hand, may have been its"
    assert book.lots.apply_hold_event(7, V.DOUBTED, why).reason == why
    book.apply_report(make.sell_report(order, 71, "CANCELED"))
    assert (book.lots[7].hold, book.lots[7].reason) == (H.PERHAPS_SOLD, why)
    book.hold_until_read(7)
    book.lots.apply_hold_event(7, V.READ)
    assert book.lots[7].hold is H.PERHAPS_SOLD
    assert [each.state for each in book.lots.resume(make.NOW)] == [LotState.OPEN]


# A cancel by hand and a resume, heard of in either order


@pytest.mark.parametrize("is_cancel_first", [True, False])
def test_a_resume_lifts_an_earlier_cancel_by_hand_whichever_is_heard_of_first(is_cancel_first):
    """The reply to the SELL was lost, and so what became of it was found only after the pair was resumed."""
    book, order = make.selling()
    report = replace(make.sell_report(order, order.order_id or 70, "CANCELED"), time_ms=make.NOW)
    resumed_ms = make.NOW + MARGIN_MS + 1
    if is_cancel_first:
        book.apply_report(report)
        book.lots.resume(resumed_ms)
    else:
        book.lots.resume(resumed_ms)
        book.apply_report(report)
    assert (book.lots[7].hold, book.lots[7].remainder) == (None, 1)
    assert isinstance(make.decision(book.lots[7]), PlaceSell)


@pytest.mark.parametrize("since_ms", [-1000, 0, MARGIN_MS])
def test_a_resume_lifts_no_cancel_by_hand_that_may_have_come_after_it(since_ms):
    """Our clock may be off against the exchange's. What is held by mistake a second resume sells."""
    book, order = make.selling()
    book.lots.resume(make.NOW + since_ms)
    book.apply_report(replace(make.sell_report(order, order.order_id or 70, "CANCELED"), time_ms=make.NOW))
    assert book.lots[7].hold is H.CANCELLED_BY_HAND


def test_a_resume_does_not_lift_an_amendment_that_is_heard_of_later():
    """Its report may bear the time of the order: the person may have made the SELL smaller since."""
    book, order = make.selling()
    book.lots.resume(make.NOW + 60_000)
    shrunk(book, order)
    assert book.lots[7].hold is H.AMENDED_BY_HAND


def test_a_resume_while_a_lot_is_read_lifts_an_earlier_cancel_that_is_heard_of_later():
    book, order = reading()
    book.lots.resume(make.NOW + MARGIN_MS + 1)
    book.apply_report(replace(make.sell_report(order, 71, "CANCELED"), time_ms=make.NOW))
    assert book.lots[7].hold is H.READING
    assert book.lots.apply_hold_event(7, V.READ).state is LotState.OPEN


# Nothing is placed for a lot that is held


@pytest.mark.parametrize("hold", HoldReason)
def test_a_held_lot_takes_no_dust_to_make_up_a_sell(hold):
    """Together with the dust of another lot its own would be enough for a SELL."""
    book = make.book()
    book.set_terms(make.market(step=D("0.1"), min_quantity=D("0.1"), min_notional=D(0)), make.policy())
    for number, quantity in ((6, "0.06"), (7, "0.07")):
        book.apply_fill(make.buy(number, number, quantity))
        book.apply_report(make.buy_report(number, quantity))
    assert any(isinstance(each, TransferDust) for each in decide_lot(book, 7, PairConditions(make.NOW)))
    book.load_lots([replace(book.lots[7], state=LotState.HELD, hold=hold)])
    steps = decide_lot(book, 7, PairConditions(make.NOW))
    assert not any(isinstance(each, TransferDust | PlaceSell) for each in steps)


def test_a_closed_lot_is_held_by_nothing():
    book, order = make.selling()
    book.apply_report(make.buy_report())
    cancelled(book, order, "0.5")
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    lot = book.lots.apply_decision(book.lots[7], Close())
    assert (lot.state, lot.hold) == (LotState.CLOSED, None)


def test_what_changes_nothing_keeps_the_sentence_of_the_lot():
    lot = replace(make.selling()[0].lots[7], state=LotState.HELD, hold=H.RELEASING, reason="written by 0.1.0")
    assert with_hold_event(lot, V.CANCELLED) is lot
    assert with_hold_event(lot, V.RESUMED) is lot


@pytest.mark.parametrize("hold", [None, *HoldReason])
def test_a_lot_is_held_exactly_while_it_has_a_reason(hold):
    lot = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
    lot = replace(lot, state=LotState.HELD if hold else LotState.OPEN, hold=hold)
    for event in HoldEvent:
        try:
            after = with_hold_event(lot, event)
        except ImpossibleError:
            continue
        assert (after.state is LotState.HELD) == (after.hold is not None)
        assert bool(after.reason) or after.hold in (None, lot.hold)


def test_a_reason_that_reads_is_one_of_those_that_say_so():
    assert {hold for hold in H if hold.startswith("READING")} == READING


class ReleasingWorld(World):
    """A person releases lots as well, at any moment at which the keeper lets them."""

    def __init__(self, policy):
        super().__init__(policy)
        self.released: set[int] = set()

    def lot_is_released(self, dice: Random) -> None:
        lots = [lot for lot in self.book.lots.open() if lot.buy_ended and lot.hold not in READING]
        if lots:
            number = dice.choice(lots).buy_order_id
            self.book.lots.apply_hold_event(number, V.RELEASED)
            self.released.add(number)
            self.count("released")

    def carries_out(self, number: int, decision: object, dice: Random) -> None:
        if isinstance(decision, Release):
            self.count("Release")
            self.book.lots.release_rest(number, make.NOW + self.now)
            return
        assert not (isinstance(decision, PlaceSell) and number in self.released), "a released lot is sold"
        super().carries_out(number, decision, dice)

    def send(self, order, dice: Random) -> None:
        assert order.name.buy_order_id not in self.released, "a released lot is sold"
        super().send(order, dice)

    def starts_again(self, dice: Random) -> None:
        """What an older database does not tell of any more is known to nobody."""
        super().starts_again(dice)
        self.released = {
            lot.buy_order_id
            for lot in self.book.lots.values()
            if lot.hold is H.RELEASING or any(each.kind is DisposalKind.RELEASED for each in lot.disposals)
        }

    def check(self) -> None:
        super().check()
        for lot in self.book.lots.values():
            assert (lot.state is LotState.HELD) == (lot.hold is not None)


RELEASING_MOVES = {
    ReleasingWorld.lot_is_released: 2,
    **{getattr(ReleasingWorld, m.__name__): n for m, n in MOVES.items()},
}


def lived(seed, policy, moves=150):
    world, dice = ReleasingWorld(policy), Random(seed)
    for move in dice.choices(list(RELEASING_MOVES), list(RELEASING_MOVES.values()), k=moves):
        move(world, dice)
        world.check()
    world.settle()
    return world


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate], deadline=None)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_whatever_happens_a_released_lot_is_not_sold_again(seed, policy):
    lived(seed, policy)


def test_a_late_cancel_of_an_earlier_order_of_the_same_name_ends_nothing():
    """After a restart from an older database a SELL takes the client order id of an order that is forgotten.

    That order was cancelled with nothing sold. Its report arrives before the order id of the new SELL is known.
    """
    lived(93529, POLICIES[0])


def test_these_lives_see_lots_released_to_the_end():
    seen = {}
    for seed in range(8):
        for kind, count in lived(seed, POLICIES[seed % len(POLICIES)]).seen.items():
            seen[kind] = seen.get(kind, 0) + count
    assert seen["released"] > 10
    assert seen["Release"] > 5
