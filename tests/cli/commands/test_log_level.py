"""`lotkeeper log-level`: what it refuses. That it changes what actors log: tests/e2e/test_logs.py."""

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Gateway",), "ACTOR and LEVEL belong together"),
        (("Nobody", "DEBUG"), "'Nobody' is not one of"),
        (("Gateway", "LOUD"), "'LOUD' is not one of"),
        (("--for", "10m"), "--for is for a LEVEL"),
        (("all", "configured", "--for", "10m"), "--for is for a LEVEL"),
        (("all", "DEBUG", "--for", "soon"), "no length of time"),
    ],
)
def test_a_wrong_usage_gets_its_sentence(run, config, words, said):
    result = run("log-level", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_without_a_service(run, config):
    assert run("log-level", "Gateway", "DEBUG").exit_code == 3
