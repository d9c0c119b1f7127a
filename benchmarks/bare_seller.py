"""The reference: a script that sells each BUY at once, with websocket-client and requests and nothing else.

It keeps no state, survives nothing and knows no fee: what is left when everything is taken away that takes time.
"""

import hashlib
import hmac
import os
import sys
import time
from decimal import Decimal
from urllib.parse import urlencode

import orjson
import requests
import websocket


def main() -> None:
    rest_url, ws_api_url = sys.argv[1:]
    key, secret = os.environ["BARE_KEY"], os.environ["BARE_SECRET"].encode()
    session = requests.Session()
    session.headers["X-MBX-APIKEY"] = key
    session.get(f"{rest_url}/api/v3/time", timeout=5)
    connection = websocket.create_connection(ws_api_url, sockopt=[(6, 1, 1)])
    connection.send(orjson.dumps(_subscription(key, secret)))
    while True:
        event = orjson.loads(connection.recv()).get("event", {})
        if event.get("x") == "TRADE" and event["S"] == "BUY":
            session.post(f"{rest_url}/api/v3/order", data=_sell(event, secret), timeout=5)
        elif not event:
            print("ready", flush=True)


def _subscription(key: str, secret: bytes) -> dict[str, object]:
    params: dict[str, object] = {"apiKey": key, "timestamp": int(time.time() * 1000)}
    params["signature"] = _signature(urlencode(sorted(params.items())), secret)
    return {"id": 1, "method": "userDataStream.subscribe.signature", "params": params}


def _sell(event: dict[str, str], secret: bytes) -> str:
    quantity = (Decimal(event["l"]) * Decimal("0.999")) // Decimal("0.00001") * Decimal("0.00001")
    price = (Decimal(event["L"]) * Decimal("1.5")) // Decimal("0.01") * Decimal("0.01")
    query = urlencode(
        {
            "symbol": event["s"],
            "side": "SELL",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": str(quantity),
            "price": str(price),
            "timestamp": int(time.time() * 1000),
        }
    )
    return f"{query}&signature={_signature(query, secret)}"


def _signature(text: str, secret: bytes) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


if __name__ == "__main__":
    main()
