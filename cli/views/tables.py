"""The tables that people see: pairs, lots and what is wrong. Data in, rich renderables out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.commands.resolve import line_of
from cli.views.responsive_table import Fitting
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS

Json = Mapping[str, Any]
_HEALTH_STYLE = {"ok": "bold green", "degraded": "bold red", "starting": "bold yellow"}
_STATE_STYLE = {
    "SELLING": "cyan",
    "CLOSED": "green",
    "PARKED": "yellow",
    "QUEUED": "yellow",
    "HELD": "magenta",
    "OPEN": "white",
}
_LIMIT_WORDS = {
    "REQUEST_WEIGHT": "weight",
    "RAW_REQUESTS": "requests",
    "ORDERS": "orders",
    "CONNECTIONS": "connections",
}
_MUCH = 0.7  # from there on prices by request wait
_MOST_PROBLEMS = 6
_MOST_WAITING = 8
_WHY_WIDTH = 44
NONE = "-"
_PAIR_COLUMNS = ("Bid", "seen", "Lots open", "closed", "Quantity", "Next SELL at", "Realised", "Unrealised", "Complete")
_LIVE = frozenset({"OPEN", "PARTIALLY_FILLED", "PLACING", "UNKNOWN", "CANCELING"})


def status_view(status: Json) -> RenderableType:
    """The whole picture: one line of health, the pairs, the lots that wait, the limits, and every problem in words."""
    parts: list[RenderableType] = [headline(status), pairs_table(status)]
    return Group(
        *parts,
        *_history_lines(status),
        *_waiting_lines(status),
        *_notice_lines(status),
        *limit_lines(status),
        *_problem_lines(status),
    )


def headline(status: Json) -> Text:
    """Health, uptime and the account's stream in a line."""
    health = str(status["health"])
    stream = status.get("user_stream") or {}
    line = Text.assemble(("lotkeeper ", "bold"), (health, _HEALTH_STYLE.get(health, "")))
    line.append(f"   up {duration(status['uptime_seconds'])}")
    line.append("   user stream ")
    line.append(*(("proven", "green") if stream.get("proven") else ("not proven", "red")))
    if status.get("restarts"):
        line.append(
            "   restarts: " + ", ".join(f"{key} {count}" for key, count in status["restarts"].items()), "yellow"
        )
    return line


def pairs_table(status: Json) -> Fitting:
    """One row a pair."""
    table = _table("Pair", *_PAIR_COLUMNS)
    for symbol, pair in status["pairs"].items():
        table.add_row(*_pair_row(symbol, pair))
    return Fitting(table, ("Quantity", "Unrealised", "seen", "Bid", "Next SELL at"))


def _pair_row(symbol: str, pair: Json) -> Sequence[RenderableType]:
    price, quote = pair.get("price") or {}, pair.get("quote", "")
    if "lots_open" not in pair:
        return (symbol, *_price_cells(price), NONE, NONE, NONE, NONE, NONE, NONE, Text(pair["phase"], "yellow"))
    return (
        Text(symbol, "bold"),
        *_price_cells(price),
        str(pair["lots_open"]),
        str(pair["lots_closed"]),
        pair["open_quantity"],
        pair["nearest_sell"] or NONE,
        money(pair["realised_profit"], quote),
        money(pair["unrealised_profit"], quote) if pair["unrealised_profit"] else Text(NONE),
        _completeness(pair),
    )


def _price_cells(price: Json) -> tuple[Text, Text]:
    """The bid, and how long ago it was known to be right; a stale one is dim and says so, one by REST says that."""
    if not price:
        return Text(NONE), Text(NONE)
    age = f"{duration(price['age_seconds'])} ago" + (" by REST" if price["source"] == "rest" else "")
    if price["stale"]:
        return Text(price["bid"], "dim"), Text(f"stale, {age}", "red")
    return Text(price["bid"]), Text(age, "yellow" if price["source"] == "rest" else "dim")


def _completeness(pair: Json) -> Text:
    if pair["paused"]:
        return Text("paused", "magenta")
    if pair["complete_age_seconds"] is None:
        return Text(pair["phase"], "yellow")
    age = f"{duration(pair['complete_age_seconds'])} ago"
    if pair.get("watch_only"):
        return Text(f"{age}, watch-only", "bold red")
    is_old = pair["complete_age_seconds"] * 1000 > COMPLETE_WITHIN_MS
    return Text(age, "red" if pair["trouble"] or is_old else "green")


def _history_lines(status: Json) -> list[Text]:
    """From when on lots and profit are known: before its first start, or before its database was lost, nothing is."""
    since = [pair["known_since"] for pair in status["pairs"].values() if pair.get("known_since")]
    if not since:
        return []
    first = datetime.fromisoformat(max(since)).astimezone(UTC)
    return [Text(f"history before {first:%Y-%m-%d %H:%M} UTC is not known", "dim")]


def _waiting_lines(status: Json) -> list[Text]:
    """The lots that are parked, queued or held, and why; as many as one looks at."""
    pairs = [pair for pair in status["pairs"].values() if pair.get("waiting")]
    lots = [lot for pair in pairs for lot in pair["waiting"]]
    lines = [_waiting_line(lot) for lot in lots[:_MOST_WAITING]]
    counted = sum(pair["lots_parked"] + pair["lots_queued"] + pair["lots_held"] for pair in pairs)
    more = counted - len(lines)
    return [*lines, Text(f"and {more} more that wait: lotkeeper positions", "dim")] if more > 0 else lines


