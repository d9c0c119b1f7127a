"""A person sells a lot, or a part of it: the sale is planned, recorded, and then carried out like any SELL."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Reply, Send, as_decision, lot_event
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.price_bands import PriceBands
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.sale_document import found_document, planned_document
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import SaleBandTag, SaleTag
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.instructed import left_to_sell, standing_instruction
from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.age import policy_at_age
from lotkeeper.trading.selling.planned_sale import PlannedSale, Prices, is_same_and_counts, plan_sale
from lotkeeper.trading.shown import changed_text, has_changed
from messages.control import CommandDone, CommandRefused
from messages.ledger import LotsRecorded
from messages.pair_commands import SaleAnswered, SellLot, WithdrawSale
from messages.queries import FetchFailed, FetchTop, ReferenceFetched, TopFetched


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A command that is not answered yet."""

    message: SellLot
    asker: Any
    bid: Decimal | None = None


class SaleCommands:
    """Nothing is sold before the instruction is in the database: a command that is repeated after a crash finds it."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        *,
        permission: TradingPermission,
        bands: PriceBands,
        ledger: LedgerOutbox,
        selling: SellExecution,
    ) -> None:
        self._state, self._requests = state, requests
        self._permission, self._bands, self._ledger, self._selling = permission, bands, ledger, selling
        self._number = 0  # of the questions for a bid
        self._for_bid: dict[int, _Waiting] = {}  # by number of the question
        self._for_band: dict[int, _Waiting] = {}  # by the same number
        self._for_record: dict[int, list[tuple[Any, dict[str, Any]]]] = {}  # askers and answers, by BUY order id

    def sell(self, message: SellLot, asker: Any, now: Moment) -> Effects[None]:
        """The bid is asked for first: what the sale comes to depends on it."""
        found = self._sellable(message, now)
        if isinstance(found, str):
            yield Reply(asker, CommandRefused(found))
            return
        if not message.is_again and is_same_and_counts(found, message.wish):
            yield from self._answer_found(found, asker)
            return
        self._number += 1
        self._for_bid[self._number] = _Waiting(message, asker)
        symbol = self._state.symbol
        question = self._requests.ask(lambda number: FetchTop(number, symbol), SaleTag(self._number), now.monotonic_s)
        yield Send(Peer.GATEWAY, question)

    def on_bid(self, tag: SaleTag, message: TopFetched, now: Moment) -> Effects[None]:
        waiting = self._for_bid.pop(tag.number, None)
        if waiting is not None:
            bid = message.top.bid if message.top else None
            yield from self._ask_for_band(tag.number, replace(waiting, bid=bid), now)

    def on_failure(self, tag: SaleTag, message: FetchFailed, now: Moment) -> Effects[None]:
        """Only a sale at the market needs the bid."""
        waiting = self._for_bid.pop(tag.number, None)
        if waiting is None:
            return
        if waiting.message.wish.kind is PriceKind.MARKET:
            text = f"the bid of {self._state.symbol} could not be asked for: {message.reason}"
            yield Reply(waiting.asker, CommandRefused(text))
        else:
            yield from self._ask_for_band(tag.number, waiting, now)

    def _ask_for_band(self, number: int, waiting: _Waiting, now: Moment) -> Effects[None]:
        """The floor and the market are no prices that a person gives."""
        price, is_plan = waiting.message.wish.price, waiting.message.is_dry_run
        if is_plan and (yield from self._bands.ask(price, SaleBandTag(number), now)):
            self._for_band[number] = waiting
        else:
            yield from self._plan(waiting, now)

    def on_reference(self, tag: SaleBandTag, message: ReferenceFetched | FetchFailed, now: Moment) -> Effects[None]:
        self._bands.remember(message, now)
        waiting = self._for_band.pop(tag.number, None)
        if waiting is not None:
            yield from self._plan(waiting, now)

    def _plan(self, waiting: _Waiting, now: Moment) -> Effects[None]:
        message, asker = waiting.message, waiting.asker
        lot = self._sellable(message, now)  # much may have happened since
        if isinstance(lot, str):
            yield Reply(asker, CommandRefused(lot))
            return
        if not message.is_again and is_same_and_counts(lot, message.wish):
            yield from self._answer_found(lot, asker)
            return
        market, policy = self._state.book.terms
        aged = policy_at_age(policy, lot, now.wall_ms) if policy.age else policy
        prices = Prices(waiting.bid, self._bands.reference(now), self._state.book.other_orders.buys)
        planned = plan_sale(lot, market, aged, message.wish, prices)
        if isinstance(planned, str):
            yield Reply(asker, CommandRefused(planned))
        elif message.is_dry_run:
            yield Reply(asker, SaleAnswered(planned_document(lot, planned, "planned")))
        else:
            yield from self._begin(lot, planned, asker, now)

    def _begin(self, lot: Lot, planned: PlannedSale, asker: Any, now: Moment) -> Effects[None]:
        instruction = planned.instruction
        number = lot.buy_order_id
        self._state.book.lots.instruct(number, replace(instruction, is_recorded=False))
        self._for_record.setdefault(number, []).append((asker, planned_document(lot, planned, "begun")))
        yield from self._ledger.record([number], now)
        facts = {"quantity": instruction.quantity, "price": instruction.price, "who": instruction.who}
        line = lot_event("sale asked for", self._state.symbol, number, **facts, why=instruction.why)
        yield as_decision(line, DecisionKind.SALE_BEGUN, Cause.OPERATOR, number)

    def on_recorded(self, message: LotsRecorded, now: Moment) -> Effects[None]:
        """What is in the database is carried out, and answered."""
        for number in [each for each in self._for_record if not self._ledger.has_unconfirmed(each)]:
            answers = self._for_record.pop(number)
            if number in self._state.book.lots:
                self._state.book.lots.note_recorded_instruction(number)
                yield from self._selling.follow([number], now)
            for asker, document in answers:
                yield Reply(asker, SaleAnswered(document))

    def _answer_found(self, lot: Lot, asker: Any) -> Effects[None]:
        """It was asked for before; where that is not in the database yet, the answer waits for it."""
        document = found_document(lot)
        if lot.buy_order_id in self._for_record:
            self._for_record[lot.buy_order_id].append((asker, document))
        else:
            yield Reply(asker, SaleAnswered(document))

    # Withdrawing

    def withdraw(self, message: WithdrawSale, asker: Any, now: Moment) -> Effects[None]:
        if obstacle := self._not_trading():
            yield Reply(asker, CommandRefused(obstacle))
            return
        lot = self._lot(message.lot)
        instruction = None if lot is None else standing_instruction(lot)
        if lot is None or instruction is None or not left_to_sell(lot, instruction):
            yield Reply(asker, CommandRefused(f"no sale of {message.lot} is under way; `lotkeeper orders` lists them"))
            return
        left = plain(left_to_sell(lot, instruction))
        text = f"lot {lot.lot_id}: the sale of {left} {lot.base} that is not done is withdrawn; its policy goes on"
        if has_changed(message.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
            return
        if not message.is_dry_run:
            self._state.book.lots.end_instruction(lot.buy_order_id, InstructionEnd.WITHDRAWN)
            facts = {"quantity": left, "who": message.who, "why": message.why}
            line = lot_event("sale withdrawn", self._state.symbol, lot.buy_order_id, **facts)
            yield as_decision(line, DecisionKind.SALE_WITHDRAWN, Cause.OPERATOR, lot.buy_order_id)
            yield from self._selling.follow([lot.buy_order_id], now)
        yield Reply(asker, CommandDone(text))

    # Why not

    def _sellable(self, message: SellLot, now: Moment) -> Lot | str:
        """The lot, or why no lot of the pair can be sold now."""
        if text := self._not_trading():
            return text
        obstacle = self._permission.obstacle(now)
        if obstacle is not None and obstacle.is_lasting:
            return f"nothing of {self._state.symbol} can be sold now: {obstacle.text}"
        lot = self._lot(message.lot)
        return f"{message.lot} is no open lot; `lotkeeper positions` lists them" if lot is None else lot

    def _not_trading(self) -> str:
        """Why nothing is decided about lots yet; empty if it is."""
        state = self._state
        return (
            ""
            if state.is_trading
            else f"{state.symbol} is still {state.phase}: {state.trouble_sentence() or 'its start'}"
        )

    def _lot(self, name: str) -> Lot | None:
        return next((each for each in self._state.book.lots.values() if each.lot_id == name), None)
