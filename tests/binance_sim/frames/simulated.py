"""What the simulator sends: events of an account, payloads of market streams, answers on sockets."""

import base64
import json
import time

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from binance_sim.api.endpoints import accounts, general, orders
from binance_sim.clock import milliseconds
from binance_sim.market.intervals import CandleSpan, candles_of
from binance_sim.process import start_simulator
from binance_sim.streams import payloads
from binance_sim.streams.depths import PendingDepth
from tests.binance_sim.support import Bench, Client, ask, receive, until

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "50000.00"}


def events(bench, kind):
    return [event for event in bench.events if event["e"] == kind]


def reports(bench):
    """One report of each execution type, state and side of the book."""
    found = {}
    for event in events(bench, "executionReport"):
        found.setdefault((event["x"], event["X"], event["m"]), event)
    return found


def payload(bench, kind):
    """What the simulator's stream of this kind would send now."""
    market = bench.exchange.markets["BTCUSDT"]
    pending = PendingDepth()
    pending.add_changes(market)
    candle = list(candles_of(market.history.candles, CandleSpan("1m", market.clock_us)))[-1]
    makers = {
        "trade": lambda: payloads.trade(market, market.history.public_trades.trades[-1], milliseconds),
        "aggTrade": lambda: payloads.aggregate(market, market.history.public_trades.aggregates[-1], milliseconds),
        "bookTicker": lambda: payloads.book_ticker(market),
        "24hrTicker": lambda: payloads.ticker(market, milliseconds),
        "24hrMiniTicker": lambda: payloads.mini_ticker(market, milliseconds),
        "depthUpdate": lambda: pending.event(market, milliseconds),
        "kline": lambda: payloads.kline(
            market, "1m", candle, candle.start + 59_999_999, closed=False, unit=milliseconds
        ),
        "avgPrice": lambda: payloads.average(market, milliseconds),
        "1hTicker": lambda: payloads.window_ticker(market, "1h", milliseconds),
        "partial depth": lambda: payloads.partial_depth(market, 5),
        "referencePrice": lambda: payloads.reference_price(market, milliseconds),
    }
    return makers[kind]()


def rest_answers(busy):
    """Answers about orders and accounts."""
    bench = Bench()
    placed = bench.call(orders.new_order, **ORDER, quantity="0.1")
    (row,) = bench.call(accounts.open_orders, symbol="BTCUSDT")
    (gone,) = bench.call(orders.cancel_all, symbol="BTCUSDT")
    return {
        "POST order": placed,
        "GET openOrders": row,
        "DELETE openOrders": gone,
        "GET account": busy.call(accounts.account),
        "GET time": bench.call(general.server_time),
        "exchangeInfo": bench.call(general.exchange_info),
    }


def socket_answers(client):
    """Complete frames of the WebSocket API, in the order of one connection."""
    socket = client.connect()
    found = {
        "session_logon refused": ask(socket, "session.logon", client.ws_params() | {"signature": "0" * 64}, "id"),
        "user_data_stream_subscribe": ask(socket, "userDataStream.subscribe.signature", client.ws_params(), "id"),
        "order_place": ask(socket, "order.place", client.ws_params(**ORDER, quantity="0.00100"), "id"),
    }
    wanted = {"symbol": "BTCUSDT", "orderId": found["order_place"]["result"]["orderId"]}
    found |= {
        "open_orders": ask(socket, "openOrders.status", client.ws_params(symbol="BTCUSDT"), "id"),
        "cancel_order": ask(socket, "order.cancel", client.ws_params(**wanted), "id"),
        "account": ask(socket, "account.status", client.ws_params(), "id"),
        "trades": ask(socket, "myTrades", client.ws_params(symbol="BTCUSDT"), "id"),
    }
    socket.send(json.dumps({"id": "end", "method": "userDataStream.unsubscribe"}))
    found["eventStreamTerminated"] = until(socket, lambda frame: "event" in frame and "T" not in frame["event"])
    socket.close()
    return found


def control_answers(client):
    """Answers on a stream's connection, and the announcement of a shutdown."""
    socket = client.stream("/stream")
    socket.send(json.dumps({"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 5000001}))
    found = {"result": receive(socket)}
    socket.send(json.dumps({"method": "SUBSCRIBE", "params": "btcusdt@trade", "id": 5000001}))
    found["error"] = receive(socket)
    client.control("faults", name="server-shutdown", seconds=0)
    found["serverShutdown"] = until(socket, lambda frame: "stream" in frame)
    socket.close()
    return found


def session_answer(key):
    """The answer to session.logon, with an Ed25519 key that the process created."""
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--ed25519-key", str(key)]) as simulator:
        params = {"apiKey": simulator.ed25519_api_key, "timestamp": int(time.time() * 1000)}
        payload = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        signature = load_pem_private_key(key.read_bytes(), None).sign(payload.encode())
        socket = Client(simulator).connect()
        answer = ask(socket, "session.logon", params | {"signature": base64.b64encode(signature).decode()}, "id")
        socket.close()
    return answer
