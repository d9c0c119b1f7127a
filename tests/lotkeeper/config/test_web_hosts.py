"""Further names under which the HTTP server may be asked."""

from pathlib import Path

import pytest

from lotkeeper.config import ConfigProblems, load_config

TEXT = "pairs: {{BTCUSDT: {{}}}}\nweb: {{hosts: {hosts}}}\n"


def hosts(folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "config.yaml"
    path.write_text(TEXT.format(hosts=text))
    return load_config(path, {}).web.hosts


def test_without_any_and_with_some(tmp_path):
    assert hosts(tmp_path, "[]") == ()
    assert hosts(tmp_path, "[pi.tail1234.ts.net, pi]") == ("pi.tail1234.ts.net", "pi")


@pytest.mark.parametrize(
    "text", ["['*']", "[127.0.0.1]", "[PI.example]", "['pi.example:8470']", "['https://pi']", "[-pi]", "['']", "pi"]
)
def test_what_would_let_others_in_is_refused(tmp_path, text):
    with pytest.raises(ConfigProblems, match=r"web\.hosts.*a list of host names in small letters"):
        hosts(tmp_path, text)
