"""`lotkeeper pause` and `lotkeeper resume`."""

import json

from lotkeeper.service.errors import ServiceError
from messages.control import (
    CommandDone,
    PausePair,
    ResumePair,
)


def test_pause_and_resume_say_what_is_now_true(run, service):
    asked = service(PausePair=CommandDone("BTCUSDT is paused"), ResumePair=CommandDone("BTCUSDT is resumed"))
    assert run("pause", "btcusdt").output == "BTCUSDT is paused\n"
    assert json.loads(run("resume", "BTCUSDT", "--json").output) == {"done": "BTCUSDT is resumed"}
    assert asked == [PausePair("BTCUSDT"), ResumePair("BTCUSDT")]


def test_what_the_service_refuses_is_1(run, service):
    refusal = "DOGEUSDT is not a configured pair; configured: BTCUSDT"
    service(PausePair=ServiceError(refusal))
    result = run("pause", "DOGEUSDT")
    assert (result.exit_code, result.stderr) == (1, f"Error: {refusal}\n")
