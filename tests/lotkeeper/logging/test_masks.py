"""No secret is in any log line."""

import json
import logging

import pytest
import structlog

from lotkeeper.config import LogsConfig
from lotkeeper.logging.setup import configure_logging, hide
from tests.lotkeeper.logging.conftest import Odd, Read

std = logging.getLogger("lotkeeper.engine")  # made before any configuration, as modules do


SECRET = 'hunter2"hunter\\2'


PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\nabcdefghijklmnop\n-----END PRIVATE KEY-----\n"


def test_hidden_values_appear_nowhere(settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "x", True)
    hide([SECRET, PEM.encode()])
    log = structlog.get_logger("lotkeeper.engine")
    log.info(
        f"event {SECRET}", text=SECRET, nested={"deep": [SECRET, {SECRET: PEM}]}, odd=Odd(SECRET), data=PEM.encode()
    )
    std.info("message %s %r", SECRET, PEM)
    try:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(PEM) from None
    except ValueError:
        std.exception("failed with %s", SECRET)
        log.exception("failed", why=SECRET)
    assert len(read()) == 4
    terminal = capsys.readouterr().err
    assert "event ***" in terminal
    for text in (terminal, *(path.read_text() for path in settings.directory.iterdir())):
        assert "hunter" not in text
        assert "MC4CAQ" not in text
        assert "abcdefghijklmnop" not in text


def test_what_is_too_short_to_be_a_secret_is_not_hidden(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    hide(["", "a", "BTC"])
    std.info("a BTC")
    assert read()[0]["text"] == "a BTC"


@pytest.mark.parametrize("key", ["signature", "api_secret", "secret", "X-MBX-APIKEY", "x-mbx-apikey", "SECRET"])
def test_fields_named_like_secrets_are_masked(settings: LogsConfig, read: Read, key: str) -> None:
    configure_logging(settings, "x", False)
    structlog.get_logger("lotkeeper.engine").info("sent", headers={key: "deadbeef"}, **{key: ["deadbeef"]})
    (line,) = read()
    assert line["facts"][key] == "***"
    assert line["facts"]["headers"] == {key: "***"}


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v3/order?symbol=BTCUSDT&signature=deadbeef&x=1",
        "{'X-MBX-APIKEY': 'deadbeef', 'x': 1}",
        '{"signature": "deadbeef"}',
        "{'signature': b'deadbeef'}",
        "api_secret = deadbeef",
    ],
)
def test_texts_that_hold_a_signature_are_masked(
    settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    configure_logging(settings, "x", True)
    try:
        raise ValueError(text)
    except ValueError:
        std.exception("%s", text, extra={"text": text})
    (line,) = read()
    assert "***" in str(line["text"])
    assert "***" in str(line["facts"]["text"])
    assert "deadbeef" not in json.dumps(line)
    assert "deadbeef" not in capsys.readouterr().err


def test_words_that_only_contain_such_a_name_stay(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    std.info("the signature is refused; secretary: yes", extra={"signatures": 5})
    assert (read()[0]["text"], read()[0]["facts"]["signatures"]) == ("the signature is refused; secretary: yes", 5)
