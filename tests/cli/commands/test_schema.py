"""`lotkeeper schema`."""

import orjson

from lotkeeper.service.schemas.table import json_schema


def test_it_is_printed_on_demand(run):
    assert orjson.loads(run("schema", "db", "check").stdout) == json_schema("db check")
    assert "status v1" in run("schema").stdout.splitlines()
    refused = run("schema", "statu")
    assert (refused.exit_code, "did you mean status" in refused.stderr) == (1, True)
