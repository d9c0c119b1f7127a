"""The API of a real service by its own description: any request gets an answer that the description has."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from lotkeeper.verification.staging.waiting import wait_for
from lotkeeper.web.api.openapi import description
from lotkeeper.web.api.routes import PREFIX
from tests.e2e.web_client import PAIR, WebClient, free_port, system_with_web

pytestmark = pytest.mark.e2e
EXAMPLES = (5, pytest.param(60, marks=pytest.mark.longest))  # requests for each operation, right ones and wrong ones
SETTINGS = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    ignored_auth,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    port = free_port()
    with system_with_web(tmp_path_factory.mktemp("schema"), port) as running:
        running.run()
        found = WebClient(running.config, port)
        wait_for("an answer", lambda: found.get("/healthz"))
        bought = running.buy(PAIR)
        wait_for("its SELL", lambda: running.sells_of(PAIR, bought))
        wait_for("its lot", lambda: found.read("/positions"))
        yield found


NOTHING_TO_GET_WRONG = {f"GET {PREFIX}/{each}" for each in ("status", "pairs", "actors", "openapi.json")}
SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = {
    operation.label: operation
    for operation in (each.ok() for each in SCHEMA.get_all_operations())
    if operation.path != f"{PREFIX}/events"
}


def wrong_and_right() -> Iterator[tuple[str, schemathesis.GenerationMode]]:
    for label in OPERATIONS:
        yield label, schemathesis.GenerationMode.POSITIVE
        if label not in NOTHING_TO_GET_WRONG:
            yield label, schemathesis.GenerationMode.NEGATIVE


@pytest.mark.timeout(900)
@pytest.mark.parametrize("examples", EXAMPLES)
def test_every_answer_is_as_described(client: WebClient, subtests: pytest.Subtests, examples: int) -> None:
    address, headers = f"http://127.0.0.1:{client.port}", {"Authorization": f"Bearer {client.token}"}

    def check(label: str, mode: schemathesis.GenerationMode) -> None:
        @given(OPERATIONS[label].as_strategy(generation_mode=mode))
        @settings(SETTINGS, max_examples=examples)
        def try_it(case: schemathesis.Case) -> None:
            case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)

        try_it()

    for label, mode in wrong_and_right():
        with subtests.test(label, mode=mode.value):
            check(label, mode)
