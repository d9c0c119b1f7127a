import time
from http.client import HTTPConnection
from urllib.parse import urlencode

import requests

from tests.binance_sim.support import WAIT_S


def test_public_answers(client):
    assert client.get("ping").json() == {}
    assert abs(client.get("time").json()["serverTime"] - time.time() * 1000) < 60_000
    info = client.get("exchangeInfo", symbol="BTCUSDT").json()
    assert [each["symbol"] for each in info["symbols"]] == ["BTCUSDT"]
    assert client.get("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"] == "60000.00000000"


def test_headers(client):
    answer = client.get("ping")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert int(answer.headers["X-MBX-USED-WEIGHT-1M"]) > 0
    placed = client.order("BUY", quantity="0.001", price="50000")
    assert {"X-MBX-ORDER-COUNT-10S", "X-MBX-ORDER-COUNT-1D"} <= set(placed.headers)


def test_place_query_cancel(client):
    placed = client.order("BUY", quantity="0.001", price="50000", newClientOrderId="rest-1").json()
    assert placed["status"] == "NEW"
    found = client.signed("GET", "order", symbol="BTCUSDT", origClientOrderId="rest-1").json()
    assert (found["orderId"], found["isWorking"]) == (placed["orderId"], True)
    assert client.signed("GET", "openOrders", symbol="BTCUSDT").json() == [found]
    canceled = client.signed("DELETE", "order", symbol="BTCUSDT", orderId=placed["orderId"]).json()
    assert (canceled["status"], canceled["origClientOrderId"]) == ("CANCELED", "rest-1")
    again = client.signed("DELETE", "order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert (again.status_code, again.json()) == (400, {"code": -2011, "msg": "Unknown order sent."})


def test_buy_shows_up_in_trades_and_balances(client):
    before = client.signed("GET", "account", omitZeroBalances="true").json()
    bought = client.order("BUY", "MARKET", quoteOrderQty="60").json()
    trades = client.signed("GET", "myTrades", symbol="BTCUSDT", orderId=bought["orderId"]).json()
    assert [row["id"] for row in trades] == [fill["tradeId"] for fill in bought["fills"]]
    after = client.signed("GET", "account").json()

    def usdt(account):
        return next(float(row["free"]) for row in account["balances"] if row["asset"] == "USDT")

    assert abs(usdt(before) - usdt(after) - float(bought["cummulativeQuoteQty"])) < 1e-6


def test_parameters_may_stand_in_query_and_body_with_the_signature_in_either(client):
    base = f"{client.simulator.rest_url}/api/v3/order/test"
    query = urlencode({"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"})
    body = urlencode({"quantity": "0.001", "price": "50000", "timestamp": int(time.time() * 1000)})
    signature = client.sign(query + body)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for url, data in (
        (f"{base}?{query}", f"{body}&signature={signature}"),
        (f"{base}?{query}&signature={signature}", body),
        (f"{base}?signature={signature}&{query}", body),
    ):
        answer = client.http.post(url, data=data, headers=form)
        assert (answer.status_code, answer.json()) == (200, {})
    whole = f"{query}&{body}"
    answer = client.http.post(base, data=f"{whole}&signature={client.sign(whole).upper()}", headers=form)
    assert answer.json() == {}
    clash = client.http.post(f"{base}?{query}", data=f"{body}&symbol=NOPE&signature={signature}", headers=form)
    assert clash.json()["code"] == -1022


def test_percent_encoding_is_signed_as_sent(client):
    query = f"symbol=%42TCUSDT&timestamp={int(time.time() * 1000)}"
    connection = HTTPConnection(client.simulator.rest_url.removeprefix("http://"), timeout=WAIT_S)
    path = f"/api/v3/openOrders?{query}&signature={client.sign(query)}"
    connection.request("GET", path, headers={"X-MBX-APIKEY": client.simulator.api_key})
    assert connection.getresponse().status == 200
    connection.close()


def test_who_may_not_in(client):
    url = f"{client.simulator.rest_url}/api/v3/account"
    query = f"timestamp={int(time.time() * 1000)}"
    signed = f"{url}?{query}&signature={client.sign(query)}"

    def code(url, **headers):
        answer = requests.get(url, headers=headers, proxies={"http": ""})
        return answer.status_code, answer.json()["code"]

    assert code(signed) == (401, -2014)
    assert code(signed, **{"X-MBX-APIKEY": "a" * 64}) == (401, -2015)
    key = {"X-MBX-APIKEY": client.simulator.api_key}
    assert code(f"{url}?{query}&signature=00", **key) == (400, -1022)
    assert code(f"{url}?{query}", **key) == (400, -1102)
    old = f"timestamp={int(time.time() * 1000) - 6000}"
    assert code(f"{url}?{old}&signature={client.sign(old)}", **key) == (400, -1021)
    twice = f"{query}&{query}"
    assert code(f"{url}?{twice}&signature={client.sign(twice)}", **key) == (400, -1101)


def test_what_is_gone_or_never_was(client):
    gone = client.http.post(f"{client.simulator.rest_url}/api/v3/userDataStream")
    assert gone.status_code == 410
    assert "html" in gone.headers["Content-Type"]
    assert client.get("nowhere").status_code == 404
    assert client.http.get(f"{client.simulator.rest_url}/api/v1/ping").status_code == 410
    page = client.http.get(f"{client.simulator.rest_url}/nowhere", headers={"Accept": "text/html"})
    assert "<html>" in page.text
