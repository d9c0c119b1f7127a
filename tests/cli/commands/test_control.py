"""`lotkeeper pause` and `lotkeeper resume`."""

import getpass
import json
import time

import pytest

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.control import CommandDone
from messages.pair_commands import PausePair, ResumePair


def test_pause_and_resume_say_what_is_now_true(run, service):
    asked = service(PausePair=CommandDone("BTCUSDT is paused"), ResumePair=CommandDone("BTCUSDT is resumed"))
    assert run("pause", "btcusdt").output == "BTCUSDT is paused\n"
    assert json.loads(run("resume", "BTCUSDT", "--json").output) == {"done": "BTCUSDT is resumed"}
    who = getpass.getuser()
    assert asked == [PausePair("BTCUSDT", None, who), ResumePair("BTCUSDT", who)]


def test_a_pause_may_end_by_itself_and_says_why(run, service):
    asked = service(PausePair=CommandDone("BTCUSDT is paused"))
    before_ms = time.time() * 1000
    assert run("pause", "BTCUSDT", "--for", "1h30m", "--why", "a fork").exit_code == 0
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
    assert run("pause", "--all").output == "paused\n"
    assert json.loads(run("resume", "--all", "--json").output) == [{"pair": "BTCUSDT", "done": "resumed"}]
    assert [each.symbol for each in asked] == ["BTCUSDT", "BTCUSDT"]


def test_one_pair_that_is_refused_keeps_no_other_from_it(run, service):
    service(PausePair=ServiceError("the BTCUSDT is being restarted"))
    result = run("pause", "--all")
    assert (result.exit_code, result.stderr) == (1, "Error: the BTCUSDT is being restarted\n")
    service(PausePair=ServiceNotRunningError("it is not running"))
    assert run("pause", "--all").exit_code == 3


@pytest.mark.parametrize("words", [(), ("BTCUSDT", "--all")])
def test_either_a_pair_or_all_is_named(run, service, words):
    service()
    assert run("pause", *words).exit_code == 2


def test_what_the_service_refuses_is_1(run, service):
    refusal = "DOGEUSDT is not a configured pair; configured: BTCUSDT"
    service(PausePair=ServiceError(refusal))
    result = run("pause", "DOGEUSDT")
    assert (result.exit_code, result.stderr) == (1, f"Error: {refusal}\n")
