"""How the key gets to the launcher, and to nobody else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from lotkeeper.config import SECRET_VARIABLES
from lotkeeper.service.key_handover import read_credentials

KEY, SECRET = "the-key-of-the-account", "the-secret-of-the-account"

# Runs twice: as the command that was given the key, and again as the one that got it handed over.
COMMAND = """
import json, os, sys
if "--credentials-fd" not in sys.argv:
    from pathlib import Path
    from lotkeeper.service.key_handover import hand_over_key
    from lotkeeper.config import load_config, load_secrets
    config = load_config(Path(sys.argv[1]), {})
    hand_over_key(config, load_secrets(config, os.environ), "", 0.0)
descriptor = int(sys.argv[sys.argv.index("--credentials-fd") + 1])
from lotkeeper.service.key_handover import read_credentials, close_in_children
credentials = read_credentials(descriptor)
close_in_children(descriptor)
reader, writer = os.pipe()
if not os.fork():
    held = os.path.exists(f"/proc/self/fd/{descriptor}")
    os.write(writer, b"1" if held else b"0")
    os.dup2(writer, descriptor)  # the number is another file's now
    if not os.fork():
        os.write(writer, b"1" if os.path.exists(f"/proc/self/fd/{descriptor}") else b"0")
        os._exit(0)
    os.wait()
    os._exit(0)
os.close(writer)
print(json.dumps({
    "environment": open("/proc/self/environ").read(),
    "command": open("/proc/self/cmdline").read(),
    "visible": dict(os.environ),
    "api_key": credentials.api_key,
    "api_secret": credentials.api_secret,
    "key_type": credentials.key_type,
    "pem": credentials.private_key_pem,
    "child_holds_it": os.read(reader, 1) == b"1",
    "grandchild_keeps_what_is_not_it": os.read(reader, 1) == b"1",
    "still_here": os.path.exists(f"/proc/self/fd/{descriptor}"),
}))
"""


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """What the process that got the key says of itself."""
    folder = tmp_path_factory.mktemp("handover")
    script, config = folder / "command.py", folder / "config.yaml"
    script.write_text(COMMAND)
    config.write_text("exchange:\n  key_type: hmac\npairs:\n  BTCUSDT: {}\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")},
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "LOTKEEPER_EXCHANGE__API_KEY": KEY,
        "LOTKEEPER_EXCHANGE__API_SECRET": SECRET,
        "LOTKEEPER_LOGS__LEVEL": "DEBUG",
    }
    done = subprocess.run(
        [sys.executable, str(script), str(config)], env=environment, capture_output=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_the_key_arrives(after):
    assert (after["key_type"], after["api_key"], after["api_secret"], after["pem"]) == ("hmac", KEY, SECRET, None)


def test_nobody_can_read_it_off_the_process(after):
    for secret in (KEY, SECRET, *SECRET_VARIABLES):
        assert secret not in after["environment"]
        assert secret not in after["command"]
    assert not set(SECRET_VARIABLES) & set(after["visible"])


def test_the_rest_of_the_environment_stays(after):
    assert after["visible"]["LOTKEEPER_LOGS__LEVEL"] == "DEBUG"
    assert after["visible"]["PATH"] == os.environ["PATH"]


def test_a_forked_child_does_not_hold_the_memory_file(after):
    assert (after["child_holds_it"], after["still_here"]) == (False, True)


def test_a_childs_own_child_keeps_the_file_that_took_its_number(after):
    assert after["grandchild_keeps_what_is_not_it"]


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


@pytest.mark.parametrize("pem", [None, "-----BEGIN PRIVATE KEY-----\nabc\n"])
def test_what_the_memory_file_holds_can_be_read_again(pem):
    descriptor = os.memfd_create("credentials")
    document = {"key_type": "ed25519", "api_key": KEY, "api_secret": None, "private_key_pem": pem}
    os.write(descriptor, orjson.dumps(document))
    for _ in range(2):
        found = read_credentials(descriptor)
        assert (found.key_type, found.api_key, found.api_secret) == ("ed25519", KEY, None)
        assert found.private_key_pem == (pem.encode() if pem else None)
    os.close(descriptor)
