"""One lot as the exchange saw it: a BUY, and the SELLs that name it."""

from dataclasses import dataclass
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, BuyFacts, JournalEvidence, PairFacts, SellFacts
from lotkeeper.verification.judge.floors import LotPart, parts_of, received
from lotkeeper.verification.judge.naming import is_paid, lot_name


@dataclass(frozen=True, slots=True)
class JudgedLot:
    """A BUY with its SELLs."""

    pair: PairFacts
    account: str
    order_id: int
    parts: list[LotPart]  # the fills of the BUY
    sells: list[SellFacts]  # in the order of acceptance
    native: Fraction  # what the SELLs of the BUY's own order list sold and still offer
    bought_ns: int
    last_ns: int
    fee: Fraction = Fraction(0)  # of the BUY, in the coin itself

    @property
    def name(self) -> str:
        return lot_name(self.order_id)

    def received_at(self, line: int = NEVER) -> Fraction:
        return received([each for each in self.parts if each.at <= line]) + self.fee_from_elsewhere(line)

    def fee_from_elsewhere(self, line: int) -> Fraction:
        """What of the BUY's fee the exchange took from free coins, so that the SELL that it pays for sells all."""
        paid = sum(
            (each.qty_at(line) for each in self.sells if is_paid(each.client_id) and each.at <= line), Fraction(0)
        )
        bought = received([each for each in self.parts if each.at <= line])
        return min(max(Fraction(0), paid - bought), self.fee)

    def sold_at(self, line: int = NEVER) -> Fraction:
        return sum((each.sold_at(line) for each in self.sells), Fraction(0))

    def open_at(self, line: int = NEVER) -> Fraction:
        return sum((each.open_at(line) for each in self.sells), Fraction(0))

    def left_at(self, line: int = NEVER) -> Fraction:
        """What its SELLs neither sold nor offered; below zero if they cover more than the lot had."""
        return self.received_at(line) - self.sold_at(line) - self.open_at(line)

    def over_at(self, line: int = NEVER) -> Fraction:
        """How much its SELLs cover beyond what the lot had."""
        return max(Fraction(0), -self.left_at(line))

    def change_lines(self) -> set[int]:
        """The lines of the journal at which one of these quantities changes."""
        return {each.at for each in self.parts} | {line for each in self.sells for line in each.change_lines()}

    @property
    def remainder(self) -> Fraction:
        """What is neither sold nor offered at the end."""
        return self.left_at() - self.native


def lots_of(evidence: JournalEvidence, pairs: frozenset[str], window_s: float) -> list[JudgedLot]:
    """Every filled BUY, and every BUY that a SELL names although it was not filled."""
    found = [_lot(buy, evidence, window_s) for buy in evidence.buys.values() if buy.fills or evidence.sells_of(buy)]
    known = {(lot.account, lot.pair.symbol, lot.order_id) for lot in found}
    for sell in evidence.sells.values():
        key = (sell.account, sell.symbol, sell.buy_order_id or 0)
        if sell.buy_order_id is not None and key not in known:
            known.add(key)
            found.append(_lot(BuyFacts(*key, client_id="", list_id=-1), evidence, window_s))
    return [lot for lot in found if not pairs or lot.pair.symbol in pairs]


def _lot(buy: BuyFacts, evidence: JournalEvidence, window_s: float) -> JudgedLot:
    sells = evidence.sells_of(buy)
    bought_ns = max((each.wall_ns for each in buy.fills), default=0)
    return JudgedLot(
        pair=evidence.pair(buy.symbol),
        account=buy.account,
        order_id=buy.order_id,
        parts=parts_of(buy, evidence, window_s),
        sells=sells,
        fee=sum((each.fee for each in buy.fills if each.fee_asset == evidence.pair(buy.symbol).base), Fraction(0)),
        native=_sold_by_own_list(buy, evidence),
        bought_ns=bought_ns,
        last_ns=max([bought_ns, *(max(each.wall_ns, each.ended_ns) for each in sells)]),
    )


def _sold_by_own_list(buy: BuyFacts, evidence: JournalEvidence) -> Fraction:
    """What SELLs of the BUY's own order list sold and still offer: the exchange itself handles these coins."""
    if buy.list_id < 0:
        return Fraction(0)
    own = evidence.sells_of_list(buy)
    return sum((sell.sold + sell.open_at(NEVER) for sell in own), Fraction(0))
