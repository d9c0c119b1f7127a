"""The exchange asks for a pause: nothing is sent until it ends, and then trading continues."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e

ARRIVALS = ("request", "connect", "refused")  # the kinds of lines for what reached the exchange


def journal(folder: Path) -> list[dict[str, Any]]:
    """All lines of the journal."""
    return [orjson.loads(line) for line in (folder / "journal").read_bytes().splitlines()]


def refusals(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["kind"] in ("reply", "refused") and _status(line) in (418, 429)]


def _status(line: dict[str, Any]) -> int | None:
    """Of a reply by REST, or of one over the WebSocket API, which has it in its body."""
    body = line.get("body")
    found: int | None = line.get("status") or (body.get("status") if isinstance(body, dict) else None)
    return found


def requests_within(lines: list[dict[str, Any]], first: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
    """What reached the exchange within `seconds` after the line `first`."""
    end_ns = first["mono_ns"] + int(seconds * 1e9)
    return [line for line in lines if line["kind"] in ARRIVALS and first["mono_ns"] < line["mono_ns"] < end_ns]


def holds(system: SystemUnderTest) -> list[dict[str, Any]]:
    gateway = (system.status() or {}).get("gateway") or {}
    found: list[dict[str, Any]] = gateway.get("holds", [])
    return found


def test_after_429_nothing_is_sent_until_retry_after_and_then_every_buy_gets_its_sell(tmp_path: Path) -> None:
    with SystemUnderTest(
        tmp_path, ["--symbol", "BTCUSDT", "--journal", str(tmp_path / "journal")], profit_pct="50"
    ) as system:
        system.run()
        system.control("faults", name="too-many-requests", seconds=8)
        bought = [system.buy("BTCUSDT")]
        wait_for("the pause in the status", lambda: holds(system))
        bought.append(system.buy("BTCUSDT"))
        system.control("drop/user")  # its way back has to wait too
        bought.append(system.buy("BTCUSDT"))
        (hold,) = holds(system)
        assert (hold["what"], 0 < hold["seconds"] <= 8) == ("everything", True)
        assert "the exchange asked for a pause: nothing is sent for" in system.command("status").stdout
        wait_for("all SELLs", lambda: all(system.sells_of("BTCUSDT", each) for each in bought))
        system.wait_until_well()
        assert holds(system) == []
        assert not system.unprotected()
    lines = journal(tmp_path)
    (refused,) = refusals(lines)
    assert requests_within(lines, refused, 6.5) == []


@pytest.mark.long
def test_a_ban_is_waited_out_by_all_who_would_connect_or_ask(tmp_path: Path) -> None:
    with SystemUnderTest(
        tmp_path, ["--symbol", "BTCUSDT", "--journal", str(tmp_path / "journal")], profit_pct="50"
    ) as system:
        system.run()
        system.control("faults", name="ban", seconds=8)  # cuts the account's stream
        wait_for("the pause in the status", lambda: holds(system))
        bought = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        system.wait_until_well()
    lines = journal(tmp_path)
    refused = refusals(lines)
    # All were on their way at once: the connections of the Gateway and of the user stream, and the keeper's questions.
    assert 1 <= len(refused) <= 6
    assert requests_within(lines, refused[-1], 6.5) == []


def is_held_back(system: SystemUnderTest) -> bool:
    problems: list[str] = (system.status() or {}).get("problems", [])
    return any("request weight a minute are used" in problem for problem in problems)


@pytest.mark.long
def test_too_many_questions_never_pass_the_limit_and_orders_go_on(tmp_path: Path) -> None:
    arguments = ["--symbol", "BTCUSDT", "--weight-limit", "240", "--journal", str(tmp_path / "journal")]
    with SystemUnderTest(tmp_path, arguments, profit_pct="50") as system:
        system.run()
        for _ in range(30):  # each new subscription compares everything again
            if is_held_back(system):
                break
            system.control("drop/user")
            wait_for("the stream is back", lambda: ((system.status() or {}).get("user_stream") or {}).get("proven"))
        assert is_held_back(system)
        bought = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
    lines = journal(tmp_path)
    assert refusals(lines) == []
    after = lines[next(number for number, line in enumerate(lines) if line.get("name") == "POST buy") :]
    signed = [line["name"] for line in after if line["kind"] == "request" and "timestamp" in line["params"]]
    beside = ("userDataStream", "/sapi/")  # the stream may be on its way back; these have a budget of their own
    asked = [name for name in signed if not any(each in name for each in beside)]
    assert asked[0] in ("order.place", "POST /api/v3/order")  # while the questions still wait
