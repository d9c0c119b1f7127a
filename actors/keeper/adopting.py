"""Lots that a person adds or takes away: a BUY from before, coins that came without a trade, a lot to let go."""

from actors.keeper.comparing import Comparison
from actors.keeper.settling import Settling
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.lots.dust_transfer import lot_id
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import READING, HoldEvent
from lotkeeper.trading.money import less, plain, total
from lotkeeper.trading.recovery.adopted_coins import no_coins, not_an_amount, number_of, refusal
from messages.control import AdoptCoins, AdoptOrder, AdoptSince, Done, Refused, ReleaseLot

_PLACED = "; its SELL is placed like any other's"
_ALL_PLACED = "their SELLs are placed like any other's"


class Adopting(Settling):
    """Each is tried first on a copy of the book, with the exchange's own numbers; a dry run ends there."""

    @handles(AdoptOrder)
    def _adopt_order(self, message: AdoptOrder, sender: Sender) -> None:
        number = message.order_id
        if not self._can_compare(sender):
            return
        if number in self._book.lots or number in self._book.past:
            self.reply(sender, Refused(f"order {number} is lot {lot_id(self._symbol, number)} already"))
            return
        copy = self._book.copied()
        copy.missing.setdefault(number, [])
        self._compare(sender, copy, lambda done: self._order_compared(done, message), is_adopting=True)

    def _order_compared(self, done: Comparison, message: AdoptOrder) -> None:
        number, lot = message.order_id, done.current.book.lots.get(message.order_id)
        obstacle = _not_adoptable(lot, number, self._symbol) or self._coins_obstacle(done, lot)
        if obstacle or lot is None:
            self.reply(done.asker, Refused(obstacle))
            return
        answer = Done(_bought_text(lot) + _PLACED)
        if message.is_dry_run:
            self.reply(done.asker, answer)
            return
        if number not in self._book.lots:
            self._book.missing.setdefault(number, [])
        self._answer_after_pass(done.asker, answer)

    @handles(AdoptSince)
    def _adopt_since(self, message: AdoptSince, sender: Sender) -> None:
        if self._can_compare(sender):
            copy = self._book.copied()
            self._compare(
                sender, copy, lambda done: self._since_compared(done, message), message.since_ms, is_adopting=True
            )

    def _since_compared(self, done: Comparison, message: AdoptSince) -> None:
        """Only those from before the cursor: whatever is newer is a lot, or not one by configuration."""
        cursor = done.current.cursor_at_start
        new = [lot for number, lot in done.current.book.lots.items() if number not in done.before]
        lots = [lot for lot in new if lot.buys[0].trade_id <= cursor and not _not_adoptable(lot, 0, "")]
        if not lots:
            self.reply(done.asker, Refused(f"no BUY on {self._symbol} since then is to be adopted"))
            return
        if obstacle := self._coins_obstacle(done, *lots):
            self.reply(done.asker, Refused(obstacle))
            return
        answer = Done("\n".join((*(_bought_text(lot) for lot in lots), _ALL_PLACED)))
        if message.is_dry_run:
            self.reply(done.asker, answer)
            return
        self._adopts_since_ms = message.since_ms
        self._answer_after_pass(done.asker, answer)

    @handles(AdoptCoins)
    def _adopt_coins(self, message: AdoptCoins, sender: Sender) -> None:
        if not self._can_compare(sender):
            return
        if number_of(message.at_ms) in self._book.lots:
            self.reply(sender, Refused(f"lot {lot_id(self._symbol, number_of(message.at_ms))} is adopted already"))
            return
        assert self._market is not None  # or nothing could be compared
        obstacle = not_an_amount(message.quantity, message.cost, self._market.pair.precision)
        if obstacle:
            self.reply(sender, Refused(obstacle))
            return
        self._compare(sender, self._book.copied(), lambda done: self._coins_compared(done, message), is_adopting=True)

    def _coins_compared(self, done: Comparison, message: AdoptCoins) -> None:
        """By the comparison's book: all trades up to now are in it."""
        book = done.current.book
        obstacle = self._coins_obstacle(done) or refusal(message.quantity, done.beyond, book.base)
        name = lot_id(self._symbol, number_of(message.at_ms))
        coins = f"{plain(message.quantity)} {book.base} at a cost of {plain(message.cost)} {book.quote}"
        if obstacle:
            self.reply(done.asker, Refused(obstacle))
        elif message.is_dry_run:
            self.reply(done.asker, Done(f"lot {name}: {coins}{_PLACED}"))
        else:
            lot = self._book.adopt_coins(message.at_ms, message.quantity, message.cost)
            self._follow([lot.buy_order_id])
            self._tell("coins adopted", lot.buy_order_id, quantity=message.quantity, cost=message.cost)
            self.reply(done.asker, Done(f"lot {name}: {coins}{_PLACED}"))

    @handles(ReleaseLot)
    def _release(self, message: ReleaseLot, sender: Sender) -> None:
        if not self._can_compare(sender):
            return
        lot = next((each for each in self._book.open_lots() if each.lot_id == message.lot), None)
        if lot is None:
            self.reply(sender, Refused(f"{message.lot} is no open lot; `lotkeeper positions` lists them"))
            return
        obstacle = self._not_releasable(lot)
        if obstacle:
            self.reply(sender, Refused(obstacle))
            return
        if not message.is_dry_run:
            self._book.hold(lot.buy_order_id, HoldEvent.RELEASED)
            self._tell("lot released", lot.buy_order_id, quantity=less(lot.stock, lot.sold))
            self._follow([lot.buy_order_id])
        self.reply(sender, Done(_release_text(lot)))

    def _not_releasable(self, lot: Lot) -> str:
        if lot.hold in READING:
            return f"lot {lot.lot_id} is being rebuilt: {lot.reason}; try again in a moment"
        if lot.buy_ended:
            return ""
        return (
            f"BUY order {lot.buy_order_id} may still fill, and what it buys would be sold: cancel it or let it fill, "
            f"then release lot {lot.lot_id}; `lotkeeper reconcile {self._symbol}` asks whether it has ended"
        )

    def _coins_obstacle(self, done: Comparison, *lots: Lot | None) -> str:
        """Why it is not certain that coins are there which no lot has, here or of another pair; empty where it is."""
        base = self._book.base
        if done.first_balance != done.balance:
            return f"the balance of {base} moved while it was compared; try again in a moment"
        if doubt := done.doubt(self.wall_ms()):
            return f"what other pairs hold of {base} is not known: {doubt}"
        return no_coins([lot for lot in lots if lot is not None], done.beyond)

    def _can_compare(self, sender: Sender) -> bool:
        obstacle = self._no_comparison()
        if not obstacle and (self._answers or self._after_pass):
            obstacle = f"{self._symbol} is being compared for somebody else; try again in a moment"
        if obstacle:
            self.reply(sender, Refused(obstacle))
        return not obstacle


def _not_adoptable(lot: Lot | None, number: int, symbol: str) -> str:
    if lot is None:
        return f"the exchange has no trades of a BUY order {number} on {symbol}"
    if lot.remainder <= 0 and not lot.open_quantity:
        return f"order {number} bought {plain(lot.received)} {lot.base}, and all of it is sold"
    return ""


def _bought_text(lot: Lot) -> str:
    sold = total((lot.sold, *(each.quantity for each in lot.disposals)))
    gone = f"; {plain(sold)} of it is sold since" if sold else ""
    text = f"lot {lot.lot_id}: bought {plain(lot.received)} {lot.base} for {plain(lot.cost)} {lot.quote}{gone}"
    fees = "" if not lot.unvalued() else " and fees in a third asset, which are valued at today's price"
    return text + fees


def _release_text(lot: Lot) -> str:
    live = [order.client_id for order in lot.live_sells]
    back = f"its SELLs ({', '.join(live)}) are taken back, and then " if live else ""
    return f"lot {lot.lot_id}: {back}{plain(less(lot.stock, lot.sold))} {lot.base} is no longer kept, and not sold"
