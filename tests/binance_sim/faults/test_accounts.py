"""Faults of accounts: deposits and withdrawals, no more BNB, other fees, revoked keys, the wipe of a testnet."""

import pytest

from binance_sim.control.client import ControlRefusedError
from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, D, ask, until


@pytest.fixture
def own():
    """A process for one test that pays commissions in BNB."""
    args = ["--symbol", "BTCUSDT", "--paused", "--bnb-fees", "--depth", "100000"]
    with start_simulator([*args, "--balance", "USDT=100000", "--balance", "BNB=1"]) as process:
        client = Client(process)
        client.control("price", symbol="BTCUSDT", price="60000", size="5")
        client.control("price", symbol="BNBUSDT", price="600", size="500")
        yield client


def fees(answer):
    return [fill["commissionAsset"] for fill in answer["fills"]]


def balance(client, asset):
    rows = {row["asset"]: row for row in client.signed("GET", "account").json()["balances"]}
    return D(rows[asset]["free"])


def test_deposits_and_withdrawals(own):
    user = own.subscribe()
    own.simulator.controls().fault("move-funds", asset="USDT", amount="-40000.5")
    event = until(user, lambda frame: frame["event"]["e"] == "balanceUpdate")["event"]
    assert (event["a"], event["d"]) == ("USDT", "-40000.50000000")
    assert balance(own, "USDT") == D("59999.5")
    with pytest.raises(ControlRefusedError, match=r"main has only 59999\.5 USDT free"):
        own.simulator.controls().fault("move-funds", asset="USDT", amount="-60000")
    user.close()


def test_bnb_that_runs_out_in_the_middle_of_an_order(own):
    """The fills of one order pay in two assets (source: "BNB discount": it falls back silently)."""
    own.control("price", symbol="BTCUSDT", price="60000", size="0.001")
    own.simulator.controls().fault("bnb-runs-out", after_fills=2)
    answer = own.order("BUY", "MARKET", quantity="0.01").json()
    assert len(answer["fills"]) > 3
    assert fees(answer)[:3] == ["BNB", "BNB", "BTC"]
    assert set(fees(answer)[2:]) == {"BTC"}
    paid = sum(D(fill["commission"]) for fill in answer["fills"] if fill["commissionAsset"] == "BTC")
    assert balance(own, "BTC") == D("0.01") - paid


def test_bnb_that_is_spent(own):
    own.simulator.controls().fault("move-funds", asset="BNB", amount="-0.99999")
    assert fees(own.order("BUY", "MARKET", quantity="0.01").json()) == ["BTC"]
    own.simulator.controls().fault("move-funds", asset="BNB", amount="1")
    assert fees(own.order("BUY", "MARKET", quantity="0.01").json()) == ["BNB"]


def test_other_commissions(own):
    controls = own.simulator.controls()
    controls.fault("fees", symbol="BTCUSDT", in_bnb=False, standard={"taker": "0.002"}, tax={"buyer": "0.0003"})
    answer = own.signed("GET", "account/commission", symbol="BTCUSDT").json()
    assert (answer["standardCommission"]["taker"], answer["taxCommission"]["buyer"]) == ("0.00200000", "0.00030000")
    fill = own.order("BUY", "MARKET", quantity="0.01").json()["fills"][0]
    assert (fill["commission"], fill["commissionAsset"]) == ("0.00002300", "BTC")
    with pytest.raises(ControlRefusedError, match="rates are an object of buyer, maker, seller, taker"):
        controls.fault("fees", standard={"both": "1"})


def test_a_key_that_may_less(own):
    own.simulator.controls().fault("key", permissions=["USER_DATA"])
    assert own.signed("GET", "account").status_code == 200
    answer = own.order("BUY", "MARKET", quantity="0.01")
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)


def test_a_key_that_is_revoked(own):
    socket = own.connect()
    own.simulator.controls().fault("key")
    answer = own.signed("GET", "account")
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)
    reply = ask(socket, "account.status", own.ws_params())
    assert (reply["status"], reply["error"]["code"]) == (401, -2015)
    socket.close()


def test_a_wipe(own):
    first = own.order("BUY", "MARKET", quantity="0.01").json()
    own.order("BUY", quantity="0.01", price="50000")
    own.simulator.controls().fault("wipe")
    assert own.signed("GET", "allOrders", symbol="BTCUSDT").json() == []
    assert own.signed("GET", "myTrades", symbol="BTCUSDT").json() == []
    assert own.signed("GET", "openOrders").json() == []
    assert (balance(own, "USDT"), balance(own, "BTC"), balance(own, "BNB")) == (100000, 0, 1)
    again = own.order("BUY", "MARKET", quantity="0.01").json()
    assert again["orderId"] == first["orderId"]
    assert own.control("summary")["surplus"] == {}


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("move-funds", {"asset": "USDT", "amount": "much"}, "amount: "),
        ("move-funds", {"asset": "USDT", "amount": "1", "account": "nobody"}, "account nobody is not among main"),
        ("key", {"permissions": ["FLY"]}, "permissions are a list of TRADE, USER_DATA, USER_STREAM"),
        ("bnb-runs-out", {"after_fills": 1.5}, "after_fills is 1.5, not a whole number"),
    ],
)
def test_what_cannot_be_is_told(controls, name, params, text):
    with pytest.raises(ControlRefusedError, match=text):
        controls.fault(name, **params)
