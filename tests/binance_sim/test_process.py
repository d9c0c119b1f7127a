import gzip
import json
import os
import select
import signal
import socket
import subprocess
import sys

import orjson
import pytest
import requests
from click.testing import CliRunner

from binance_sim import __version__
from binance_sim.command.main import build_command
from binance_sim.process import SimulatorStartError, start_simulator
from tests.binance_sim.support import WAIT_S, Client, D, ask, receive, shared, until

READY = {
    "rest_url",
    "ws_api_url",
    "stream_url",
    "api_key",
    "api_secret",
    "control_url",
    "control_key",
    "symbols",
}


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_and_stops_clean(end):
    command = [sys.executable, "-m", "binance_sim", "--api-key", "K", "--symbol", "BTCUSDT", "--trader"]
    environment = {**os.environ, "BINANCE_SIM_API_SECRET": "hidden"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        ready = orjson.loads(process.stdout.readline())
        assert set(ready) == READY
        assert (ready["api_key"], ready["api_secret"], ready["symbols"]) == ("K", "hidden", ["BTCUSDT"])
        assert ready["rest_url"].startswith("http://127.0.0.1:")
        process.send_signal(end)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_it_stops_clean_with_clients_connected():
    with start_simulator(["--symbol", "BTCUSDT"]) as process:
        client = Client(process)
        user, market = client.subscribe(), client.stream("/ws/btcusdt@bookTicker")
        receive(market)
        assert process.stop() == 0
        user.close()
        market.close()


def test_it_ends_with_its_parent():
    script = (
        "import os, sys\n"
        "from binance_sim.process import start_simulator\n"
        "print(start_simulator(['--symbol', 'BTCUSDT']).pid, flush=True)\n"
        "os._exit(0)\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60).stdout
    assert ends(int(out))


def ends(pid):
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(handle) as file:
        return bool(select.select([file], [], [], WAIT_S)[0])


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--port", "70000"], "70000"),
        (["--speed", "0"], "0"),
        (["--balance", "USDT"], "USDT=100000"),
        (["--balance", "USDT=many"], "many"),
        (["--balance", "=1"], "'=1'"),
        (["--maker-fee", "-1"], "below zero"),
        (["--taker-fee", "1"], "1 is not below 1: a fraction is wanted, 0.001 for a tenth of a percent"),
        (["--round-trip-ms", "-1"], "-1"),
        (["--jitter-ms", "10001"], "10001"),
        (["--depth", "0"], "0 is not above zero"),
        (["--symbol", "NOPE"], "NOPE"),
        (["--replay", "/no/such/file"], "/no/such/file"),
        (["--replay", __file__], "bookTicker"),
        (["--symbols", __file__], "exchangeInfo"),
        (["--public-key", __file__], f"{__file__}: not a public key"),
        (["--journal", "/no/such/folder/j"], "/no/such/folder/j"),
    ],
)
def test_options_that_are_wrong_are_told_in_a_sentence(args, text):
    result = CliRunner().invoke(build_command(), args)
    assert result.exit_code == 2, result.output
    assert text in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_its_help_names_the_variable_of_the_secret(flag):
    result = CliRunner().invoke(build_command(), [flag])
    assert result.exit_code == 0
    assert "--port" in result.output
    assert "BINANCE_SIM_API_SECRET" in result.output


def test_it_has_a_version_of_its_own():
    result = CliRunner().invoke(build_command(), ["--version"])
    assert result.output == f"binance-sim, version {__version__}\n"


def test_a_taken_port_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(build_command(), ["--port", str(taken.getsockname()[1])])
    assert result.exit_code == 1
    assert "127.0.0.1" in result.output


def test_a_start_that_fails_is_an_error(capfd):
    with pytest.raises(SimulatorStartError, match="code 2"):
        start_simulator(["--symbol", "NOPE"])
    assert "NOPE" in capfd.readouterr().err


def test_distant_clients_are_delayed_and_the_control_api_is_not(tmp_path):
    """How long is tested in virtual time."""
    journal = tmp_path / "journal.jsonl"
    args = ["--symbol", "BTCUSDT", "--paused", "--round-trip-ms", "30", "--jitter-ms", "10"]
    with start_simulator([*args, "--journal", str(journal)]) as process:
        assert process.undelayed_rest_url != process.rest_url
        assert requests.get(f"{process.undelayed_rest_url}/api/v3/ping", timeout=WAIT_S).json() == {}
        client = Client(process)
        user = client.subscribe()
        client.control("buy", symbol="BTCUSDT", quote="100")
        assert receive(user)["event"]["x"] == "NEW"
        user.close()
        assert client.order("BUY", "MARKET", quantity="0.001").json()["status"] == "FILLED"
        assert process.stop() == 0
    start = json.loads(journal.read_text().splitlines()[0])
    assert (start["kind"], start["round_trip_ms"]) == ("start", 30)


