"""The arithmetic of a lot as a person reads it: name, amount, and how the amount came about."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.views.tables import duration

Json = Mapping[str, Any]
Row = tuple[str, str, str]
_INDENT = "  "


def explanation_view(lot: Json) -> RenderableType:
    """The whole of it, in the order in which it is worked out."""
    sections = [(title, list(rows)) for title, rows in _sections(lot)]
    rows = [row for _, rows in sections for row in rows]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return Group(_headline(lot), *(part for title, rows in sections for part in _section(title, rows, widths)))


def _sections(lot: Json) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "Bought", _bought(lot)
    for sell in lot["asked"]:
        yield f"SELL {sell['client_order_id']}, {sell['state'].lower()}", _asked(lot, sell)
    if lot["next_asked"]:
        yield "The next SELL", _asked(lot, lot["next_asked"])
    if lot["sales"]:
        yield "Sold", _sold(lot)
    yield "Net", _net(lot)


def _headline(lot: Json) -> Text:
    line = Text.assemble((f"Lot {lot['lot']}", "bold"), f"  {lot['state'].lower()}")
    return line.append(f"  {lot['reason']}", "yellow") if lot["reason"] else line


def _section(title: str, rows: Sequence[Row], widths: Sequence[int]) -> tuple[Text, Table]:
    """The columns of all sections are as wide as the widest of them."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(min_width=widths[0] + len(_INDENT), no_wrap=True)
    table.add_column(min_width=widths[1], justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for name, amount, how in rows:
        table.add_row(f"{_INDENT}{name}", amount, how)
    return Text(f"\n{title}", "bold"), table


def _bought(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    for fill in lot["buys"]:
        yield f"trade {fill['trade']}", f"{fill['amount']} {quote}", f"{_traded(lot, fill)}, {_fee(lot, fill)}"
    yield (
        "received",
        f"{lot['received']} {base}",
        _sum([(lot["bought"], "bought"), (f"-{lot['fees_in_base']}", f"fees in {base}")]),
    )
    paid = [
        (lot["paid"], "paid"),
        (lot["fees_in_quote"], f"fees in {quote}"),
        (lot["fees_valued"], "fees in other assets"),
    ]
    yield "cost", f"{lot['cost']} {quote}", _sum(paid)
    yield from _carried(lot)


def _carried(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    for carry in lot["taken"]:
        yield (
            "taken over",
            f"{carry['quantity']} {base}",
            f"dust of lot {carry['lot']}, at its cost of {carry['cost']} {quote}",
        )
    for carry in lot["given"]:
        yield (
            "given away",
            f"{carry['quantity']} {base}",
            f"dust to lot {carry['lot']}, at its cost of {carry['cost']} {quote}",
        )
    if lot["taken"] or lot["given"]:
        yield "to sell", f"{lot['stock']} {base}", f"in all, which cost {lot['stock_cost']} {quote}"


def _asked(lot: Json, sell: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    yield "quantity", f"{sell['quantity']} {base}", _steps(lot)
    yield "cost", f"{sell['cost']} {quote}", _share(lot, sell)
    if sell["floor"] is None:
        yield "price", f"{sell['price']} {quote}", "found on the exchange: the terms it was placed on are not known"
        return
    yield "profit", f"{sell['wanted_profit']} {quote}", _wanted(lot, sell)
    yield "fee", f"{_percent(sell['sell_rate'])} %", f"expected of the proceeds{_fee_terms(lot, sell['sell_rate'])}"
    net = f"({sell['cost']} + {sell['wanted_profit']}) / ({sell['quantity']} * (1 - {sell['sell_rate']}))"
    yield "floor", f"{sell['floor']} {quote}", net
    yield "price", f"{sell['price']} {quote}", _rounded(lot, sell)
    yield "proceeds", f"{sell['expected_proceeds']} {quote}", f"{sell['price']} * {sell['quantity']}"
    less = f"after a fee of {sell['expected_fee']} {quote}: {sell['expected_net']} - {sell['cost']} of cost"
    yield "expected net", f"{signed(sell['expected_profit'])} {quote}", less


def _sold(lot: Json) -> Iterator[Row]:
    quote = lot["quote"]
    for sale in lot["sales"]:
        how = f"{_traded(lot, sale)}, {_fee(lot, sale)}"
        yield f"trade {sale['trade']}", f"{sale['net']} {quote}", how
        held = f"{sale['net']} - {sale['cost']} that its coins cost, held for {duration(sale['held_seconds'])}"
        yield "", f"{signed(sale['profit'])} {quote}", held


def _net(lot: Json) -> Iterator[Row]:
    base, quote = lot["base"], lot["quote"]
    if Decimal(lot["dust"]):
        yield "dust", f"{lot['dust']} {base}", _dust(lot)
    for step in lot["next"]:
        if step["why"]:
            yield "now", _spoken(step["decision"]), step["why"]
    if Decimal(lot["fees_quote"]):
        fees = ", ".join(f"{amount} {asset}" for asset, amount in lot["fees"].items())
        yield "fees", f"{lot['fees_quote']} {quote}", f"{'in all' if lot['state'] == 'CLOSED' else 'so far'}: {fees}"
    if Decimal(lot["correction"]):
        yield "of dust", f"{signed(lot['correction'])} {quote}", _correction(lot)
    yield "realised", f"{signed(lot['realised_net'])} {quote}", "after every fee"
    if lot["state"] != "CLOSED" and lot["expected_net"] is not None:
        yield "expected", f"{signed(lot['expected_net'])} {quote}", "once the SELLs on the book are sold"


def _traded(lot: Json, fill: Json) -> str:
    return f"{fill['quantity']} {lot['base']} at {fill['price']}, {fill['time'][:19].replace('T', ' ')}"


def _fee(lot: Json, fill: Json) -> str:
    if not Decimal(fill["fee"]):
        return "no fee"
    fee = f"fee {fill['fee']} {fill['fee_asset']} ({'maker' if fill['maker'] else 'taker'})"
    if fill["fee_value"] is not None:
        return f"{fee} at {fill['fee_price']} = {fill['fee_value']} {lot['quote']}"
    is_counted = fill["fee_asset"] in (lot["base"], lot["quote"])
    return fee if is_counted else f"{fee}, not valued yet"


def _sum(parts: list[tuple[str, str]]) -> str:
    """The parts that are not nothing, with their signs."""
    counted = [(amount, what) for amount, what in parts if Decimal(amount)]
    text = ""
    for amount, what in counted:
        sign = " - " if amount.startswith("-") else " + " if text else ""
        text += f"{sign}{amount.lstrip('-')} {what}"
    return text


def _steps(lot: Json) -> str:
    return f"in steps of {lot['terms']['step']}" if lot["terms"] else ""


def _share(lot: Json, sell: Json) -> str:
    is_all = sell["cost"] == lot["stock_cost"]
    return "all of it" if is_all else f"its share of {lot['stock_cost']}"


def _wanted(lot: Json, sell: Json) -> str:
    if sell["wanted_by"] == "net_profit_pct":
        return f"{lot['terms']['net_profit_pct']} % of that cost"
    if sell["wanted_by"] == "min_net_profit":
        return f"its part of the {lot['terms']['min_net_profit']} {lot['quote']} wanted for the lot"
    return "wanted when it was placed"


def _fee_terms(lot: Json, rate: str) -> str:
    terms = lot["terms"]
    if not terms or terms["sell_rate"] != rate:
        return ""  # it was another one when the SELL was placed
    side = {"worse": "the worse of maker and taker"}.get(terms["sell_fee"], f"as {terms['sell_fee']}")
    return f", {side}{', with the BNB discount' if terms['bnb_discount'] else ''}"


def _rounded(lot: Json, sell: Json) -> str:
    if not lot["terms"]:
        return "rounded up"
    tick = lot["terms"]["tick"]
    is_lifted = Decimal(sell["price"]) - Decimal(sell["floor"]) > Decimal(tick)
    return "raised to the lowest price allowed" if is_lifted else f"rounded up to the tick of {tick}"


def _dust(lot: Json) -> str:
    stays = f"no whole step of {lot['terms']['step']}" if lot["terms"] else "left over"
    if Decimal(lot["dust_cost"]):
        return f"{stays}; it stays at its share of the cost, {lot['dust_cost']} {lot['quote']}"
    return f"{stays}; its cost is not counted on"


def _correction(lot: Json) -> str:
    if Decimal(lot["remainder"]) and not Decimal(lot["dust_cost"]):
        return "the sales have to bring its cost"
    return "it counts at its share of the whole cost, the sales at that of the coins bought first"


def _spoken(decision: str) -> str:
    words = {"Wait": "waits", "Park": "parked", "Queue": "queued", "Close": "closes", "CancelSell": "takes back"}
    return words.get(decision, decision)


def _percent(rate: str) -> str:
    return f"{(Decimal(rate) * 100).normalize():f}"


def signed(amount: str) -> str:
    """The amount with its sign."""
    return f"+{amount}" if Decimal(amount) > 0 else amount
