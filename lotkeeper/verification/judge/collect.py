"""Collects the facts from a journal's lines."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from lotkeeper.verification.judge.evidence import (
    OPEN,
    BuyFacts,
    FillFacts,
    JournalEvidence,
    PairFacts,
    SellFacts,
    SellRefusal,
)
from lotkeeper.verification.judge.journal_reader import JournalError, JournalLine
from lotkeeper.verification.judge.naming import buy_order_id_of

Json = dict[str, Any]
WIPE = "wipe"
MS_NS = 1_000_000
PLACING = ("POST /api/v3/order", "order.place")


def collect_evidence(lines: Iterable[JournalLine]) -> list[JournalEvidence]:
    """All facts of a journal by era; raises JournalError if it has no start line."""
    collector = Collector()
    for line in lines:
        collector.take(line)
    if not collector.eras:
        raise JournalError("no line of the kind `start`: not a journal of the embedded exchange")
    return collector.eras


class Collector:
    """Collects facts line by line."""

    def __init__(self) -> None:
        self.eras: list[JournalEvidence] = []
        self.evidence = JournalEvidence()
        self._requests: dict[int, tuple[str, int]] = {}
        self._readers: dict[str, Callable[[JournalLine], None]] = {
            "start": self._start,
            "pair": self._pair,
            "fees": self._fees,
            "top": self._top,
            "execution": self._execution,
            "request": self._request,
            "reply": self._reply,
            "fault-fired": self._fault,
            "carried": self._carried,
            "account": self._account,
            "flow": self._flow,
        }

    def take(self, line: JournalLine) -> None:
        found = self.evidence
        found.first_ns = found.first_ns or line.wall_ns
        found.last_ns, found.lines = line.wall_ns, found.lines + 1
        reader = self._readers.get(line.kind)
        if reader is None:
            return
        try:
            reader(line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JournalError(f"line {line.number} is not a valid line of the kind {line.kind} ({error!r})") from error

    def _start(self, line: JournalLine) -> None:
        """A process that continues with its state continues the era; any other start begins an era."""
        if not self.eras or not line.fields.get("resumed"):
            self.evidence = JournalEvidence(first_ns=line.wall_ns, last_ns=line.wall_ns, lines=1)
            self.eras.append(self.evidence)

    def _fault(self, line: JournalLine) -> None:
        if line.fields["name"] == WIPE:
            self.evidence = self.evidence.next_era()
            self.eras.append(self.evidence)

    def _pair(self, line: JournalLine) -> None:
        fields = line.fields
        self.evidence.pairs.setdefault(fields["symbol"], []).append((line.number, read_pair(fields)))

    def _fees(self, line: JournalLine) -> None:
        known = self.evidence.rates.setdefault(line.fields["account"], [])
        known.append((line.number, "", sell_rate(line.fields["usual"])))
        for symbol, commission in line.fields["by_symbol"].items():
            known.append((line.number, symbol, sell_rate(commission)))

    def _top(self, line: JournalLine) -> None:
        """A bid of zero is none: nobody bought then, so nothing was valued by it."""
        if bid := Fraction(line.fields["bid"]):
            self.evidence.bids.setdefault(line.fields["symbol"], []).append((line.wall_ns, bid))

    def _account(self, line: JournalLine) -> None:
        """The balances at the first start count: later processes write them again."""
        for asset, amount in line.fields["balances"].items():
            self.evidence.funds.setdefault((line.fields["account"], asset), Fraction(amount))

    def _flow(self, line: JournalLine) -> None:
        key = (line.fields["account"], line.fields["body"]["a"])
        self.evidence.funds[key] = self.evidence.funds.get(key, Fraction(0)) + Fraction(line.fields["body"]["d"])

    # Orders

    def _execution(self, line: JournalLine) -> None:
        body = line.fields["body"]
        key = (line.fields["account"], body["s"], body["i"])
        self.evidence.pair(body["s"])
        if body["S"] == "BUY":
            self._add_buy(line, key, body)
        else:
            self._add_sell(line, key, body)

    def _add_buy(self, line: JournalLine, key: tuple[str, str, int], body: Json) -> None:
        buy = self.evidence.buys.get(key)
        if buy is None:
            buy = self.evidence.buys[key] = BuyFacts(*key, client_id=body["c"], list_id=body["g"])
        if body["x"] == "TRADE":
            buy.fills.append(read_fill(line, body))

    def _add_sell(self, line: JournalLine, key: tuple[str, str, int], body: Json) -> None:
        sell = self.evidence.sells.get(key)
        if sell is None and not Fraction(body["q"]):
            return  # it waits for the BUY that pays for it, or ended with that
        if sell is None:
            list_key = (*key[:2], body["g"])
            buy_order_id = buy_order_id_of(body["c"]) or self.evidence.paying_buy(list_key, body["c"])
            price, qty = Fraction(body["p"]), Fraction(body["q"])
            sell = SellFacts(*key, body["c"], body["g"], buy_order_id, line.number, line.wall_ns, price, qty)
            self.evidence.add_sell(sell)
        if body["x"] == "TRADE":
            sell.fills.append(read_fill(line, body))
        if body["x"] == "REPLACED":
            sell.sizes.append((line.number, sell.qty))
            sell.qty = Fraction(body["q"])
        if body["X"] not in OPEN:
            sell.ended, sell.ended_at, sell.ended_ns = body["x"], line.number, line.wall_ns
            sell.ended_by = body["c"]

    def _carried(self, line: JournalLine) -> None:
        """An order of an earlier process, with its trades. A kill may have cut off that process's last lines."""
        body, account = line.fields["body"], line.fields["account"]
        key = (account, body["symbol"], body["orderId"])
        self.evidence.pair(body["symbol"])
        fills = [read_trade(line.number, each) for each in line.fields["trades"]]
        if body["side"] == "BUY":
            buy = self.evidence.buys.setdefault(key, BuyFacts(*key, body["clientOrderId"], body["orderListId"]))
            buy.fills += fills[len(buy.fills) :]
        elif key in self.evidence.sells:
            update_sell(self.evidence.sells[key], read_carried_sell(key, line, body, fills))
        elif "origQty" in body:  # one without a quantity waits for the BUY that pays for it
            sell = read_carried_sell(key, line, body, fills)
            if sell.buy_order_id is None:
                sell.buy_order_id = self.evidence.paying_buy((*key[:2], sell.list_id), sell.client_id)
            self.evidence.add_sell(sell)

    # SELLs that were refused

    def _request(self, line: JournalLine) -> None:
        params = line.fields.get("params", {})
        buy_order_id = buy_order_id_of(str(params.get("newClientOrderId", "")))
        if line.fields["name"] in PLACING and buy_order_id is not None:
            self._requests[line.fields["n"]] = (str(params.get("symbol")), buy_order_id)

    def _reply(self, line: JournalLine) -> None:
        lot = self._requests.pop(line.fields.get("n", 0), None)
        body = line.fields.get("body")
        error = body.get("error", body) if isinstance(body, dict) else {}
        if lot is None:
            return
        if isinstance(error, dict) and isinstance(error.get("code"), int):
            self.evidence.refusals[lot] = SellRefusal(line.number, line.wall_ns, error["code"], str(error.get("msg")))
        else:
            self.evidence.refusals.pop(lot, None)


