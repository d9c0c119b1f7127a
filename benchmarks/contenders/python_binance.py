"""python-binance as its documentation shows it: `user_socket` for the events, `create_order` for the orders."""

import asyncio

import binance

from benchmarks.contenders.terms import Access, is_fill, read_access, sell_terms


async def main(access: Access) -> None:
    binance.AsyncClient.API_URL = f"{access.rest_url}/api"
    binance.AsyncClient.WS_API_URL = access.ws_api_url
    binance.BinanceSocketManager.STREAM_URL = f"{access.stream_url}/"
    client = await binance.AsyncClient.create(access.key, access.secret)
    async with binance.BinanceSocketManager(client).user_socket() as user:
        print("ready", flush=True)
        while True:
            event = await user.recv()
            if is_fill(event):
                await client.create_order(**sell_terms(event))


if __name__ == "__main__":
    asyncio.run(main(read_access()))
