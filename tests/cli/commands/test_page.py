"""`lotkeeper page`: the addresses with the token."""

from pathlib import Path

import pytest

from lotkeeper.config import load_config, web_token_file

TOKEN = "T" * 43
WEB = "web: {loopback_port: 8470, hosts: [pi.tail1234.ts.net]}\n"


@pytest.fixture
def with_page(config: Path) -> Path:
    config.write_text(config.read_text() + WEB)
    web_token_file(load_config(config, {})).write_text(TOKEN + "\n")
    return config


def test_an_address_for_this_machine_and_for_each_name(run, with_page):
    result = run("page")
    assert result.exit_code == 0
    assert result.stdout.split() == [
        f"http://127.0.0.1:8470/?token={TOKEN}",
        f"https://pi.tail1234.ts.net/?token={TOKEN}",
    ]
    assert run("page", "--token").stdout == f"{TOKEN}\n"


def test_without_a_page_or_before_the_first_start(run, config):
    result = run("page")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "web.loopback_port is 0" in result.stderr
    config.write_text(config.read_text() + WEB)
    result = run("page")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no token yet" in result.stderr
