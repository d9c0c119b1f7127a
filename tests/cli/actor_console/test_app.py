"""The application, driven by its own pilot, with reports of the test."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Static

from cli.actor_console.app import ActorConsole
from cli.actor_console.settings import Pane, Settings
from cli.actor_console.source import Glance
from tests.cli.views.actors_reported import DEATH, SLOW, actor, report

KEEPERS = [
    actor("BTCUSDT"),
    actor("BTCUSDT keeper", 2, cpu_pct=20.0, handlers=[SLOW]),
    actor("ETHUSDT"),
    actor("ETHUSDT keeper", 2, cpu_pct=30.0),
]
_WITHIN_S = 90.0
GONE = Glance(None, "lotkeeper is not running with this configuration")


class Reports:
    """A source; `free` is cleared to let a look hang."""

    def __init__(self, glance: Glance | None = None) -> None:
        self.next = glance or Glance(report(*KEEPERS))
        self.asked = self.most_at_once = self._now = 0
        self.free = threading.Event()
        self.free.set()

    def glance(self, every_s: float) -> Glance:
        self.asked += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.free.wait(20)
        self._now -= 1
        return self.next

    def close(self) -> None:
        self.free.set()


class Screen:
    """What the pilot sees."""

    def __init__(self, pilot: Pilot[None], source: Reports) -> None:
        self.pilot, self.source = pilot, source
        self.app: Any = pilot.app

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, is_met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _WITHIN_S
        while not is_met():
            assert time.monotonic() < deadline, self.whole()
            await self.pilot.pause(0.01)

    async def after_a_look(self) -> None:
        asked = self.source.asked
        await self.until(lambda: self.source.asked > asked)
        await self.pilot.pause()

    def text(self, name: str) -> str:
        widget = self.app.query_one(f"#{name}", Static)
        return str(widget.render()) if widget.display else ""

    def whole(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def names(self) -> list[str]:
        table = self.app.query_one(DataTable)
        return [table.get_row_at(row)[0].plain.lstrip(" ├│└") for row in range(table.row_count)]

    def titles(self) -> list[str]:
        return [str(each.label) for each in self.app.query_one(DataTable).ordered_columns]


def play(
    scene: Callable[[Screen], Awaitable[None]], source: Reports | None = None, width: int = 80, **settings: Any
) -> None:
    """Runs the application with this scene, from the first report on."""

    async def run() -> None:
        known = source or Reports()
        app = ActorConsole(known, Settings(**{"every_s": 0.05, **settings}))
        async with app.run_test(size=(width, 40)) as pilot:
            screen = Screen(pilot, known)
            await screen.until(lambda: known.asked > 0)
            await pilot.pause()
            await scene(screen)
        known.close()

    asyncio.run(run())


@pytest.mark.parametrize(("width", "columns"), [(80, 7), (200, 14)])
def test_the_tree_with_as_many_columns_as_fit(width, columns):
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        assert screen.names()[0] == "guardian"
        assert len(screen.titles()) == columns
        assert "5 actors: 5 idle" in screen.text("summary")
        assert not screen.text("trouble")

    play(scene, width=width)


def test_sorted_by_a_column_and_back_to_the_tree():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        screen.app.settings = Settings(every_s=0.05, sort="PSS")
        await screen.press("less_than_sign")
        assert "CPU▼" in screen.titles()
        assert screen.names()[:2] == ["ETHUSDT keeper", "BTCUSDT keeper"]
        await screen.press("r")
        assert screen.names()[-1] == "ETHUSDT keeper"
        await screen.press("t")
        assert screen.names()[0] == "guardian"

    play(scene, width=120)


def test_a_click_on_a_title_sorts_by_it():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        await screen.pilot.click(DataTable, offset=(3, 0))
        await screen.pilot.pause()
        assert screen.app.settings.sort == "Actor"
        assert screen.titles()[0] == "Actor▲"

    play(scene)


def test_a_filter_is_typed_kept_and_left():
    async def scene(screen: Screen) -> None:
        await screen.press("slash", "e", "t", "h", "q")
        assert screen.names() == []
        await screen.press("backspace", "enter")
        assert screen.names() == ["ETHUSDT", "ETHUSDT keeper"]
        assert "only eth" in screen.text("summary")
        await screen.press("p")  # a letter is a key again
        assert screen.app.settings.is_paused
        await screen.press("escape")
        assert len(screen.names()) == 5

    play(scene)


def test_the_pane_follows_the_cursor_and_the_cursor_its_actor():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        await screen.press("down", "down", "enter")
        await screen.until(lambda: "RecordLots" in screen.whole())
        await screen.press("down")
        await screen.until(lambda: "ETHUSDT  Ledger" in screen.whole())
        screen.source.next = Glance(report(actor("ledger"), *KEEPERS))
        await screen.until(lambda: "ledger" in screen.names())
        await screen.until(lambda: "ETHUSDT  Ledger" in screen.whole())
        await screen.press("escape")
        assert screen.app.settings.pane == Pane.NONE

    play(scene)


@pytest.mark.parametrize(("key", "text"), [("h", "RecordLots"), ("l", "handled nothing for 10 s")])
def test_panes_of_all_handlers_and_of_all_losses(key, text):
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        await screen.press(key)
        await screen.until(lambda: text in screen.whole())

    play(scene, Reports(Glance(report(*KEEPERS, deaths=[DEATH]))))


def test_the_last_deaths_are_shown_without_a_key():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: "handled nothing for 10 s" in screen.text("losses"))

    play(scene, Reports(Glance(report(*KEEPERS, deaths=[DEATH]))))


def test_nothing_is_asked_while_it_is_paused():
    async def scene(screen: Screen) -> None:
        await screen.after_a_look()
        await screen.press("p")
        await screen.pilot.pause(0.1)
        asked = screen.source.asked
        await screen.pilot.pause(0.3)  # six looks, if it looked
        assert screen.source.asked == asked
        assert "paused" in screen.text("summary")
        await screen.press("p")
        await screen.after_a_look()

    play(scene)


def test_the_interval_is_changed_by_keys():
    async def scene(screen: Screen) -> None:
        await screen.press("plus")
        assert "every 0.5 s" in screen.text("summary")
        await screen.press("plus", "minus")
        assert screen.app.settings.every_s == 0.5

    play(scene)


def test_a_look_that_hangs_stops_no_key_and_is_the_only_one():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        screen.source.free.clear()
        await screen.after_a_look()
        asked = screen.source.asked
        await screen.press("p", "p", "plus", "minus", "down")
        await screen.pilot.pause(0.2)
        assert screen.app.query_one(DataTable).cursor_row == 1
        assert (screen.source.asked, screen.source.most_at_once) == (asked, 1)
        screen.source.free.set()
        await screen.after_a_look()

    play(scene)


def test_a_service_that_ends_is_said_and_one_that_starts_is_shown_again():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: len(screen.names()) == 5)
        screen.source.next = GONE
        await screen.until(lambda: "is not running with this configuration" in screen.text("trouble"))
        assert len(screen.names()) == 5  # what was seen last
        screen.source.next = Glance(report(KEEPERS[0]))
        await screen.until(lambda: len(screen.names()) == 2)
        assert not screen.text("trouble")

    play(scene)


def test_it_waits_for_a_service_that_does_not_run_yet():
    async def scene(screen: Screen) -> None:
        await screen.until(lambda: "is not running" in screen.text("trouble"))
        assert "no look yet" in screen.text("summary")
        await screen.press("d", "down", "greater_than_sign")  # nothing to show, and no error

    play(scene, Reports(GONE))


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_it_ends(key):
    async def scene(screen: Screen) -> None:
        await screen.pilot.press(key)
        await screen.until(lambda: not screen.app.is_running)

    play(scene)


def test_no_color_is_kept(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def scene(screen: Screen) -> None:
        assert screen.app.no_color
        await screen.until(lambda: "handled nothing for 10 s" in screen.whole())
        strips = screen.app.screen._compositor.render_strips()
        colors = {each.style.color for strip in strips for each in strip if each.style and each.style.color}
        assert all(color.triplet is None or len(set(color.triplet)) == 1 for color in colors)

    play(scene, Reports(Glance(report(*KEEPERS, deaths=[DEATH]))))
