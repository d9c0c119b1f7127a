import requests

from tests.lotkeeper.paper.support import D


def test_the_key_is_asked_for(client):
    url = client.paper.control_url + "/summary"
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
    desk = client.control("summary")["symbols"]["BTCUSDT"]
    buy = next(row for row in desk["buys"] if row["orderId"] == bought["orderId"])
    assert D(buy["receivedNet"]) == D("0.00999") - D("0.00000999")
    group = desk["sellsByPrefix"]["lk1-abc"]
    assert (group["sold"], group["offered"]) == ("0.001", "0.006")
    assert set(group["orders"]) == set(desk["openOrders"])


def test_the_trader_can_be_started_and_stopped(client):
    assert client.control("trader/start") == {"running": True}
    assert client.control("summary")["trader"]["running"] is True
    assert client.control("trader/stop") == {"running": False}
    assert client.control("summary")["trader"]["running"] is False
