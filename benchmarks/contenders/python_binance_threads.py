"""python-binance's `ThreadedWebsocketManager`: a thread for the events, whose callback sends orders with requests."""

import time

import binance
from binance.base_client import BaseClient

from benchmarks.contenders.terms import is_fill, read_access, sell_terms


def main() -> None:
    access = read_access()
    BaseClient.API_URL = f"{access.rest_url}/api"
    BaseClient.WS_API_URL = access.ws_api_url
    binance.BinanceSocketManager.STREAM_URL = f"{access.stream_url}/"
    client = binance.Client(access.key, access.secret)
    manager = binance.ThreadedWebsocketManager(access.key, access.secret)

    def sell(event: dict[str, str]) -> None:
        if is_fill(event):
            client.create_order(**sell_terms(event))

    manager.start()
    manager.start_user_socket(callback=sell)
    time.sleep(3)  # the manager does not say when it has subscribed
    print("ready", flush=True)
    manager.join()


if __name__ == "__main__":
    main()
