"""The drill as a user runs it: real processes, real faults, a real judge."""

import orjson
import pytest

from tests.e2e.environment import lotkeeper

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.long
def test_two_rounds_are_kept(tmp_path):
    kept, page = tmp_path / "kept", tmp_path / "round.html"
    options = ("--json", "--folder", str(kept), "--page", str(page))
    done = lotkeeper("drill", "--seed", "201", "--rounds", "2", *options, within_s=240)
    assert "Drill, seed 202" in page.read_text()
    assert done.returncode == 0, done.stdout + done.stderr
    found = orjson.loads(done.stdout)
    assert [each["seed"] for each in found["rounds"]] == [201, 202]
    assert all(each["buys"] and each["sells"] and each["kills"] and each["faults"] for each in found["rounds"])
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.long
def test_a_named_fault_is_told_with_times(tmp_path):
    done = lotkeeper("drill", "kill", "gateway", "--json", "--folder", str(tmp_path), within_s=120)
    assert done.returncode == 0, done.stdout + done.stderr
    found = orjson.loads(done.stdout)
    assert (found["name"], found["kept"]) == ("kill-gateway", True)
    assert all(buy["sells"] for buy in found["buys"])
    assert {buy["filled_after"] > 0 for buy in found["buys"]} == {True, False}
