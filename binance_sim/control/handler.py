"""Serves /control: checks the key, finds the action, answers."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from binance_sim.control.actions import ControlActions, ControlError
from binance_sim.errors import ApiError
from binance_sim.faults.fault import FaultError
from binance_sim.journal.writer import Journal
from binance_sim.numbers import AmountError

Json = dict[str, Any]
ControlAction = Callable[[Json], Json]
KEY_HEADER = "X-Control-Key"
PREFIX = "/control/"


class ControlHandler:
    """One handler for all of /control. `done` is called after each request."""

    def __init__(self, key: str, actions: ControlActions, journal: Journal, done: Callable[[], None]) -> None:
        self._key, self._journal, self._done = key, journal, done
        self._acts: Mapping[tuple[str, str], ControlAction] = actions.table()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        given = request.headers.get(KEY_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            return answer({"error": f"the header {KEY_HEADER} does not contain the key of the ready line"}, 403)
        raw = await request.read() if request.body_exists else b""
        return self._act(request.method, request.path.removeprefix(PREFIX), raw)

    def _act(self, verb: str, path: str, raw: bytes) -> web.Response:
        self._journal.write("control", name=f"{verb} {path}", params=raw.decode("utf-8", "replace"))
        try:
            act, number = self._find(verb, path)
            body = orjson.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise ControlError("the body is not a JSON object")
            done = act(body | number)
            self._done()
            return answer(done)
        except (ControlError, FaultError, AmountError, orjson.JSONDecodeError) as error:
            return answer({"error": str(error)}, 400)
        except ApiError as error:
            return answer({"error": error.text, **error.body()}, 400)

    def _find(self, verb: str, path: str) -> tuple[ControlAction, Json]:
        """The action of a path, and the number at the end of the path if there is one."""
        found = self._acts.get((verb, path))
        if found is not None:
            return found, {}
        stem, _, number = path.rpartition("/")
        found = self._acts.get((verb, f"{stem}/N"))
        if found is None or not number.isdecimal():
            known = ", ".join(sorted(f"{verb} {path}" for verb, path in self._acts))
            raise ControlError(f"there is no {verb} {path}; there are: {known}")
        return found, {"number": int(number)}


def answer(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
