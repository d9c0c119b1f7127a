"""The status as a person reads it: health, pairs, waiting lots, orders of unknown outcome, limits and problems."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.formats import LOT_STATE_STYLE, NONE, money
from cli.views.responsive_table import BLANK, ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration, moment
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS

Json = Mapping[str, Any]
_HEALTH_STYLE = {"ok": "bold green", "degraded": "bold red", "starting": "bold yellow"}
_ROUTES = {"websocket-api": "over the WebSocket API", "rest": "by REST"}
_LIMIT_NAMES = {
    "REQUEST_WEIGHT": "weight",
    "RAW_REQUESTS": "requests",
    "ORDERS": "orders",
    "CONNECTIONS": "connections",
}
_MUCH = 0.7  # of a limit; above it the Gateway delays requests for prices
_MAX_PROBLEMS = 6
_MAX_WAITING = 8
_MAX_HISTORIES, _MAX_NAMED = 3, 5  # lines about histories, the newest first, and pairs in one of them
_PAIR_COLUMNS = ("Bid", "seen", "Lots open", "closed", "Quantity", "Next SELL at", "Realised", "Unrealised", "Complete")


def status_view(status: Json) -> RenderableType:
    """The whole status document."""
    return Group(headline(status), BLANK, pairs_table(status), BLANK, *lines_below_pairs(status))


def lines_below_pairs(status: Json) -> list[Text]:
    """Histories, waiting lots, orders of unknown outcome, the way to the exchange, limits, fees and problems."""
    return [
        *_history_lines(status),
        *_waiting_lines(status),
        *_unresolved_lines(status),
        *_disposal_lines(status),
        *route_lines(status),
        *limit_lines(status),
        *broker_lines(status),
        *_lease_lines(status),
        *_fee_lines(status),
        *_problem_lines(status),
        *_level_lines(status),
        *_todo_lines(status),
    ]


def headline(status: Json) -> Text:
    """Health, uptime, the state of the user stream and the actors' restarts, in one line."""
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


def pairs_table(status: Json) -> ResponsiveTable:
    """One row a pair."""
    table = plain_table("Pair", *_PAIR_COLUMNS)
    for symbol, pair in status["pairs"].items():
        table.add_row(*_pair_row(symbol, pair))
    return ResponsiveTable(table, ("Quantity", "Unrealised", "seen", "Bid", "Next SELL at"))


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
    """The bid, and its age: how long ago it was known to be right. Marked if it is stale or came by REST."""
    if not price:
        return Text(NONE), Text(NONE)
    age = f"{duration(price['age_seconds'])} ago" + (" by REST" if price["source"] == "rest" else "")
    if price["stale"]:
        return Text(price["bid"], "dim"), Text(f"stale, {age}", "red")
    return Text(price["bid"]), Text(age, "yellow" if price["source"] == "rest" else "dim")


def _completeness(pair: Json) -> Text:
    if pair["paused"]:
        until = (pair.get("pause") or {}).get("until")
        return Text("paused" + (f" until {moment(until)[5:16]} UTC" if until else ""), "magenta")
    if pair["complete_age_seconds"] is None:
        return Text(pair["phase"], "yellow")
    age = f"{duration(pair['complete_age_seconds'])} ago"
    if pair.get("watch_only"):
        return Text(f"{age}, watch-only", "bold red")
    is_old = pair["complete_age_seconds"] * 1000 > COMPLETE_WITHIN_MS
    return Text(age, "red" if pair["trouble"] or is_old else "green")


def _lease_lines(status: Json) -> list[Text]:
    """Of a host that takes turns with another one."""
    lease = status.get("host_lease")
    if not lease:
        return []
    text = f"host {lease['holder']} has the lease ({lease['token']})"
    if lease["left_seconds"] > 0:
        return [Text(text, "dim")]
    return [Text(f"{text}, and may send no order before it is renewed", "red")]


def _fee_lines(status: Json) -> list[Text]:
    """The BNB that is kept to pay fees with, where the configuration says so."""
    fees = status.get("fee_reserve")
    if not fees:
        return []
    payer = "BNB" if fees["paid_in"] == "BNB" else "what is traded, not in BNB"
    lasts = f", lasts {fees['lasts_days']} days at {fees['per_day']} a day" if fees["lasts_days"] else ""
    text = f"fees are paid in {payer}; {fees['free']} BNB free of {fees['keep_at_least']} wanted{lasts}"
    return [Text(text, "yellow" if fees["low"] else "dim")]


