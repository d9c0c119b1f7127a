"""The BUYs in the exchange's journal and their SELLs: when they were filled and placed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.verification.judge.collect import PLACING
from lotkeeper.verification.judge.journal_reader import JournalLine


@dataclass(slots=True)
class BuyRecord:
    """A filled BUY and the SELLs that were accepted for it; times are nanoseconds since 1970."""

    symbol: str
    order_id: int
    filled_ns: int  # its first fill
    sell_requested_ns: int = 0  # the first request for a SELL; 0: none
    sells: list[tuple[int, str, str]] = field(default_factory=list)  # time, quantity, price

    @property
    def waited_s(self) -> float | None:
        """From the first fill to the first request for its SELL."""
        return (self.sell_requested_ns - self.filled_ns) / 1e9 if self.sell_requested_ns else None


def read_buys(lines: Iterable[JournalLine]) -> list[BuyRecord]:
    """Every filled BUY, in the order of the first fills."""
    found: dict[tuple[str, int], BuyRecord] = {}
    for line in lines:
        if line.kind == "execution":
            _add_execution(line, found)
        elif line.kind == "request" and line.fields.get("name") in PLACING:
            _add_request(line, found)
    return list(found.values())


def _add_execution(line: JournalLine, found: dict[tuple[str, int], BuyRecord]) -> None:
    body = line.fields["body"]
    if (body["S"], body["x"]) == ("BUY", "TRADE"):
        found.setdefault((body["s"], body["i"]), BuyRecord(body["s"], body["i"], line.wall_ns))
    elif (body["S"], body["x"]) == ("SELL", "NEW"):
        name = sell_name(body["c"])
        buy = found.get((body["s"], name.buy_order_id)) if name else None
        if buy is not None:
            buy.sells.append((line.wall_ns, body["q"], body["p"]))


def _add_request(line: JournalLine, found: dict[tuple[str, int], BuyRecord]) -> None:
    params = line.fields["params"]
    name = sell_name(params.get("newClientOrderId", ""))
    buy = found.get((params.get("symbol", ""), name.buy_order_id)) if name else None
    if buy is not None and not buy.sell_requested_ns:
        buy.sell_requested_ns = line.wall_ns


def slowest_sell_s(buys: Iterable[BuyRecord]) -> float:
    """The longest wait of a BUY for its SELL; 0 if there is none."""
    return max((each.waited_s or 0.0 for each in buys), default=0.0)
