"""Orders that the exchange refuses for good are said at once, and sent when it accepts them again."""

from collections.abc import Iterator

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]
REFUSALS = {
    "key": {"code": -2015, "status": 401, "message": "Invalid API-key, IP, or permissions for action."},
    "pair": {"code": -2010, "status": 400, "message": "Symbol not whitelisted for API key."},
    "law": {"code": 0, "status": 451, "message": "Service unavailable from a restricted location."},
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemUnderTest]:
    with SystemUnderTest(tmp_path_factory.mktemp("refusals"), ["--symbol", "BTCUSDT"], profit_pct="50") as running:
        running.run()
        yield running


def problems(system: SystemUnderTest) -> str:
    status = system.status() or {"health": "", "problems": []}
    return "\n".join(status["problems"]) if status["health"] == "degraded" else ""


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_exchange_refuses_is_a_problem_until_a_sell_is_accepted(system: SystemUnderTest, name: str) -> None:
    where, refusal = {"method": "order.place"}, REFUSALS[name]
    system.control("faults", name="refuse", how="custom", where=where, times=0, for_s=7.0, **refusal)
    bought = system.buy("BTCUSDT")
    said = f"BTCUSDT: the exchange refuses SELLs: {refusal['message']} ({refusal['code']})"
    wait_for("it is a problem", lambda: said in problems(system))
    assert said in problems(system)
    assert not system.sells_of("BTCUSDT", bought)
    wait_for("a SELL for the BUY", lambda: not system.unprotected(), 60)
    system.wait_until_well()
