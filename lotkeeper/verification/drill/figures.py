"""What the exchange's journal says of BUYs and their SELLs: when, and how long one waited for the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.verification.judge.journal_reader import JournalLine

_PLACING = "POST /api/v3/order"


@dataclass(slots=True)
class Protected:
    """A BUY that was filled and the SELLs that were accepted for it; times are nanoseconds since 1970."""

    symbol: str
    order_id: int
    filled_ns: int
    asked_ns: int = 0  # the first request for a SELL; 0: none
    sells: list[tuple[int, str, str]] = field(default_factory=list)  # when, quantity, price

    @property
    def waited_s(self) -> float | None:
        """From the first fill to the first request for its SELL."""
        return (self.asked_ns - self.filled_ns) / 1e9 if self.asked_ns else None


def protected(lines: Iterable[JournalLine]) -> list[Protected]:
    """Every BUY that was filled, in order."""
    found: dict[tuple[str, int], Protected] = {}
    for line in lines:
        if line.kind == "execution":
            _executed(line, found)
        elif line.kind == "request" and line.fields.get("name") == _PLACING:
            _asked(line, found)
    return list(found.values())


def _executed(line: JournalLine, found: dict[tuple[str, int], Protected]) -> None:
    body = line.fields["body"]
    if (body["S"], body["x"]) == ("BUY", "TRADE"):
        found.setdefault((body["s"], body["i"]), Protected(body["s"], body["i"], line.wall_ns))
    elif (body["S"], body["x"]) == ("SELL", "NEW"):
        name = sell_name(body["c"])
        buy = found.get((body["s"], name.buy_order_id)) if name else None
        if buy is not None:
            buy.sells.append((line.wall_ns, body["q"], body["p"]))


def _asked(line: JournalLine, found: dict[tuple[str, int], Protected]) -> None:
    params = line.fields["params"]
    name = sell_name(params.get("newClientOrderId", ""))
    buy = found.get((params.get("symbol", ""), name.buy_order_id)) if name else None
    if buy is not None and not buy.asked_ns:
        buy.asked_ns = line.wall_ns


def slowest_s(buys: Iterable[Protected]) -> float:
    """The longest wait for a SELL; zero where there was none."""
    return max((each.waited_s or 0.0 for each in buys), default=0.0)
