"""Why a request failed, as a user reads it."""

import socket
import ssl

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from lotkeeper.exchange.rest.causes import cause_in_words

_SIGNED = "https://api.binance.com/api/v3/order?signature=5ec7e7"


def _caused(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-3, "Temporary failure"), "the name of the host cannot be resolved; is the network up?"),
        (ssl.SSLCertVerificationError("self-signed"), "its certificate is not trusted"),
        (ReadTimeoutError(HTTPConnectionPool("127.0.0.1"), _SIGNED, "late"), "it did not answer in time"),
        (ConnectionResetError(104, "reset"), "the connection was reset"),
        (OSError(101, "Network is unreachable"), "the network is unreachable"),
        (_caused(ProtocolError(_SIGNED), BrokenPipeError()), "the connection was closed"),
        (ProtocolError(_SIGNED), "the connection was closed in the middle of an answer"),
        (_caused(ValueError(_SIGNED), KeyError(_SIGNED)), "ValueError from KeyError"),
    ],
)
def test_the_innermost_cause_in_words_without_the_address(error, words):
    assert cause_in_words(error) == words


def test_a_port_at_which_nobody_listens():
    with pytest.raises(requests.ConnectionError) as caught:
        requests.get("http://127.0.0.1:1", timeout=3)
    assert cause_in_words(caught.value) == "nothing listens there"


def test_a_circle_of_causes_ends():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert cause_in_words(first).startswith("ValueError from KeyError from ValueError")