def _history_lines(status: Json) -> list[Text]:
    """From when on the pairs' BUYs are kept: their first start, the loss of the database, or when they were added."""
    pairs: dict[str, list[str]] = {}
    for symbol, pair in status["pairs"].items():
        if since := pair.get("history_from"):
            first = datetime.fromisoformat(since).astimezone(UTC)
            pairs.setdefault(f"history from {first:%Y-%m-%d %H:%M} UTC", []).append(symbol)
    if len(pairs) == 1:
        return [Text(next(iter(pairs)), "dim")]
    lines = [f"{text}: {_some(symbols)}" for text, symbols in sorted(pairs.items(), reverse=True)]
    return [Text(line, "dim") for line in lines[:_MAX_HISTORIES]]


def _some(symbols: Sequence[str]) -> str:
    """The first of these pairs, and how many there are beside them."""
    more = len(symbols) - _MAX_NAMED
    return ", ".join(symbols[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _waiting_lines(status: Json) -> list[Text]:
    """The lots that are parked, queued or held, and why; the first few of them."""
    pairs = [pair for pair in status["pairs"].values() if pair.get("waiting")]
    lots = [lot for pair in pairs for lot in pair["waiting"]]
    lines = [_waiting_line(lot) for lot in lots[:_MAX_WAITING]]
    total = sum(pair["lots_parked"] + pair["lots_queued"] + pair["lots_held"] for pair in pairs)
    more = total - len(lines)
    return [*lines, Text(f"and {more} more that wait: lotkeeper positions", "dim")] if more > 0 else lines


def _waiting_line(lot: Json) -> Text:
    state = str(lot["state"])
    line = Text.assemble((f"{lot['lot']} ", "bold"), (state.lower(), LOT_STATE_STYLE.get(state, "")))
    return line.append(f": {lot['reason']}" if lot["reason"] else "")


def _unresolved_lines(status: Json) -> list[Text]:
    orders = [each for pair in status["pairs"].values() for each in pair.get("in_doubt") or ()]
    return [Text(unresolved_order_line(each), "bold yellow") for each in orders[:_MAX_WAITING]]


def unresolved_order_line(order: Json) -> str:
    """An order of unknown outcome in one line: its age, the evidence, the next question to the exchange."""
    wait_s = order["next_question_seconds"]
    when = "waiting for the answer" if wait_s is None else f"asking again in {wait_s:.1f} s"
    what = "SELL" if order["what"] == "SELL" else "cancel of SELL"
    alive_s = order["may_arrive_seconds"]
    arrival = f"it may still arrive for {alive_s:.0f} s" if alive_s else "it cannot arrive any more"
    return (
        f"{order['lot']}: {what} {order['order']} unknown for {order['age_seconds']:.0f} s: {order['evidence']}; "
        f"asked {order['asked']} times, {when}; {arrival}"
    )


def _disposal_lines(status: Json) -> list[Text]:
    """Coins that left their lots in another way than by lotkeeper's SELLs."""
    disposals = [each for pair in status["pairs"].values() for each in pair.get("disposed") or ()]
    return [Text(_disposal_line(each), "dim") for each in disposals[:_MAX_WAITING]]


def _disposal_line(disposal: Json) -> str:
    at = f"{datetime.fromisoformat(disposal['at']).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if disposal["way"] == "RELEASED":
        return f"{disposal['lot']}: {disposal['quantity']} released at {at}"
    if disposal["way"] == "KEPT":
        return f"{disposal['lot']}: {disposal['quantity']} of the profit kept in coins at {at}"
    if disposal["way"] == "LEFT":
        return f"{disposal['lot']}: {disposal['quantity']} left the account without a trade, seen at {at}"
    return f"{disposal['lot']}: {disposal['quantity']} sold manually (order {disposal['order_id']}) at {at}"


def route_lines(status: Json) -> list[Text]:
    """Which way requests go to the exchange, and how many have no answer; a journal that is on a disk."""
    gateway = status.get("gateway") or {}
    route = gateway.get("route")
    lines = [] if route is None else [_route_line(route, gateway)]
    journal = gateway.get("journal")
    if journal and not journal["memory"]:
        lines.append(Text(f"orders in flight are noted on a disk, which may hold them up: {journal['path']}", "yellow"))
    return lines


def _route_line(route: Json, gateway: Json) -> Text:
    is_fallback = route["route"] == "rest" and route["condition"] != "REST_ONLY"
    line = Text.assemble(("requests go ", "dim"), (_ROUTES[str(route["route"])], "dim"))
    if is_fallback:
        condition = str(route["condition"]).lower().replace("_", " ")
        line = Text(f"requests go by REST: the WebSocket API is {condition}", "yellow")
        line.append(f" ({route['failure']})" if route["failure"] else "")
    counts = [f"{gateway['in_flight']} in flight"] if gateway["in_flight"] else []
    if gateway["in_flight"]:
        counts.append(f"the oldest for {gateway['oldest_in_flight_seconds']:.1f} s")
    counts += [f"{gateway['waiting']} questions wait"] if gateway["waiting"] else []
    return line.append(f"; {', '.join(counts)}" if counts else "", "dim")


def limit_lines(status: Json) -> list[Text]:
    """How much of the exchange's limits is used, and until when it wants no requests.

    The number of requests is shown only if it is high: their weight usually is the tighter limit.
    """
    gateway = status.get("gateway") or {}
    uses = [use for use in gateway.get("limits") or () if use["name"] != "RAW_REQUESTS" or _is_much(use)]
    line = Text("limits used: ", "dim")
    for number, use in enumerate(uses):
        text = f"{_LIMIT_NAMES.get(use['name'], use['name'])} {use['used']}/{use['most']} {use['per']}"
        line.append(", " if number else "").append(text, "yellow" if _is_much(use) else "dim")
    return [*([line] if uses else ()), *map(_pause_line, gateway.get("holds") or ())]


def broker_lines(status: Json) -> list[Text]:
    """How the services of this address share the weight of a minute, where a broker is configured."""
    broker = (status.get("gateway") or {}).get("broker")
    if not broker:
        return []
    if not broker["connected"]:
        return [Text("the budget broker does not answer: requests are counted alone", "yellow")]
    if broker["waits"]:
        return [Text(f"questions wait: {broker['waits']}", "yellow")]
    shares = [each for each in broker["shares"] if each["limit"] == "REQUEST_WEIGHT"][:_MAX_NAMED]
    used = ", ".join(f"{each['service']} {each['spent']}/{each['share']}" for each in shares)
    count = "1 service shares" if broker["services"] == 1 else f"{broker['services']} services share"
    return [Text(f"{count} the weight of this address{': ' if used else ''}{used}", "dim")]


def _is_much(use: Json) -> bool:
    return bool(use["used"] >= use["most"] * _MUCH)


def _pause_line(pause: Json) -> Text:
    what = "nothing is" if pause["what"] == "everything" else f"no {pause['what']} are"
    until = datetime.fromisoformat(pause["until"]).astimezone(UTC)
    text = f"the exchange asked for a pause: {what} sent for {duration(pause['seconds'])}, until {until:%H:%M:%S} UTC"
    return Text(text, "bold yellow")


def _todo_lines(status: Json) -> list[Text]:
    count = len(status.get("todo") or ())
    things = "1 thing needs" if count == 1 else f"{count} things need"
    return [Text(f"{things} a person: lotkeeper todo", "bold yellow")] if count else []


def _level_lines(status: Json) -> list[Text]:
    """What is logged otherwise than the configuration says; a service of an earlier version does not tell it."""
    return [
        Text.assemble(
            ("log level ", "dim"),
            f"{each['actor']}: {each['level']}",
            f" until {moment(each['until'])} UTC" if each["until"] else "",
            f" (by {each['who']})" if each["who"] else "",
        )
        for each in status.get("log_levels", ())
    ]


def _problem_lines(status: Json) -> list[Text]:
    problems = list(status["problems"])
    lines = [Text(f"! {problem}", "red") for problem in problems[:_MAX_PROBLEMS]]
    more = len(problems) - _MAX_PROBLEMS
    return [*lines, Text(f"! and {more} more", "red")] if more > 0 else lines
