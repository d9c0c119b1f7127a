"""`lotkeeper doctor`, where no exchange answers."""

import json


def test_each_check_is_a_line_with_its_fix_and_a_failed_one_makes_the_exit_code_1(run, config):
    result = run("doctor", LOTKEEPER_EXCHANGE__API_KEY="k", LOTKEEPER_EXCHANGE__API_SECRET="s")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].split(":")[0].split() == ["ok", "configuration"]
    assert any(line.startswith("failed") and "REST" in line and "->" in line for line in lines)
    assert "failed" in lines[-1]


def test_programs_get_one_document(run, config):
    found = json.loads(run("doctor", "--json").output)
    assert found["well"] is False
    assert {each["verdict"] for each in found["findings"]} >= {"ok", "failed"}
