"""The wallet endpoints: documented shapes, dust that is converted without a trade, limits of their own."""

import time
from urllib.parse import urlencode

import pytest

from binance_sim.api.endpoints import wallet
from binance_sim.api.limits import Limits
from binance_sim.clock import FixedClock
from binance_sim.errors import ApiError, LimitError
from tests.binance_sim.support import WAIT_S, Bench, Client, D


@pytest.fixture
def dusty():
    """An account with dust in BTC and ETH."""
    bench = Bench(balances={"USDT": "100000", "BTC": "0.00009", "ETH": "0.001", "BNB": "3"})
    bench.quote("0.04", symbol="ETHBTC")
    bench.quote("600", symbol="BNBUSDT")
    return bench


def refused(bench, serve, **values):
    with pytest.raises(ApiError) as caught:
        bench.call(serve, **values)
    return caught.value.code


def test_dust_becomes_another_asset_without_a_trade(dusty):
    found = dusty.call(wallet.convert_dust, asset="BTC,ETH", targetAsset="BNB", clientId="mine")
    rows = {row["fromAsset"]: row for row in found["transferResult"]}
    assert (rows["BTC"]["amount"], rows["BTC"]["transferedAmount"]) == ("0.00009000", "0.00882000")
    assert rows["BTC"]["serviceChargeAmount"] == "0.00018000"
    assert D(found["totalTransfered"]) == sum(D(row["transferedAmount"]) for row in rows.values())
    assert (dusty.free("BTC"), dusty.free("ETH")) == (0, 0)
    assert dusty.free("BNB") == 3 + D(found["totalTransfered"])
    assert [event["e"] for event in dusty.events].count("balanceUpdate") == 3
    assert dusty.blotter().trades == []
    assert not any(dusty.surplus().values())


def test_nothing_is_converted_if_one_asset_is_no_dust(dusty):
    assert refused(dusty, wallet.convert_dust, asset="BTC,USDT", targetAsset="BNB") == -1130
    assert refused(dusty, wallet.convert_dust, asset="BTC,BTC") == -1128
    assert refused(dusty, wallet.convert_dust, asset="BTC", targetAsset="NOPE") == -1130
    assert refused(dusty, wallet.convert_dust, targetAsset="BNB") == -1102
    assert refused(dusty, wallet.convert_to_bnb, asset="BTC", accountType="MINE") == -1130
    assert dusty.free("BTC") == D("0.00009")


def test_what_can_be_converted(dusty):
    found = dusty.call(wallet.convertible_assets, targetAsset="USDT")
    assert (found["dribbletPercentage"], found["dribbletBase"]) == ("0.02", "10")
    row = next(each for each in found["details"] if each["asset"] == "BTC")
    assert (row["amountFree"], row["toTargetAssetAmount"], row["exchange"]) == ("0.00009", "5.4", "0.108")
    in_bnb = dusty.call(wallet.convertible_to_bnb)
    row = next(each for each in in_bnb["details"] if each["asset"] == "ETH")
    assert (row["toBTC"], row["toBNB"]) == ("0.00004", "0.004")


def test_the_log_of_conversions(dusty):
    first = dusty.call(wallet.convert_to_bnb, asset="BTC")
    dusty.clock.pass_ms(5000)
    dusty.call(wallet.convert_to_bnb, asset="ETH")
    log = dusty.call(wallet.dust_log)
    assert (log["total"], [each["transId"] for each in log["userAssetDribblets"]][1]) == (
        2,
        first["transferResult"][0]["tranId"],
    )
    assert log["userAssetDribblets"][0]["userAssetDribbletDetails"][0]["fromAsset"] == "ETH"
    since = dusty.clock.ms() - 1000
    assert dusty.call(wallet.dust_log, startTime=since)["total"] == 1
    other = dusty.open_account("other", BTC="1")
    assert dusty.call(wallet.dust_log, account=other)["total"] == 0


def test_tags(bench):
    bench.exchange.wallet.tags = {"ETH": ["Monitoring"], "BNB": ["Seed", "BSC"]}
    everything = bench.call(wallet.asset_tags)
    assert {row["assetCode"]: row["tags"] for row in everything}["BTC"] == []
    assert bench.call(wallet.asset_tags, tag="Monitoring, Seed") == [
        {"assetCode": "BNB", "assetName": "BNB", "trading": True, "tags": ["Seed", "BSC"]},
        {"assetCode": "ETH", "assetName": "ETH", "trading": True, "tags": ["Monitoring"]},
    ]


