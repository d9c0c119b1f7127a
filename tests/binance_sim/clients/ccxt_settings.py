"""Settings that point ccxt and ccxt.pro to the simulator."""

PAIR = "BTC/USDT"


def settings(live):
    """Every URL leads to the simulator."""
    rest = live.simulator.rest_url + "/api/v3"
    wallet = {
        name: f"{live.simulator.rest_url}/sapi/{version}"
        for name, version in (("sapi", "v1"), ("sapiV2", "v2"), ("sapiV3", "v3"), ("sapiV4", "v4"))
    }
    streams = {"spot": live.simulator.stream_url + "/ws", "ws-api": {"spot": live.simulator.ws_api_url}}
    return {
        "apiKey": live.simulator.api_key,
        "secret": live.simulator.api_secret,
        "enableRateLimit": False,
        "options": {
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "fetchCurrencies": False,
            "fetchMargins": False,
        },
        "urls": {"api": {"public": rest, "private": rest, **wallet, "ws": streams}},
    }
