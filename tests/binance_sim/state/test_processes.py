"""`--state` over several processes."""

import json
import os
import signal

from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from binance_sim.command.main import build_command
from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask, receive

ARGS = ["--symbol", "BTCUSDT", "--paused", "--balance", "USDT=100000"]


def kill(process):
    """Kill the process: journal lines that it had not written yet are written by the next process."""
    os.kill(process.pid, signal.SIGKILL)
    process.process.wait()


def test_a_killed_exchange_comes_back_with_everything_that_it_answered(tmp_path):
    state = ["--state", str(tmp_path / "state")]
    with start_simulator([*ARGS, *state]) as process:
        client = Client(process)
        client.control("price", symbol="BTCUSDT", price="50000", size="1")
        bought = client.order("BUY", "MARKET", quantity="0.01").json()
        sell = client.order("SELL", quantity="0.005", price="51000", newClientOrderId="mine").json()
        client.order("BUY", quantity="0.01", price="49000").json()
        key = client.control("keys", permissions=["USER_DATA"])
        before = looks(client)
        kill(process)
    with start_simulator([*ARGS, *state]) as process:
        client = Client(process)
        assert (process.api_key, process.api_secret) == (client.simulator.api_key, client.simulator.api_secret)
        assert looks(client) == before
        assert client.get("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"] == "50000.00000000"
        new = client.order("BUY", "MARKET", quantity="0.001").json()
        assert new["orderId"] == sell["orderId"] + 2
        assert new["fills"][0]["tradeId"] > bought["fills"][0]["tradeId"]
        reader = Client(process, key)
        assert reader.signed("GET", "account").status_code == 200
        assert reader.order("BUY", "MARKET", quantity="0.001").json()["code"] == -2015
        client.control("price", symbol="BTCUSDT", price="51000", size="1")
        assert client.signed("GET", "order", symbol="BTCUSDT", origClientOrderId="mine").json()["status"] == "FILLED"


def looks(client):
    """The answers of all queries, including times."""
    answers = [client.signed("GET", path, symbol="BTCUSDT").json() for path in ("allOrders", "myTrades", "openOrders")]
    account = client.signed("GET", "account").json()
    return [*answers, account["balances"], account["uid"]]


def test_keys_are_as_before(tmp_path):
    state = ["--state", str(tmp_path / "state"), "--ed25519-key", str(tmp_path / "key.pem")]
    with start_simulator([*ARGS, *state]) as process:
        first = (process.api_key, process.api_secret, process.ed25519_api_key)
    with start_simulator([*ARGS, *state]) as process:
        assert (process.api_key, process.api_secret, process.ed25519_api_key) == first
    with start_simulator([*ARGS, *state, "--api-key", "K" * 64], {"BINANCE_SIM_API_SECRET": "given"}) as process:
        assert (process.api_key, process.api_secret, process.ed25519_api_key) == ("K" * 64, "given", first[2])
        for keys in (None, {"api_key": first[0], "api_secret": first[1]}):
            assert Client(process, keys).signed("GET", "account").status_code == 200
    assert load_pem_private_key((tmp_path / "key.pem").read_bytes(), None)


def test_accounts_that_were_opened_by_control_stay(tmp_path):
    state = ["--state", str(tmp_path / "state")]
    with start_simulator([*ARGS, *state]) as process:
        opened = process.controls().open_account("second", balances={"USDT": "250"}, tradeGroupId=7)
        kill(process)
    with start_simulator([*ARGS, *state]) as process:
        found = process.controls().ask("GET", "accounts")["second"]
        assert (found["balances"]["USDT"], found["tradeGroupId"]) == ("250", 7)
        assert Client(process, opened).order("BUY", "MARKET", quantity="0.001").json()["status"] == "FILLED"


def test_pairs_stay(tmp_path):
    state = ["--state", str(tmp_path / "state"), "--paused"]
    with start_simulator(["--symbol", "BTCUSDT", *state]) as process:
        fault = {"symbol": "BTCUSDT", "filter": "LOT_SIZE", "set": {"stepSize": "0.01000000"}}
        Client(process).control("faults", name="filter", **fault)
    with start_simulator(["--symbol", "ETHUSDT", *state]) as process:
        assert set(process.symbols) == {"BTCUSDT", "ETHUSDT"}
        info = Client(process).get("exchangeInfo", symbol="BTCUSDT").json()["symbols"][0]
        steps = [each["stepSize"] for each in info["filters"] if each["filterType"] == "LOT_SIZE"]
        assert steps == ["0.01000000"]


def test_events_come_only_after_they_are_kept(tmp_path):
    """The order of events is the same as without a state file: before the reply."""
    with start_simulator([*ARGS, "--state", str(tmp_path / "state")]) as process:
        client = Client(process)
        socket = client.subscribe()
        params = client.ws_params(symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
        socket.send(json.dumps({"id": 7, "method": "order.place", "params": params}))
        frames = [receive(socket) for _ in range(4)]
        socket.close()
    seen, answer = [frame["event"] for frame in frames[:3]], frames[3]
    assert [each.get("x", each["e"]) for each in seen] == ["NEW", "TRADE", "outboundAccountPosition"]
    assert answer["result"]["status"] == "FILLED"


def test_a_file_that_is_no_state_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "state"
    path.write_text("hello, no database" * 100)
    result = CliRunner().invoke(build_command(), ["--state", str(path)])
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert "is not a state file" in result.output.replace("\n", " ")


def test_an_empty_file_will_do(tmp_path):
    path = tmp_path / "state"
    path.touch(0o600)
    with start_simulator([*ARGS, "--state", str(path)]) as process:
        assert ask(Client(process).connect(), "ping")["status"] == 200
