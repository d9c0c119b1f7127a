"""From the event of a fill to the request for its SELL, by the journal of the embedded exchange.

Both moments are the exchange's own: when it sends the event, and when it has received the request. With a distance
both ways are in the time, so one round trip is its least.
"""

from dataclasses import dataclass
from pathlib import Path

import orjson

from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.verification.judge.collect import PLACING

PLACING_LISTS = ("POST /api/v3/orderList/oco", "orderList.place.oco")  # of a SELL with a stop


@dataclass(slots=True)
class FillTime:
    """Times in nanoseconds of the monotonic clock."""

    symbol: str
    sent_ns: int  # the first event of a fill
    asked_ns: int = 0  # the first request for a SELL; 0: none

    @property
    def waited_ms(self) -> float:
        return (self.asked_ns - self.sent_ns) / 1e6


def read_fill_times(journal: Path) -> list[FillTime]:
    """One for each BUY with a fill, in the order of the fills. The journal has to be complete."""
    found: dict[tuple[str, int], FillTime] = {}
    for line in journal.read_bytes().splitlines():
        entry = orjson.loads(line)
        if entry["kind"] == "event" and isinstance(body := entry["body"], dict):
            if (body.get("x"), body.get("S")) == ("TRADE", "BUY"):
                found.setdefault((body["s"], body["i"]), FillTime(body["s"], entry["mono_ns"]))
        elif entry["kind"] == "request" and entry["name"] in (*PLACING, *PLACING_LISTS):
            params = entry["params"]
            name = params.get("newClientOrderId") or params.get("aboveClientOrderId", "")
            fill = found.get((params["symbol"], _buy_order_id(name)))
            if fill is not None and not fill.asked_ns:
                fill.asked_ns = entry["mono_ns"]
    return list(found.values())


def _buy_order_id(client_order_id: str) -> int:
    """The BUY that a SELL of lotkeeper or of another contender names; 0 if it names none."""
    if client_order_id.startswith("of-"):
        return int(client_order_id.removeprefix("of-"))
    name = sell_name(client_order_id)
    return name.buy_order_id if name else 0