def read_pair(fields: Json) -> PairFacts:
    filters = {each["filterType"]: each for each in fields["filters"]}
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    return PairFacts(
        symbol=fields["symbol"],
        base=fields["base"],
        quote=fields["quote"],
        status=fields.get("status", "TRADING"),
        tick=Fraction(filters.get("PRICE_FILTER", {}).get("tickSize", 0)),
        step=Fraction(filters.get("LOT_SIZE", {}).get("stepSize", 0)),
        min_qty=Fraction(filters.get("LOT_SIZE", {}).get("minQty", 0)),
        min_notional=Fraction(notional.get("minNotional", 0)),
    )


def sell_rate(commission: Json) -> Fraction:
    """The highest rate of a SELL: the higher of maker and taker plus the seller's part, of all parts, no discount."""
    parts = [commission[name] for name in ("standard", "special", "tax")]
    maker, reader, seller = (sum((Fraction(part[name]) for part in parts), Fraction(0)) for name in ROLES)
    return max(maker, reader) + seller


ROLES = ("maker", "taker", "seller")


def read_carried_sell(key: tuple[str, str, int], line: JournalLine, body: Json, fills: list[FillFacts]) -> SellFacts:
    """A SELL of an earlier process; it counts from this line on."""
    name, ended = body["clientOrderId"], "" if body["status"] in OPEN else body["status"]
    price, qty = Fraction(body["price"]), Fraction(body["origQty"])
    sell = SellFacts(
        *key, name, body["orderListId"], buy_order_id_of(name), line.number, line.wall_ns, price, qty, fills
    )
    sell.ended, sell.ended_at, sell.ended_ns = ended, line.number * bool(ended), line.wall_ns * bool(ended)
    return sell


def update_sell(known: SellFacts, carried: SellFacts) -> None:
    """Add what happened to a known SELL after its last line."""
    known.fills += carried.fills[len(known.fills) :]
    known.qty = carried.qty
    if not known.ended:
        known.ended, known.ended_at, known.ended_ns = carried.ended, carried.ended_at, carried.ended_ns


def read_trade(number: int, trade: Json) -> FillFacts:
    """A trade as queries show it."""
    return FillFacts(
        at=number,
        wall_ns=trade["time"] * MS_NS,
        qty=Fraction(trade["qty"]),
        quote=Fraction(trade["quoteQty"]),
        fee=Fraction(trade["commission"]),
        fee_asset=trade["commissionAsset"],
    )


def read_fill(line: JournalLine, body: Json) -> FillFacts:
    return FillFacts(
        at=line.number,
        wall_ns=line.wall_ns,
        qty=Fraction(body["l"]),
        quote=Fraction(body["Y"]),
        fee=Fraction(body["n"]),
        fee_asset=body["N"],
    )
