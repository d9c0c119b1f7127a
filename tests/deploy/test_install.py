"""A server by the guide: an empty Debian, the commands of docs/deployment.md, systemd, and what a year brings."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.verification.staging.waiting import wait_for
from lotkeeper.version import __version__
from tests.checkout import copy_checkout
from tests.deploy.guide import commands_of
from tests.deploy.roots.building import WHEELS, copy_tree
from tests.deploy.roots.enclosure import inherited
from tests.deploy.roots.host import Host
from tests.deploy.roots.materials import PYTHONS, ROOT, Materials, release

PAGE = "deployment.md"
BROUGHT = "/root/brought"  # the folder with what a person brings
OLD_VERSION, OLD_COMMIT = "0.1.0", "8d5ff924"  # the last commit of that version
WITHIN_S = 90.0  # what is waited for comes much earlier, unless the machine is very busy
AS_USER = "runuser --user lotkeeper -- lotkeeper {} --config /etc/lotkeeper/config.yaml"
NEWEST = list(PYTHONS)[-1]
UPGRADE = f"""
    systemctl stop lotkeeper
    sed --in-place s/{{}}/{NEWEST}/g /etc/apt/sources.list
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get full-upgrade --yes
"""
pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[SimulatorProcess]:
    running = start_simulator(["--ed25519-key", str(tmp_path / "private-key.pem")], own_session=True)
    yield running
    running.stop()


@pytest.fixture
def host(materials: Materials, roots: Path, exchange: SimulatorProcess, tmp_path: Path) -> Iterator[Host]:
    """With what a person brings, and the addresses of the exchange as the only thing that a person would not set."""
    brought, index = tmp_path / "brought", tmp_path / "index"
    _make_wheel(copy_checkout(tmp_path / "now"), index)
    _make_wheel(_sources_of_then(tmp_path / "then"), index)
    copy_tree(ROOT / "deploy" / "systemd", brought / "deploy" / "systemd")
    copy_tree(tmp_path / "private-key.pem", brought / "private-key.pem")
    (brought / "key.env").write_text(f"LOTKEEPER_EXCHANGE__API_KEY={exchange.ed25519_api_key}\n")
    copy_tree(materials.empty, roots / "host")
    environment = {
        **inherited(),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": f"{WHEELS} /index",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "LOTKEEPER_EXCHANGE__REST_URL": exchange.rest_url,
        "LOTKEEPER_EXCHANGE__WS_API_URL": exchange.ws_api_url,
        "LOTKEEPER_EXCHANGE__STREAM_URL": exchange.stream_url,
    }
    binds = {"/etc/resolv.conf": Path("/etc/resolv.conf"), WHEELS: materials.wheels, BROUGHT: brought, "/index": index}
    with Host(roots / "host", binds, environment, tmp_path / "console") as found:
        yield found


@pytest.mark.takes(150)
def test_a_server_by_the_guide(host: Host, exchange: SimulatorProcess) -> None:
    assert __version__ in _follow(host, "Install it")
    _follow(host, "Configure it")
    _follow(host, "Start it")
    _check_the_unit(host)
    first = _bought(host, exchange)
    _follow(host, "Back it up, and put a backup back")
    assert _lots(host) == {first}
    _follow(host, "Stop it")
    assert host.run("systemctl show --property=Result lotkeeper").strip() == "Result=success"

    written = _lots_of_the_old_version(host, exchange)
    _follow(host, "Update it")
    assert written <= _lots(host)
    assert __version__ in host.run("lotkeeper --version")
    last = _bought(host, exchange)
    if release() != NEWEST:
        host.run(UPGRADE.format(release()))
        _follow(host, "Bring it to a newer Debian")
        assert {*written, last} <= _lots(host)
        assert f"Python {PYTHONS[NEWEST]}." in host.run("/opt/lotkeeper/.venv/bin/python --version")
        _bought(host, exchange)


def _follow(host: Host, heading: str) -> str:
    return host.run("\n".join([f"cd {BROUGHT}", *commands_of(PAGE, heading)]))


def _run_as_user(host: Host, *words: str) -> str:
    return host.run(AS_USER.format(" ".join(words)))


def _lots(host: Host) -> set[str]:
    return {str(each["lot"]) for each in orjson.loads(_run_as_user(host, "positions", "--all", "--json"))}


def _bought(host: Host, exchange: SimulatorProcess) -> str:
    """A lot that was bought now, and whose SELL stands on the exchange's book."""
    controls = exchange.controls()
    order = int(controls.buy("BTCUSDT", "200")["orderId"])
    prefix = client_order_id(SellName(order, 1)).rpartition("-")[0]
    wait_for("its SELL", lambda: controls.summary()["symbols"]["BTCUSDT"]["sellsByPrefix"].get(prefix), WITHIN_S)
    wait_for("its lot", lambda: f"BTCUSDT-{order}" in _lots(host), WITHIN_S)
    return f"BTCUSDT-{order}"


def _check_the_unit(host: Host) -> None:
    """It runs as its user, may do little, and the key is readable for it alone."""
    shown = host.run("systemctl show --property=ActiveState --property=NotifyAccess --property=MainPID lotkeeper")
    found = dict(line.split("=") for line in shown.split())
    assert found["ActiveState"] == "active"
    status = host.run(f"cat /proc/{found['MainPID']}/status; stat --format=%U /proc/{found['MainPID']}")
    assert ("NoNewPrivs:\t1" in status, "CapBnd:\t0000000000000000" in status) == (True, True)
    assert status.split()[-1] == "lotkeeper"
    host.run("! runuser --user lotkeeper -- cat /etc/lotkeeper/private-key.pem")


def _lots_of_the_old_version(host: Host, exchange: SimulatorProcess) -> set[str]:
    """Of a database that it wrote in place of ours: run by its command line, as it had no unit that we would keep."""
    key = "/var/lib/lotkeeper/private-key.pem"
    host.run(f"""
        /opt/lotkeeper/.venv/bin/pip install lotkeeper=={OLD_VERSION}
        rm -r /var/lib/lotkeeper/*.sqlite*
        install --directory --owner lotkeeper --mode 0700 /run/lotkeeper
        install --owner lotkeeper --mode 0600 /etc/lotkeeper/private-key.pem {key}
        set -a; . /etc/lotkeeper/key.env
        {AS_USER.format("start")}
    """, LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE=key)  # fmt: skip
    assert OLD_VERSION in host.run("lotkeeper --version")
    # It kept no BUY that was made between the begin of its stream and its first comparison.
    wait_for("the first comparison of the old version", lambda: _is_well(host), WITHIN_S)
    found = {_bought(host, exchange), _bought(host, exchange)}
    _run_as_user(host, "stop")
    return found


def _is_well(host: Host) -> bool:
    said = host.run(f"{AS_USER.format('status --json')} || true")
    return bool(said) and orjson.loads(said).get("health") == "ok"


def _sources_of_then(folder: Path) -> Path:
    packed = subprocess.run(["git", "archive", OLD_COMMIT], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"the commit of {OLD_VERSION} is not in this clone: git fetch --unshallow")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _make_wheel(source: Path, target: Path) -> None:
    """By the tools of the lock file."""
    words = ["--quiet", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
