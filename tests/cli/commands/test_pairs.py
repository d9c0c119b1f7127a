"""`lotkeeper pairs`."""

import csv
import io
import json

from lotkeeper.service.errors import ServiceError
from messages.control import StatusReported
from messages.pair_rules import PairRulesReported
from tests.cli.views.rendering import sample_status
from tests.lotkeeper.trading import make

STATUS = StatusReported(sample_status())
RULES = PairRulesReported((make.pair(),))


def test_a_pair_with_its_state_and_the_rules_of_the_exchange(run, service):
    service(AskStatus=STATUS, AskPairRules=RULES)
    found, other = json.loads(run("pairs", "--json").output)
    assert (found["pair"], found["state"], found["bid"], found["lots_open"]) == ("BTCUSDT", "proven", "60100", 1)
    assert (found["market"], found["tick"], found["step"]) == ("TRADING", "0.01", "0.00001")
    assert (other["pair"], other["state"], other["tick"], other["lots_open"]) == ("ETHUSDT", "starting", None, None)


def test_while_the_database_cannot_be_read_they_are_listed_all_the_same(run, service):
    service(AskStatus=STATUS, AskPairRules=ServiceError("the database cannot be read"))
    rows = list(csv.DictReader(io.StringIO(run("pairs", "--csv").output)))
    assert [(row["pair"], row["state"], row["tick"]) for row in rows] == [
        ("BTCUSDT", "proven", ""),
        ("ETHUSDT", "starting", ""),
    ]


def test_for_people(run, service):
    service(AskStatus=STATUS, AskPairRules=RULES)
    row = next(line for line in run("pairs").output.splitlines() if "BTCUSDT" in line)
    assert row.split()[1] == "proven"
    assert "trading" in row


def test_one_of_two_forms(run, config):
    assert run("pairs", "--csv", "--json").exit_code == 2