def test_fees_and_coins(bench):
    assert bench.call(wallet.trade_fee, symbol="BTCUSDT") == [
        {"symbol": "BTCUSDT", "makerCommission": "0.001", "takerCommission": "0.001"}
    ]
    assert len(bench.call(wallet.trade_fee)) == 3
    coins = {row["coin"]: row for row in bench.call(wallet.all_coins)}
    assert (coins["USDT"]["free"], coins["USDT"]["networkList"][0]["isDefault"]) == ("100000", True)


def test_its_weight_is_counted_apart():
    limits = Limits(FixedClock(), weight=10)
    for _ in range(120):
        limits.add(100, wallet=True)
    with pytest.raises(LimitError) as caught:
        limits.add(1, wallet=True)
    assert "12000" in caught.value.text
    limits.add(10)


# Over HTTP


def ask(client: Client, path, key=True, verb="GET", **params):
    headers = {} if key else {"X-MBX-APIKEY": None}
    return client.http.request(
        verb, f"{client.simulator.rest_url}/sapi/v1/{path}", params=params, headers=headers, timeout=WAIT_S
    )


def signed(client: Client, path, verb="GET", **params):
    query = urlencode({**params, "timestamp": int(time.time() * 1000)})
    url = f"{client.simulator.rest_url}/sapi/v1/{path}?{query}&signature={client.sign(query)}"
    return client.http.request(verb, url, timeout=WAIT_S)


@pytest.fixture
def controls(client):
    found = client.simulator.controls()
    usual = {"available": True, "status": 0, "delistSchedule": [], "tags": {}, "restrictions": {}}
    yield found
    found.wallet(**usual)


def test_who_may_ask(client):
    assert ask(client, "system/status", key=False).json() == {"status": 0, "msg": "normal"}
    assert ask(client, "spot/delist-schedule").json() == []
    assert ask(client, "spot/delist-schedule", key=False).json()["code"] == -2014
    assert ask(client, "account/apiRestrictions").json()["code"] == -1102
    answer = signed(client, "account/apiRestrictions")
    assert answer.status_code == 200
    assert int(answer.headers["X-SAPI-USED-IP-WEIGHT-1M"]) > 0
    assert "X-MBX-USED-WEIGHT-1M" not in answer.headers


def test_what_the_control_api_sets_is_answered(client, controls):
    schedule = [{"delistTime": 1_795_600_000_000, "symbols": ["ETHBTC"]}]
    controls.wallet(delistSchedule=schedule, restrictions={"ipRestrict": True, "enableWithdrawals": True}, status=1)
    assert ask(client, "spot/delist-schedule").json() == schedule
    found = signed(client, "account/apiRestrictions").json()
    assert (found["ipRestrict"], found["enableWithdrawals"], found["enableReading"]) == (True, True, True)
    assert ask(client, "system/status").json() == {"status": 1, "msg": "system maintenance"}
    controls.wallet(available=False)
    assert ask(client, "system/status").status_code == 404


def test_a_key_that_may_only_read(client, controls):
    reader = Client(client.simulator, controls.add_key(permissions=["USER_DATA"]))
    found = signed(reader, "account/apiRestrictions").json()
    assert (found["enableReading"], found["enableSpotAndMarginTrading"]) == (True, False)
    assert signed(reader, "asset/dust", "POST", asset="BTC").json()["code"] == -2015


def test_faults_know_it_by_name(client, controls):
    controls.fault("refuse", how="502", where={"method": "wallet.delistSchedule"})
    assert ask(client, "spot/delist-schedule").status_code == 502
    assert ask(client, "spot/delist-schedule").status_code == 200


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"colour": "red"}, "the wallet has no colour"),
        ({"available": "yes"}, "available is 'yes'"),
        ({"status": 2}, "status is 2"),
        ({"delistSchedule": {}}, "not a list"),
        ({"delistSchedule": [{"symbols": ["BTCUSDT"]}]}, "not a row"),
        ({"delistSchedule": [{"delistTime": 1, "symbols": ["NOPE"]}]}, "NOPE is not among"),
        ({"tags": []}, "not an object"),
        ({"tags": {"NOPE": []}}, "NOPE is not among"),
        ({"tags": {"BTC": "Seed"}}, "not a list of texts"),
        ({"restrictions": {"mayFly": True}}, "restrictions has no mayFly"),
        ({"restrictions": {"ipRestrict": 1}}, "ipRestrict is 1"),
    ],
)
def test_what_cannot_be_set_is_told(client, body, text):
    assert text in client.control("wallet", **body)["error"]
