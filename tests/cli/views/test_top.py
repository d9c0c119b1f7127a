"""The table of the running actors."""

import pytest

from cli.views.top import handlers_view, top_view
from tests.cli.views.actors_reported import DEATH, FAST, SLOW, actor, report
from tests.cli.views.rendering import render


def test_a_row_has_what_an_actor_does():
    busy = actor("ledger", state="busy", mailbox=3, oldest_seconds=0.4, handlers=[FAST, SLOW], in_hand="RecordLots")
    lines = render(top_view(report(busy)), 200)
    heads = next(line for line in lines if "Actor" in line).split()
    assert heads[:4] == ["Actor", "State", "Pid", "Age"]
    row = next(line for line in lines if "ledger" in line)
    shown = "ledger busy 4711 1 h 2 m 0 3 0.4 s 12.5 1.50 20.00 21.25 1.5 % 16.0 MB RecordLots"
    assert " ".join(row.split()) == shown
    assert row.startswith("  ledger")  # below the guardian


def test_the_first_look_has_no_rates():
    row = next(
        line for line in render(top_view(report(actor("ledger", per_second=None, cpu_pct=None))), 200) if "led" in line
    )
    assert row.split().count("-") == 6


def test_a_stuck_actor_shows_what_it_has_in_hand():
    stuck = actor("ledger", state="stuck", in_hand="RecordLots symbol=BTCUSDT", busy_seconds=8.25)
    assert any(
        "stuck" in line and "RecordLots symbol=BTCUSDT for 8.2 s" in line
        for line in render(top_view(report(stuck)), 200)
    )


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
def test_it_fits_and_what_has_trouble_is_shown_in_any_case(width, height):
    many = [actor(f"P{number:03}USDT keeper", 2, cpu_pct=0.0) for number in range(100)]
    many[77]["state"] = "stuck"
    known = report(*many, deaths=[DEATH] * 9)
    lines = render(top_view(known, height), width)
    assert len(lines) <= height + 4  # a death may take two lines
    assert max(map(len, lines)) <= width
    assert any("P077USDT keeper" in line and "stuck" in line for line in lines)
    assert any("more that are quiet" in line for line in lines)


def test_deaths_have_their_cause():
    lines = render(top_view(report(deaths=[DEATH] * 6)), 200)
    cause = "BTCUSDT keeper has handled nothing for 10 s and was killed by SIGKILL after 1 m 5 s"
    assert f"2026-11-30 08:00:00 {cause}, handling OrderReported symbol=BTCUSDT" in lines
    assert "and 2 more deaths" in lines


def test_dead_letters_and_refused_messages():
    letters = {"counts": {"SellPlaced": 2, "Tick": 1}, "last": [{"at": "", "to": "ledger", "message": "SellPlaced"}]}
    known = report(actor("gateway", undelivered={"Report": 4}, unknown=["Odd"]), dead_letters=letters)
    text = "\n".join(render(top_view(known), 200))
    assert "3 dead letters, the last: SellPlaced to ledger" in text
    assert "gateway: 4 Report not delivered" in text
    assert "gateway has no handler for Odd" in text


def test_the_messages_that_took_the_most_time():
    lines = render(handlers_view(report(actor("ledger", handlers=[FAST, SLOW]))), 100)
    rows = [" ".join(line.split()) for line in lines if "ledger" in line]
    assert rows == ["ledger RecordLots 3 1.50 20.00 21.25", "ledger Tick 300 0.01 0.02 0.03"]
