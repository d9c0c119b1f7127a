"""The reference: an aiohttp server that answers everything with prepared bytes.

It does nothing that an exchange does. It runs as a process, which prints its port when it serves.
"""

import asyncio
import sys

from aiohttp import web

ANSWER = (
    b'{"symbol":"BTCUSDT","orderId":28000001,"orderListId":-1,"clientOrderId":"bench-1","transactTime":1700000000000,'
    b'"price":"50000.00000000","origQty":"0.00100000","executedQty":"0.00000000","origQuoteOrderQty":"0.00000000",'
    b'"cummulativeQuoteQty":"0.00000000","status":"NEW","timeInForce":"GTC","type":"LIMIT","side":"BUY",'
    b'"workingTime":1700000000000,"fills":[],"selfTradePreventionMode":"EXPIRE_MAKER"}'
)
WS_ANSWER = b'{"id":1,"status":200,"result":%b}' % ANSWER
HEADERS = {"Content-Type": "application/json;charset=UTF-8", "X-MBX-USED-WEIGHT-1M": "1"}
AT_ONCE = 64


async def order(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=ANSWER, headers=HEADERS)


async def ws_api(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for _ in socket:
        await socket.send_str(WS_ANSWER.decode())
    return socket


async def stream(request: web.Request) -> web.WebSocketResponse:
    """Send as many frames of as many bytes as the query says, after the first message."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    text, count = "x" * int(request.query["size"]), int(request.query["count"])
    await socket.receive()
    for number in range(count):
        await socket.send_str(text)
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    return socket


async def serve() -> None:
    app = web.Application()
    app.add_routes([web.post("/api/v3/order", order), web.delete("/api/v3/order", order)])
    app.add_routes([web.get("/ws-api/v3", ws_api), web.get("/stream", stream)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
