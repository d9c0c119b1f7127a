"""The command `drill`, without playing anything."""

from io import StringIO

import orjson
import pytest
from rich.console import Console

from cli.views.drill import round_document, rounds_view
from lotkeeper.verification.drill.artifacts import keep_if_broken
from lotkeeper.verification.drill.fault_scenarios import SCENARIOS
from lotkeeper.verification.drill.rounds import DrillRound


def test_the_list_is_a_table_or_a_document(run):
    text = run("drill", "--list").stdout
    assert all(name in text for name in SCENARIOS)
    assert set(orjson.loads(run("drill", "--list", "--json").stdout)) == set(SCENARIOS)


@pytest.mark.parametrize("words", [["kill", "nobody"], ["kill-nobody"]])
def test_a_fault_that_there_is_not_is_refused_with_those_that_there_are(run, words):
    refused = run("drill", *words)
    assert refused.exit_code == 2
    assert "no fault kill-nobody; there are: drop, " in refused.stderr


def test_a_named_fault_has_no_page(run):
    refused = run("drill", "kill", "keeper", "--page", "round.html")
    assert refused.exit_code == 2
    assert "--page shows a round: it goes with --seed and --rounds" in refused.stderr


def test_no_round_is_no_drill(run):
    assert run("drill", "--rounds", "0").exit_code == 2


@pytest.mark.parametrize("option", ["--round-trip-ms", "--jitter-ms", "--longest-lag"])
def test_a_distance_that_no_round_could_work_at_is_refused(run, option):
    refused = run("drill", option, "1001")
    assert refused.exit_code == 2
    assert "1001" in refused.stderr


def test_what_was_broken_is_kept_and_what_was_not_is_not(tmp_path):
    place, folder = tmp_path / "place", tmp_path / "kept" / "seed-1"
    place.mkdir()
    (place / "journal.jsonl").write_text("{}\n")
    assert keep_if_broken((), place, folder) is None
    assert not folder.exists()
    for _ in range(2):
        assert keep_if_broken(("lost",), place, folder, {"seed": 1}) == str(folder)
    assert (folder / "journal.jsonl").read_text() == "{}\n"
    assert orjson.loads((folder / "round.json").read_bytes()) == {"seed": 1}


def test_a_round_says_how_its_pairs_are_sold_and_how_to_play_it_again():
    keys = {"BTCUSDT": {"keep_coins_pct": 50}}
    found = DrillRound(3, (), 0, 0, 0, 0, 0, 0.0, 0.0, ("lost",), (), exits=keys, has_exits=True)
    assert round_document(found, None)["exits"] == keys
    console = Console(width=200, record=True, file=StringIO())
    console.print(rounds_view([(found, "here")]))
    assert "lotkeeper drill --seed 3 --rounds 1 --exits" in console.export_text()
