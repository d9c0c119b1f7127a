"""`--state` over the life of several processes."""

import json
import os
import signal

from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from binance_sim.process import start_simulator
from cli.commands.paper import paper as paper_command
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import Expectations
from tests.binance_sim.support import Client, ask, receive

ARGS = ["--symbol", "BTCUSDT", "--paused", "--balance", "USDT=100000"]


def kill(process):
    """Without a word: what it had not written into the journal yet, the next life tells."""
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
        assert (process.api_key, process.api_secret) == (client.paper.api_key, client.paper.api_secret)
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
    """What queries say, times and all."""
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


def test_the_judge_knows_lots_of_an_earlier_life(tmp_path):
    """A new journal carries the BUY; without it, its SELL would be one of nothing."""
    state, second = ["--state", str(tmp_path / "state")], tmp_path / "second.jsonl"
    first = tmp_path / "first.jsonl"
    with start_simulator([*ARGS, *state, "--journal", str(first)]) as process:
        client = Client(process)
        lot = client.order("BUY", "MARKET", quantity="0.01").json()["orderId"]
        kill(process)
    with start_simulator([*ARGS, *state, "--journal", str(second)]) as process:
        client = Client(process)
        name = f"{lot_name(lot)}-1"
        assert client.order("SELL", quantity="0.00999", price="70000", newClientOrderId=name).status_code == 200
        kill(process)
    for journal in (first, second):
        with start_simulator([*ARGS, *state, "--journal", str(journal)]) as process:
            assert process.symbols == ["BTCUSDT"]
    for journal in (first, second):
        verdict = judge(journal, Expectations(grace_s=0, strict=True))
        assert verdict.is_kept, verdict.violations
        assert (verdict.eras, verdict.pairs[0].lots, verdict.pairs[0].sells) == (1, 1, 1)


def test_events_come_only_after_they_are_kept(tmp_path):
    """The order of events is the same as without a state, before the reply."""
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
    result = CliRunner().invoke(paper_command, ["--state", str(path)])
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert "is no state of an embedded exchange" in result.output.replace("\n", " ")


def test_an_empty_file_will_do(tmp_path):
    path = tmp_path / "state"
    path.touch(0o600)
    with start_simulator([*ARGS, "--state", str(path)]) as process:
        assert ask(Client(process).connect(), "ping")["status"] == 200
