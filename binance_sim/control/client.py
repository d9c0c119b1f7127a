"""A client of the control API, for tests, drills and scripts in Python."""

from typing import Any

import orjson
import requests

Json = dict[str, Any]
WAIT_S = 30.0


class ControlRefusedError(RuntimeError):
    """The simulator refused a control request; the text says why."""


class ControlClient:
    """Each method is one request; raises ControlRefusedError with the simulator's error text."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Control-Key"] = key

    def ask(self, verb: str, path: str, **body: Any) -> Json:
        """Send any control request."""
        data = orjson.dumps(body) if body else None
        response = self._http.request(verb, f"{self._url}/{path}", data=data, timeout=WAIT_S)
        answer: Json = response.json()
        if not response.ok:
            raise ControlRefusedError(answer.get("error", response.text))
        return answer

    def summary(self) -> Json:
        return self.ask("GET", "summary")

    def price(self, symbol: str, price: str, size: str | None = None) -> Json:
        return self.ask("POST", "price", symbol=symbol, price=price, **({} if size is None else {"size": size}))

    def trade(self, symbol: str, price: str, qty: str, *, buyer_is_maker: bool = False) -> Json:
        return self.ask("POST", "trade", symbol=symbol, price=price, qty=qty, buyerIsMaker=buyer_is_maker)

    def buy(self, symbol: str, quote: str) -> Json:
        return self.ask("POST", "buy", symbol=symbol, quote=quote)

    def fault(self, name: str, **fields: Any) -> Json:
        """Cause or arm a fault: `where`, `times`, `after`, `chance`, `in_s`, `for_s` and its own parameters."""
        return self.ask("POST", "faults", name=name, **fields)

    def faults(self) -> list[Json]:
        """The armed faults, with how often they matched and fired."""
        armed: list[Json] = self.ask("GET", "faults")["armed"]
        return armed

    def lift(self, number: int | None = None) -> int:
        """Disarm one fault, or all; returns how many were armed."""
        return int(self.ask("DELETE", "faults" if number is None else f"faults/{number}")["lifted"])

    def wallet(self, **fields: Any) -> Json:
        """Set what the wallet endpoints answer: available, status, delistSchedule, tags, restrictions."""
        return self.ask("POST", "wallet", **fields)

    def open_account(self, name: str, **fields: Any) -> Json:
        return self.ask("POST", "accounts", name=name, **fields)

    def add_key(self, **fields: Any) -> Json:
        return self.ask("POST", "keys", **fields)
