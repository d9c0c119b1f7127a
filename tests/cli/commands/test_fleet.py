"""`lotkeeper fleet status` where nothing runs."""

from pathlib import Path

import orjson

from tests.cli.conftest import Run


def test_a_service_that_does_not_run_is_a_row_and_the_exit_code(run: Run, config: Path) -> None:
    done = run("fleet", "status", "--config", str(config), "--json")
    assert done.exit_code == 3
    document = orjson.loads(done.stdout)
    assert not document["well"]
    assert [row["health"] for row in document["services"]] == ["not running"]
    shown = run("fleet", "status", "--config", str(config))
    assert (shown.exit_code, "not running" in shown.stdout) == (3, True)


def test_a_file_that_lists_services(run: Run, config: Path, tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(f"services:\n  - {{name: alice, config: {config}}}\n")
    done = run("fleet", "status", "--fleet", "fleet.yaml", "--json")
    assert [row["name"] for row in orjson.loads(done.stdout)["services"]] == ["alice"]


def test_what_cannot_be_used_is_one_sentence(run: Run) -> None:
    done = run("fleet", "status", "--config", "nobody.yaml")
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: nobody.yaml: no configuration is there; --config takes a file, or a folder with some\n",
    )
    done = run("fleet", "status", "--host", "-oProxyCommand=x")
    assert done.exit_code == 2
    assert "'-oProxyCommand=x' is not a host or USER@HOST, as ssh takes it" in done.stderr
