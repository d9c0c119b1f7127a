"""Keys of all three kinds, sessions and subscriptions, over sockets ("Session authentication", "User Data Stream")."""

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask, receive, until


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A process whose account has a key of each kind, and the files of the private keys."""
    folder = tmp_path_factory.mktemp("keys")
    files = {"ed25519": folder / "ed25519.pem", "rsa": folder / "rsa.pem"}
    args = ["--symbol", "BTCUSDT", "--paused", "--order-limit", "0", "--weight-limit", "0"]
    for kind, path in files.items():
        args += [f"--{kind}-key", str(path)]
    with start_simulator(args) as process:
        yield process, {kind: load_pem_private_key(path.read_bytes(), None) for kind, path in files.items()}


@pytest.fixture
def client(signed):
    client = Client(signed[0])
    client.control("price", symbol="BTCUSDT", price="60000", size="1")
    client.signed("DELETE", "openOrders", symbol="BTCUSDT")
    return client


def now():
    return {"timestamp": int(time.time() * 1000)}


def sign(key, payload):
    args = () if not hasattr(key, "key_size") else (padding.PKCS1v15(), SHA256())
    return base64.b64encode(key.sign(payload.encode(), *args)).decode()


def params_of(signed, kind, **params):
    process, keys = signed
    params = {**params, "apiKey": getattr(process, f"{kind}_api_key"), **now()}
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    payload = "&".join(f"{name}={texts[name]}" for name in sorted(texts))
    return {**params, "signature": sign(keys[kind], payload)}


@pytest.fixture
def session(signed, client):
    """A connection that is logged on."""
    socket = client.connect()
    answer = ask(socket, "session.logon", params_of(signed, "ed25519"))
    assert answer["status"] == 200
    yield socket
    socket.close()


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_each_kind_of_key_signs_over_http_and_on_a_socket(signed, client, kind):
    process, keys = signed
    query = f"timestamp={now()['timestamp']}"
    signature = sign(keys[kind], query).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    headers = {"X-MBX-APIKEY": getattr(process, f"{kind}_api_key")}
    url = f"{process.rest_url}/api/v3/account?{query}&signature={signature}"
    assert client.http.get(url, headers=headers, timeout=30).status_code == 200
    socket = client.connect()
    assert ask(socket, "account.status", params_of(signed, kind))["status"] == 200
    wrong = params_of(signed, kind) | {"recvWindow": 4000}
    assert ask(socket, "account.status", wrong)["error"]["code"] == -1022
    assert ask(socket, "userDataStream.subscribe.signature", params_of(signed, kind))["status"] == 200
    socket.close()


def test_only_ed25519_keys_log_on(signed, client):
    socket = client.connect()
    refused = ask(socket, "session.logon", params_of(signed, "rsa"))
    assert (refused["status"], refused["error"]["code"]) == (401, -4056)
    socket.close()


def test_a_session_signs_no_more(signed, client, session):
    status = ask(session, "session.status")["result"]
    assert status["apiKey"] == signed[0].ed25519_api_key
    assert status["connectedSince"] <= status["authorizedSince"] <= status["serverTime"]
    assert status["userDataStream"] is False
    assert ask(session, "account.status", now())["status"] == 200
    assert ask(session, "account.status")["error"]["code"] == -1102
    assert ask(session, "account.status", {"timestamp": 1})["error"]["code"] in (-1021, -1100)
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001", **now()}
    assert ask(session, "order.place", order)["result"]["status"] == "FILLED"
    assert ask(session, "session.subscriptions")["result"] == []


def test_without_a_session_nothing_is_allowed(client):
    socket = client.connect()
    assert ask(socket, "account.status", now())["status"] == 401
    assert ask(socket, "userDataStream.subscribe")["status"] == 401
    status = ask(socket, "session.status")["result"]
    assert (status["apiKey"], status["authorizedSince"]) == (None, None)
    socket.close()


def test_an_explicit_key_goes_before_the_session(client, session):
    opened = client.simulator.controls().open_account(f"other{time.monotonic_ns()}", balances={"USDT": "77"})
    answer = ask(session, "account.status", Client(client.simulator, opened).ws_params(omitZeroBalances=True))
    assert [(row["asset"], row["free"]) for row in answer["result"]["balances"]] == [("USDT", "77.00000000")]
    balances = ask(session, "account.status", now())["result"]["balances"]
    assert next(row["free"] for row in balances if row["asset"] == "USDT") != "77.00000000"


def test_logout_ends_what_the_logon_subscribed_to(signed, client, session):
    """A subscription by signature of another account stays."""
    assert ask(session, "userDataStream.subscribe")["result"] == {"subscriptionId": 0}
    again = ask(session, "userDataStream.subscribe")
    assert again["error"]["code"] == -2035
    opened = client.simulator.controls().open_account(f"more{time.monotonic_ns()}", balances={"USDT": "1000"})
    other = ask(session, "userDataStream.subscribe.signature", Client(client.simulator, opened).ws_params())
    assert other["result"] == {"subscriptionId": 1}
    assert ask(session, "session.subscriptions")["result"] == [{"subscriptionId": 0}, {"subscriptionId": 1}]
    session.send(json.dumps({"id": 9, "method": "session.logout"}))
    ended, answer = receive(session), receive(session)
    assert (ended["subscriptionId"], ended["event"]["e"]) == (0, "eventStreamTerminated")
    assert (answer["result"]["apiKey"], answer["result"]["authorizedSince"]) == (None, None)
    assert ask(session, "session.subscriptions")["result"] == [{"subscriptionId": 1}]
    assert ask(session, "account.status", now())["status"] == 401


def test_each_event_says_whose_it_is(client):
    """One connection, two accounts: each event goes to its own subscription."""
    socket = client.subscribe()
    opened = client.simulator.controls().open_account(f"third{time.monotonic_ns()}", balances={"USDT": "1000"})
    other = Client(client.simulator, opened)
    answer = ask(socket, "userDataStream.subscribe.signature", other.ws_params())
    assert answer["result"] == {"subscriptionId": 1}
    other.order("BUY", quantity="0.001", price="50000", newClientOrderId="theirs")
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="ours")
    seen = {}
    while len(seen) < 2:
        frame = until(socket, lambda frame: frame.get("event", {}).get("e") == "executionReport")
        seen[frame["event"]["c"]] = frame["subscriptionId"]
    assert seen == {"ours": 0, "theirs": 1}
    socket.close()


def test_unsubscribing(client):
    socket = client.subscribe()
    missing = ask(socket, "userDataStream.unsubscribe", {"subscriptionId": 5})
    assert missing["error"]["code"] == -2036
    socket.send(json.dumps({"id": 4, "method": "userDataStream.unsubscribe", "params": {"subscriptionId": 0}}))
    assert receive(socket)["event"]["e"] == "eventStreamTerminated"
    assert receive(socket)["result"] == {}
    client.order("BUY", quantity="0.001", price="50000")
    assert ask(socket, "session.subscriptions")["result"] == []
    assert ask(socket, "userDataStream.subscribe.signature", client.ws_params())["result"] == {"subscriptionId": 1}
    socket.close()


def test_events_in_microseconds(client):
    socket = client.connect(f"{client.simulator.ws_api_url}?timeUnit=MICROSECOND")
    ask(socket, "userDataStream.subscribe.signature", client.ws_params())
    coarse = client.subscribe()
    client.order("BUY", quantity="0.001", price="50000")
    raw_us, rough = (until(each, lambda frame: "event" in frame)["event"] for each in (socket, coarse))
    assert {len(str(raw_us[name])) for name in "ETO"} == {16}
    assert {name: raw_us[name] // 1000 for name in "ETO"} == {name: rough[name] for name in "ETO"}
    assert len(str(ask(socket, "time")["result"]["serverTime"])) == 16
    for each in (socket, coarse):
        each.close()


def test_a_session_whose_key_is_revoked(signed, tmp_path):
    """Source: "API key revocation": the next request is answered 401 without its id."""
    args = ["--symbol", "BTCUSDT", "--paused", "--ed25519-key", str(tmp_path / "key.pem")]
    with start_simulator(args) as process:
        key = load_pem_private_key((tmp_path / "key.pem").read_bytes(), None)
        socket = Client(process).connect()
        assert ask(socket, "session.logon", params_of((process, {"ed25519": key}), "ed25519"))["status"] == 200
        process.controls().fault("key")
        socket.send(json.dumps({"id": "lost", "method": "account.status", "params": now()}))
        answer = receive(socket)
        assert (answer["id"], answer["status"], answer["error"]["code"]) == (None, 401, -2015)
        assert ask(socket, "session.status")["result"]["apiKey"] is None
        socket.close()
