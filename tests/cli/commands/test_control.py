"""`lotkeeper pause` and `lotkeeper resume`."""

import getpass
import json
import time

import pytest

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.trading.halts import Halt
from messages.control import CommandDone, PositionsReported, StatusReported
from messages.pair_commands import PausePair, ResumePair
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status
from tests.persistence import lots


def test_pause_and_resume_say_what_is_now_true(run, service):
    asked = service(PausePair=CommandDone("BTCUSDT is paused"), ResumePair=CommandDone("BTCUSDT is resumed"))
    assert run("pause", "btcusdt", "--yes").output == "BTCUSDT is paused\n"
    assert json.loads(run("resume", "BTCUSDT", "--json", "--yes").output) == {"done": "BTCUSDT is resumed"}
    who = getpass.getuser()
    assert asked == [PausePair("BTCUSDT", None, who), ResumePair("BTCUSDT", who)]


def test_a_pause_may_end_by_itself_and_says_why(run, service):
    asked = service(PausePair=CommandDone("BTCUSDT is paused"))
    before_ms = int(time.time() * 1000)  # as the command counts: in whole milliseconds
    assert run("pause", "BTCUSDT", "--for", "1h30m", "--why", "a fork", "--yes").exit_code == 0
    (message,) = asked
    assert message.why == "a fork"
    assert 5_400_000 <= message.until_ms - before_ms <= 5_400_000 + 60_000


@pytest.mark.parametrize("text", ["2", "h", "-1h", "1 h", "0s", "99999w", "2h x"])
def test_a_length_of_time_that_is_none_is_a_usage_error(run, service, text):
    service()
    result = run("pause", "BTCUSDT", "--for", text)
    assert (result.exit_code, "allowed is a length such as" in result.stderr) == (2, True)


def test_all_pairs_are_paused_and_resumed(run, service):
    asked = service(PausePair=CommandDone("paused"), ResumePair=CommandDone("resumed"))
    assert run("pause", "--all", "--yes").output == "paused\n"
    assert json.loads(run("resume", "--all", "--json", "--yes").output) == [{"pair": "BTCUSDT", "done": "resumed"}]
    assert [each.symbol for each in asked] == ["BTCUSDT", "BTCUSDT"]


def test_one_pair_that_is_refused_keeps_no_other_from_it(run, service):
    service(PausePair=ServiceError("the BTCUSDT is being restarted"))
    result = run("pause", "--all", "--yes")
    assert (result.exit_code, result.stderr) == (1, "Error: the BTCUSDT is being restarted\n")
    service(PausePair=ServiceNotRunningError("it is not running"))
    assert run("pause", "--all", "--yes").exit_code == 3


@pytest.mark.parametrize("words", [(), ("BTCUSDT", "--all")])
def test_either_a_pair_or_all_is_named(run, service, words):
    service()
    assert run("pause", *words).exit_code == 2


def test_what_the_service_refuses_is_1(run, service):
    refusal = "DOGEUSDT is not a configured pair; configured: BTCUSDT"
    service(PausePair=ServiceError(refusal))
    result = run("pause", "DOGEUSDT", "--yes")
    assert (result.exit_code, result.stderr) == (1, f"Error: {refusal}\n")


HALT = Halt(True, 1_700_000_000_000, who="kim", why="a fork")
STATUS = StatusReported(
    sample_status(
        pairs={
            "BTCUSDT": reports.pair(lots_parked=1, lots_queued=0, lots_held=0),
            "ETHUSDT": reports.pair("ETHUSDT", is_paused=True, pause=HALT, lots_parked=0, lots_queued=0, lots_held=0),
        }
    )
)
KNOWN = {
    "AskStatus": STATUS,
    "AskPositions": PositionsReported((position(lots.lot(7)),)),
    "PausePair": CommandDone("paused"),
    "ResumePair": CommandDone("resumed"),
}


def test_it_says_first_in_numbers_what_follows_and_asks(run, service):
    asked = service(**KNOWN)
    output = run("pause", "BTCUSDT", "--why", "a fork", answer="y\n").output
    assert (
        "BTCUSDT is not paused. From now on no SELL is placed on BTCUSDT until it is resumed: 1 SELL stays on the "
        "book, of 1 lot; 1 lot without a SELL, and what is bought meanwhile gets none.\n" in output
    )
    assert asked[-1] == PausePair("BTCUSDT", None, getpass.getuser(), "a fork", shown_ms=0)
    output = run("resume", "ETHUSDT", answer="y\n").output
    assert "ETHUSDT is paused since 2023-11-14 22:13:20 UTC by kim (a fork). From now on SELLs are placed" in output
    assert asked[-1] == ResumePair("ETHUSDT", getpass.getuser(), "", HALT.at_ms)


def test_without_a_yes_nothing_is_done(run, service):
    asked = service(**KNOWN)
    for words in (("pause", "BTCUSDT"), ("resume", "--all")):
        assert run(*words, answer="n\n").exit_code == 1
        refused = run(*words)
        assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (
            1,
            "Error: nothing was done: there is no terminal to ask at; give --yes",
        )
        assert "with --json give --yes" in run(*words, "--json").stdout
    assert {type(each).__name__ for each in asked} == {"AskStatus", "AskPositions"}


def test_a_dry_run_only_says_it(run, service):
    asked = service(**KNOWN)
    found = json.loads(run("pause", "--all", "--for", "1h", "--dry-run", "--json").output)
    assert [each["pair"] for each in found] == ["BTCUSDT", "ETHUSDT"]
    assert all("or until it is resumed" in each["done"] for each in found)
    assert run("resume", "BTCUSDT", "--dry-run").output.endswith("1 lot without a SELL may get one.\n")
    assert {type(each).__name__ for each in asked} == {"AskStatus", "AskPositions"}


def test_it_works_without_the_figures(run, service):
    """The Monitor and the Ledger may be what is broken."""
    away = ServiceError("it is being restarted")
    asked = service(**KNOWN | {"AskStatus": away, "AskPositions": away})
    output = run("pause", "BTCUSDT", answer="y\n").output
    assert output.startswith("From now on no SELL is placed on BTCUSDT until it is resumed: what is bought meanwhile")
    assert asked[-1].shown_ms is None


def test_an_unknown_pair_is_refused_before_anything_is_asked(run, service):
    service(**KNOWN)
    refused = run("pause", "BTCUSD")
    assert (refused.exit_code, "BTCUSD is not a configured pair" in refused.stderr) == (1, True)
