"""The JSON API of a real service: the documents of the commands, and events."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

from cli.group import lotkeeper
from lotkeeper.service.schemas.table import problems
from lotkeeper.verification.staging.waiting import wait_for
from lotkeeper.web.api.routes import ROUTES, Route
from lotkeeper.web.api.schemas import StatusChange
from tests.e2e.environment import SystemUnderTest
from tests.e2e.test_web import kill_guardian
from tests.e2e.web_client import PAIR, WebClient, free_port, system_with_web

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SystemUnderTest, WebClient]]:
    port = free_port()
    with system_with_web(tmp_path_factory.mktemp("api"), port) as running:
        running.run()
        client = WebClient(running.config, port)
        wait_for("an answer", lambda: client.get("/healthz"))
        bought = running.buy(PAIR)
        wait_for("its SELL", lambda: running.sells_of(PAIR, bought))
        wait_for("its lot", lambda: client.read("/positions"))
        yield running, client


COMMANDS = [each for each in ROUTES if each.path not in ("/lots/{lot}", "/status", "/profit/series")]


def test_each_path_has_the_document_of_its_command(system):
    running, client = system
    environment = running.service.environment()

    def printed(route: Route) -> Any:
        words = (*route.document.split(), "--json", "--config", str(running.config))
        return orjson.loads(CliRunner().invoke(lotkeeper, words, env=environment).stdout)

    for route in COMMANDS:
        wait_for(
            f"the same at {route.path}",
            lambda route=route: without_moments(client.read(route.path)) == without_moments(printed(route)),
        )
        assert problems(route.document, orjson.dumps(client.read(route.path))) == []


def without_moments(document: Any) -> Any:
    """What may differ from one moment to the next is left out."""
    if isinstance(document, dict):
        left_out = ("complete_as_of", "complete_age_seconds", "bid", "ask", "away_pct")
        return {key: without_moments(value) for key, value in document.items() if key not in left_out}
    return [without_moments(each) for each in document] if isinstance(document, list) else document


def test_status_actors_and_a_lot(system):
    _, client = system
    (row,) = client.read("/positions")
    for path, command in (("/status", "status"), ("/actors", "top"), (f"/lots/{row['lot'].lower()}", "explain")):
        assert problems(command, orjson.dumps(client.read(path))) == []
    assert client.read(f"/lots/{row['lot']}")["lot"] == row["lot"]


WRONG = (
    ("/positions?limit=0", 400, "limit: '0' is not allowed; allowed is a whole number from 1 to 10000"),
    ("/fills?pear=BTCUSDT", 400, "'pear' is no parameter of /api/v1/fills; allowed are pair, since, until, limit"),
    ("/orders?before=7", 400, "'7' is no key of this list"),
    ("/decisions?pair=BTCUSDC", 404, "BTCUSDC is not a configured pair"),
    ("/positions?pair=btcusdc", 404, "BTCUSDC is not a configured pair; configured: BTCUSDT"),
    ("/lots/BTCUSDT-1", 404, "there is no lot BTCUSDT-1"),
    ("/nothing", 404, "there is nothing at /api/v1/nothing"),
)


def test_what_is_wrong_is_said_in_a_sentence(system):
    for path, status, text in WRONG:
        got = system[1].get(f"/api/v1{path}")
        assert (got.status, list(got.json)) == (status, ["error"])
        assert text in got.json["error"]


def test_events_begin_with_all_and_tell_what_changes(system):
    running, client = system
    events, seen = client.events(), {}
    while set(seen) < {"status", "lots", "todo", "alerts", "incidents"}:
        name, data = next(events)
        seen[name] = data
    assert problems("status", orjson.dumps(seen["status"])) == []
    assert (seen["lots"]["whole"], seen["lots"]["removed"]) == (True, [])
    (row,) = seen["lots"]["changed"]
    # A BUY that is filled at two prices has two SELLs; the floor is that of both together.
    assert float(row["nearest_trigger"]) == pytest.approx(float(row["floor"]), rel=0.001)
    change = next(data for name, data in events if name == "status-change")
    assert TypeAdapter(StatusChange).validate_python(change).changed
    bought = running.buy(PAIR)
    wait_for("its SELL", lambda: running.sells_of(PAIR, bought))
    name, data = next((name, data) for name, data in events if name == "lots")
    assert data["whole"] is False
    assert f"{PAIR}-{bought}" in {each["lot"] for each in data["changed"]}


def test_events_tell_that_the_service_has_gone_and_begin_again_when_it_is_back(system):
    running, client = system
    events = client.events(60.0)
    next(data for name, data in events if name == "lots")
    kill_guardian(running)
    gone = next(data for name, data in events if name == "gone")
    assert list(gone) == ["error"]
    again = next(data for name, data in events if name == "lots")
    assert again["whole"]
