"""The arithmetic of a lot as a person reads it: name, amount, and how the amount was calculated."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.views.instructed import instructed_rows
from lotkeeper.service.documents.formats import duration, with_sign
from lotkeeper.trading.orders.client_ids import purchase_of

Json = Mapping[str, Any]
Row = tuple[str, str, str]
_INDENT = "  "


def explanation_view(lot: Json) -> RenderableType:
    """The whole explanation, in the order of the calculation."""
    sections = [(title, list(rows)) for title, rows in _sections(lot)]
    rows = [row for _, rows in sections for row in rows]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return Group(_headline(lot), *(part for title, rows in sections for part in _section_view(title, rows, widths)))


def _sections(lot: Json) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "Bought", _buy_rows(lot)
    if lot["ladder"]:
        yield "Ladder", _ladder_rows(lot)
    if lot["group"]:
        yield "Group", _group_rows(lot)
    if lot["trailing"]:
        yield "Trailing", _trailing_rows(lot)
    if lot["age"]:
        yield "Age", _age_rows(lot)
    if lot["instructed"]:
        yield "Asked for", instructed_rows(lot)
    if lot["exits"]:
        yield "Exits", _exit_rows(lot)
    for sell in lot["asked"]:
        yield f"SELL {sell['client_order_id']}, {sell['state'].lower().replace('_', ' ')}", _sell_rows(lot, sell)
    if lot["next_asked"]:
        yield "The next SELL", _sell_rows(lot, lot["next_asked"])
    if lot["sales"]:
        yield "Sold", _sale_rows(lot)
    yield "Net", _net_rows(lot)


def _headline(lot: Json) -> Text:
    line = Text.assemble((f"Lot {lot['lot']}", "bold"), f"  {lot['state'].lower()}")
    return line.append(f"  {lot['reason']}", "yellow") if lot["reason"] else line


def _section_view(title: str, rows: Sequence[Row], widths: Sequence[int]) -> tuple[Text, Table]:
    """`widths` are those of the widest rows, so that the columns of all sections align."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(min_width=widths[0] + len(_INDENT), no_wrap=True)
    table.add_column(min_width=widths[1], justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for name, amount, how in rows:
        table.add_row(f"{_INDENT}{name}", amount, how)
    return Text(f"\n{title}", "bold"), table


def _buy_rows(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    for fill in lot["buys"]:
        yield f"trade {fill['trade']}", f"{fill['amount']} {quote}", f"{_trade_text(lot, fill)}, {_fee_text(lot, fill)}"
    yield (
        "received",
        f"{lot['received']} {base}",
        _sum_text([(lot["bought"], "bought"), (f"-{lot['fees_in_base']}", f"fees in {base}")]),
    )
    paid = [
        (lot["paid"], "paid"),
        (lot["fees_in_quote"], f"fees in {quote}"),
        (lot["fees_valued"], "fees in other assets"),
    ]
    yield "cost", f"{lot['cost']} {quote}", _sum_text(paid)
    yield from _transfer_rows(lot)


def _transfer_rows(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    for transfer in lot["taken"]:
        yield (
            "taken over",
            f"{transfer['quantity']} {base}",
            f"dust of lot {transfer['lot']}, at its cost of {transfer['cost']} {quote}",
        )
    for transfer in lot["given"]:
        yield (
            "given away",
            f"{transfer['quantity']} {base}",
            f"dust to lot {transfer['lot']}, at its cost of {transfer['cost']} {quote}",
        )
    kept = [each for each in lot["disposed"] if each["way"] == "KEPT"]
    for each in kept:
        how = f"the owner's part of the profit, in coins, at its cost of {each['cost']} {quote}"
        yield "kept", f"{each['quantity']} {base}", how
    for move in lot["moves"]:
        way = "to" if move["cost"].startswith("-") else "from"
        yield (
            "moved",
            f"{with_sign(move['cost'])} {quote}",
            f"cost {way} lot {move['lot']}, at {move['at'][:16].replace('T', ' ')}",
        )
    if lot["taken"] or lot["given"] or lot["moves"] or kept:
        yield "to sell", f"{lot['stock']} {base}", f"in all, which cost {lot['stock_cost']} {quote}"


def _ladder_rows(lot: Json) -> Iterator[Row]:
    for part in lot["ladder"]:
        own, other = part["net_profit_pct"], part["sold_at_pct"]
        how = f"at a net profit of {own} %"
        if own != other:
            how += f"; too small for an order, sold with the part at {other} %"
        yield f"{part['share_pct']} %", f"{part['quantity']} {lot['base']}", how


def _group_rows(lot: Json) -> Iterator[Row]:
    quote, group = lot["quote"], lot["group"]
    yield "common price", f"{group['price']} {quote}", f"at which {len(group['lots'])} lots bring their costs together"
    for each in group["lots"]:
        how = f"{each['quantity']} {lot['base']}, own floor {each['floor']}, moved cost {with_sign(each['moved_cost'])}"
        yield f"lot {each['lot']}", f"{each['stands_at']} {quote}", how


def _trailing_rows(lot: Json) -> Iterator[Row]:
    part = lot["trailing"]
    share = f"{part['share_pct']} % of the lot"
    if part["client_order_id"] is not None:
        yield "follows", f"{part['quantity']} {lot['base']}", f"{share}, as SELL {part['client_order_id']}"
    elif part["why_not"] is not None:
        yield "to follow", f"{part['quantity']} {lot['base']}", f"{share}; not now: {part['why_not']}"
    else:
        yield "to follow", f"{part['quantity']} {lot['base']}", f"{share}, of which nothing is left"


def _age_rows(lot: Json) -> Iterator[Row]:
    for step in lot["age"]:
        since = "now, since" if step["now"] else "from"
        how = f"the most that is wanted, {since} {step['from'][:19].replace('T', ' ')}"
        yield duration(step["after_seconds"]), f"{step['net_profit_pct']} %", how


def _exit_rows(lot: Json) -> Iterator[Row]:
    """Each exit with the price that the market has to reach, and what the exchange holds of it."""
    for each in lot["exits"]:
        yield each["kind"], _reached_text(lot, each), f"{each['quantity']} {lot['base']}: {_held_text(lot, each)}"


def _reached_text(lot: Json, each: Json) -> str:
    """The price that the market has to reach; a lot that cannot be sold yet has none."""
    if each["trigger"]:
        return f"{each['trigger']} {lot['quote']}"
    return "follows the price" if each["client_order_id"] else "-"


def _held_text(lot: Json, each: Json) -> str:
    least = f", not below {each['price']} {lot['quote']}" if each["price"] != each["trigger"] and each["price"] else ""
    away = f"; {with_sign(each['away_pct'])} % from the bid" if each.get("away_pct") else ""
    if each.get("arms_at"):
        return f"not armed before the bid is at {each['arms_at']} {lot['quote']}{away}"
    if each["client_order_id"]:
        return f"SELL {each['client_order_id']} on the exchange{least}{away}"
    since = f"from {each['from'][:19].replace('T', ' ')}, " if each["from"] else ""
    return f"{since}not on the exchange: {each['why_not']}"


def _sell_rows(lot: Json, sell: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    yield "quantity", f"{sell['quantity']} {base}", _step_text(lot)
    yield "cost", f"{sell['cost']} {quote}", _share_text(lot, sell)
    if sell["floor"] is None:
        is_paid = purchase_of(sell["client_order_id"])
        found = "found on the exchange: the terms it was placed on are not known"
        about = "chosen with the BUY: its floor if all is bought at the limit" if is_paid else found
        yield "price", f"{sell['price']} {quote}", about
        yield from _follow_rows(sell, quote)
        yield from _stop_rows(lot, sell)
        return
    yield "profit", f"{sell['wanted_profit']} {quote}", _profit_text(lot, sell)
    yield (
        "fee",
        f"{_percent(sell['sell_rate'])} %",
        f"expected of the proceeds{_fee_terms(lot, sell['sell_rate'])}",
    )
    if sell["wanted_by"] != "instruction":
        net = f"({sell['cost']} + {sell['wanted_profit']}) / ({sell['quantity']} * (1 - {sell['sell_rate']}))"
        yield "floor", f"{sell['floor']} {quote}", net
    yield "price", f"{sell['price']} {quote}", _rounding_text(lot, sell)
    yield from _follow_rows(sell, quote)
    yield "proceeds", f"{sell['expected_proceeds']} {quote}", f"{sell['price']} * {sell['quantity']}"
    less = f"after a fee of {sell['expected_fee']} {quote}: {sell['expected_net']} - {sell['cost']} of cost"
    yield "expected net", f"{with_sign(sell['expected_profit'])} {quote}", less
    yield from _stop_rows(lot, sell)


def _stop_rows(lot: Json, sell: Json) -> Iterator[Row]:
    """The other order of an order list; the next SELL shows none before it is placed."""
    stop = sell.get("stop")
    if stop and stop["trigger"] is None:
        yield "stop", "?", "it is being asked for"
    elif stop:
        what = "triggered: it sells" if stop["triggered"] else "once the price has fallen to it, it sells"
        yield "stop", f"{stop['trigger']} {lot['quote']}", f"{what} at {stop['limit']} or more"


def _follow_rows(sell: Json, quote: str) -> Iterator[Row]:
    """Of a SELL that follows the price; the price is then the lowest at which it is sold."""
    if sell["distance_pct"] is None:
        return
    start = "the next trade" if sell["stop_price"] is None else f"{sell['stop_price']} {quote}"
    yield (
        "follows",
        f"{sell['distance_pct']} %",
        f"below the highest trade, from {start} on; never below the price above",
    )


def _sale_rows(lot: Json) -> Iterator[Row]:
    quote = lot["quote"]
    for sale in lot["sales"]:
        how = f"{_trade_text(lot, sale)}, {_fee_text(lot, sale)}"
        yield f"trade {sale['trade']}", f"{sale['net']} {quote}", how
        held = f"{sale['net']} - {sale['cost']} that its coins cost, held for {duration(sale['held_seconds'])}"
        yield "", f"{with_sign(sale['profit'])} {quote}", held


def _net_rows(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    if Decimal(lot["dust"]):
        yield "dust", f"{lot['dust']} {base}", _dust_text(lot)
    for step in lot["next"]:
        if step["why"]:
            yield "now", _decision_text(step["decision"]), step["why"]
        if step["decision"] == "Keep":
            yield "now", "keeps", f"{step['quantity']} {base} as the owner's part of the profit"
    if Decimal(lot["fees_quote"]):
        fees = ", ".join(f"{amount} {asset}" for asset, amount in lot["fees"].items())
        yield "fees", f"{lot['fees_quote']} {quote}", f"{'in all' if lot['state'] == 'CLOSED' else 'so far'}: {fees}"
    if Decimal(lot["correction"]):
        yield "of dust", f"{with_sign(lot['correction'])} {quote}", _correction_text(lot)
    yield "realised", f"{with_sign(lot['realised_net'])} {quote}", "after every fee"
    if lot["state"] != "CLOSED" and lot["expected_net"] is not None:
        yield "expected", f"{with_sign(lot['expected_net'])} {quote}", "once the SELLs on the book are sold"


def _trade_text(lot: Json, fill: Json) -> str:
    return f"{fill['quantity']} {lot['base']} at {fill['price']}, {fill['time'][:19].replace('T', ' ')}"


def _fee_text(lot: Json, fill: Json) -> str:
    if not Decimal(fill["fee"]):
        return "no fee"
    fee = f"fee {fill['fee']} {fill['fee_asset']} ({'maker' if fill['maker'] else 'taker'})"
    if fill["fee_value"] is not None:
        return f"{fee} at {fill['fee_price']} = {fill['fee_value']} {lot['quote']}"
    is_counted = fill["fee_asset"] in (lot["base"], lot["quote"])
    return fee if is_counted else f"{fee}, not valued yet"


def _sum_text(parts: list[tuple[str, str]]) -> str:
    """The parts that are not zero, with their signs."""
    counted = [(amount, what) for amount, what in parts if Decimal(amount)]
    text = ""
    for amount, what in counted:
        sign = " - " if amount.startswith("-") else " + " if text else ""
        text += f"{sign}{amount.lstrip('-')} {what}"
    return text


def _step_text(lot: Json) -> str:
    return f"in steps of {lot['terms']['step']}" if lot["terms"] else ""


def _share_text(lot: Json, sell: Json) -> str:
    is_all = sell["cost"] == lot["stock_cost"]
    return "all of it" if is_all else f"its share of {lot['stock_cost']}"


def _profit_text(lot: Json, sell: Json) -> str:
    if sell["wanted_by"] == "instruction":
        return "what the price leaves after fee and cost"
    if sell["wanted_by"] == "net_profit_pct":
        return f"{sell['wanted_pct']} % of that cost"
    if sell["wanted_by"] == "ladder":
        return f"{sell['wanted_pct']} % of that cost, as the ladder has it for this part"
    if sell["wanted_by"] == "min_net_profit":
        return f"its part of the {lot['terms']['min_net_profit']} {lot['quote']} wanted for the lot"
    return "wanted when it was placed"


def _fee_terms(lot: Json, rate: str) -> str:
    terms = lot["terms"]
    if not terms or terms["sell_rate"] != rate:
        return ""  # the fee was another one when the SELL was placed
    side = {"worse": "the worse of maker and taker"}.get(terms["sell_fee"], f"as {terms['sell_fee']}")
    return f", {side}{', with the BNB discount' if terms['bnb_discount'] else ''}"


def _rounding_text(lot: Json, sell: Json) -> str:
    if sell["wanted_by"] == "instruction":
        return "as it was asked for"
    if not lot["terms"]:
        return "rounded up"
    tick = lot["terms"]["tick"]
    is_lifted = Decimal(sell["price"]) - Decimal(sell["floor"]) > Decimal(tick)
    return "raised to the lowest price allowed" if is_lifted else f"rounded up to the tick of {tick}"


def _dust_text(lot: Json) -> str:
    stays = f"no whole step of {lot['terms']['step']}" if lot["terms"] else "left over"
    if Decimal(lot["dust_cost"]):
        return f"{stays}; it stays at its share of the cost, {lot['dust_cost']} {lot['quote']}"
    return f"{stays}; its cost is not counted on"


def _correction_text(lot: Json) -> str:
    if Decimal(lot["remainder"]) and not Decimal(lot["dust_cost"]):
        return "the sales have to bring its cost"
    return "it counts at its share of the whole cost, the sales at that of the coins bought first"


def _decision_text(decision: str) -> str:
    words = {"Wait": "waits", "Park": "parked", "Queue": "queued", "Close": "closes", "CancelSell": "cancels"}
    return words.get(decision, decision)


def _percent(rate: str) -> str:
    return f"{(Decimal(rate) * 100).normalize():f}"
