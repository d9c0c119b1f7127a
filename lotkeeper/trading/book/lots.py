"""The lots of one pair, and what changes one of them: our own steps, decisions, and what a person asks for."""

from collections.abc import Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import TypeVar, overload

from lotkeeper.trading.book.index import BookIndex
from lotkeeper.trading.book.lot_changes import order_of, with_decision, with_order_event, with_sell_sent
from lotkeeper.trading.lots.instructed import (
    with_ended_instruction,
    with_new_instruction,
    with_recorded_instruction,
)
from lotkeeper.trading.lots.instructions import InstructionEnd, SellInstruction
from lotkeeper.trading.lots.lot import (
    Lot,
    with_disposal,
    with_dust_transfer,
    with_hold_event,
    with_more_disposed,
    with_order,
)
from lotkeeper.trading.lots.states import READING, HoldEvent, LotState
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind, DustTransfer
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.client_ids import SellName, purchase_of, sell_name
from lotkeeper.trading.orders.order import SellOrder, share_of
from lotkeeper.trading.orders.states import ON_BOOK, OrderEvent, OrderState
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import Decision, PlaceSell, Queue
from lotkeeper.trading.selling.grouping import CostPlan

Other = TypeVar("Other")


class Lots(Mapping[int, Lot]):
    """The lots by BUY order id: to read, a mapping; its methods alone change it.

    A method that changes one lot returns the lot as it is then, and None when it stays as it was.
    """

    def __init__(self) -> None:
        self._lots: dict[int, Lot] = {}
        self._index = BookIndex()
        self._not_indexed: dict[int, Lot] = {}  # the lots that changed since it was asked for
        self._archived: set[int] = set()  # finished and recorded, by BUY order id
        self._archived_transfers: list[DustTransfer] = []  # dust that archived lots took
        self._resumed_ms = 0  # when a person resumed the pair last (wall clock); 0: never

    # The mapping: views of the dictionary itself, because all lots are looked through often

    def __getitem__(self, buy_order_id: int) -> Lot:
        return self._lots[buy_order_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._lots)

    def __len__(self) -> int:
        return len(self._lots)

    def __contains__(self, buy_order_id: object) -> bool:
        return buy_order_id in self._lots

    @overload
    def get(self, buy_order_id: int, /) -> Lot | None: ...
    @overload
    def get(self, buy_order_id: int, /, default: Lot | Other) -> Lot | Other: ...
    def get(self, buy_order_id: int, /, default: Lot | Other | None = None) -> Lot | Other | None:
        return self._lots.get(buy_order_id, default)

    def keys(self) -> KeysView[int]:
        return self._lots.keys()

    def values(self) -> ValuesView[Lot]:
        return self._lots.values()

    def items(self) -> ItemsView[int, Lot]:
        return self._lots.items()

    # To look through

    @property
    def index(self) -> BookIndex:
        """Sums and look-ups over all lots. Ask for it again after a change.

        It is brought up to date when it is asked for: one event changes a lot several times.
        """
        if self._not_indexed:
            changed, self._not_indexed = self._not_indexed, {}
            for lot in changed.values():
                self._index.update_lot(lot)
        return self._index

    @property
    def archived(self) -> AbstractSet[int]:
        """The lots that are finished and recorded, by BUY order id."""
        return self._archived

    @property
    def resumed_ms(self) -> int:
        """When a person resumed the pair last (wall clock); 0 if that is not known."""
        return self._resumed_ms

    def open(self) -> Iterator[Lot]:
        """The lots that are not closed."""
        return (lot for lot in self._lots.values() if lot.state is not LotState.CLOSED)

    def being_read(self) -> list[Lot]:
        """The rebuilt lots of which it is not known yet what their earlier SELLs sold."""
        return [lot for lot in self._lots.values() if lot.hold in READING]

    def lack_fills(self, but: Collection[int] = ()) -> bool:
        """Whether a SELL of an open lot has sold more than the fills that are known, other than these (order ids)."""
        lots = (lot for lot in self.open() if lot.orders)
        return any(order.order_id not in but for lot in lots for order in lot.sells_lacking_fills())

    def sell(self, name: SellName) -> SellOrder | None:
        """The SELL of this name; None if no lot has it."""
        lot = self._lots.get(name.buy_order_id)
        return None if lot is None else order_of(lot, name)

    def sell_of_id(self, client_id: str) -> SellOrder | None:
        """The SELL of this client order id; None if no lot has it."""
        name = sell_name(client_id)
        if name is not None or not (purchase := purchase_of(client_id)):
            return self.sell(name) if name else None
        orders = (each for lot in self._lots.values() for each in lot.orders)
        return next((each for each in orders if each.name.purchase == purchase), None)

    def awaited_sells(self, *states: OrderState) -> list[SellOrder]:
        """The SELLs in these states of AWAITED: a request was sent for them, and its outcome is not known."""
        lots = (self._lots[number] for number in sorted(self.index.awaited))
        return [order for lot in lots for order in lot.orders if order.state in states]

    def unknown_sells(self) -> list[SellOrder]:
        """The SELLs whose outcome is not known."""
        return self.awaited_sells(OrderState.UNKNOWN)

    def sells_on_book(self) -> list[SellOrder]:
        """The SELLs believed to stand on the exchange's book."""
        return [order for lot in self._lots.values() for order in lot.orders if order.state in ON_BOOK]

    def dust_transfers(self) -> Iterator[DustTransfer]:
        """All known transfers of dust between lots."""
        yield from self._archived_transfers
        for lot in self._lots.values():
            yield from (*lot.dust_taken, *lot.dust_given)

    # What we do

    def record_sell_sent(self, decision: PlaceSell, now_ms: int) -> SellOrder:
        """Records the SELL as sent, before it is sent: a reply or an event may come at once."""
        before = self._lots[decision.name.buy_order_id]
        lot = with_sell_sent(before, decision, now_ms)
        self._index.remove_from_queue(lot.buy_order_id)
        self.store(lot)
        if len(lot.orders) <= len(before.orders):
            self._index.forget_orders(set(before.orders) - set(lot.orders))
        order = order_of(lot, decision.name)
        assert order is not None
        return order

    def apply_decision(self, lot: Lot, decision: Decision) -> Lot | None:
        """After a decision that places nothing."""
        self._index.remove_from_queue(lot.buy_order_id)
        if isinstance(decision, Queue):
            self._index.add_to_queue(lot.buy_order_id, decision.price)
        return self.store_if_changed(lot, with_decision(lot, decision))

    def apply_order_event(self, name: SellName, event: OrderEvent, now_ms: int, reason: str = "") -> Lot | None:
        """After an event of our own on a SELL (answer lost, cancel sent, ...). Raises ImpossibleError."""
        lot = self._lots.get(name.buy_order_id)
        order = order_of(lot, name) if lot else None
        if lot is None or order is None:
            return None
        return self.store_if_changed(lot, with_order_event(lot, order, event, now_ms, reason))

    def transfer_dust(self, transfer: DustTransfer) -> tuple[Lot, Lot]:
        """Dust goes from one lot to another at its cost; both lots as they are then."""
        source = with_dust_transfer(self._lots[transfer.source], transfer)
        target = with_dust_transfer(self._lots[transfer.target], transfer)
        self.store(source)
        self.store(target)
        return source, target

    def move_costs(self, plan: CostPlan) -> list[Lot]:
        """Cost goes from lots to others of their group; all of them as they are then. Both sides of each at once."""
        changed = [plan.applied_to(self._lots[number]) for number in sorted(plan.lots)]
        for lot in changed:
            self.store(lot)
        return changed

    def record_dust_given(self, transfer: DustTransfer) -> Lot | None:
        """A lot gave dust to one that is not here any more."""
        source = self._lots[transfer.source]
        return self.store_if_changed(source, with_dust_transfer(source, transfer))

    def arm_break_even(self, buy_order_id: int, at_ms: int) -> Lot:
        """The price has risen to the lot's level (wall clock)."""
        lot = replace(self._lots[buy_order_id], break_even_ms=at_ms)
        self.store(lot)
        return lot

    # What a person does

    def set_order_id(self, name: SellName, order_id: int) -> Lot | None:
        """A person says which order on the exchange a SELL is, which may have lost its name."""
        lot = self._lots[name.buy_order_id]
        order = order_of(lot, name)
        if order is None:
            return None
        return self.store_if_changed(lot, with_order(lot, replace(order, order_id=order_id)))

    def apply_hold_event(self, buy_order_id: int, event: HoldEvent, why: str = "") -> Lot | None:
        """After something that holds the lot or frees it: nothing is placed for a lot that is held.

        `why` tells people more than the sentence of the reason does. Raises ImpossibleError.
        """
        lot = self._lots[buy_order_id]
        return self.store_if_changed(lot, with_hold_event(lot, event, why))

    def resume(self, at_ms: int) -> list[Lot]:
        """Frees the lots held by hand, also those whose cancel is not heard of yet; those that changed now.

        `at_ms` is when the person said so (wall clock).
        """
        self._resumed_ms = at_ms
        return [lot for number in list(self._lots) if (lot := self.apply_hold_event(number, HoldEvent.RESUMED))]

    def instruct(self, buy_order_id: int, instruction: SellInstruction) -> Lot:
        """A person wants the lot, or a part of it, sold."""
        lot = with_new_instruction(self._lots[buy_order_id], instruction)
        self.store(lot)
        return lot

    def note_recorded_instruction(self, buy_order_id: int) -> None:
        """The lot's newest instruction is in the database."""
        self.store(with_recorded_instruction(self._lots[buy_order_id]))

    def end_instruction(self, buy_order_id: int, end: InstructionEnd) -> Lot | None:
        """The lot's instruction stands no more."""
        lot = self._lots[buy_order_id]
        return self.store_if_changed(lot, with_ended_instruction(lot, end))

    def release_rest(self, buy_order_id: int, at_ms: int) -> Lot:
        """The rest of a lot, with all that is left of its cost, belongs to its owner from now on."""
        lot = self._lots[buy_order_id]
        kind, cost = DisposalKind.RELEASED, lot.inventory_cost
        return self.dispose(Disposal(lot.symbol, buy_order_id, kind, at_ms, 0, lot.remainder, cost, ZERO, at_ms))

    def write_off(self, buy_order_id: int, quantity: Decimal, at_ms: int) -> Lot:
        """So much of what is left of a lot (base) is not on the account any more."""
        lot = self._lots[buy_order_id]
        cost = share_of(lot.inventory_cost, quantity, lot.remainder)
        return self.dispose(
            Disposal(lot.symbol, buy_order_id, DisposalKind.LEFT, at_ms, 0, quantity, cost, ZERO, at_ms)
        )

    def dispose(self, disposal: Disposal) -> Lot:
        """Coins leave a lot; more of the same disposal adds to it."""
        changed = with_more_disposed(self._lots[disposal.buy_order_id], disposal)
        self.store(changed)
        return changed

    def undo_disposals(self, order_id: int) -> None:
        """What lots gave for the trades of this order is theirs again."""
        for lot in list(self._lots.values()):
            for each in lot.disposals:
                if each.order_id == order_id:
                    nothing = replace(each, quantity=ZERO, cost=ZERO, proceeds=ZERO)
                    self.store(with_disposal(self._lots[lot.buy_order_id], nothing))

    # To keep them

    def store(self, lot: Lot) -> None:
        """Takes the newest state of a lot."""
        self._lots[lot.buy_order_id] = self._not_indexed[lot.buy_order_id] = lot
        self._index.add_orders(lot)

    def store_if_changed(self, old: Lot, new: Lot) -> Lot | None:
        """Takes the newest state of a lot, unless it is the known one; a lot that is not here yet is stored anyway."""
        if old.buy_order_id in self._lots and new == old:
            return None
        self.store(new)
        return new

    def note_archived(self, finished: Iterable[int]) -> None:
        """These lots (BUY order ids) are finished and recorded, and were never loaded."""
        self._archived.update(finished)

    def archive(self, finished: Iterable[Lot]) -> None:
        """Drops lots of which no news can come; their numbers and the dust they took stay known."""
        for lot in finished:
            del self._lots[lot.buy_order_id]
            self._archived_transfers += lot.dust_taken
            self._not_indexed.pop(lot.buy_order_id, None)
            self._index.remove_lot(lot.buy_order_id)
            self._archived.add(lot.buy_order_id)
