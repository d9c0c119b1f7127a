"""What a person does by the page is what the command does: the same numbers, the same record."""

from typing import Any

import orjson
import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
DIALOG = "dialog[open]"


def press(page: OpenPage, name: str) -> None:
    page.find(DIALOG).get_by_role("button", name=name, exact=True).click()


def test_a_sale_has_the_numbers_and_the_record_of_the_command(open_page, served: ServedPage):
    by_page, by_command = served.buy("BTCUSDT", "140"), served.buy("BTCUSDT", "140")
    page: OpenPage = open_page()
    page.go(f"lots/{by_page}")
    page.button("Sell…").click()
    page.find(DIALOG).get_by_label("Sell under the floor too").check()
    page.find(DIALOG).get_by_label("Reason, kept with the record").fill("rent")
    press(page, "Continue")
    page.wait_text("Do it?", DIALOG)
    shown, planned = page.text(DIALOG), sell(served, by_page, "--dry-run")
    assert f"{by_page}: sell {planned['quantity']} BTC at " in shown
    for name in ("floor", "quantity"):
        assert planned[name] in shown
    assert planned["cancels"][0] in shown
    press(page, "Do it")
    page.wait_text("is being sold", DIALOG)
    press(page, "Close")
    sell(served, by_command, "--yes")
    records = [record(page, served, each) for each in (by_page, by_command)]
    assert records[0] == records[1]
    page.wait_text("closed", ".head")


def sell(served: ServedPage, lot: str, *options: str) -> Any:
    done = served.system.command("sell", lot, "--market", "--below-floor", "--why", "rent", "--json", *options)
    return orjson.loads(done.stdout)


def record(page: OpenPage, served: ServedPage, lot: str) -> dict[str, Any]:
    """What is known of the sale afterwards, without what cannot be the same."""
    page.wait("its sale", lambda: (served.lot(lot) or {}).get("state") == "CLOSED")
    (told,) = served.lot(lot)["instructed"]
    decisions = [each["decision"] for each in served.read(f"/decisions?lot={lot}") if each["why"] == "rent"]
    fields = {name: told[name] for name in ("state", "why", "kind", "below_floor", "whole", "open")}
    return {**fields, "who": told["who"].removeprefix("web:"), "decisions": decisions}


def test_a_pair_is_paused_and_resumed(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.go("pairs/SOLUSDT")
    page.button("Pause…").click()
    press(page, "Continue")
    page.wait_text("Do it?", DIALOG)
    planned = orjson.loads(served.system.command("pause", "SOLUSDT", "--dry-run", "--json").stdout)
    assert planned["done"] in page.text(DIALOG)
    press(page, "Do it")
    page.wait_text("SOLUSDT is paused", DIALOG)
    press(page, "Close")
    page.wait_text("paused", ".head")
    pause = served.read("/status")["pairs"]["SOLUSDT"]["pause"]
    assert pause["who"].startswith("web:")
    acknowledge(page)
    page.go("")
    page.button("Resume SOLUSDT…").click()
    press(page, "Continue")
    page.wait_text("Do it?", DIALOG)
    press(page, "Do it")
    page.wait("the end of the pause", lambda: not served.read("/status")["pairs"]["SOLUSDT"]["paused"])
    press(page, "Close")
    page.wait_text("Nothing needs you.")


def acknowledge(page: OpenPage) -> None:
    """The pause is an alert, too."""
    page.go("alerts")
    page.wait_text("SOLUSDT is paused")
    page.button("Acknowledge").or_(page.page.get_by_role("button", name="Acknowledge alert")).first.click()
    page.wait_text("seen by web:")


def test_what_has_changed_since_it_was_shown_is_not_done(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.go("pairs/ETHUSDT")
    page.button("Pause…").click()
    press(page, "Continue")
    page.wait_text("Do it?", DIALOG)
    assert served.system.command("pause", "ETHUSDT", "--yes").returncode == 0
    page.complaints.is_server_there = False  # the refusal is a failed request
    press(page, "Do it")
    page.wait("a sentence", lambda: page.find(f"{DIALOG} [role=alert]").count() == 1)
    told = page.text(f"{DIALOG} [role=alert]")
    assert "ETHUSDT" in told
    assert served.system.command("resume", "ETHUSDT", "--yes").returncode == 0
    press(page, "Look again")
    page.wait_text("Do it?", DIALOG)
    page.page.keyboard.press("Escape")
    page.wait("no dialog", lambda: page.find(DIALOG).count() == 0)


def test_the_kill_switch_is_turned_on_and_off(open_page, served: ServedPage):
    page: OpenPage = open_page(1440, "dark")
    for word, name in (("on", "Kill switch on…"), ("off", "Kill switch off…")):
        page.button(name).click()
        press(page, "Continue")
        page.wait_text("Do it?", DIALOG)
        press(page, "Do it")
        page.wait("the switch", lambda word=word: served.read("/status")["kill_switch"]["on"] is (word == "on"))
        press(page, "Close")
    page.wait("no word of it", lambda: "kill switch on" not in page.text("#health"))


def test_a_wrong_amount_is_refused_in_a_sentence(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.complaints.is_server_there = False  # the refusal is a failed request
    page.go(f"lots/{served.lots[0]}")
    page.button("Sell…").click()
    page.find(DIALOG).get_by_label("Price").select_option("at")
    page.find(DIALOG).get_by_label("At least, in USDT").fill("much")
    press(page, "Continue")
    page.wait("a sentence", lambda: page.text(f"{DIALOG} [role=alert]").startswith("at: "))
    press(page, "Back")
    assert page.find(DIALOG).get_by_label("At least, in USDT").input_value() == "much"
