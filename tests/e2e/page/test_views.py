"""Each view at the width of a phone and of a desk, in both themes: it shows what the service says, and can be read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.judging import beside_their_heads, faint_texts, nameless_controls, overflow, small_targets
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
LOOKS = [(width, theme) for width in (390, 1440) for theme in ("light", "dark")]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_each_view_shows_what_the_service_says(open_page, served: ServedPage, width, theme):
    page = open_page(width, theme)
    for name, (place, check) in VIEWS.items():
        page.go(place.format(lot=served.lots[0]))
        check(page, served)
        judge(page, name, width)


def test_a_pair_that_is_not_configured_is_told_and_nothing_is_asked_of_it(open_page, served: ServedPage):
    page = open_page()
    page.go("pairs/NOPEUSDT")
    page.wait_text("NOPEUSDT is not configured")
    page.page.reload()
    page.wait_text("NOPEUSDT is not configured")
    assert page.page.get_by_role("heading", name="NOPEUSDT").is_visible()
    assert page.find("main button:visible, main canvas:visible").count() == 0


def test_no_figure_of_a_wide_table_is_cut_or_smaller_than_the_others(open_page, served: ServedPage):
    page = open_page(1440)
    for place, table, longest in _WIDE_TABLES:
        page.go(place)
        page.wait("rows", lambda name=table: page.cells(name))
        assert page.evaluate(_CELLS, [table, longest]) == {"cut": [], "sizes": ["15px"]}


_LONG_LOT = ["BTCUSDT-12345678901", "selling", "59 m 59 s", "0.00302345 BTC", "0.00352883 BTC", "60673.97 and 2 more"]
_LONG_LOT += ["+13.26 %", "+0.00001403 BTC"]
_WIDE_TABLES = (  # the place, the table, and long texts for the last cells of its first row
    ("pairs", "pairs", ["+0.00001921 BTC", "-0.00011049 BTC", "59 m 59 s ago"]),
    ("profit", "profit", []),
    ("lots", "lots", _LONG_LOT),
    ("orders/fills", "fills", ["0.00168 BTC", "10101.7967272 USDT", "10.10179672 USDT", "11-30 04:21"]),
)
# A copy takes the row's place meanwhile: into the row itself the page may write at any moment.
_CELLS = """([name, longest]) => {
  const body = document.querySelector(`[data-table="${name}"] tbody`);
  const row = body.querySelector("tr:not(.spacer)");
  const copy = row.cloneNode(true);
  row.replaceWith(copy);
  longest.forEach((text, index) => (copy.cells[copy.cells.length - longest.length + index].textContent = text));
  const cells = [...body.querySelectorAll("tr:not(.spacer) td:not(:has(.pill))")];
  const found = {
    cut: cells.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent),
    sizes: [...new Set(cells.map((each) => getComputedStyle(each).fontSize))],
  };
  copy.replaceWith(row);
  return found;
}"""


def judge(page: OpenPage, name: str, width: int) -> None:
    assert overflow(page) == [], name
    assert nameless_controls(page) == [], name
    assert faint_texts(page) == [], name
    if width == 390:
        assert small_targets(page) == [], name
    else:
        assert beside_their_heads(page) == [], name


def overview(page: OpenPage, served: ServedPage) -> None:
    page.wait_text("Proven", "#health")
    page.wait("each pair", lambda: [row[0] for row in page.cells("pairs")] == list(served.read("/status")["pairs"]))
    page.wait("the open lots", lambda: f"Open lots\n{open_lots(served)}\n" in page.text(".figures"))
    page.wait("today's result", lambda: today(served) in page.text("#health"))


def open_lots(served: ServedPage) -> int:
    return int(served.read("/status")["totals"]["lots_open"])


def today(served: ServedPage) -> str:
    """As the page shortens it."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    earned = Decimal(served.read(f"/profit?by=day&since={day}")["totals"][0]["profit"])
    places = "0.01" if abs(earned) >= 1 else "0.0001" if abs(earned) >= Decimal("0.01") else "0.00000001"
    return f"{earned.quantize(Decimal(places)):+f} USDT"


def lots(page: OpenPage, served: ServedPage) -> None:
    page.wait("each lot with its figures", lambda: shown_lots(page) == told_lots(served))


def shown_lots(page: OpenPage) -> set[tuple[str, ...]]:
    return {(cells[0], cells[1], cells[3], cells[5].split()[0]) for cells in page.cells("lots")}


def told_lots(served: ServedPage) -> set[tuple[str, ...]]:
    return {
        (row["lot"], row["state"].lower(), f"{row['received']} {row['base']}", row["nearest_trigger"])
        for row in served.read("/positions")
    }


def lot(page: OpenPage, served: ServedPage) -> None:
    document = served.read(f"/lots/{served.lots[0]}")
    page.wait_text(document["asked"][0]["floor"])
    text = page.text()
    for figure in (document["cost"], document["received"], document["expected_net"], document["buys"][0]["price"]):
        assert figure in text
    page.wait("a chart", lambda: page.find(".price canvas").count() > 0)


def pairs(page: OpenPage, served: ServedPage) -> None:
    rows = served.read("/pairs")
    page.wait(
        "each pair", lambda: [row[:2] for row in page.cells("pairs")] == [[row["pair"], "proven"] for row in rows]
    )


def pair(page: OpenPage, served: ServedPage) -> None:
    mine = {row["lot"] for row in served.read("/positions?pair=BTCUSDT")}
    page.wait("its lots", lambda: {row[0] for row in page.cells("lots-of-pair")} == mine)
    page.wait("a chart", lambda: page.find(".price canvas").count() > 0)


def orders(page: OpenPage, served: ServedPage) -> None:
    prices = sorted(row["price"] for row in served.read("/orders"))
    page.wait("each order", lambda: sorted(row[3] for row in page.cells("orders")) == prices)


def fills(page: OpenPage, served: ServedPage) -> None:
    found = [(row["lot"], f"{row['amount']} {row['quote']}") for row in served.read("/fills")]
    page.wait("each fill", lambda: [(row[0], row[4]) for row in page.cells("fills")] == found)


def profit(page: OpenPage, served: ServedPage) -> None:
    rows = served.read("/profit")["rows"]
    page.wait("each pair", lambda: {row["pair"] for row in rows} <= {cells[0] for cells in page.cells("profit")})
    page.wait("a plot", lambda: page.find(".plot canvas").count() > 0)


def alerts(page: OpenPage, served: ServedPage) -> None:
    page.wait_text("Incidents")


def actors(page: OpenPage, served: ServedPage) -> None:
    names = [each["name"] for each in served.read("/actors")["actors"]]
    page.wait("each actor", lambda: [row[0] for row in page.cells("actors")] == names)


VIEWS = {
    "overview": ("", overview),
    "lots": ("lots", lots),
    "lot": ("lots/{lot}", lot),
    "pairs": ("pairs", pairs),
    "pair": ("pairs/BTCUSDT", pair),
    "orders": ("orders", orders),
    "fills": ("orders/fills", fills),
    "profit": ("profit", profit),
    "alerts": ("alerts", alerts),
    "actors": ("actors", actors),
}