def _waiting_line(lot: Json) -> Text:
    state = str(lot["state"])
    line = Text.assemble((f"{lot['lot']} ", "bold"), (state.lower(), _STATE_STYLE.get(state, "")))
    return line.append(f": {lot['reason']}" if lot["reason"] else "")


def _notice_lines(status: Json) -> list[Text]:
    """What is in doubt, and what left the lots otherwise than by our SELLs."""
    pairs = list(status["pairs"].values())
    doubts = [Text(line_of(each), "bold yellow") for pair in pairs for each in pair.get("in_doubt") or ()]
    gone = [Text(_gone_line(each), "dim") for pair in pairs for each in pair.get("disposed") or ()]
    return [*doubts[:_MOST_WAITING], *gone[:_MOST_WAITING]]


def _gone_line(gone: Json) -> str:
    at = f"{datetime.fromisoformat(gone['at']).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if gone["way"] == "RELEASED":
        return f"{gone['lot']}: {gone['quantity']} released at {at}"
    return f"{gone['lot']}: {gone['quantity']} of it sold by hand (order {gone['order_id']}) at {at}"


def limit_lines(status: Json) -> list[Text]:
    """How much of the exchange's limits is used, and until when it wants to be left alone.

    The requests themselves are only told when they are many: their weight always is the tighter limit.
    """
    gateway = status.get("gateway") or {}
    uses = [use for use in gateway.get("limits") or () if use["name"] != "RAW_REQUESTS" or _is_much(use)]
    line = Text("limits used: ", "dim")
    for number, use in enumerate(uses):
        text = f"{_LIMIT_WORDS.get(use['name'], use['name'])} {use['used']}/{use['most']} {use['per']}"
        line.append(", " if number else "").append(text, "yellow" if _is_much(use) else "dim")
    return [*([line] if uses else ()), *map(_hold_line, gateway.get("holds") or ())]


def _is_much(use: Json) -> bool:
    return bool(use["used"] >= use["most"] * _MUCH)


def _hold_line(hold: Json) -> Text:
    what = "nothing" if hold["what"] == "everything" else f"no {hold['what']}"
    until = datetime.fromisoformat(hold["until"]).astimezone(UTC)
    text = f"the exchange said wait: {what} will be sent for {duration(hold['seconds'])}, until {until:%H:%M:%S} UTC"
    return Text(text, "bold yellow")


def lots_table(positions: Sequence[Json], bids: Mapping[str, Decimal], most: int | None = None) -> Fitting:
    """One row a lot, as given; `bids` by pair value what is open."""
    table = _table("Lot", "State", "Received", "Cost", "SELL at", "Sold", "Bid", "Net profit", "Held")
    has_reasons = any(lot["reason"] for lot in positions[:most])
    if has_reasons:
        table.add_column("Why", max_width=_WHY_WIDTH, overflow="fold", style="yellow")
    for lot in positions[:most]:
        table.add_row(*_lot_row(lot, bids.get(lot["pair"])), *([lot["reason"]] if has_reasons else []))
    if most is not None and len(positions) > most:
        table.caption = f"and {len(positions) - most} more"
    return Fitting(table, ("Sold", "Bid", "Held", "Received", "Cost"))


def _lot_row(lot: Json, bid: Decimal | None) -> Sequence[RenderableType]:
    state = str(lot["state"])
    live = [sell["price"] for sell in lot["sells"] if sell["state"] in _LIVE]
    prices = live or [sell["price"] for sell in lot["sells"]]
    profit = money(lot["realised_profit"], lot["quote"]) if Decimal(lot["sold"]) else Text(NONE, "dim")
    return (
        lot["lot"],
        Text(state.lower(), _STATE_STYLE.get(state, "")),
        f"{lot['received']} {lot['base']}",
        f"{shortened(lot['cost'])} {lot['quote']}",
        min(prices, key=Decimal) if prices else Text(NONE, "dim"),
        lot["sold"],
        NONE if bid is None else f"{bid:f}",
        profit,
        duration(_held_seconds(lot)),
    )


def _held_seconds(lot: Json) -> float:
    """From the first fill to the last sale, or until now."""
    if lot["held_seconds"] is not None:
        return float(lot["held_seconds"])
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(lot["opened"])).total_seconds())


def money(amount: str, quote: str) -> Text:
    """A signed amount with its asset, green above zero and red below."""
    value = Decimal(amount)
    style = "green" if value > 0 else "red" if value < 0 else "dim"
    return Text(f"{'+' if value > 0 else ''}{shortened(amount)} {quote}", style)


def shortened(amount: str) -> str:
    """To two decimals from a hundred on, to four from a hundredth on, else to eight."""
    value = Decimal(amount)
    places = "0.01" if abs(value) >= 100 else "0.0001" if not value or abs(value) >= Decimal("0.01") else "0.00000001"
    return f"{value.quantize(Decimal(places)):f}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = int(seconds)
    for unit, size, smaller, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "m", 60), ("m", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"


def _problem_lines(status: Json) -> list[Text]:
    problems = list(status["problems"])
    lines = [Text(f"! {problem}", "red") for problem in problems[:_MOST_PROBLEMS]]
    more = len(problems) - _MOST_PROBLEMS
    return [*lines, Text(f"! and {more} more", "red")] if more > 0 else lines


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="left" if name == "State" else "right", no_wrap=True)
    return table
