"""Which parts of an address no log shows."""

import pytest

from actors.alerts.secret_parts import secret_parts
from lotkeeper.logging.masks import SecretMask

URLS = [
    ("tgram://110201543:AAHdqTcvCH1vGWJxfSeofSAs/7654321/", ["110201543:AAHdq", "AAHdqTcvCH1vGWJxfSeofSAs", "7654321"]),
    ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", ["T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ"]),
    ("mailtos://user99:pass%77ord@example.com?to=me99@example.org", ["user99", "pass%77ord", "me99@example.org"]),
    ("https://hc-ping.com/5a1c3f0e-1111?token=abcdef", ["5a1c3f0e-1111", "abcdef"]),
    ("json://127.0.0.1:8080/secret%20hook", ["secret%20hook", "secret hook"]),
]


@pytest.mark.parametrize(("url", "secrets"), URLS)
def test_what_may_be_a_token_is_masked_wherever_it_appears(url, secrets):
    mask = SecretMask(secret_parts([url]))
    for secret in (url, *secrets):
        assert secret not in mask.mask(f"it failed: <{secret}>, {secret!r}")


def test_the_name_of_a_host_and_short_words_can_be_read():
    text = "POST to hc-ping.com and 127.0.0.1:8080 failed: HTTP 502"
    assert SecretMask(secret_parts([url for url, _ in URLS])).mask(text) == text
    assert secret_parts([""]) == []