@pytest.mark.e2e
def test_the_trader_buys_and_the_books_balance(tmp_path):
    journal = tmp_path / "journal.jsonl"
    args = ["--trader", "--buy-every", "0.02", "--depth", "3", "--step-ms", "5", "--journal", str(journal)]
    with start_simulator([*args, "--seed", "3", "--order-limit", "0"]) as process:
        client = Client(process)
        user = client.subscribe()
        events = [receive(user)["event"] for _ in range(300)]
        assert client.control("trader/stop") == {"running": False}
        client.control("source/stop")
        summary = client.control("summary")
        user.close()
    check_summary(summary)
    assert {event["e"] for event in events} == {"executionReport", "outboundAccountPosition"}
    assert any(event.get("X") == "PARTIALLY_FILLED" for event in events)
    check_journal(journal, events, process.api_secret)


def check_summary(summary):
    spent, received = dict.fromkeys(summary["balances"], D(0)), dict.fromkeys(summary["balances"], D(0))
    for symbol, market in summary["symbols"].items():
        quote = "BTC" if symbol == "ETHBTC" else "USDT"
        for buy in market["buys"]:
            spent[quote] += D(buy["quoteQty"])
            received[symbol.removesuffix(quote)] += D(buy["receivedNet"])
    assert sum(spent.values()) > 0
    for asset, balance in summary["balances"].items():
        now = D(balance["free"]) + D(balance["locked"])
        assert now == D(balance["start"]) - spent[asset] + received[asset]


def check_journal(journal, events, secret):
    text = journal.read_text()
    assert secret not in text
    assert "signature" not in text.replace("subscribe.signature", "")
    rows = [json.loads(line) for line in text.splitlines()]
    assert {"request", "reply", "event", "trader-order", "control"} <= {row["kind"] for row in rows}
    stamps = [row["mono_ns"] for row in rows]
    assert stamps == sorted(stamps)
    sent = [row["body"] for row in rows if row["kind"] == "event" and row["conn"] is not None]
    assert sent[: len(events)] == events


@pytest.mark.long
@pytest.mark.e2e
def test_a_capture_is_replayed_as_recorded():
    path = shared("ws/hftbacktest_btcusdt_20240808.txt.gz")
    wanted = {"btcusdt@trade": [], "btcusdt@bookTicker": []}
    for line in gzip.decompress(path.read_bytes()).splitlines():
        frame = orjson.loads(line.partition(b" ")[2])
        if frame.get("stream") in wanted:
            wanted[frame["stream"]].append(frame["data"])
    with start_simulator(["--replay", str(path), "--speed", "1000000", "--paused"]) as process:
        client = Client(process)
        socket = client.stream("/stream?streams=btcusdt@trade/btcusdt@bookTicker")
        assert ask(socket, "LIST_SUBSCRIPTIONS")["result"]
        client.control("source/start")
        got = {name: [] for name in wanted}
        while len(got["btcusdt@trade"]) < len(wanted["btcusdt@trade"]) or len(got["btcusdt@bookTicker"]) < len(
            wanted["btcusdt@bookTicker"]
        ):
            frame = receive(socket)
            got[frame["stream"]].append(frame["data"])
        socket.close()
        assert got == wanted
        last = client.get("ticker/bookTicker", symbol="BTCUSDT").json()
        assert last["bidPrice"] == wanted["btcusdt@bookTicker"][-1]["b"]
        assert client.order("BUY", "MARKET", quantity="0.001").json()["status"] == "FILLED"


@pytest.mark.e2e
def test_resting_orders_follow_a_replay_and_damage_is_told(tmp_path, capfd):
    def book(stamp, bid, ask_price):
        data = {"u": stamp, "s": "BTCUSDT", "b": bid, "B": "1", "a": ask_price, "A": "1"}
        return f"{stamp} " + json.dumps({"stream": "btcusdt@bookTicker", "data": data})

    path = tmp_path / "capture"
    path.write_text("\n".join([book(1, "100.00", "100.01"), "damaged", book(2, "90.00", "90.01")]))
    with start_simulator(["--replay", str(path), "--paused"]) as process:
        client = Client(process)
        user = client.subscribe()
        client.order("BUY", quantity="0.5", price="95", newClientOrderId="wait")
        client.control("source/start")
        report = until(user, lambda frame: frame["event"].get("x") == "TRADE")["event"]
        assert (report["c"], report["L"], report["X"]) == ("wait", "95.00000000", "FILLED")
        source = client.control("summary")["source"]
        user.close()
    assert source["replay"] == [{"file": "capture", "frames": 2, "damaged": 1}]
    assert "1 damaged lines" in capfd.readouterr().err
