"""Which actors the table has, in which order, and which columns fit."""

import pytest

from cli.actor_console.rows import actor_rows, cells, headings
from cli.actor_console.settings import Settings
from tests.cli.views.actors_reported import SLOW, actor, report

REPORT = report(
    actor("ledger", cpu_pct=9.0, mailbox=2, handlers=[SLOW]),
    actor("BTCUSDT"),
    actor("BTCUSDT keeper", 2, state="stuck", cpu_pct=20.0),
    actor("ETHUSDT", cpu_pct=None),
    actor("ETHUSDT keeper", 2, in_hand="OrderReported symbol=ETHUSDT price=2500"),
)


def names(settings: Settings) -> list[str]:
    return [row.name.plain for row in actor_rows(REPORT, settings)]


def test_the_tree_has_branches():
    tree = ["guardian", "├ ledger", "├ BTCUSDT", "│ └ BTCUSDT keeper", "└ ETHUSDT", "  └ ETHUSDT keeper"]
    assert names(Settings()) == tree


def test_numbers_are_sorted_from_the_largest_and_those_without_stand_last():
    assert names(Settings(sort="CPU"))[:2] == ["BTCUSDT keeper", "ledger"]
    assert names(Settings(sort="CPU"))[-1] == "ETHUSDT"
    assert names(Settings(sort="CPU", is_reversed=True))[-3:] == ["ledger", "BTCUSDT keeper", "ETHUSDT"]
    assert names(Settings(sort="p99 ms"))[0] == "ledger"


def test_text_is_sorted_from_a_to_z_and_states_from_the_worst():
    assert names(Settings(sort="Actor"))[0] == "BTCUSDT"
    assert names(Settings(sort="State"))[0] == "BTCUSDT keeper"


def test_equal_ones_stay_in_the_order_of_the_tree():
    plain = [each.lstrip("├│└ ") for each in names(Settings())]
    assert names(Settings(sort="Restarts")) == plain


def test_a_filter_takes_a_part_of_a_pair_or_of_an_actor():
    assert names(Settings(wanted="btc")) == ["└ BTCUSDT", "  └ BTCUSDT keeper"]
    assert names(Settings(wanted="ledger")) == ["└ ledger"]


def test_a_filter_that_nothing_has_leaves_nothing():
    assert names(Settings(wanted="XRP")) == []


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_the_columns_fit(width):
    rows = actor_rows(REPORT, Settings())
    shown = headings(rows, Settings(), width)
    assert sum(each.width + 2 for each in shown) < width
    assert {"Actor", "State"} <= {each.title for each in shown}
    assert all(cell.cell_len <= each.width for row in rows for cell, each in zip(cells(row, shown), shown, strict=True))


def test_a_narrow_table_has_what_is_asked_first_and_what_it_is_sorted_by():
    rows = actor_rows(REPORT, Settings())
    titles = [each.title for each in headings(rows, Settings(), 80)]
    assert titles == ["Actor", "State", "Restarts", "Mailbox", "Oldest", "Msg/s", "p99 ms"]
    sorted_by = Settings(sort="PSS")
    shown = headings(actor_rows(REPORT, sorted_by), sorted_by, 80)
    assert shown[-1].label.plain == "PSS▼"
    assert sum(each.width + 2 for each in shown) < 80


def test_a_wide_table_has_every_column_and_room_for_what_is_in_hand():
    rows = actor_rows(REPORT, Settings())
    shown = headings(rows, Settings(), 200)
    assert len(shown) == 14
    assert cells(rows[-1], shown)[-1].plain == "OrderReported symbol=ETHUSDT price=2500"
