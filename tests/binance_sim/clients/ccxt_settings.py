"""How ccxt and ccxt.pro are pointed at the embedded exchange."""

PAIR = "BTC/USDT"


def settings(live):
    """Every door that leads elsewhere is closed."""
    rest = live.paper.rest_url + "/api/v3"
    nowhere = dict.fromkeys(("sapi", "sapiV2", "sapiV3", "sapiV4"), live.paper.rest_url + "/sapi")
    streams = {"spot": live.paper.stream_url + "/ws", "ws-api": {"spot": live.paper.ws_api_url}}
    return {
        "apiKey": live.paper.api_key,
        "secret": live.paper.api_secret,
        "enableRateLimit": False,
        "options": {
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "fetchCurrencies": False,
            "fetchMargins": False,
        },
        "urls": {"api": {"public": rest, "private": rest, **nowhere, "ws": streams}},
    }
