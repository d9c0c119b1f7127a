"""What `/healthz` and `/readyz` answer."""

from actors.monitor.status import status_document
from lotkeeper.web.health import alive_answer, ready_answer
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


def test_the_service_is_alive_while_its_guardian_answers():
    assert alive_answer("", "") == (200, {"alive": True, "reasons": []})
    assert alive_answer("no answer", "") == (503, {"alive": False, "reasons": ["no answer"]})


def test_a_standby_is_alive_and_not_ready():
    waits = "standby: host a trades"
    assert alive_answer("lotkeeper is not running", waits)[0] == 200
    assert ready_answer(None, "lotkeeper is not running", waits) == (503, {"ready": False, "reasons": [waits]})


def test_it_is_ready_when_the_status_says_so():
    well = status_document(reports.view(), NOW_MS)
    assert ready_answer(well, "", "") == (200, {"ready": True, "reasons": []})
    ill = status_document(reports.view(ledger=reports.ledger(trouble="the disk is full")), NOW_MS)
    assert ready_answer(ill, "", "") == (503, {"ready": False, "reasons": ["ledger: the disk is full"]})


def test_without_a_status_it_is_not_ready():
    assert ready_answer(None, "no answer", "") == (503, {"ready": False, "reasons": ["no answer"]})
