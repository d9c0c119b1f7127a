"""What stands around the table."""

from cli.actor_console.panes import losses, pane_view, summary
from cli.actor_console.settings import Pane, Settings
from tests.cli.views.actors_reported import DEATH, FAST, SLOW, actor, report
from tests.cli.views.rendering import render

LETTERS = {"counts": {"Tick": 2}, "last": [{"at": DEATH["at"], "to": "BTCUSDT keeper", "message": "Tick"}]}
KEEPER = actor(
    "BTCUSDT keeper",
    2,
    actor="PairKeeper",
    restarts=1,
    reason="was killed by SIGKILL",
    handlers=[FAST, SLOW],
    undelivered={"SellPlaced": 4},
    unknown=["Odd"],
)
REPORT = report(actor("ledger", state="busy"), actor("BTCUSDT"), KEEPER, deaths=[DEATH], dead_letters=LETTERS)


def shown(pane: Pane, key: str | None = None, width: int = 100) -> str:
    return "\n".join(render(pane_view(REPORT, Settings(pane=pane), key), width))


def test_the_first_line_counts_the_states_and_has_the_settings():
    settings = Settings(every_s=0.5, wanted="BTC", is_paused=True)
    assert summary(REPORT, settings).plain == "4 actors: 3 idle, 1 busy  every 0.5 s  only BTC  paused"
    assert summary(None, settings).plain == "no look yet"


def test_an_actor_is_shown_with_all_that_is_known_of_it():
    text = shown(Pane.ACTOR, "BTCUSDT/BTCUSDT keeper")
    assert "BTCUSDT keeper  PairKeeper" in text
    assert "idle; the last process was killed by SIGKILL" in text
    assert text.index("RecordLots") < text.index("Tick")  # what took the most time first
    assert "4 SellPlaced not delivered" in text
    assert "no handler for Odd" in text
    assert "has handled nothing for 10 s and was killed by SIGKILL" in text
    assert "Tick to BTCUSDT keeper was not handled" in text


def test_an_actor_that_was_given_up_says_why():
    given_up = actor("BTCUSDT", state="given up", reason="has died 5 times in a minute")
    view = pane_view(report(given_up), Settings(pane=Pane.ACTOR), "BTCUSDT")
    assert any("given up; it has died 5 times in a minute" in line for line in render(view))


def test_an_actor_that_has_gone_is_said():
    assert shown(Pane.ACTOR, "XRPUSDT") == "this actor does not exist any more"
    assert shown(Pane.ACTOR) == "this actor does not exist any more"


def test_the_handlers_fit_a_narrow_pane():
    lines = shown(Pane.HANDLERS, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert "p50 ms" in lines[0]


def test_all_that_was_lost():
    text = shown(Pane.LOSSES, width=200)
    assert "BTCUSDT keeper has handled nothing" in text
    assert "2 dead letters Tick since the start" in text
    quiet = "\n".join(render(pane_view(report(), Settings(pane=Pane.LOSSES), None)))
    assert quiet == "no actor has died\nno dead letters"


def test_the_last_losses_stand_in_a_few_lines():
    assert len(losses(report(deaths=[DEATH] * 9)).plain.splitlines()) == 5
    assert not losses(report())
    assert not losses(None)
