"""Websocket-client for both: an order goes out as `order.place` on the socket that brought the event."""

import orjson
import websocket

from benchmarks.contenders.terms import is_fill, read_access, sell_terms, signed, subscription


def main() -> None:
    access = read_access()
    connection = websocket.create_connection(access.ws_api_url, sockopt=[(6, 1, 1)])
    connection.send(orjson.dumps(subscription(access)))
    connection.recv()
    print("ready", flush=True)
    while True:
        event = orjson.loads(connection.recv()).get("event", {})
        if is_fill(event):
            params = signed({**sell_terms(event), "apiKey": access.key}, access.secret)
            connection.send(orjson.dumps({"id": event["i"], "method": "order.place", "params": params}))


if __name__ == "__main__":
    main()
