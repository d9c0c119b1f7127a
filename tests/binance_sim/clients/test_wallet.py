"""Real clients ask the wallet endpoints."""

import pytest

from tests.binance_sim.clients.ccxt_settings import PAIR, settings
from tests.binance_sim.clients.lazy_module import LazyModule

pytestmark = [pytest.mark.e2e, pytest.mark.long]
binance = LazyModule("binance")
ccxt = LazyModule("ccxt")


def test_python_binance(live):
    client = binance.Client(live.simulator.api_key, live.simulator.api_secret, ping=False)
    client.API_URL, client.MARGIN_API_URL = live.simulator.rest_url + "/api", live.simulator.rest_url + "/sapi"
    assert client.get_system_status() == {"status": 0, "msg": "normal"}
    assert client.get_account_api_permissions()["enableWithdrawals"] is False
    assert client.get_spot_delist_schedule() == []
    assert client.get_trade_fee(symbol="BTCUSDT")[0]["takerCommission"] == "0.001"
    assert "details" in client.get_dust_assets()
    assert client.get_dust_log()["total"] == 0
    with pytest.raises(binance.exceptions.BinanceAPIException):
        client.transfer_dust(asset="BTC")  # ten BTC are no dust


def test_ccxt(live):
    with_wallet = settings(live)
    with_wallet["options"]["fetchCurrencies"] = True
    exchange = ccxt.binance(with_wallet)
    exchange.load_markets()
    assert exchange.currency("USDT")["code"] == "USDT"
    fee = exchange.fetch_trading_fee(PAIR)
    assert (fee["maker"], fee["taker"]) == (0.001, 0.001)
    assert exchange.fetch_status()["status"] == "ok"
