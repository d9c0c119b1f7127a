import pytest
import requests

from tests.binance_sim.support import D


def test_the_key_is_asked_for(client):
    url = client.simulator.control_url + "/summary"
    for headers in ({}, {"X-Control-Key": "guess"}):
        answer = requests.get(url, headers=headers, proxies={"http": ""}, timeout=30)
        assert answer.status_code == 403
        assert "X-Control-Key" in answer.json()["error"]


def test_what_cannot_be_done_is_told(client):
    assert "NOPE" in client.control("price", symbol="NOPE", price="1")["error"]
    assert client.control("price", symbol="BTCUSDT")["error"] == "price is missing"
    assert "not above zero" in client.control("price", symbol="BTCUSDT", price="0")["error"]
    assert "many" in client.control("buy", symbol="BTCUSDT", quote="many")["error"]
    assert client.control("buy", symbol="BTCUSDT", quote="1")["code"] == -1013


def test_buy_now_and_sells_by_prefix(client):
    bought = client.control("buy", symbol="BTCUSDT", quote="600")
    assert (bought["status"], bought["executedQty"]) == ("FILLED", "0.00999000")
    client.order("SELL", quantity="0.004", price="60100", newClientOrderId="lk1-abc-0")
    client.order("SELL", quantity="0.003", price="60200", newClientOrderId="lk1-abc-1")
    client.control("price", symbol="BTCUSDT", price="60100", size="0.001")
    market = client.control("summary")["symbols"]["BTCUSDT"]
    buy = next(row for row in market["buys"] if row["orderId"] == bought["orderId"])
    assert D(buy["receivedNet"]) == D("0.00999") - D("0.00000999")
    group = market["sellsByPrefix"]["lk1-abc"]
    assert (group["sold"], group["offered"]) == ("0.001", "0.006")
    assert set(group["orders"]) == set(market["openOrders"])


def test_the_trader_can_be_started_and_stopped(client):
    assert client.control("trader/start") == {"running": True}
    assert client.control("summary")["trader"]["running"] is True
    assert client.control("trader/stop") == {"running": False}
    assert client.control("summary")["trader"]["running"] is False


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("accounts", {"name": 5}, "name is 5"),
        ("accounts", {"name": "main"}, "a name of its own"),
        ("accounts", {"name": "a", "balances": ["BTC"]}, "balances is ['BTC']"),
        ("accounts", {"name": "b", "balances": {"BTC": "many"}}, "many"),
        ("accounts", {"name": "c", "balances": {"BTC": "-1"}}, "below zero"),
        ("accounts", {"name": "d", "maker": "x"}, "x"),
        ("accounts", {"name": "e", "tradeGroupId": "mine"}, "tradeGroupId is 'mine'"),
        ("keys", {"account": "nobody"}, "nobody"),
        ("keys", {"permissions": "TRADE"}, "permissions"),
        ("keys", {"permissions": [["TRADE"]]}, "permissions"),
        ("keys", {"permissions": 5}, "permissions"),
        ("keys", {"public_key": 5}, "public_key"),
        ("faults", {}, "name is missing"),
        ("faults", {"name": "no-such"}, "no-such is not a fault"),
        ("faults", {"name": "cut", "where": {"x": "y"}}, "takes no where"),
        ("faults", {"name": "cut", "socket": 5}, "socket is 5"),
        ("faults", {"name": "cut", "code": "x"}, "code is 'x'"),
        ("faults", {"name": "lose-reply", "where": "x"}, "where is not an object"),
        ("faults", {"name": "lose-reply", "times": -1}, "times is -1"),
        ("faults", {"name": "lose-reply", "how": "never"}, "how is 'never'"),
        ("faults", {"name": "filter", "symbol": "BTCUSDT", "filter": "LOT_SIZE", "set": {"stepSize": "x"}}, "set is"),
        ("faults", {"name": "key", "permissions": [[]]}, "permissions"),
        ("faults", {"name": "bnb-runs-out", "account": ["main"]}, "account"),
        ("faults", {"name": "reference-price", "symbol": "BTCUSDT", "price": []}, "[]"),
        ("faults", {"name": "fees", "symbol": "NOPE"}, "NOPE"),
        ("faults", {"name": "fees", "standard": {"maker": "x"}}, "maker: 'x'"),
        ("faults", {"name": "fees", "standard": 5}, "rates are an object"),
        ("faults", {"name": "move-funds", "asset": "NEW", "amount": "-1"}, "has only 0 NEW"),
        ("price", {"symbol": ["BTCUSDT"], "price": "1"}, "symbol"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(client, path, body, text):
    assert text in client.control(path, **body)["error"]


def test_a_body_that_is_no_object(client):
    url, headers = client.simulator.control_url + "/faults", {"X-Control-Key": client.simulator.control_key}
    for body in ("[1]", "{", '"x"'):
        answer = client.http.post(url, data=body, headers=headers, timeout=30)
        assert answer.status_code == 400
        assert answer.json()["error"]
