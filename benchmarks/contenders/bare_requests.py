"""Websocket-client for the events and requests for the orders: what is left when all else is taken away."""

import time
from urllib.parse import urlencode

import orjson
import requests
import websocket

from benchmarks.contenders.terms import is_fill, read_access, sell_terms, signature, subscription


def main() -> None:
    access = read_access()
    session = requests.Session()
    session.headers["X-MBX-APIKEY"] = access.key
    session.get(f"{access.rest_url}/api/v3/time", timeout=5)
    connection = websocket.create_connection(access.ws_api_url, sockopt=[(6, 1, 1)])
    connection.send(orjson.dumps(subscription(access)))
    while True:
        event = orjson.loads(connection.recv()).get("event", {})
        if is_fill(event):
            query = urlencode({**sell_terms(event), "timestamp": int(time.time() * 1000)})
            body = f"{query}&signature={signature(query, access.secret)}"
            session.post(f"{access.rest_url}/api/v3/order", data=body, timeout=5)
        elif not event:
            print("ready", flush=True)


if __name__ == "__main__":
    main()
