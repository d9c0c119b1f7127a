"""Recorded frames: read, unwrapped, and grouped by kind."""

import gzip
import lzma

import orjson

from tests.binance_sim.support import shared

# Recorded kinds that the simulator does not send, with the reason.
NOT_OURS = {
    "request": "sent by a client",
    "listen_key_ack/simple": "listen keys are gone since February 2026: the answer is 410",
    "wsapi_user_data_stream_subscribe/sapi": "with an expirationTime: by listenToken, for margin accounts",
}
BOOK_TICKER = set("usbBaA")
NAMES = {
    "ltcusdt_maker_2021-10-23": "POST order",
    "account_ack": "GET account",
    "cancel_all_open_orders_ack": "DELETE openOrders",
    "open_orders_ack": "GET openOrders",
    "exchange_info_ack": "exchangeInfo",
    "exchangeinfo_single_symbol_2026": "exchangeInfo",
    "ping": "GET time",
}


def lines(name):
    return lzma.decompress(shared(name).read_bytes()).splitlines()


def user_data():
    return [orjson.loads(line) for line in lines("userdata/frames.jsonl.xz")]


def named(frame):
    """The kind of a recorded frame, and its bodies: a list has several."""
    if frame["ch"] == "http_request":
        return "request", []
    body = orjson.loads(frame["raw"])
    inner = body.get("event", body.get("data", body)) if isinstance(body, dict) else body
    rows = inner if isinstance(inner, list) else [inner]
    if rows and (kind := rows[0].get("e")):
        return kind, rows
    if rows and set(rows[0]) == BOOK_TICKER:
        return "bookTicker", rows
    return answer_name(frame["seq"]), rows


def answer_name(sequence):
    stem = sequence.removeprefix("roq/json_")
    if stem in NOT_OURS:
        return stem
    name = stem.partition("/")[0].removeprefix("wsapi_")
    return NAMES.get(name, f"{name} refused" if stem.endswith("/failure") else name)


def nautilus():
    """A dozen answers of REST in 2021."""
    found = {row["file"]: row["body"] for row in map(orjson.loads, lines("rest/nautilus_http_spot_market.jsonl.xz"))}
    return {name.removeprefix("http_spot_market_").removesuffix(".json"): body for name, body in found.items()}


def exchange_infos():
    """Every recorded exchangeInfo with today's fields, the oldest first."""
    answers = [
        orjson.loads(line.partition(b" -> ")[2].partition(b": ")[2])
        for name in ("2021-04-17", "2021-10-12")
        for line in lines(f"ws/cryptofeed_{name}_BINANCE.0.txt.xz")
        if b"exchangeInfo -> " in line
    ]
    own = [body for frame in user_data() for kind, rows in [named(frame)] if kind == "exchangeInfo" for body in rows]
    newest = orjson.loads(b"\n".join(lines("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz")))
    return [*answers, nautilus()["exchange_info"], newest, *own]


def depth_snapshots():
    """Recorded answers of REST to depth."""
    for name in ("2021-04-17_BINANCE", "2021-10-12_BINANCE", "2021-10-12_BINANCE_US"):
        for line in lines(f"ws/cryptofeed_{name}.http.0.0.txt.xz"):
            if b"/depth?" in line:
                yield orjson.loads(line.partition(b" -> ")[2].partition(b": ")[2])


def recorded_streams():
    """Frames of combined streams, of four captures."""
    texts = [gzip.decompress(shared("ws/hftbacktest_btcusdt_20240808.txt.gz").read_bytes()).splitlines()[:5000]]
    texts += [lines(f"ws/cryptofeed_{name}.ws.1.0.txt.xz")[1:] for name in ("2021-04-17_BINANCE", "2021-10-12_BINANCE")]
    texts.append(lines("ws/cryptofeed_2021-10-12_BINANCE_US.ws.1.0.txt.xz")[1:])
    for line in (line for text in texts for line in text):
        frame = line[line.find(b"{") :]
        if frame.startswith(b'{"stream"'):
            yield orjson.loads(frame)
