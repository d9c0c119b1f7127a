"""How the key gets to the launcher, and to nobody else."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lotkeeper.config import SECRET_VARIABLES
from lotkeeper.service.key_handover import is_service, must_hand_over

KEY, SECRET = "the-key-of-the-account", "the-secret-of-the-account"

# Runs twice: as the command that was given the key, and again as the one that got it handed over.
COMMAND = """
import json, os, sys
if "--credentials-fd" not in sys.argv:
    from lotkeeper.service.key_handover import hand_over_key
    hand_over_key()
descriptor = int(sys.argv[sys.argv.index("--credentials-fd") + 1])
from lotkeeper.service.credentials_file import read_variables
print(json.dumps({
    "environment": open("/proc/self/environ").read(),
    "command": open("/proc/self/cmdline").read(),
    "visible": dict(os.environ),
    "since_boot_s": float(sys.argv[sys.argv.index("--since-boot") + 1]),
    "variables": read_variables(descriptor),
}))
"""


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """What the process that got the key says of itself."""
    folder = tmp_path_factory.mktemp("handover")
    script = folder / "command.py"
    script.write_text(COMMAND)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")},
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "LOTKEEPER_EXCHANGE__API_KEY": KEY,
        "LOTKEEPER_EXCHANGE__API_SECRET": SECRET,
        "LOTKEEPER_LOGS__LEVEL": "DEBUG",
    }
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_the_key_arrives_as_it_was_given(after):
    assert after["variables"] == {"LOTKEEPER_EXCHANGE__API_KEY": KEY, "LOTKEEPER_EXCHANGE__API_SECRET": SECRET}


def test_it_is_passed_on_when_the_service_was_started(after):
    assert 0 <= time.clock_gettime(time.CLOCK_BOOTTIME) - after["since_boot_s"] < 60


def test_nobody_can_read_it_off_the_process(after):
    for secret in (KEY, SECRET, *SECRET_VARIABLES):
        assert secret not in after["environment"]
        assert secret not in after["command"]
    assert not set(SECRET_VARIABLES) & set(after["visible"])


def test_the_rest_of_the_environment_stays(after):
    assert after["visible"]["LOTKEEPER_LOGS__LEVEL"] == "DEBUG"
    assert after["visible"]["PATH"] == os.environ["PATH"]


def test_a_process_whose_parent_is_gone_ends_at_once():
    script = (
        "import sys; from lotkeeper.service import key_handover; "
        "key_handover.exit_with_parent(int(sys.argv[1])); print('lives')"
    )
    command = [sys.executable, "-c", script]
    folder = str(Path(__file__).parents[3])
    done = [
        subprocess.run([*command, pid], cwd=folder, capture_output=True, text=True, timeout=60, check=True).stdout
        for pid in (str(os.getpid()), "1")
    ]
    assert done == ["lives\n", ""]


@pytest.mark.parametrize(
    ("arguments", "is_run", "must"),
    [
        (["lotkeeper", "run"], True, True),
        (["lotkeeper", "run", "--credentials-fd", "3"], True, False),
        (["lotkeeper", "status"], False, False),
        (["lotkeeper"], False, False),
    ],
)
def test_only_a_start_of_the_service_hands_the_key_over_and_only_once(arguments, is_run, must):
    assert (is_service(arguments), must_hand_over(arguments)) == (is_run, must)


def test_the_hand_over_imports_none_of_our_libraries():
    """All that it imports is paid for twice."""
    script = "import sys, lotkeeper.service.key_handover; print(*(name.partition('.')[0] for name in sys.modules))"
    folder = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert not {"pydantic", "requests", "click", "thespian", "orjson"} & set(done.stdout.split())
