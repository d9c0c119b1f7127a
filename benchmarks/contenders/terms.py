"""The terms of a SELL for the BUY of an event, and its signature: the least that a script has to compute."""

import hashlib
import hmac
import os
import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Access:
    """Where the exchange is, and the account's key."""

    rest_url: str
    ws_api_url: str
    stream_url: str
    key: str
    secret: str


def read_access() -> Access:
    """From the command line, and the key from the environment."""
    rest_url, ws_api_url, stream_url = sys.argv[1:]
    return Access(rest_url, ws_api_url, stream_url, os.environ["SCRIPT_KEY"], os.environ["SCRIPT_SECRET"])


def is_fill(event: dict[str, str]) -> bool:
    return event.get("x") == "TRADE" and event["S"] == "BUY"


def sell_terms(event: dict[str, str]) -> dict[str, str]:
    """Half above what the BUY cost, so that it is not filled. Its client order id names the BUY."""
    quantity = (Decimal(event["l"]) * Decimal("0.999")) // Decimal("0.00001") * Decimal("0.00001")
    price = (Decimal(event["L"]) * Decimal("1.5")) // Decimal("0.01") * Decimal("0.01")
    return {
        "symbol": event["s"],
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": str(quantity),
        "price": str(price),
        "newClientOrderId": f"of-{event['i']}",
    }


def signed(params: dict[str, object], secret: str) -> dict[str, object]:
    """With the time and a signature over all parameters, sorted by name (as the WebSocket API wants it)."""
    params["timestamp"] = int(time.time() * 1000)
    params["signature"] = signature(urlencode(sorted(params.items())), secret)
    return params


def signature(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def subscription(access: Access) -> dict[str, object]:
    """The request for the account's events."""
    params = signed({"apiKey": access.key}, access.secret)
    return {"id": 1, "method": "userDataStream.subscribe.signature", "params": params}
